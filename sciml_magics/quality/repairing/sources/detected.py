"""Values that the detectors gave with their findings: what they would write there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing.sight import Ask
from sciml_magics.quality.repairing.sources.base import Offer


class Detected:
    """The values that one detector gave."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._found: dict[str, dict[int, list[tuple[str, float, str]]]] = {}
        for finding in findings:
            if finding.values is None:
                continue
            of_column = self._found.setdefault(finding.column, defaultdict(list))
            for at, value in enumerate(finding.values):
                if value is not None:
                    score = min(max(float(finding.scores[at]), 0.0), 1.0)
                    of_column[int(finding.rows[at])].append((value, score, finding.why(at)))

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """What the detector would write there; as strong as its finding."""
        found = self._found.get(ask.column, {})
        for at, row in enumerate(ask.rows.tolist()):
            for value, score, words in found.get(row, ()):
                yield Offer(at, value, score, words)


def detected(findings: Iterable[Finding]) -> dict[str, Detected]:
    """A source for each detector that gave values, under the detector's name."""
    by_name: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.values is not None:
            by_name[finding.detector].append(finding)
    return {name: Detected(of_it) for name, of_it in by_name.items()}
