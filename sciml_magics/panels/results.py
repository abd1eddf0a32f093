"""What a run and a dry run came to, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sciml_magics.annotate.outcome import Outcome, Plan
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
class PlanView:
    """A dry run: what the run would cost.

    Parameters
    ----------
    plan
        What was measured.
    """

    plan: Plan

    def __repr__(self) -> str:
        head, rows = self._facts()
        width = max(len(name) for name, _ in rows)
        lines = [head, *(f"  {name:<{width}}  {value}" for name, value in rows)]
        return "\n".join(printable(line) for line in lines)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        head, rows = self._facts()
        return {"text/html": table_html(head, rows), "text/plain": repr(self)}

    def _facts(self) -> tuple[str, list[tuple[str, str]]]:
        plan = self.plan
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
        return f"{plan.task.name}: dry run, nothing is stored", rows
