from datetime import UTC, datetime

import pandas as pd
import pytest

from sciml_magics.annotation.outcome import Outcome, Plan
from sciml_magics.panels.results import SummaryView, plan_view
from sciml_magics.tasks import Counts, Execution, Label, ModelIdentity, Run, Task

TASK = Task("topic <b>", ("note",), labels=(Label("genes"),))
MODEL = ModelIdentity("tiny", "0123456789abcdef", "encoder")
COUNTS = Counts(rows=1200, selected=1000, unique=400, reused=100, missing=3, abstained=9)
RUN = Run(
    id=1,
    task=TASK.name,
    task_version=1,
    model=MODEL,
    execution=Execution("cpu", "bf16"),
    code_version="0",
    by="ada",
    seed=0,
    started=datetime(2026, 1, 1, tzinfo=UTC),
    finished=datetime(2026, 1, 1, tzinfo=UTC),
    state="done",
    counts=COUNTS,
)


@pytest.fixture
def outcome() -> Outcome:
    return Outcome(
        frame=pd.DataFrame(),
        task=TASK,
        run=RUN,
        seconds=2.0,
        statuses={},
        notes=("12 numbers were read as <text>",),
    )


def test_the_summary_is_one_line_and_notes_follow(outcome: Outcome) -> None:
    first, note = repr(SummaryView(outcome)).splitlines()
    assert first == outcome.summary
    assert "1,000 rows" in first
    assert "tiny@0123456789ab" in first
    assert note == "12 numbers were read as <text>"


def test_the_summary_in_html_is_text(outcome: Outcome) -> None:
    html = SummaryView(outcome)._repr_mimebundle_()["text/html"]
    assert "<strong>topic &lt;b&gt;</strong>" in html
    assert "read as &lt;text&gt;" in html
    assert "500 rows/s" in html


def test_a_plan_states_rows_speed_memory_and_time() -> None:
    view = plan_view(
        Plan(
            task=TASK,
            model=MODEL,
            execution=Execution("cpu", "bf16"),
            counts=COUNTS,
            to_compute=300,
            sampled=96,
            rows_per_second=812.4,
            seconds=95.0,
            memory=512_000_000,
        )
    )
    text = repr(view)
    for fact in (
        "nothing is stored",
        "1,000 of 1,200, 3 missing",
        "after removing equal ones  400",
        "812/s, measured on 96",
        "512 MB",
        "1 min 35 s",
        "cpu, bf16",
        "tiny@0123456789ab (encoder)",
    ):
        assert fact in text
    html = view._repr_mimebundle_()["text/html"]
    assert "topic &lt;b&gt;" in html
    assert html.count("<tr>") == len(text.splitlines()) - 1


def test_a_plan_without_work_states_no_speed() -> None:
    view = plan_view(
        Plan(
            task=TASK,
            model=MODEL,
            execution=None,
            counts=COUNTS,
            to_compute=0,
            sampled=0,
            rows_per_second=0.0,
            seconds=0.0,
            memory=0,
        )
    )
    assert "speed" not in repr(view)
    assert "to compute                 0" in repr(view)
