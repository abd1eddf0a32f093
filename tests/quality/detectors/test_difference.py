import pytest

from sciml_magics.quality.detectors.difference import difference


@pytest.mark.parametrize(
    ("old", "new", "edits", "words"),
    [
        ("New  York", "New York", 1, "only white space differs"),
        ("Rome\u00a0", "Rome", 1, "only white space differs"),
        ("Ro\u200bme", "Rome", 1, "only invisible characters differ"),
        ("Zu\u0308rich", "Z\u00fcrich", 2, "only the Unicode form differs"),
        ("ROME", "Rome", 3, "only letter case differs"),
        ("Zurich", "Z\u00fcrich", 1, "only accents differ"),
        ("St Johns", "St. John's", 2, "only signs and white space differ"),
        ("Natnes", "Nantes", 1, "2 characters are swapped"),
        ("Nanttes", "Nantes", 1, "1 letter differs"),
        ("12 oz", "13 oz", 1, "1 character differs"),
        ("\u5317\u4eac", "\u5357\u4eac", 1, "1 letter differs"),
    ],
)
def test_a_difference_is_called_what_it_is(old, new, edits, words):
    assert difference(old, new, edits) == words
