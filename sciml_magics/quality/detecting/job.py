"""The job: look, judge by what people said, keep what was found, and tell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from sciml_magics._version import __version__
from sciml_magics.annotation.progress import Listener, Phase, Progress, silent
from sciml_magics.errors import QualityError, Stopped
from sciml_magics.quality.detecting.answers import Answers, answers_to
from sciml_magics.quality.detecting.detection import Asked, Detection
from sciml_magics.quality.detecting.judging import Judged, judge
from sciml_magics.quality.detecting.keeping import read_back, suggested
from sciml_magics.quality.detecting.looking import Looked, choose, look, state_of
from sciml_magics.quality.detecting.telling import findings_frame, reasons_for
from sciml_magics.quality.findings import Detector, Finding, Rows
from sciml_magics.quality.outliers.pictures import by_model
from sciml_magics.quality.outliers.unlike import seen_by
from sciml_magics.quality.records import errors_task
from sciml_magics.quality.series.clock import find_clock
from sciml_magics.quality.table import Table
from sciml_magics.store import Store, running
from sciml_magics.tasks import Counts, ModelIdentity
from sciml_magics.tasks.run import DETECTORS

NAME = "detectors"
# A person reviews hundreds of rows: so many of the surest are kept for it.
MOST_STORED = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """How to look.

    Parameters
    ----------
    detectors
        Names of the detectors that look; ``None`` for all.
    time
        The columns that hold the time; the detectors of series guess where there are none.
    image_model
        A model by whose embeddings images are compared; ``None`` for colours and edges.
    rules
        Also looks, by rules that a person wrote; ``None`` without any.
    above
        A cell is told to look wrong from this probability on.
    ask
        So many rows are chosen whose answers would teach most.
    audit
        So many rows are drawn at random, to see what was overlooked.
    seed
        Of everything random.
    by
        Who asks.

    Raises
    ------
    QualityError
        If the probability is none.
    """

    detectors: Sequence[str] | None = None
    time: Sequence[str] = ()
    image_model: str | None = None
    rules: Detector | None = None
    above: float = 0.5
    ask: int = 10
    audit: int = 20
    seed: int = 0
    by: str = "unknown"

    def __post_init__(self) -> None:
        if not 0 < self.above <= 1:
            raise QualityError(
                f"cells look wrong above a probability from 0 to 1, not {self.above:g}"
            )


def detect(
    table: Table, store: Store, options: Options | None = None, listen: Listener = silent
) -> Detection:
    """Find what looks wrong in a table, and keep it for the review.

    What was found before in the same table, by the same detectors and with the same answers, is
    read from the store.

    Parameters
    ----------
    table
        The table.
    store
        Where people's answers are and findings are kept.
    options
        How to look.
    listen
        Called with a `Progress` after each detector.

    Returns
    -------
    Detection
        What looks wrong, and which rows to ask about.

    Raises
    ------
    SciMLError
        If the table has no columns, or there is no such detector.
    Stopped
        If the person interrupted: what was found until then is stored, and its ``outcome``.
    """
    return _Job(table, store, options or Options(), listen).run()


class _Job:
    def __init__(self, table: Table, store: Store, options: Options, listen: Listener) -> None:
        self._table, self._store, self._options, self._listen = table, store, options, listen
        self._task = errors_task(table)
        self._began = perf_counter()
        self._looked = Looked()
        self._total = 0

    def run(self) -> Detection:
        """Look, judge and keep."""
        self._tell("reading")
        table, options = self._table, self._options
        chosen = dict(choose(options.detectors, options.time))
        state = state_of(table)
        if options.time:
            find_clock(table, options.time)  # what is wrong with it is told before all else
            state = f"{state} {list(options.time)}"
        if options.image_model is not None:
            model = options.image_model
            state = f"{state} {by_model(model).by}"  # so is a model that is not there
            chosen = {name: seen_by(make, model) for name, make in chosen.items()}
        if (rules := options.rules) is not None:
            # First: what is wrong with them is told before anything takes long.
            chosen = {"rules": lambda: rules, **chosen}
            state = f"{state} {rules!r}"
        answers = answers_to(self._store, self._task, table)
        self._total = len(chosen)
        known = self._known(self._identity(state, list(chosen), answers), answers)
        if known is not None:
            self._tell("done")
            return known
        self._tell("running")
        self._looked = look(table, state, chosen, self._tell_of)
        found = self._looked.all
        judged = judge(table, found, answers, options.ask, options.seed)
        frame, rows = findings_frame(table, judged, found, options.above)
        notes = self._notes(answers)
        detection = Detection(
            table,
            self._task,
            frame,
            rows,
            [Asked(*one) for one in judged.ask],
            answers.records,
            notes=notes,
            findings=found,
        )
        identity = self._identity(state, list(self._looked.findings), answers)
        return self._keep(detection, judged, identity)

    def _known(self, identity: ModelIdentity, answers: Answers) -> Detection | None:
        """What the last run found, if it looked at the same and all of it is in the store."""
        task_id = self._store.find_task(self._task)
        done = [run for run in self._store.runs(self._task.name) if run.state == "done"]
        if task_id is None or not done or done[-1].model != identity:
            return None
        last = done[-1]
        if last.counts.selected > last.counts.computed:
            return None
        frame, rows, asked = read_back(
            self._table, self._store, task_id, identity, self._options.above
        )
        return Detection(
            self._table,
            self._task,
            frame,
            rows,
            asked,
            answers.records,
            last.counts.computed,
            perf_counter() - self._began,
            reused=True,
            notes=self._notes(answers),
        )

    def _identity(self, state: str, names: Sequence[str], answers: Answers) -> ModelIdentity:
        """What looked, and at what: equal for looks that find the same."""
        options = self._options
        settings = json.dumps(
            {
                "detectors": list(names),
                "above": options.above,
                "ask": options.ask,
                "audit": options.audit,
                "seed": options.seed,
                "answers": answers.records,
                "last_response": answers.last if answers.records else 0,
                "rows": len(self._table),
            },
            sort_keys=True,
        )
        revision = hashlib.sha256(f"{__version__} {state} {settings}".encode()).hexdigest()
        return ModelIdentity(NAME, revision, DETECTORS, settings)

    def _keep(self, detection: Detection, judged: Judged, identity: ModelIdentity) -> Detection:
        rows, flagged = self._rows(judged)
        left_out = max(0, flagged - MOST_STORED)
        counts = Counts(len(self._table), left_out)
        by, seed = self._options.by, self._options.seed
        with running(self._store, self._task, identity, counts, by=by, seed=seed) as run:
            if self._looked.stopped:
                run.state = "stopped"
            try:
                self._tell("writing")
                reasons = reasons_for(self._table, judged, rows, detection.findings)
                above = self._options.above
                for records, batch in suggested(self._table, judged, rows, reasons, above):
                    run.append(records, batch)
                    stored = run.counts.computed
                    run.counts = replace(run.counts, selected=stored + left_out, unique=stored)
            except KeyboardInterrupt:
                run.state = "stopped"
            except BaseException:
                self._tell("failed")
                raise
        stored, seconds = run.counts.computed, perf_counter() - self._began
        found = replace(detection, stored=stored, seconds=seconds)
        if flagged > MOST_STORED:
            note = f"the surest {MOST_STORED:,} of {flagged:,} rows can be reviewed"
            found = replace(found, notes=(*found.notes, note))
        self._tell(run.state)
        if run.state == "stopped":
            raise Stopped(self._stopped(), found)
        return found

    def _rows(self, judged: Judged) -> tuple[Rows, int]:
        """The rows to keep: asked about, flagged, some drawn at random; how many are flagged."""
        flagged = judged.flagged(self._options.above)
        rng = np.random.default_rng(self._options.seed)
        size = min(self._options.audit, len(self._table))
        drawn = rng.choice(len(self._table), size, replace=False) if size else flagged[:0]
        asked = np.array([row for row, _ in judged.ask], dtype=np.int64)
        rows = np.concatenate([asked, flagged[:MOST_STORED], drawn])
        _, first = np.unique(rows, return_index=True)
        return rows[np.sort(first)], len(flagged)

    def _notes(self, answers: Answers) -> tuple[str, ...]:
        notes = list(self._looked.notes)
        if answers.gone:
            notes.append(
                f"{answers.gone:,} answered row{'s are' if answers.gone > 1 else ' is'} no longer "
                "in the table: changed or taken out since"
            )
        return tuple(notes)

    def _stopped(self) -> str:
        done, total = len(self._looked.findings), self._total
        return (
            f"{self._task.name}: stopped after {done:,} of {total:,} detectors, what they found is "
            "stored; run the same cell again to go on"
        )

    def _tell_of(self, looked: Looked) -> None:
        self._looked = looked
        self._tell("running")

    def _tell(self, phase: Phase) -> None:
        done = len(self._looked.findings)
        self._listen(
            Progress(
                phase,
                self._task.name,
                NAME,
                total=self._total,
                done=done,
                seconds=perf_counter() - self._began,
                fraction=done / self._total if self._total else 0.0,
                labels=self._looked.cells(),
            )
        )


def all_findings(detection: Detection) -> Sequence[Finding]:
    """What the detectors say of the table of a detection, looked at anew where it is not known."""
    if detection.findings or not len(detection.frame):
        return detection.findings
    looked = look(detection.table, state_of(detection.table), choose(), lambda _: None)
    return looked.all
