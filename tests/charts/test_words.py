import json

from sciml_magics.charts.words import listed, printable


def test_what_json_or_a_browser_cannot_carry_is_replaced() -> None:
    shown = printable("a\x00b\ud800c\x1b[31m\n")
    assert json.loads(json.dumps(shown).encode("utf-8")) == shown
    shown.encode("utf-8")
    assert not any(ord(char) < 32 for char in shown)


def test_other_scripts_and_emoji_stay() -> None:
    assert printable("基因组学 🧬 é") == "基因组学 🧬 é"


def test_a_short_list_is_whole_and_a_long_one_is_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(i) for i in range(2000)], most=1) == "0 and 1,999 more"
