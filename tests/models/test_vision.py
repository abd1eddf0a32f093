"""Records of images through a model."""

import numpy as np
from PIL import Image
from transformers import AutoModel, ResNetConfig

from sciml_magics.models.vision import VisionModel, run_images
from sciml_magics.tasks import Record
from tests.models.pictures import picture_records


def _as_it_is(image):
    return np.asarray(image, np.float32).transpose(2, 0, 1)


def _loaded():
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8], depths=[1], layer_type="basic")
    return VisionModel(AutoModel.from_config(config), _as_it_is)


def _mean(pixels):
    return pixels.float().mean(dim=(2, 3))


def test_pictures_that_keep_their_proportions_are_stacked_by_size():
    sizes = [(4, 2), (2, 4), (4, 2), (3, 3), (2, 4)]
    records = picture_records([Image.new("RGB", size, (10, 0, 0)) for size in sizes])
    stacked = []

    def features(pixels):
        stacked.append(len(pixels))
        return _mean(pixels)

    found = list(run_images(_loaded(), records, features, 3))

    assert sorted(stacked) == [1, 2, 2]
    assert sorted(at for part, _ in found for at in part.tolist()) == [0, 1, 2, 3, 4]
    assert all((vectors == [10, 0, 0]).all() for _, vectors in found)


def test_pictures_that_cannot_be_read_are_no_numbers_in_their_places():
    good = picture_records([Image.new("RGB", (2, 2), (at, 0, 0)) for at in range(3)])
    records = [good[0], Record(b"bad".ljust(16), (("image", "x"),)), *good[1:]]
    vectors = np.zeros((4, 3))
    for at, part in run_images(_loaded(), records, _mean, 3):
        vectors[at] = part

    assert vectors[[0, 2, 3], 0].tolist() == [0, 1, 2]
    assert np.isnan(vectors[1]).all()
