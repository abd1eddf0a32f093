import pandas as pd
import pytest

from sciml_magics.errors import FrameError
from sciml_magics.magics.names import check_out, find_frame, frame_names


class Polars:
    """Stands for a frame of another library, which can become one of pandas."""

    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame()


FRAME = pd.DataFrame({"a": [1]})
NAMESPACE = {
    "papers": FRAME,
    "survey": FRAME,
    "_hidden": FRAME,
    "number": 3,
    "column": FRAME["a"],
    "other": Polars(),
    "kind": pd.DataFrame,
}


def test_frames_are_found_by_name() -> None:
    assert frame_names(NAMESPACE) == ["papers", "survey"]
    assert find_frame(NAMESPACE, "papers") is FRAME


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "which frame? there are papers, survey"),
        ("paper", "no frame 'paper': did you mean 'papers'?"),
        ("zzz", "no frame 'zzz': there are papers, survey"),
        ("number", "'number' is an int, not a pandas DataFrame"),
        ("column", "'column' is a pandas Series, not a pandas DataFrame: call .to_frame() first"),
        ("other", "'other' is a tests Polars, not a pandas DataFrame: call .to_pandas() first"),
        ("kind", "'kind' is a type, not a pandas DataFrame"),
    ],
)
def test_what_is_no_frame_is_said_in_one_line(name: str | None, message: str) -> None:
    with pytest.raises(FrameError) as caught:
        find_frame(NAMESPACE, name)
    assert str(caught.value) == message


def test_a_namespace_without_frames_says_how_to_make_one() -> None:
    with pytest.raises(FrameError, match=r"no frame 'df': there is no DataFrame yet, make one"):
        find_frame({}, "df")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("my frame", "--out 'my frame' is not a Python name"),
        ("class", "--out 'class' is not a Python name"),
        ("number", "--out 'number' is taken: it is an int; choose another"),
        ("list", "--out 'list' would hide Python's own list: choose another name"),
    ],
)
def test_a_name_that_cannot_take_the_frame(out: str, message: str) -> None:
    with pytest.raises(FrameError) as caught:
        check_out(NAMESPACE, out)
    assert str(caught.value) == message


def test_a_new_name_and_the_name_of_a_frame_can_take_it() -> None:
    check_out(NAMESPACE, "fresh")
    check_out(NAMESPACE, "papers")
