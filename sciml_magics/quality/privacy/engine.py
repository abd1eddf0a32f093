"""Presidio's analyzer without a model: its pattern recognisers beside ours, no downloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer import predefined_recognizers as presidio
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from sciml_magics.quality.privacy.found import Found
from sciml_magics.quality.privacy.kinds import kind_of
from sciml_magics.quality.privacy.recognisers.addresses import find_addresses
from sciml_magics.quality.privacy.recognisers.chinese import find_chinese
from sciml_magics.quality.privacy.recognisers.dates import find_dates
from sciml_magics.quality.privacy.recognisers.names import find_names
from sciml_magics.quality.privacy.recognisers.numbers import find_numbers
from sciml_magics.quality.privacy.recognisers.titles import find_ages, find_titles
from sciml_magics.quality.wording import whole

if TYPE_CHECKING:
    from spacy.language import Language

# What is found with less certainty is not found.
SURE = 0.4
_DIGITS = 6  # a telephone number has as many at least
_AMOUNT = re.compile(r"\d+[.,]\d{1,2}")  # is none either
# Recognisers do not depend on the language: Presidio is told one for all texts.
_LANGUAGE = "en"
# Presidio calls everything with a valid check digit certain, also where it is one in ten numbers.
_REGIONS = ("US", "GB", "DE", "FR", "IN", "CN", "SE", "ES", "IT", "NL")

_RULES: tuple[Callable[[str], Iterator[Found]], ...] = (
    find_names,
    find_addresses,
    find_titles,
    find_ages,
    find_dates,
    find_numbers,
    find_chinese,
)


def analyse(text: str) -> list[Found]:
    """Everything that any recogniser finds in a text, overlapping as it may be.

    Examples
    --------
    >>> sorted({found.kind for found in analyse("Mail ada@lovelace.org or call +44 20 7946 0958.")})
    ['email', 'phone']
    """
    results = _analyzer().analyze(text, language=_LANGUAGE, score_threshold=SURE)
    found = []
    for one in results:
        kind = kind_of(one.entity_type)
        if kind == "phone" and not _may_be_called(text[one.start : one.end]):
            continue
        if kind is not None and one.start < one.end:
            start = one.start + (_before_email(text[one.start : one.end]) if kind == "email" else 0)
            found.append(Found(start, one.end, kind, one.score))
    return found


def _may_be_called(number: str) -> bool:
    """Whether it is neither a short number of some country, such as 1900, nor an amount."""
    return sum(map(str.isdigit, number)) >= _DIGITS and not _AMOUNT.fullmatch(number)


def _before_email(text: str) -> int:
    """How many signs of a script without spaces stand right before an address."""
    at = 0
    while "\u3000" <= text[at] <= "\u9fff":
        at += 1
    return at if text[at] != "@" else 0


class Words(NlpEngine):
    """The words of a text from a blank spaCy pipeline: enough for Presidio's words of context."""

    engine_name = "words"
    is_available = True

    def __init__(self) -> None:
        self._blank: Language | None = None

    def load(self) -> None:
        """Make the blank pipeline; nothing is read from disk or network."""
        import spacy

        self._blank = spacy.blank(_LANGUAGE)

    def is_loaded(self) -> bool:
        """Whether `load` was called."""
        return self._blank is not None

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """The words of a text, in small letters in place of lemmas; no entities."""
        assert self._blank is not None
        words = self._blank.make_doc(*whole([text]))  # as long as before: places stay
        return NlpArtifacts(
            entities=[],
            tokens=words,
            tokens_indices=[word.idx for word in words],
            lemmas=[word.lower_ for word in words],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **kwargs: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """The words of each text."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Whether it is a word without a meaning of its own."""
        assert self._blank is not None
        return bool(self._blank.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Whether it is punctuation."""
        assert self._blank is not None
        return bool(self._blank.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """None: entities are found by the recognisers."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The one that Presidio is told."""
        return [_LANGUAGE]


class Rules(LocalRecognizer):
    """One of our own recognisers as Presidio takes it.

    Parameters
    ----------
    find
        Finds in a text.
    """

    def __init__(self, find: Callable[[str], Iterator[Found]]) -> None:
        self._find = find
        super().__init__(
            supported_entities=list(_kinds()), name=find.__name__, supported_language=_LANGUAGE
        )

    def load(self) -> None:
        """Nothing: lists of words are read when they are first needed."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """What the rules find."""
        return [
            RecognizerResult(found.kind, found.start, found.end, found.score)
            for found in self._find(text)
        ]


class Email(presidio.EmailRecognizer):
    """Presidio's, which would ask a server for the list of domains that there are."""

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the domain ends in letters, as every one does."""
        ending = pattern_text.rpartition(".")[2]
        return len(ending) > 1 and (ending.isalpha() or ending.startswith("xn--"))


def _kinds() -> tuple[str, ...]:
    from sciml_magics.quality.privacy.kinds import KINDS

    return KINDS


@cache
def _analyzer() -> AnalyzerEngine:
    recognisers = [
        *map(Rules, _RULES),
        Email(),
        presidio.PhoneRecognizer(supported_regions=_REGIONS),
        presidio.IbanRecognizer(),
        presidio.IpRecognizer(),
        presidio.MacAddressRecognizer(),
        presidio.DateRecognizer(),
        presidio.UsItinRecognizer(),
        presidio.UsPassportRecognizer(),
        presidio.UsLicenseRecognizer(),
        presidio.UkNinoRecognizer(supported_language=_LANGUAGE),
        presidio.EsNifRecognizer(supported_language=_LANGUAGE),
        presidio.EsNieRecognizer(supported_language=_LANGUAGE),
        presidio.ItFiscalCodeRecognizer(supported_language=_LANGUAGE),
        presidio.FiPersonalIdentityCodeRecognizer(supported_language=_LANGUAGE),
        presidio.PlPeselRecognizer(supported_language=_LANGUAGE),
    ]
    words = Words()
    words.load()
    registry = RecognizerRegistry(recognisers, supported_languages=[_LANGUAGE])
    return AnalyzerEngine(registry=registry, nlp_engine=words, supported_languages=[_LANGUAGE])
