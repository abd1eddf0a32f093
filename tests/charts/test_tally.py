import pandas as pd
import pytest

from sciml_magics.charts.tally import MOST_LABELS, tally
from sciml_magics.errors import FrameError
from tests.charts.frames_made import annotated, labelled, listed_labels, make_task, spans


def bars(counted: pd.DataFrame) -> dict[str, int]:
    return dict(zip(counted["answer"], counted["count"].tolist(), strict=True))


def test_labels_are_counted_and_every_status_has_its_bar() -> None:
    task = make_task(labels=["a", "b", "never"])
    frame = annotated(
        task,
        pd.Categorical(["a", "b", "a", None, None, None, None], categories=["a", "b", "never"]),
        [0.9, 0.8, 0.7, 0.2, None, None, None],
        ["suggested"] * 3 + ["abstained", "missing", "unreadable", "pending"],
    )
    counted = tally(frame, task)
    assert bars(counted.counts) == {
        "a": 2,
        "b": 1,
        "never": 0,
        "(abstained)": 1,
        "(missing)": 1,
        "(unreadable)": 1,
        "(pending)": 1,
    }
    assert counted.counts["group"].tolist() == ["answer"] * 3 + ["no answer"] * 4
    assert counted.scores["count"].sum() == 4  # three answers and the abstention that has a score


def test_what_people_said_is_counted_as_an_answer_or_by_its_status() -> None:
    task = make_task(labels=["a", "b"])
    frame = pd.DataFrame(
        {
            "topic": pd.Categorical(["a", "b", None, "b"], categories=["a", "b"]),
            "topic_score": pd.Series([0.9, None, None, 0.8], dtype="float32"),
            "topic_status": ["accepted", "corrected", "disputed", "suggested"],
        }
    )
    counted = tally(frame, task)
    assert bars(counted.counts) == {"b": 2, "a": 1, "(disputed)": 1}
    assert counted.scores["count"].sum() == 2


def test_scores_fall_into_their_bins_and_one_belongs_to_the_last() -> None:
    task = make_task(labels=["a"])
    frame = annotated(task, pd.Categorical(["a", "a", "a"]), [0.0, 0.51, 1.0], ["suggested"] * 3)
    scores = tally(frame, task).scores
    assert list(zip(scores["low"], scores["high"], strict=True)) == [
        (0.0, 0.05),
        (0.5, 0.55),
        (0.95, 1.0),
    ]


def test_counts_and_bins_are_small_and_complete_for_many_rows_and_labels() -> None:
    task = make_task(labels=[f"label {i}" for i in range(200)])
    frame = labelled(task, 30_000)
    counted = tally(frame, task)
    assert len(counted.counts) == MOST_LABELS + 1 + 2
    assert counted.counts["count"].sum() == 30_000
    assert counted.scores["count"].sum() == frame["topic_score"].notna().sum()
    assert len(counted.counts) + len(counted.scores) < 500
    assert counted.counts["answer"][MOST_LABELS] == "(186 other labels)"


def test_statuses_stay_apart_from_labels_of_the_same_name() -> None:
    task = make_task(labels=["(missing)", "a"])
    frame = annotated(
        task, pd.Categorical(["(missing)", None]), [0.9, None], ["suggested", "missing"]
    )
    assert bars(tally(frame, task).counts) == {"(missing)": 1, "((missing))": 1}


def test_several_labels_a_row_are_counted_one_by_one() -> None:
    task = make_task(labels=["a", "b"], kind="labels")
    frame = annotated(
        task,
        listed_labels([["a", "b"], ["b"], None, []]),
        [0.92, 0.62, 0.1, 0.7],
        ["suggested", "suggested", "abstained", "suggested"],
    )
    counted = tally(frame, task)
    assert bars(counted.counts) == {"b": 2, "a": 1, "(abstained)": 1}
    b = counted.scores[counted.scores["answer"] == "b"]
    assert b["low"].tolist() == pytest.approx([0.6, 0.9])


def test_lists_may_be_python_objects() -> None:
    task = make_task(labels=["a", "b"], kind="labels")
    frame = annotated(
        task,
        pd.Series([["a"], None, ["a", "b"]], dtype=object),
        [0.9, None, 0.8],
        ["suggested", "missing", "suggested"],
    )
    assert bars(tally(frame, task).counts) == {"a": 2, "b": 1, "(missing)": 1}


def test_spans_are_counted_with_their_own_scores() -> None:
    task = make_task(labels=["gene", "cell"], kind="spans")
    frame = annotated(
        task,
        spans([[("gene", 0.91), ("gene", 0.41)], [("cell", 0.71)], None]),
        [0.6, 0.7, None],
        ["suggested", "suggested", "missing"],
    )
    counted = tally(frame, task)
    assert bars(counted.counts) == {"gene": 2, "cell": 1, "(missing)": 1}
    gene = counted.scores[counted.scores["answer"] == "gene"]
    assert gene["low"].tolist() == pytest.approx([0.4, 0.9])


def test_free_text_has_lengths() -> None:
    task = make_task(kind="text")
    frame = annotated(
        task,
        pd.Series(["four", "x" * 300, None], dtype="str"),
        [0.5, 0.6, None],
        ["suggested", "suggested", "missing"],
    )
    counted = tally(frame, task)
    assert bars(counted.counts) == {"answered": 2, "(missing)": 1}
    assert counted.lengths["count"].sum() == 2
    last = counted.lengths.iloc[-1]
    assert last["low"] <= 300 < last["high"]


def test_labels_that_went_through_a_csv_file_are_counted() -> None:
    task = make_task(labels=["a", "b"])
    frame = labelled(task, 200).astype({"topic": object, "topic_status": object})
    assert bars(tally(frame, task).counts) == bars(tally(labelled(task, 200), task).counts)


def test_a_frame_without_the_columns_is_one_line() -> None:
    task = make_task(labels=["a"])
    with pytest.raises(FrameError, match=r"no column 'topic': annotate it with task 'topic' first"):
        tally(pd.DataFrame({"note": ["x"]}), task)


def test_lists_that_became_text_are_one_line() -> None:
    task = make_task(labels=["a"], kind="labels")
    frame = annotated(task, ["['a']"], [0.9], ["suggested"])
    with pytest.raises(FrameError, match=r"does not hold the answers of a task of kind 'labels'"):
        tally(frame, task)


def test_an_empty_frame_is_counted_as_nothing() -> None:
    task = make_task(labels=["a"])
    frame = annotated(task, pd.Categorical([], categories=["a"]), [], [])
    counted = tally(frame, task)
    assert bars(counted.counts) == {"a": 0}
    assert counted.rows == len(counted.scores) == 0


def test_the_frame_is_left_as_it_was() -> None:
    task = make_task(labels=["a", "b"])
    frame = labelled(task, 100)
    before = frame.copy(deep=True)
    tally(frame, task)
    pd.testing.assert_frame_equal(frame, before)


def test_trusted_answers_are_answers() -> None:
    task = make_task(labels=["a", "b"])
    frame = annotated(task, pd.Categorical(["a", "b"]), [0.9, 0.8], ["suggested"] * 2)
    frame["topic_status"] = pd.Categorical(["trusted", "suggested"])
    assert bars(tally(frame, task).counts) == {"a": 1, "b": 1}
    text = make_task(kind="text")
    frame["topic"] = ["x", "y"]
    assert bars(tally(frame, text).counts) == {"answered": 2}
