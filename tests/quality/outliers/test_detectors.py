import numpy as np
import pandas as pd
import PIL.Image
import pytest

from sciml_magics.quality.findings import WHOLE_ROW, detectors
from sciml_magics.quality.outliers import MODULES, together, unlike
from sciml_magics.quality.outliers.alone import OutlyingNumbers
from sciml_magics.quality.outliers.together import OutlyingRows
from sciml_magics.quality.outliers.unlike import OutlyingImages, OutlyingTexts
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE

NAMES = ("outlier", "outlying row", "outlying text", "outlying image")


def letters(texts):
    """Embeddings of a test: how often each letter stands in a text."""
    counts = np.array([[text.count(chr(97 + at)) + 0.01 for at in range(26)] for text in texts])
    return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


def test_importing_the_modules_registers_the_detectors():
    assert len(MODULES) == 3
    assert set(NAMES) <= set(detectors())


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("times", [1, 60])
def test_hostile_frames_are_survived(name, times):
    if name == "10,000 columns" and times > 1:
        pytest.skip("the same columns, only longer")
    frame = pd.concat([HOSTILE[name]()] * times) if times > 1 else HOSTILE[name]()
    table = Table(frame, "hostile")
    for look in (OutlyingNumbers(), OutlyingRows(), OutlyingTexts(letters), OutlyingImages()):
        for each in look.find(table):
            assert len(each.rows) == len(each.scores)
            assert all(each.why(at) for at in range(len(each)))
            assert ((each.scores >= 0) & (each.scores <= 1)).all()


def test_a_row_that_breaks_a_dependency_is_flagged():
    first = np.random.default_rng(0).normal(size=300)
    frame = pd.DataFrame({"a": first, "b": 3 * first, "c": -first})
    frame.loc[7] = [2.2, -6.6, 2.2]
    (found,) = OutlyingRows().find(Table(frame))
    assert (found.column, found.rows.tolist()) == (WHOLE_ROW, [7])
    assert "'a', 'b', 'c' together" in found.why(0)


def test_the_words_name_the_columns_that_are_far_out():
    rows = np.random.default_rng(0).normal(size=(300, 4))
    rows[9, 1:3] = [30, -40]
    (found,) = OutlyingRows().find(Table(pd.DataFrame(rows, columns=list("abcd"))))
    assert found.rows.tolist() == [9]
    assert "'c'" in found.why(0)
    assert "robust deviations below the median" in found.why(0)


@pytest.mark.parametrize("seed", range(4))
def test_ordinary_rows_are_left_alone(seed):
    rows = np.random.default_rng(seed).normal(size=(500, 5))
    assert sum(map(len, OutlyingRows().find(Table(pd.DataFrame(rows))))) <= 2


def test_of_many_rows_a_part_is_drawn_and_said(monkeypatch):
    monkeypatch.setattr(together, "ROWS", 199)
    rows = np.random.default_rng(0).normal(size=(200, 3))
    rows[5] = 25
    (found,) = OutlyingRows().find(Table(pd.DataFrame(rows)))
    assert found.rows.tolist() == [5]
    assert "of 199 drawn at random" in found.why(0)


def test_a_text_of_other_things_is_flagged_wherever_it_stands():
    draw = np.random.default_rng(0)
    texts = [" ".join(draw.choice(list("abcde"), 15)) + f" {at}" for at in range(60)]
    texts += ["zz yy xx ww zz yy", "zz yy xx ww zz yy"]
    (found,) = OutlyingTexts(letters).find(Table(pd.DataFrame({"t": texts})))
    assert found.rows.tolist() == [60, 61]
    assert found.why(0).startswith("unlike the other texts of the column: nearest is “")


def test_names_and_categories_are_no_texts():
    frame = pd.DataFrame({"n": [f"name {at}" for at in range(100)], "c": ["a b c d"] * 100})
    assert not list(OutlyingTexts(letters).find(Table(frame)))


def test_of_many_texts_a_part_is_embedded(monkeypatch):
    monkeypatch.setattr(unlike, "TEXTS", 50)
    seen = []
    texts = [f"a text of number {at}" for at in range(80)]

    def embed(drawn):
        seen.append(len(drawn))
        return letters(drawn)

    list(OutlyingTexts(embed).find(Table(pd.DataFrame({"t": texts}))))
    assert seen == [50]


def test_of_many_columns_the_longest_texts_are_embedded_and_that_is_said(monkeypatch):
    monkeypatch.setattr(unlike, "TOGETHER", 600)
    names = {
        f"c{at}": [f"a text of {at} {'more ' * at}{row}" for row in range(400)] for at in range(5)
    }
    seen = []

    def embed(drawn):
        seen.append(drawn)
        return letters(drawn)

    look = OutlyingTexts(embed)
    list(look.find(Table(pd.DataFrame(names))))
    assert [len(drawn) for drawn in seen] == [300, 300]
    assert all("more more more" in drawn[0] for drawn in seen)
    assert look.notes == [
        "outlying texts were sought in 2 of 5 columns of texts, those whose texts are longest"
    ]


def test_an_image_of_other_things_is_flagged(tmp_path):
    draw = np.random.default_rng(0)
    paths = []
    for at in range(40):
        pixels = draw.normal(200, 5, size=(32, 32, 3))
        x, y = draw.integers(4, 20, size=2)
        pixels[x : x + 8, y : y + 8] = [180, 60, 60]
        if at == 11:
            pixels = 255 * draw.random((32, 32, 3)) * (np.arange(32) % 2)[:, None, None]
        path = tmp_path / f"{at}.png"
        PIL.Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
        paths.append(str(path))
    frame = pd.DataFrame({"image": [*paths, str(tmp_path / "gone.png"), None]})
    (found,) = OutlyingImages().find(Table(frame))
    assert found.rows.tolist() == [11]
    assert "from the nearest" in found.why(0)
