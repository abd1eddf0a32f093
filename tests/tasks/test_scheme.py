"""Label schemes as people write them."""

from __future__ import annotations

import enum
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import TaskError
from sciml_magics.tasks import Label
from sciml_magics.tasks.scheme import Scheme, as_labels, dump_body, parse_body


def names(body: str) -> list[str]:
    labels = parse_body(body).labels
    assert labels is not None
    return [label.name for label in labels]


RICH = (Label("a", "first"), Label("b", "second", ("B", "bb")), Label("c"))


@pytest.mark.parametrize(
    "body",
    [
        "labels:\n  a: first\n  b: {description: second, aliases: [B, bb]}\n  c:\n",
        "labels:\n- a: first\n- name: b\n  description: second\n  aliases: [B, bb]\n- c\n",
        "- name: a\n  description: first\n- b: {description: second, aliases: [B, bb]}\n- c",
        "labels:\r\n  a: ' first '\r\n  b:\r\n    description: second\r\n    aliases: [B, bb]\r\n"
        "  c: null\r\n",
        "# the scheme\n---\nlabels: {a: first, b: {aliases: [B, bb], description: second}, c: ~}\n",
        "{labels: [{a: first}, {name: b, description: second, aliases: [B, bb]}, c]}",
    ],
)
def test_the_shapes_of_a_scheme(body: str) -> None:
    assert parse_body(body) == Scheme(RICH)


def test_instructions_stand_beside_the_labels() -> None:
    body = "instructions: |\n  Read: the whole text.\n\n  Then choose.\nlabels: [a, b]\n"
    assert parse_body(body) == Scheme(
        (Label("a"), Label("b")), "Read: the whole text.\n\nThen choose."
    )
    assert parse_body("instructions: Only this").labels is None
    assert parse_body("labels: [a]\ninstructions:").instructions == ""


@pytest.mark.parametrize(
    "name",
    [
        "yes", "no", "on", "off", "true", "null", "~", "1", "1.0", "0x1F", "1e3", "2024-01-01",
        "12:30:00", ".nan", "1_000", "=", "<<",
    ],
)  # fmt: skip
def test_a_name_stays_the_text_that_was_written(name: str) -> None:
    assert names(f"labels: [{name}, b]") == [name, "b"]
    assert names(f"labels:\n- {name}\n- b") == [name, "b"]
    assert names(f"labels:\n  {name}: {name} it is\n  b:\n") == [name, "b"]


def test_a_description_stays_text_and_only_a_bare_null_is_none() -> None:
    labels = parse_body("labels:\n  a: no\n  b: 3.0\n  c: null\n  d: 'null'\n").labels
    assert labels == (Label("a", "no"), Label("b", "3.0"), Label("c"), Label("d", "null"))


@pytest.mark.parametrize(
    "name",
    ["a, b", 'say "x"', "it's", "基因组学", "🔭 sky", "<b>bold</b>", "a: b", "# x", "- y", "a/b"],
)
def test_a_quoted_name_may_hold_anything(name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    assert names(f"labels: [{quoted}]") == [name]
    assert names(f"labels:\n  {quoted}: x") == [name]


@pytest.mark.parametrize(
    "prose",
    [
        "Mark every gene.",
        "Choose the topic: genomics or imaging.",
        "*Important*: read twice: once slowly.",
        '"Gene" means: a gene.',
        "Mark genes.\n\nLeave out: proteins.\nWhen unsure: abstain.",
        "@home & abroad",
        "标注：每个基因",
        "Use `a: b`, never c",
        "50% of the rows",
    ],
)
def test_prose_is_instructions(prose: str) -> None:
    assert parse_body(f"\n  {prose}\n") == Scheme(None, prose)


@pytest.mark.parametrize("body", ["", "\n \n", "# only a comment"])
def test_an_empty_body_says_nothing(body: str) -> None:
    assert parse_body(body) == Scheme()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("labels: [a, b", "line 1, column 14 of the body: .*: labels: \\[a, b"),
        ("labels: [a, b\n\n\n", "line 1, column 9 of the body: .*: labels: \\[a, b"),
        ("labels:\n  a: x\n b: y\n", "line 3, column 2 of the body: .*: b: y"),
        ("labels:\n  a: x: y\n", "line 2, column 7 of the body: mapping values .*: a: x: y"),
        ("labels:\n\t- a\n", "line 2, column 1 of the body: a tab cannot indent, use spaces"),
        ("labels: 'a\n", "line 1, column 9 of the body: "),
        ("- a\nb\n", "line 2, column 1 of the body: "),
        ("labels: [a]\n---\nlabels: [b]", "line 2, column 1 of the body: found another document"),
        ("labels: [a, *b]", "line 1, column 13 of the body: found undefined alias"),
        ("labels: [a\x00]", r"line 1, column 11 of the body: the character U\+0000 cannot"),
        ("labels:\n- a\ud800", r"line 2, column 4 of the body: the character U\+D800 cannot"),
        ("lables: [a]", "no setting 'lables': did you mean 'labels'?"),
        ("labels: [a]\nmodel: x", "no setting 'model', only 'labels' and 'instructions'"),
        ("genomics: genes\nlaw: courts", "no setting 'genomics', .*labels go under 'labels:'"),
        ("labels:\n  a: {desc: x}", "no setting 'desc', only 'description' and 'aliases'"),
        ("labels:\n  a: {descripton: x}", "did you mean 'description'?"),
        ("labels:", "there are no labels: write a line"),
        ("labels: []", "there are no labels"),
        ("labels: {}", "there are no labels"),
        ("labels: ''", "there are no labels"),
        ("[]", "there are no labels"),
        ("labels: a, b", "the labels are one text: write"),
        ("labels: ['']", "a label has an empty name"),
        ("labels:\n-\n- b", "a label has an empty name"),
        ("labels: [a, b, a]", "label 'a' stands twice"),
        ("labels:\n  a: x\n  b: y\n  a: z", "'a' stands twice in the body, in lines 2 and 4"),
        ("labels: [a]\nlabels: [b]", "'labels' stands twice in the body, in lines 1 and 2"),
        ("labels:\n- description: x", "a label in the list has no name: write '- name: …'"),
        ("labels:\n- a: x\n  b: y", "a label in the list has no name"),
        ("labels: [[a, b]]", "the name of a label is ..a', 'b.., not text"),
        ("labels:\n  a: [x]", "the description of label 'a' is ..x.., not text"),
        ("labels:\n  a: {aliases: [[x]]}", "an alias of label 'a' is"),
        ("labels: [a]\ninstructions: [x]", "the instructions are text"),
        ("? [a, b]\n: c", "line 1 of the body: a name is one text"),
        ("[" * 3_000, "nested too deeply"),
        ("[" * 40 + "]" * 40, "nested too deeply"),
        ("labels: &all [*all]", "nested too deeply"),
    ],
)
def test_a_mistake_is_told_in_one_line(body: str, says: str) -> None:
    with pytest.raises(TaskError, match=says) as caught:
        parse_body(body)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 300


