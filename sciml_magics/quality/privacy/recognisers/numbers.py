"""Numbers and addresses that patterns find: what Presidio's own recognisers leave to context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sciml_magics.quality.privacy.found import Found

_PHONE_WORD = (
    r"(?:phone|telephone|tel|mobile|cell|cellphone|fax|call(?: me)?(?: at| on)?|number|whatsapp"
    r"|ring|hotline|电话|手机|传真)"
)
_PHONE = re.compile(
    rf"{_PHONE_WORD}(?: (?:number|no\.?|is|at|on|me))*[ \t]*[:：#]?[\s]*"
    r"(\+?\(?\d[\d \t().\-/]{4,18}\d(?:\s?(?:x|ext\.?)\s?\d{1,5})?)(?!\d)",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+\d{1,3}[ \-.(]?\(?\d[\d \-.()]{5,15}\d(?!\d)")
_CARD_WORD = re.compile(
    r"\b(?:card|visa|mastercard|amex|credit|debit|卡号|银行卡)\b|卡号|银行卡", re.IGNORECASE
)
_CARD = re.compile(r"(?<![\d.\-])(?:\d[ -]?){11,18}\d(?![\d]|[.\-]\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b", re.IGNORECASE)
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_SSN_WORD = re.compile(
    r"(?:\bssn|social security(?: number| no\.?)?)(?: is)?[ :#]*\s*"
    r"(\d{3}[- ]?\d{2}[- ]?\d{4})(?!\d)",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(?:driver'?s?'?|driving|dl|license|licence)[ -]*(?:license|licence)?"
    r"(?: (?:number|no\.?|id|is|#|plate))*[ :#]*\s*"
    r"(?=[A-Z]*\d)([A-Z]{0,3}\d(?:[A-Z\d\-]| (?=\d)){4,17})\b",
    re.IGNORECASE,
)
# Behind a word for it, and behind a town.
_POSTCODE = re.compile(
    r"\b(?:zip(?: ?code)?|post(?:al)? ?code|plz|邮编|邮政编码)(?: is)?[ :：#]*\s*"
    r"(\d{3,6}(?:-\d{3,4})?|[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2})(?!\d)"
    r"|(?:[^\W\d_a-z]|[^\W\d_]{2})[ ,]+(?:[A-Z]{2} )?"
    r"(\d{5}(?:-\d{4})?|\d{4}-\d{3}|\d{2}-\d{3})(?= |$|[.,\n])",
    re.IGNORECASE,
)
_WEB = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'()\[\]，。；]+|\bwww\.[\w\-]+(?:\.[\w\-]+)+(?:/[^\s<>\"'()]*)?",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"\b(?:passport|nhs|national id|id card|identity card|patient id|patient no\.?|mrn"
    r"|medical record(?: number)?|insurance no\.?|tax id|member id|nino"
    r"|national insurance(?: number)?)(?: (?:number|no\.?|is|nr\.?))*[ :#]*\s*"
    r"([A-Z]{0,3}\d[\d A-Z\-]{4,16}\d[A-Z]?|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Z])\b",
    re.IGNORECASE,
)


def find_numbers(text: str) -> Iterator[Found]:
    """Phone numbers behind a word for them, cards, numbers of persons, web addresses."""
    for match in _PHONE.finditer(text):
        if sum(map(str.isdigit, match[1])) >= 6 and _SSN.fullmatch(match[1].strip()) is None:
            yield Found(*match.span(1), "phone", 0.75)
    for match in _INTERNATIONAL.finditer(text):
        yield Found(*match.span(), "phone", 0.75)
    yield from _cards(text)
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield Found(*match.span(), "account", 1.0)
    for match in _SSN.finditer(text):
        yield Found(*match.span(), "ssn", 0.85)
    for match in _SSN_WORD.finditer(text):
        yield Found(*match.span(1), "ssn", 0.95)
    for match in _LICENCE.finditer(text):
        yield Found(*match.span(1), "licence", 0.85)
    for match in _IDENTITY.finditer(text):
        yield Found(*match.span(1), "id", 0.85)
    for match in _POSTCODE.finditer(text):
        yield Found(*match.span(1 if match[1] else 2), "postcode", 0.75 if match[1] else 0.5)
    for match in _WEB.finditer(text):
        end = match.end()
        while end > match.start() and text[end - 1] in ".,;:!?":
            end -= 1
        yield Found(match.start(), end, "web", 0.95)


def _cards(text: str) -> Iterator[Found]:
    """Twelve to nineteen digits: with the check digit of cards, or behind a word for one."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        worded = bool(_CARD_WORD.search(text, max(0, match.start() - 60), match.end() + 40))
        if luhn(digits) and digits[0] in "1234569":
            yield Found(*match.span(), "card", 1.0 if worded else 0.75)
        elif worded:
            yield Found(*match.span(), "card", 0.75)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, as on payment cards.

    Examples
    --------
    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Whether the check digits of a bank account are right, in small letters or capitals.

    Examples
    --------
    >>> is_iban("GB82 WEST 1234 5698 7654 32"), is_iban("GB83 WEST 1234 5698 7654 32")
    (True, False)
    """
    signs = re.sub(r"\s", "", text).upper()
    if not 15 <= len(signs) <= 34 or not signs.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1
