"""The kinds of personal data: the labels of the task, and what other tools call them."""

from __future__ import annotations

from sciml_magics.tasks import Label, Task

# Name, guideline, and what Presidio, spaCy and the usual taggers call it.
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("person", "name of a person, or a part of it", ("PERSON", "PER", "NAME", "PATIENT", "DOCTOR")),
    ("organisation", "company, authority, club or school", ("ORGANIZATION", "ORG", "HOSPITAL")),
    ("place", "town, region or country", ("GPE", "LOC", "LOCATION", "CITY", "COUNTRY", "STATE")),
    ("address", "where somebody lives or works", ("STREET_ADDRESS", "ADDRESS")),
    ("postcode", "post code that stands by itself", ("ZIP_CODE", "ZIP", "POSTCODE")),
    ("date", "date, day, time or year", ("DATE_TIME", "DATE", "TIME")),
    ("age", "age of a person", ("AGE",)),
    ("title", "form of address or occupation", ("TITLE", "PROFESSION", "JOB_TITLE")),
    ("group", "nationality, religion or political group", ("NRP", "NORP")),
    ("phone", "telephone or fax number", ("PHONE_NUMBER", "PHONE", "FAX")),
    ("email", "e-mail address", ("EMAIL_ADDRESS",)),
    ("web", "web address", ("DOMAIN_NAME", "URL", "DOMAIN")),
    ("ip", "address of a computer: IP or MAC", ("IP_ADDRESS", "MAC_ADDRESS")),
    ("card", "number of a payment card", ("CREDIT_CARD", "CARD_NUMBER")),
    ("account", "bank account: IBAN", ("IBAN_CODE", "IBAN", "US_BANK_NUMBER")),
    ("ssn", "social security number of the USA", ("US_SSN", "SSN")),
    ("licence", "number of a driving licence", ("US_DRIVER_LICENSE", "DRIVER_LICENSE")),
    (
        "id",
        "any other number given to one person: identity card, passport, tax, patient",
        ("ID", "ID_NUMBER", "US_PASSPORT", "US_ITIN", "UK_NINO", "UK_NHS", "ES_NIF", "ES_NIE",
         "IT_FISCAL_CODE", "FI_PERSONAL_IDENTITY_CODE", "PL_PESEL",
         "MEDICAL_RECORD", "CN_ID_CARD"),
    ),
)  # fmt: skip

LABELS = tuple(Label(name, meaning, aliases) for name, meaning, aliases in _KINDS)
KINDS = tuple(label.name for label in LABELS)

# Kinds whose values say who somebody is whatever stands around them.
DIRECT = frozenset(
    ("person", "address", "phone", "email", "web", "ip", "card", "account", "ssn", "licence", "id")
)

_KIND_OF = {alias: name for name, _, aliases in _KINDS for alias in aliases}

SUFFIX = ".personal"


def kind_of(entity: str) -> str | None:
    """The kind that another tool's name stands for, ``None`` for one that is none of them.

    Examples
    --------
    >>> kind_of("PHONE_NUMBER"), kind_of("person"), kind_of("MISC")
    ('phone', 'person', None)
    """
    if entity.lower() in KINDS:
        return entity.lower()
    return _KIND_OF.get(entity.upper())


def personal_task(table: str, column: str) -> Task:
    """The task that marks personal data in one column of a table.

    Examples
    --------
    >>> personal_task("notes", "text").name
    'notes.text.personal'
    """
    return Task(
        name=f"{table}.{column}{SUFFIX}",
        columns=(column,),
        kind="spans",
        labels=LABELS,
        instructions="Mark what tells who somebody is, or helps to find out.",
    )