def test_nothing_in_a_body_is_run() -> None:
    assert names("labels: [!!python/object/apply:os.getcwd a, !!int b]") == ["a", "b"]


def test_five_thousand_labels() -> None:
    body = "labels:\n" + "".join(f"  label {i}: number {i}\n" for i in range(5_000))
    labels = parse_body(body).labels
    assert labels is not None
    assert labels[-1] == Label("label 4999", "number 4999")
    assert len(labels) == 5_000


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given_labels", "found"),
    [
        (["a", "b"], [Label("a"), Label("b")]),
        (("a", Label("b", "x")), [Label("a"), Label("b", "x")]),
        ({"a": "x", "b": None, "c": ""}, [Label("a", "x"), Label("b"), Label("c")]),
        ({"a": {"description": "x", "aliases": "y"}}, [Label("a", "x", ("y",))]),
        ([{"name": "a", "description": "x"}, {"b": "y"}], [Label("a", "x"), Label("b", "y")]),
        ([1, 2.5, True, np.int64(3)], [Label("1"), Label("2.5"), Label("True"), Label("3")]),
        ([np.bool_(False), date(2024, 1, 2)], [Label("False"), Label("2024-01-02")]),
        ([Colour.RED, np.str_("b")], [Label("red"), Label("b")]),
        ({1: "one", 2: 2}, [Label("1", "one"), Label("2", "2")]),
        (pd.Series(["a", "b"], index=[3, 3]), [Label("a"), Label("b")]),
        (pd.Index(["a", "b"]), [Label("a"), Label("b")]),
        (pd.Categorical(["a", "b"]), [Label("a"), Label("b")]),
        (np.array(["a", "b"]), [Label("a"), Label("b")]),
        (iter("ab"), [Label("a"), Label("b")]),
    ],
)
def test_labels_of_python_callers(given_labels, found: list[Label]) -> None:
    labels = as_labels(given_labels)
    assert labels == tuple(found)
    assert all(type(label.name) is str and type(label.description) is str for label in labels)


@pytest.mark.parametrize(
    ("given_labels", "says"),
    [
        ([], "there are no labels: give at least one"),
        ({}, "there are no labels"),
        ("abc", "these labels are of type str: give a list of names"),
        (b"abc", "of type bytes"),
        (None, "of type NoneType"),
        (7, "of type int"),
        ({"a", "b"}, "of type set"),
        ([None], "the name of a label is None, not text"),
        ([np.nan], "the name of a label is nan, not text"),
        ([pd.NA], "the name of a label is <NA>, not text"),
        ([pd.NaT], "the name of a label is NaT, not text"),
        ([["a"]], "the name of a label is .'a'., not text"),
        ([b"a"], "the name of a label is b'a', not text"),
        ({None: "x"}, "the name of a label is None"),
        ({"a": ["x"]}, "the description of label 'a' is"),
        ({"a": {"desc": "x"}}, "no setting 'desc'"),
        (["a", ""], "a label has an empty name"),
        (["a", " \t"], "a label has an empty name"),
        (["a", "a"], "label 'a' stands twice"),
        ([1, "1"], "label '1' stands twice"),
        (["a\ud800"], r"label 'a\\ud800' holds half a character"),
        ([str(i) for i in range(10_001)], "10,001 labels are more than 10,000"),
    ],
)
def test_what_is_no_scheme_is_refused(given_labels, says: str) -> None:
    with pytest.raises(TaskError, match=says):
        as_labels(given_labels)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAME = TEXT.filter(lambda text: text.strip() != "")
ONE = st.builds(Label, NAME, TEXT.map(str.strip), st.lists(TEXT, max_size=2).map(tuple))
SOME = st.lists(ONE, min_size=1, max_size=5, unique_by=lambda label: label.name).map(tuple)


@given(SOME | st.none(), TEXT.map(str.strip))
def test_what_is_dumped_is_read_back(labels: tuple[Label, ...] | None, instructions: str) -> None:
    scheme = Scheme(labels, instructions)
    assert parse_body(dump_body(scheme)) == scheme


def test_a_dumped_body_reads_well() -> None:
    scheme = Scheme((Label("基因", "genes: DNA"), Label("yes")), "Read it.\nThen choose.")
    assert dump_body(scheme) == (
        "labels:\n  基因: 'genes: DNA'\n  'yes': ''\ninstructions: |-\n  Read it.\n  Then choose.\n"
    )
