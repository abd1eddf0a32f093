"""The different ones among many addresses."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.frames.different import different

# Addresses whose halves are often equal, so that neither half alone tells them apart.
HALVES = st.sampled_from([bytes(8), b"\xff" * 8, b"\x00" * 7 + b"\x01", b"\x01" + bytes(7)])


@given(st.lists(st.builds(lambda high, low: high + low, HALVES, HALVES), max_size=40))
def test_different_agrees_with_a_dictionary(addresses: list[bytes]) -> None:
    found = different(b"".join(addresses))
    places: dict[bytes, int] = {}
    codes = [places.setdefault(address, len(places)) for address in addresses]
    assert found.codes.tolist() == codes
    assert [bytes(one) for one in found.ids.tolist()] == list(places)
    assert found.first.tolist() == [addresses.index(address) for address in places]


def test_the_ids_do_not_hold_the_addresses_of_all_rows() -> None:
    found = different(bytes(16) * 1_000)
    assert found.ids.base is None
    assert found.ids.dtype == np.dtype("V16")
    assert found.codes.dtype == found.first.dtype == np.int64
