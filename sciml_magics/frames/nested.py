"""The types of the columns that hold several labels or spans.

pandas writes such columns to Parquet, but does not know their names when it reads them back. Here
it learns the two that this package writes. Where this package is not loaded,
``pd.read_parquet(path, dtype_backend="pyarrow")`` reads them.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from pandas.api.extensions import register_extension_dtype

LABELS = pa.list_(pa.string())
SPANS = pa.list_(
    pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("label", pa.string()),
            ("text", pa.string()),
            ("score", pa.float32()),
        ]
    )
)


@register_extension_dtype
class Nested(pd.ArrowDtype):
    """Finds the types of this module by the names under which pandas writes them."""

    @classmethod
    def construct_from_string(cls, string: str) -> pd.ArrowDtype:
        """The type of this name.

        Raises
        ------
        TypeError
            If it is none of this module's.
        """
        for kind in (LABELS, SPANS):
            dtype = pd.ArrowDtype(kind)
            if string == dtype.name:
                return dtype
        raise TypeError(f"{string!r} is not a type of this package's columns")
