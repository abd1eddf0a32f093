"""The magics and their settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display
from traitlets import Bool, Enum, Unicode

from sciml_magics.errors import SciMLError, Stopped
from sciml_magics.magics.arguments import parse_annotate, parse_sciml
from sciml_magics.magics.calibrate_arguments import (
    CalibrateLine,
    calibrate_help,
    parse_calibrate,
)
from sciml_magics.magics.clean_arguments import (
    ChangesLine,
    CleanLine,
    changes_help,
    clean_help,
    parse_changes,
    parse_clean,
)
from sciml_magics.magics.detect_arguments import (
    DetectLine,
    RepairLine,
    detect_help,
    parse_detect,
    parse_repair,
    repair_help,
)
from sciml_magics.magics.evaluate_arguments import (
    EvaluateLine,
    SplitLine,
    evaluate_help,
    parse_evaluate,
    parse_split,
    split_help,
)
from sciml_magics.magics.help import annotate_help, sciml_help
from sciml_magics.magics.learn_arguments import LearnLine, learn_help, parse_learn
from sciml_magics.magics.privacy_arguments import PrivacyLine, parse_privacy, privacy_help
from sciml_magics.magics.profile_arguments import ProfileLine, parse_profile, profile_help
from sciml_magics.magics.review_arguments import (
    AgreementLine,
    ExportLine,
    ImportLine,
    LabelsLine,
    ReviewLine,
    parse_agreement,
    parse_export,
    parse_import,
    parse_labels,
    parse_review,
)
from sciml_magics.magics.review_help import (
    agreement_help,
    export_help,
    import_help,
    labels_help,
    review_help,
)
from sciml_magics.magics.standardise_arguments import (
    DeduplicateLine,
    StandardiseLine,
    deduplicate_help,
    parse_deduplicate,
    parse_standardise,
    standardise_help,
)
from sciml_magics.magics.watch_arguments import WatchLine, parse_watch, watch_help

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.charts.rendering import How


@magics_class
class SciML(Magics):
    """Transformer models on the DataFrames of a notebook."""

    store = Unicode(
        None, allow_none=True, help="Store file or database URL; none: ./sciml_magics.db"
    ).tag(config=True)
    model = Unicode(
        None, allow_none=True, help="Hub id, id@revision or folder; none: the embedded model"
    ).tag(config=True)
    annotator = Unicode(
        None, allow_none=True, help="Who asks and answers; none: whoever is at the keyboard"
    ).tag(config=True)
    device = Unicode("auto", help="auto, cpu, cuda, cuda:1 or mps").tag(config=True)
    precision = Unicode("auto", help="auto, fp32, bf16 or fp16").tag(config=True)
    progress = Bool(True, help="Show the progress of a run").tag(config=True)
    chart = Enum(
        ("auto", "vegalite", "html", "none"),
        "auto",
        help="How charts are shown: as Vega-Lite for our JupyterLab extension, as HTML that "
        "carries its own Vega, as the host can draw it (auto), or not at all",
    ).tag(config=True)

    @no_var_expand
    @line_cell_magic
    def annotate(self, line: str, cell: str | None = None) -> None:
        """Label the rows of a DataFrame; its help is set below."""

        def run() -> None:
            asked = parse_annotate(line)
            if asked.help:
                print(annotate_help())
                return
            from sciml_magics.magics.annotate import annotate

            annotate(_shell(self), self, asked, cell or "")

        in_one_line(run)

    @no_var_expand
    @line_magic
    def sciml(self, line: str) -> None:
        """List what is known; its help is set below."""

        def run() -> None:
            asked = parse_sciml(line)
            if asked.help or asked.command is None:
                print(sciml_help())
                return
            from sciml_magics.magics.listing import listing

            where = asked.store or self.store
            for part in listing(asked.command, asked.task, where):
                if isinstance(part, str):
                    print(part)
                else:
                    display(part)

        in_one_line(run)

    @no_var_expand
    @line_magic
    def review(self, line: str) -> None:
        """Review a task; its help is set below."""

        def act(asked: ReviewLine) -> None:
            from sciml_magics.magics.review import review

            review(_shell(self), self, asked)

        read_and_act(line, parse_review, review_help, act)

    @no_var_expand
    @line_magic
    def learn(self, line: str) -> None:
        """Teach a model what people answered; its help is set below."""

        def act(asked: LearnLine) -> None:
            from sciml_magics.magics.learn import learn

            learn(_shell(self), self, asked)

        read_and_act(line, parse_learn, learn_help, act)

    @no_var_expand
    @line_magic
    def calibrate(self, line: str) -> None:
        """Hold a model's scores against people's answers; its help is set below."""

        def act(asked: CalibrateLine) -> None:
            from sciml_magics.magics.calibrate import calibrate

            calibrate(_shell(self), self, asked)

        read_and_act(line, parse_calibrate, calibrate_help, act)

    @no_var_expand
    @line_magic
    def evaluate(self, line: str) -> None:
        """Say how good suggestions are; its help is set below."""

        def act(asked: EvaluateLine) -> None:
            from sciml_magics.magics.evaluate import evaluate

            evaluate(_shell(self), self, asked)

        read_and_act(line, parse_evaluate, evaluate_help, act)

    @no_var_expand
    @line_magic
    def split(self, line: str) -> None:
        """Split the rows of a frame; its help is set below."""

        def act(asked: SplitLine) -> None:
            from sciml_magics.magics.evaluate import split

            split(_shell(self), asked)

        read_and_act(line, parse_split, split_help, act)

    @no_var_expand
    @line_cell_magic
    def detect(self, line: str, cell: str | None = None) -> None:
        """Find what looks wrong in a frame; its help is set below."""

        def act(asked: DetectLine) -> None:
            from sciml_magics.magics.detect import detect

            detect(_shell(self), self, asked, cell or "")

        read_and_act(line, parse_detect, detect_help, act)

    @no_var_expand
    @line_magic
    def repair(self, line: str) -> None:
        """Propose values for cells; its help is set below."""

        def act(asked: RepairLine) -> None:
            from sciml_magics.magics.detect import repair

            repair(_shell(self), self, asked)

        read_and_act(line, parse_repair, repair_help, act)

    @no_var_expand
    @line_magic
    def clean(self, line: str) -> None:
        """Put what was agreed into a new frame; its help is set below."""

        def act(asked: CleanLine) -> None:
            from sciml_magics.magics.clean import clean

            clean(_shell(self), self, asked)

        read_and_act(line, parse_clean, clean_help, act)

    @no_var_expand
    @line_magic
    def changes(self, line: str) -> None:
        """List what was changed; its help is set below."""

        def act(asked: ChangesLine) -> None:
            from sciml_magics.magics.clean import changes

            changes(_shell(self), self, asked)

        read_and_act(line, parse_changes, changes_help, act)

    @no_var_expand
    @line_magic
    def privacy(self, line: str) -> None:
        """Find personal data in a frame; its help is set below."""

        def act(asked: PrivacyLine) -> None:
            from sciml_magics.magics.privacy import privacy

            privacy(_shell(self), self, asked)

        read_and_act(line, parse_privacy, privacy_help, act)

    @no_var_expand
    @line_magic
    def profile(self, line: str) -> None:
        """Say what a frame tells of itself; its help is set below."""

        def act(asked: ProfileLine) -> None:
            from sciml_magics.magics.profile import profile

            profile(_shell(self), self, asked)

        read_and_act(line, parse_profile, profile_help, act)

    @no_var_expand
    @line_magic
    def standardise(self, line: str) -> None:
        """Propose one way to write texts; its help is set below."""

        def act(asked: StandardiseLine) -> None:
            from sciml_magics.magics.standardise import standardise

            standardise(_shell(self), self, asked)

        read_and_act(line, parse_standardise, standardise_help, act)

    @no_var_expand
    @line_magic
    def deduplicate(self, line: str) -> None:
        """Find rows that repeat another; its help is set below."""

        def act(asked: DeduplicateLine) -> None:
            from sciml_magics.magics.standardise import deduplicate

            deduplicate(_shell(self), self, asked)

        read_and_act(line, parse_deduplicate, deduplicate_help, act)

    @no_var_expand
    @line_magic
    def watch(self, line: str) -> None:
        """Say what is new in a batch of a table; its help is set below."""

        def act(asked: WatchLine) -> None:
            from sciml_magics.magics.watch import watch

            watch(_shell(self), self, asked)

        read_and_act(line, parse_watch, watch_help, act)

    @no_var_expand
    @line_magic
    def labels(self, line: str) -> None:
        """Put answers into a frame; its help is set below."""

        def act(asked: LabelsLine) -> None:
            from sciml_magics.magics.review import labels

            labels(_shell(self), self, asked)

        read_and_act(line, parse_labels, labels_help, act)

    @no_var_expand
    @line_magic
    def agreement(self, line: str) -> None:
        """Say how far people agree; its help is set below."""

        def act(asked: AgreementLine) -> None:
            from sciml_magics.magics.review import agreement

            agreement(self, asked)

        read_and_act(line, parse_agreement, agreement_help, act)

    @no_var_expand
    @line_magic
    def export(self, line: str) -> None:
        """Write answers into a file; its help is set below."""

        def act(asked: ExportLine) -> None:
            from sciml_magics.magics.exchange import export

            export(self, asked)

        read_and_act(line, parse_export, export_help, act)

    @no_var_expand
    @line_magic("import")  # type: ignore[arg-type]  # IPython types only the bare decorator
    def bring_in(self, line: str) -> None:
        """Bring answers in from a file; its help is set below."""

        def act(asked: ImportLine) -> None:
            from sciml_magics.magics.exchange import bring_in

            bring_in(self, asked)

        read_and_act(line, parse_import, import_help, act)

    annotate.__doc__ = annotate_help()
    sciml.__doc__ = sciml_help()
    review.__doc__ = review_help()
    learn.__doc__ = learn_help()
    calibrate.__doc__ = calibrate_help()
    evaluate.__doc__ = evaluate_help()
    split.__doc__ = split_help()
    privacy.__doc__ = privacy_help()
    profile.__doc__ = profile_help()
    detect.__doc__ = detect_help()
    repair.__doc__ = repair_help()
    clean.__doc__ = clean_help()
    changes.__doc__ = changes_help()
    standardise.__doc__ = standardise_help()
    deduplicate.__doc__ = deduplicate_help()
    watch.__doc__ = watch_help()
    labels.__doc__ = labels_help()
    agreement.__doc__ = agreement_help()
    export.__doc__ = export_help()
    bring_in.__doc__ = import_help()  # type: ignore[assignment]  # as above

    def how_charts(self) -> How:
        """How a chart is to be sent."""
        how: Any = self.chart
        return "auto" if how == "none" else how


def in_one_line(run: Callable[[], None]) -> None:
    """Call `run`; a mistake that its user can mend is shown as one line without a traceback.

    So is an interrupt, also where what was interrupted has no word for it.
    """
    try:
        run()
    except SciMLError as error:
        raise UsageError(" ".join(str(error).split())) from error
    except Stopped:
        raise
    except KeyboardInterrupt:
        raise Stopped("stopped; what is in the store stays there") from None


class _Line(Protocol):
    @property
    def help(self) -> bool: ...


Line = TypeVar("Line", bound=_Line)


def read_and_act(
    line: str, parse: Callable[[str], Line], text: Callable[[], str], act: Callable[[Line], None]
) -> None:
    """Do what a line asks for, or print the help where that is what it asks for."""

    def run() -> None:
        asked = parse(line)
        if asked.help:
            print(text())
        else:
            act(asked)

    in_one_line(run)


def _shell(magics: SciML) -> InteractiveShell:
    if magics.shell is None:
        raise UsageError("the magics need IPython: use the functions of sciml_magics instead")
    return magics.shell
