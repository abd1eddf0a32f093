"""What a run and a dry run came to, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sciml_magics.annotation.outcome import Outcome, Plan
from sciml_magics.charts.words import printable
from sciml_magics.panels.views import lines_html, table_html
from sciml_magics.panels.wording import amount, duration, rate


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The one-line summary of a run, and what the person should know besides.

    Parameters
    ----------
    outcome
        The run.
    """

    outcome: Outcome

    def __repr__(self) -> str:
        lines = (self.outcome.summary, *self.outcome.notes)
        return "\n".join(printable(line) for line in lines)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        head, _, facts = self.outcome.summary.partition(": ")
        html = lines_html(head, facts.split(" · "), self.outcome.notes)
        return {"text/html": html, "text/plain": repr(self)}


@dataclass(frozen=True, slots=True)
class FactsView:
    """Names and values under a head.

    Parameters
    ----------
    head
        What they are.
    rows
        Name and value of each.
    """

    head: str
    rows: Sequence[tuple[str, str]]

    def __repr__(self) -> str:
        width = max((len(name) for name, _ in self.rows), default=0)
        lines = [self.head, *(f"  {name:<{width}}  {value}" for name, value in self.rows)]
        return "\n".join(printable(line) for line in lines)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {"text/html": table_html(self.head, self.rows), "text/plain": repr(self)}


def plan_view(plan: Plan) -> FactsView:
    """A dry run: what the run would cost."""
    counts = plan.counts
    missing = f", {counts.missing:,} missing" if counts.missing else ""
    missing += f", {counts.unreadable:,} unreadable" if counts.unreadable else ""
    rows = [
        ("rows", f"{counts.selected:,} of {counts.rows:,}{missing}"),
        ("after removing equal ones", f"{counts.unique:,}"),
        ("already answered", f"{counts.reused:,}"),
        ("to compute", f"{plan.to_compute:,}"),
        ("model", f"{plan.model.short} ({plan.model.family})"),
    ]
    if plan.execution:
        rows.append(("device", f"{plan.execution.device}, {plan.execution.precision}"))
    if plan.sampled:
        rows += [
            ("speed", f"{rate(plan.rows_per_second)}, measured on {plan.sampled:,}"),
            ("memory", amount(plan.memory)),
            ("time to finish", duration(plan.seconds)),
        ]
    return FactsView(f"{plan.task.name}: dry run, nothing is stored", rows)
