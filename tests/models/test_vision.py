"""Records of images through a model."""

import numpy as np
from PIL import Image
from transformers import AutoModel, ResNetConfig

from sciml_magics.models.vision import VisionModel, run_images
from sciml_magics.tasks import Suggestion
from tests.models.pictures import picture_records


def _as_it_is(image):
    return np.asarray(image, np.float32).transpose(2, 0, 1)


def test_pictures_that_keep_their_proportions_are_stacked_by_size():
    sizes = [(4, 2), (2, 4), (4, 2), (3, 3), (2, 4)]
    records = picture_records([Image.new("RGB", size, (10, 0, 0)) for size in sizes])
    stacked = []

    def forward(pixels):
        stacked.append(tuple(pixels.shape))
        return pixels.float().mean(dim=(2, 3)).numpy()

    def answer(record, scores):
        return Suggestion(record.id, "red", float(scores[0]))

    config = ResNetConfig(embedding_size=8, hidden_sizes=[8], depths=[1], layer_type="basic")
    loaded = VisionModel(AutoModel.from_config(config), _as_it_is)
    found = [one for batch in run_images(loaded, records, forward, answer) for one in batch]

    assert sorted(shape[0] for shape in stacked) == [1, 2, 2]
    assert {one.record_id for one in found} == {record.id for record in records}
    assert all(one.score == 10 for one in found)
