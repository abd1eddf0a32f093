"""pandas finds the types of nested columns by the names under which it writes them."""

from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.frames.nested import LABELS, SPANS


@pytest.mark.parametrize("kind", [LABELS, SPANS], ids=["labels", "spans"])
def test_the_types_are_found_by_name(kind: object) -> None:
    dtype = pd.ArrowDtype(kind)
    assert pd.api.types.pandas_dtype(str(dtype)) == dtype


@pytest.mark.parametrize(
    ("name", "kind"),
    [("int64[pyarrow]", pd.ArrowDtype), ("str", pd.StringDtype), ("category", pd.CategoricalDtype)],
)
def test_other_types_are_found_as_before(name: str, kind: type) -> None:
    assert type(pd.api.types.pandas_dtype(name)) is kind


@pytest.mark.parametrize("name", ["list<item: int64>[pyarrow]", "nothing"])
def test_other_names_are_unknown_as_before(name: str) -> None:
    with pytest.raises(TypeError, match="not understood"):
        pd.api.types.pandas_dtype(name)
