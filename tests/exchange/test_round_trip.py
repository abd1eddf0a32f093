"""Whatever is written comes back as it was, in every format that can hold it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sciml_magics.exchange.example import Example
from sciml_magics.exchange.formats import FORMATS, Format, ways_of
from sciml_magics.tasks import Kind, Task
from tests.exchange.made import KINDS, examples, make_task

ENDINGS = {"conll": ".conll", "csv": ".csv", "parquet": ".parquet", "datasets": ""}
CASES = [
    (format, kind) for format in FORMATS for kind in KINDS if format != "conll" or kind == "spans"
]


def there_and_back(format: Format, task: Task, given: list[Example]) -> list[Example]:
    ways = ways_of(format)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{ENDINGS.get(format, '.json')}"
        ways.write(task, given, path)
        found = list(ways.read(task, path, "answers"))
    return [replace(one, line=0) for one in found]


def grouped(found: list[Example]) -> list[Example]:
    """Lines of one record, put together again."""
    together: dict[object, Example] = {}
    for one in found:
        before = together.get(one.record_id)
        together[one.record_id] = (
            one
            if before is None
            else replace(
                before,
                answers=before.answers + one.answers,
                predictions=before.predictions + one.predictions,
            )
        )
    return list(together.values())


def distinct(made: list[Example]) -> list[Example]:
    return list({one.record_id: one for one in made}.values())


@pytest.mark.parametrize(("format", "kind"), CASES)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_examples_come_back(format: Format, kind: Kind, data: st.DataObject):
    columns = ("note",) if kind == "spans" or data.draw(st.booleans()) else ("note", "é\"'")
    overlapping = kind == "spans" and format != "conll" and data.draw(st.booleans())
    task = make_task(kind, columns, overlapping)
    made = distinct(
        data.draw(st.lists(examples(task, visible=format == "conll"), min_size=1, max_size=3))
    )
    assert grouped(there_and_back(format, task, made)) == made


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_a_file_that_holds_nothing(format: Format):
    assert there_and_back(format, make_task("spans"), []) == []
