"""Completion of the magics' lines: options, their values, frames, columns, tasks and models."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from sciml_magics.errors import SciMLError
from sciml_magics.magics.arguments import (
    DEVICES,
    SCIML_COMMANDS,
    WINDOWS,
    annotate_parser,
    sciml_parser,
)
from sciml_magics.magics.calibrate_arguments import CALIBRATIONS, calibrate_parser
from sciml_magics.magics.clean_arguments import changes_parser, clean_parser
from sciml_magics.magics.detect_arguments import detect_parser, repair_parser
from sciml_magics.magics.evaluate_arguments import evaluate_parser, split_parser
from sciml_magics.magics.learn_arguments import CLASS_WEIGHTS, learn_parser
from sciml_magics.magics.models_here import cached_models, model_folders
from sciml_magics.magics.names import frame_names
from sciml_magics.magics.privacy_arguments import privacy_parser
from sciml_magics.magics.profile_arguments import profile_parser
from sciml_magics.magics.reading import flags
from sciml_magics.magics.review_arguments import (
    FORMATS,
    ORDERS,
    agreement_parser,
    export_parser,
    import_parser,
    labels_parser,
    review_parser,
)
from sciml_magics.magics.shared_options import PRECISIONS
from sciml_magics.magics.standardise_arguments import (
    FORMS,
    STANDARDS,
    WAYS,
    deduplicate_parser,
    standardise_parser,
)
from sciml_magics.magics.stores import has_store
from sciml_magics.magics.watch_arguments import watch_parser
from sciml_magics.tasks import INPUTS, KINDS, METHODS
from sciml_magics.tasks.training import TRACKERS

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.magics.sciml import SciML

Matcher = Callable[[CompletionContext], SimpleMatcherResult]

# What the words of each magic's line are, and which options it has.
_REVIEWING = {
    "review": (("task",), review_parser),
    "learn": (("task",), learn_parser),
    "calibrate": (("task", "frame"), calibrate_parser),
    "evaluate": (("task", "frame"), evaluate_parser),
    "split": (("frame",), split_parser),
    "privacy": (("frame",), privacy_parser),
    "profile": (("frame",), profile_parser),
    "detect": (("frame",), detect_parser),
    "repair": (("frame",), repair_parser),
    "clean": (("frame",), clean_parser),
    "changes": (("frame",), changes_parser),
    "standardise": (("frame",), standardise_parser),
    "deduplicate": (("frame",), deduplicate_parser),
    "watch": (("frame",), watch_parser),
    "labels": (("task", "frame"), labels_parser),
    "agreement": (("task",), agreement_parser),
    "export": (("task", "file"), export_parser),
    "import": (("task", "file"), import_parser),
}
# Options that one of a few words follows.
_CHOICES: Mapping[str, Sequence[str]] = {
    "--kind": KINDS,
    "-k": KINDS,
    "--input": INPUTS,
    "--form": FORMS,
    "--compare": WAYS,
    "--only": STANDARDS,
    "--device": DEVICES,
    "--precision": PRECISIONS,
    "--window": WINDOWS,
    "--order": ORDERS,
    "--method": METHODS,
    "--class-weights": CLASS_WEIGHTS,
    "--track": TRACKERS,
    "--format": FORMATS,
}
# Options that a column of the frame follows.
_COLUMNS = (
    "--column", "-c", "--columns", "--person", "--by", "-b", "--gold", "-g", "--group",
    "--predicted", "-p",
)  # fmt: skip
# Options that a file follows.
_FILES = ("--rules", "-r", "--learn-rules", "--csv", "--script")
_NAMES = "|".join(("annotate", "sciml", *_REVIEWING))
_LINE = re.compile(rf"\s*(%{{1,2}})({_NAMES})(?=\s)\s+(.*)", re.DOTALL)
# Words that are finished: a space follows them, outside of quotes.
_FINISHED = re.compile(r"""(?:(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])*\s+)*""")


def make_matcher(shell: InteractiveShell, settings: SciML) -> Matcher:
    """A matcher for ``shell.Completer.custom_matchers``."""

    @context_matcher(identifier="sciml_magics")  # type: ignore[untyped-decorator]  # IPython leaves it untyped
    def match(context: CompletionContext) -> SimpleMatcherResult:
        typed = _LINE.fullmatch(context.text_until_cursor)
        is_cell_line = context.cursor_line == 0
        if typed is None or (typed[1] == "%%" and not is_cell_line):
            return SimpleMatcherResult(completions=[])
        words, fragment = _words(typed[3])
        source = _Sources(shell, settings, typed[2], words)
        if typed[2] in _REVIEWING:
            found = source.reviewing(typed[2], fragment)
        else:
            found = source.annotate(fragment) if typed[2] == "annotate" else source.sciml(fragment)
        if found is None:
            return SimpleMatcherResult(completions=[])
        return SimpleMatcherResult(
            completions=[SimpleCompletion(text=text, type="param") for text in found],
            matched_fragment=fragment,
            suppress=True,
        )

    matcher: Matcher = match
    return matcher


def _words(text: str) -> tuple[list[str], str]:
    """The finished words of a line, and what is typed of the last one."""
    finished = _FINISHED.match(text)
    before = finished[0] if finished else ""
    fragment = text[len(before) :]
    try:
        return shlex.split(before), fragment
    except ValueError:
        return before.split(), fragment


@dataclass(frozen=True, slots=True)
class _Sources:
    """What can stand at the end of a line."""

    shell: InteractiveShell
    settings: SciML
    magic: str
    words: Sequence[str]

    def annotate(self, fragment: str) -> list[str]:
        options = flags(annotate_parser())
        flag, equals, value = fragment.partition("=")
        if fragment.startswith("--") and equals:
            return [f"{flag}={found}" for found in self._values(flag, value)]
        last = self.words[-1] if self.words else ""
        if options.get(last):
            return self._values(last, fragment)
        if fragment.startswith("-"):
            return _fitting(options, fragment)
        if self._frame() is None:
            return _fitting(frame_names(self.shell.user_ns), fragment)
        return _fitting(options, fragment) if not fragment else []

    def sciml(self, fragment: str) -> list[str]:
        last = self.words[-1] if self.words else ""
        if last == "runs":
            return _fitting(self._tasks(), fragment)
        if fragment.startswith("-"):
            return _fitting(flags(sciml_parser()), fragment)
        return [] if self.words else _fitting(SCIML_COMMANDS, fragment)

    def reviewing(self, magic: str, fragment: str) -> list[str] | None:
        """Of a magic that reviews; ``None`` where a file stands, which IPython completes."""
        places, parser = _REVIEWING[magic]
        options = flags(parser())
        flag, equals, value = fragment.partition("=")
        if fragment.startswith("--") and equals:
            return [f"{flag}={found}" for found in self._values(flag, value)]
        if self.words and self.words[-1] in _FILES:
            return None
        if self.words and options.get(self.words[-1]):
            return self._values(self.words[-1], fragment)
        if fragment.startswith("-"):
            return _fitting(options, fragment)
        at = len(self._plain_words(options))
        place = places[at] if at < len(places) else None
        if place == "task":
            return _fitting(self._tasks(), fragment)
        if place == "frame":
            return _fitting(frame_names(self.shell.user_ns), fragment)
        return None if place == "file" else _fitting(options, fragment) if not fragment else []

    def _values(self, flag: str, fragment: str) -> list[str]:
        """What can follow an option."""
        if flag == "--method" and self.magic == "calibrate":
            return _fitting(CALIBRATIONS, fragment)
        if flag in _CHOICES:
            return _fitting(_CHOICES[flag], fragment)
        if flag in _COLUMNS:
            return _fitting(self._columns(), fragment)
        match flag:
            case "--take-back":
                return _fitting(["all", "(row)", *self._columns()], fragment)
            case "--task" | "-t":
                return _fitting(self._tasks(), fragment)
            case "--model" | "-m" | "--image-model":
                return self._models(fragment)
            case "--promote":
                return _fitting(self._trained(), fragment)
            case "--out" | "-o" | "--frame" | "-f":
                return _fitting(frame_names(self.shell.user_ns), fragment)
        return []

    def _frame(self) -> Any:
        places, parser = _REVIEWING.get(self.magic, (("frame",), annotate_parser))
        words = dict(zip(places, self._plain_words(flags(parser())), strict=False))
        name = words.get("frame")
        known = frame_names(self.shell.user_ns)
        return self.shell.user_ns[name] if name in known else None

    def _plain_words(self, options: Mapping[str, bool]) -> list[str]:
        """Words that are neither options nor their values."""
        return [
            word
            for before, word in zip(["", *self.words], self.words, strict=False)
            if not word.startswith("-") and not options.get(before)
        ]

    def _columns(self) -> list[str]:
        frame = self._frame()
        if frame is None:  # the options may come before the frame: offer the columns of all
            frames = [self.shell.user_ns[name] for name in frame_names(self.shell.user_ns)]
        else:
            frames = [frame]
        return list(dict.fromkeys(str(column) for each in frames for column in each.columns))

    def _tasks(self) -> list[str]:
        where = self._given("--store") or self.settings.store
        if not has_store(where):
            return []
        from sciml_magics.store import open_store

        try:
            with open_store(where) as store:
                return sorted({known.task.name for known in store.tasks()})
        except SciMLError:
            return []

    def _trained(self) -> list[str]:
        """Names of the models that were trained, for the task on the line where there is one."""
        where = self._given("--store") or self.settings.store
        if not has_store(where):
            return []
        from sciml_magics.store import open_store
        from sciml_magics.store.trained import trained_models

        words = self._plain_words(flags(learn_parser()))
        try:
            with open_store(where) as store:
                found = trained_models(store.database, words[0] if words else None)
        except SciMLError:
            return []
        return [one.name for one in reversed(found)]

    def _models(self, fragment: str) -> list[str]:
        from sciml_magics.models.loading import EMBEDDED_ID

        typed = fragment.strip("\"'")
        known = _fitting([EMBEDDED_ID, *cached_models()], fragment)
        return [*known, *map(_quoted, model_folders(typed))]

    def _given(self, flag: str) -> str | None:
        at = [i for i, word in enumerate(self.words[:-1]) if word == flag]
        return self.words[at[-1] + 1] if at else None


def _fitting(names: Iterable[str], fragment: str) -> list[str]:
    typed = fragment.lstrip("\"'")
    return [_quoted(name) for name in names if name.startswith(typed)]


def _quoted(name: str) -> str:
    """`name` as it is typed on the line: in quotes where a shell would need them."""
    if name and re.fullmatch(r"[\w./:@~+-]+", name):
        return name
    if '"' not in name and "\\" not in name:
        return f'"{name}"'
    return shlex.quote(name)
