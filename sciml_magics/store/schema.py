"""The tables of the store, and the steps that bring an older store up to date.

Rows are only ever added: no statement of the store changes or removes one. The one exception are
leases, which say who is looking at what just now, and mean nothing a few minutes later. Times are
milliseconds since 1970 in UTC. Text that people, data or models bring is kept as JSON in ASCII, so
that NUL characters and lone surrogates survive on every database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from sciml_magics.store.codec import dump_text, load_text
from sciml_magics.tasks.record import ID_BYTES

PREFIX = "sciml_"


class JsonString(TypeDecorator[str]):
    """A string as JSON in ASCII."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write: a string, or nothing."""
        return None if value is None else dump_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Read what was written."""
        return None if value is None else load_text(value)


def _key() -> Column[int]:
    # SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _to(table: str, name: str) -> Column[int]:
    return Column(name, ForeignKey(f"{PREFIX}{table}.id"), nullable=False)


metadata = MetaData()

# The steps that this store went through: its version is the greatest.
versions = Table(
    f"{PREFIX}versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("created", BigInteger, nullable=False),
)

tasks = Table(
    f"{PREFIX}tasks",
    metadata,
    _key(),
    Column("name", JsonString, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("definition", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("name", "fingerprint"),
    UniqueConstraint("name", "version"),
)

models = Table(
    f"{PREFIX}models",
    metadata,
    _key(),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("model", JsonString, nullable=False),
    Column("revision", JsonString, nullable=False),
    Column("family", JsonString, nullable=False),
    Column("settings", JsonString, nullable=False),
)

runs = Table(
    f"{PREFIX}runs",
    metadata,
    _key(),
    _to("tasks", "task_id"),
    _to("models", "model_id"),
    Column("by", JsonString, nullable=False),
    Column("seed", BigInteger),
    Column("code_version", JsonString, nullable=False),
    Column("host", JsonString, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("born", BigInteger, nullable=False),
    Column("device", JsonString),
    Column("precision", JsonString),
    Column("started", BigInteger, nullable=False),
)

run_ends = Table(
    f"{PREFIX}run_ends",
    metadata,
    Column("run_id", ForeignKey(f"{PREFIX}runs.id"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("counts", Text, nullable=False),
)

records = Table(
    f"{PREFIX}records",
    metadata,
    _key(),
    Column("address", LargeBinary(ID_BYTES), nullable=False, unique=True),
    Column("content", Text, nullable=False),
)

suggestions = Table(
    f"{PREFIX}suggestions",
    metadata,
    _key(),
    _to("tasks", "task_id"),
    _to("models", "model_id"),
    _to("records", "record_id"),
    _to("runs", "run_id"),
    Column("created", BigInteger, nullable=False),
    Column("value", Text),
    Column("score", Double),
    Column("entropy", Double),
    Column("margin", Double),
    Column("alternatives", Text),
    Column("evidence", Text),
    Column("reason", JsonString),
    UniqueConstraint("task_id", "model_id", "record_id"),
)

# A server may sort text as a language does; keys are compared by their bytes.
_PLAIN = String(80).with_variant(String(80, collation="C"), "postgresql")

responses = Table(
    f"{PREFIX}responses",
    metadata,
    _key(),
    Column("key", _PLAIN, nullable=False, unique=True),
    _to("tasks", "task_id"),
    # The first version of the task's name and kind: a response holds for all of them.
    _to("tasks", "question_id"),
    _to("records", "record_id"),
    Column("decision", String(16), nullable=False),
    Column("value", Text),
    Column("annotator", JsonString, nullable=False),
    Column("role", String(16), nullable=False),
    Column("suggestion_id", ForeignKey(f"{PREFIX}suggestions.id")),
    Column("share", String(16), nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("seconds", Double),
    Column("note", JsonString),
    Column("undoes_id", ForeignKey(f"{PREFIX}responses.id")),
    Column("created", BigInteger, nullable=False),
)

leases = Table(
    f"{PREFIX}leases",
    metadata,
    Column("question_id", ForeignKey(f"{PREFIX}tasks.id"), primary_key=True, autoincrement=False),
    Column("record_id", ForeignKey(f"{PREFIX}records.id"), primary_key=True, autoincrement=False),
    Column("annotator", JsonString, primary_key=True),
    Column("queue", JsonString, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("host", JsonString, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("born", BigInteger, nullable=False),
)

# Sets of records that a person chose, by name.
selections = Table(
    f"{PREFIX}selections",
    metadata,
    _key(),
    _to("tasks", "question_id"),
    Column("name", String(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("question_id", "name"),
)

selected = Table(
    f"{PREFIX}selected",
    metadata,
    Column(
        "selection_id", ForeignKey(f"{PREFIX}selections.id"), primary_key=True, autoincrement=False
    ),
    Column("record_id", ForeignKey(f"{PREFIX}records.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# What an encoder makes of a record: numbers in half precision, so that a head learns in seconds.
embeddings = Table(
    f"{PREFIX}embeddings",
    metadata,
    # Hash of everything that decides the numbers: weights, pooling, windows.
    Column("encoder", String(64), primary_key=True),
    Column("record_id", ForeignKey(f"{PREFIX}records.id"), primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Models that were trained here.
trained = Table(
    f"{PREFIX}trained",
    metadata,
    _key(),
    # The task's first version, as of responses, and the version that the model was trained for.
    _to("tasks", "question_id"),
    _to("tasks", "task_id"),
    _to("models", "model_id"),
    Column("name", JsonString, nullable=False),
    Column("folder", JsonString, nullable=False),
    Column("base", JsonString, nullable=False),
    Column("base_revision", JsonString, nullable=False),
    Column("parent_id", ForeignKey(f"{PREFIX}trained.id")),
    Column("method", String(16), nullable=False),
    # The responses that it saw, how it was trained, and how well it does: JSON.
    Column("snapshot", Text, nullable=False),
    Column("training", Text, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("by", JsonString, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("code_version", JsonString, nullable=False),
    Column("created", BigInteger, nullable=False),
)

# Which trained model answers a task: the newest row says. Without a model it is the base again.
promotions = Table(
    f"{PREFIX}promotions",
    metadata,
    _key(),
    _to("tasks", "question_id"),
    Column("trained_id", ForeignKey(f"{PREFIX}trained.id")),
    Column("reason", JsonString, nullable=False),
    Column("comparison", Text, nullable=False),
    Column("by", JsonString, nullable=False),
    Column("created", BigInteger, nullable=False),
)

# How the scores of a model become probabilities that agree with people's answers.
calibrations = Table(
    f"{PREFIX}calibrations",
    metadata,
    _key(),
    _to("tasks", "question_id"),
    _to("models", "model_id"),
    Column("method", String(16), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("by", JsonString, nullable=False),
    Column("created", BigInteger, nullable=False),
)

# The seed by which the answers to a task are split into training and validation: the newest holds.
splits = Table(
    f"{PREFIX}splits",
    metadata,
    _key(),
    _to("tasks", "question_id"),
    Column("seed", BigInteger, nullable=False),
    Column("validation", Double, nullable=False),
    Column("created", BigInteger, nullable=False),
)

Index(f"{PREFIX}responses_of_record", responses.c.record_id, responses.c.question_id)
Index(f"{PREFIX}responses_of_annotator", responses.c.question_id, responses.c.annotator)
Index(f"{PREFIX}responses_undone", responses.c.undoes_id)

_FIRST = (versions, tasks, models, runs, run_ends, records, suggestions)
_REVIEW = (responses, leases, selections, selected)
_LEARNING = (embeddings, trained, promotions, calibrations, splits)


def _create_first(connection: Connection) -> None:
    metadata.create_all(connection, tables=_FIRST, checkfirst=False)


def _add_review(connection: Connection) -> None:
    metadata.create_all(connection, tables=_REVIEW, checkfirst=False)
    index_by(connection, suggestions.c.entropy)


def _add_learning(connection: Connection) -> None:
    metadata.create_all(connection, tables=_LEARNING, checkfirst=False)


def index_by(connection: Connection, number: Column[Any]) -> None:
    """Let a queue of a million suggestions begin with the right one at once; done once.

    Every index makes appending slower: there is one for the order that most reviews have, and the
    others are made when somebody asks for their order.
    """
    name = f"{PREFIX}suggestions_by_{number.name}"
    columns = f"task_id, model_id, {number.name}"
    connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {suggestions} ({columns})"))


# Step n brings a store of version n - 1 to version n; an empty database has version 0.
STEPS: tuple[Callable[[Connection], None], ...] = (_create_first, _add_review, _add_learning)
VERSION = len(STEPS)
