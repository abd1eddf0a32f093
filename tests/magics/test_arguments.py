import pytest

from sciml_magics.errors import SciMLError
from sciml_magics.magics.arguments import annotate_parser, parse_annotate, parse_sciml
from sciml_magics.magics.help import annotate_help
from sciml_magics.magics.reading import flags


def test_a_whole_line_is_read() -> None:
    line = parse_annotate(
        'df -c "my text" --column=title -t topic -k spans -m ./m --device cuda:1 --precision bf16 '
        "--window mean --threshold 0.3 --where \"year > 3 and x == 'a b'\" --sample 1_000 -n 20 "
        "--seed 7 -o out --store s.db --provenance --dry-run --no-chart -q --input text "
        "--max-new-tokens 9 --shortlist 12"
    )
    assert line.frame == "df"
    assert line.column == ("my text", "title")
    assert (line.task, line.kind, line.model, line.device) == ("topic", "spans", "./m", "cuda:1")
    assert (line.precision, line.window, line.threshold) == ("bf16", "mean", 0.3)
    assert line.where == "year > 3 and x == 'a b'"
    assert (line.sample, line.limit, line.seed, line.max_new_tokens) == (1000, 20, 7, 9)
    assert line.shortlist == 12
    assert (line.out, line.store, line.input) == ("out", "s.db", "text")
    assert line.provenance
    assert line.dry_run
    assert line.no_chart
    assert line.quiet


def test_the_frame_may_stand_anywhere() -> None:
    assert parse_annotate("--task topic df").frame == "df"
    assert parse_annotate("-q df --task topic").frame == "df"
    assert parse_annotate("--task topic").frame is None


def test_multi_label_is_a_kind() -> None:
    assert parse_annotate("df --multi-label").kind == "labels"
    assert parse_annotate("df --multi-label --kind labels").kind == "labels"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("yes,no", ("yes", "no")),
        ("'yes, no ,maybe'", ("yes", "no", "maybe")),
        ("""'"a, b",c'""", ("a, b", "c")),
        ("基因,🧬", ("基因", "🧬")),
        (r"""'"say ""hi"" now",b'""", ('say "hi" now', "b")),
    ],
)
def test_labels_stand_between_commas(typed: str, names: tuple[str, ...]) -> None:
    assert parse_annotate(f"df --labels {typed}").labels == names


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("df --colum x", "no option --colum: did you mean --column?"),
        ("df --treshold=2", "no option --treshold: did you mean --threshold?"),
        ("df -z", "no option -z: --help shows all options"),
        ("df -k lable", "no task kind 'lable': choose one of label, labels, spans, text, value"),
        ("df -k x", "no task kind 'x': choose one of label, labels, spans, text, value"),
        ("df --input txt", "no input 'txt': choose one of text, image"),
        ("df --precision fp8", "no precision 'fp8': choose one of auto, fp32, bf16, fp16"),
        ("df --window median", "no window 'median': choose one of max, mean"),
        ("df --task", "--task/-t needs a value"),
        ("df --limit x", "--limit/-n needs a whole number of 1 or more, not 'x'"),
        ("df --limit 0", "--limit/-n needs a whole number of 1 or more, not '0'"),
        ("df --sample=-5", "--sample needs a whole number of 1 or more, not '-5'"),
        ("df --seed 1.5", "--seed needs a whole number of 0 or more, not '1.5'"),
        ("df --threshold 2", "--threshold needs a number from 0 to 1, not '2'"),
        ("df --threshold nan", "--threshold needs a number from 0 to 1, not 'nan'"),
        ("df --labels ','", "--labels needs names between commas, such as --labels yes,no"),
        ('df -c "abc', 'a quote is not closed: df -c "abc'),
        ("df -c abc\\", "a backslash ends the line: df -c abc\\"),
        ("df other", "one frame at a time: what is 'other'? (quote values with spaces)"),
        (
            'df.query("x > 1") -c a',
            "'df.query(x > 1)' is not the name of a frame: give it a name first (part = …), "
            "or choose rows with --where",
        ),
        (
            "df --multi-label --kind spans",
            "--multi-label asks for kind 'labels', not 'spans': use one of the two",
        ),
    ],
)
def test_a_mistake_is_one_line_with_the_way_out(line: str, message: str) -> None:
    with pytest.raises(SciMLError) as caught:
        parse_annotate(line)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("stat", "no %sciml command 'stat': choose one of status, runs, tasks, models"),
        ("x", "no %sciml command 'x': choose one of status, runs, tasks, models"),
        ("runs a b", "%sciml runs does not take 'b': see %sciml --help"),
        ("status topic", "%sciml status does not take 'topic': see %sciml --help"),
        ("runs --stor x", "no option --stor: did you mean --store?"),
    ],
)
def test_a_mistake_in_sciml_is_one_line(line: str, message: str) -> None:
    with pytest.raises(SciMLError) as caught:
        parse_sciml(line)
    assert str(caught.value) == message


def test_sciml_takes_a_command_a_task_and_a_store() -> None:
    line = parse_sciml("runs topic --store s.db")
    assert (line.command, line.task, line.store) == ("runs", "topic", "s.db")
    assert parse_sciml("").command is None


def test_the_help_names_every_option() -> None:
    text = annotate_help()
    assert all(flag in text for flag in flags(annotate_parser()))
    assert "%%annotate papers --column abstract --task topic" in text
    assert max(map(len, text.splitlines())) <= 100
