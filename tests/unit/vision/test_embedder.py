import hashlib
from pathlib import Path

import numpy as np
import pytest

from desktop_app.errors import ModelAltered, ModelUnusable
from desktop_app.vision.embedder import Embedder
from desktop_app.vision.manifest import EmbedderSpec
from desktop_app.vision.types import AlignedFace
from networks import averaging_network


def spec(folder: Path, *, content: bytes, size: int, dimension: int, **options) -> EmbedderSpec:
    path = folder / "own.tflite"
    path.write_bytes(content)
    return EmbedderSpec(
        name="own",
        kind="embedder",
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        licence="none",
        source="made by a test",
        size=size,
        dimension=dimension,
        **options,
    )


def picture(size: int) -> AlignedFace:
    pixels = np.random.default_rng(size).integers(0, 256, (size, size, 3), np.uint8)
    return AlignedFace(pixels, np.array([[1.0, 0, 0], [0, 1, 0]]))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(("size", "dimension"), [(160, 512), (96, 128)])
def test_a_facenet_of_any_size_and_dimension_works(tmp_path, size, dimension):
    network = averaging_network((1, size, size, 3), dimension=dimension)
    embedder = Embedder(spec(tmp_path, content=network, size=size, dimension=dimension), threads=1)
    face = picture(size)
    expected = unit(face.pixels.astype(np.float64).reshape(-1, dimension).mean(axis=0))
    made = embedder.embed(face)
    assert made.embedder == embedder.spec.key
    np.testing.assert_allclose(made.vector, expected, atol=1e-5)


def test_per_image_standardisation_is_facenets_prewhiten(tmp_path):
    network = averaging_network((1, 160, 160, 3), dimension=512)
    embedder = Embedder(
        spec(tmp_path, content=network, size=160, dimension=512, normalisation="per-image"),
        threads=1,
    )
    face = picture(160)
    values = face.pixels.astype(np.float64)
    white = (values - values.mean()) / values.std()
    expected = unit(white.reshape(-1, 512).mean(axis=0))
    np.testing.assert_allclose(embedder.embed(face).vector, expected, atol=1e-4)


def test_per_image_standardisation_survives_a_flat_picture(tmp_path):
    network = averaging_network((1, 96, 96, 3), dimension=128)
    embedder = Embedder(
        spec(tmp_path, content=network, size=96, dimension=128, normalisation="per-image"),
        threads=1,
    )
    flat = AlignedFace(np.full((96, 96, 3), 77, np.uint8), np.array([[1.0, 0, 0], [0, 1, 0]]))
    # All zeros in, all zeros out: there is no direction, and that is said.
    with pytest.raises(ModelUnusable, match="no usable vector"):
        embedder.embed(flat)


def test_mean_scale_colour_order_and_layout_are_as_the_manifest_says(tmp_path):
    network = averaging_network((1, 3, 96, 96), dimension=128)
    embedder = Embedder(
        spec(
            tmp_path,
            content=network,
            size=96,
            dimension=128,
            channels_first=True,
            colour="BGR",
            mean=127.5,
            scale=1 / 128,
        ),
        threads=1,
    )
    face = picture(96)
    values = (face.pixels[..., ::-1].astype(np.float64) - 127.5) / 128
    expected = unit(values.transpose(2, 0, 1).reshape(-1, 128).mean(axis=0))
    np.testing.assert_allclose(embedder.embed(face).vector, expected, atol=1e-4)


def test_a_network_of_another_input_than_the_manifest_says_is_refused(tmp_path):
    network = averaging_network((1, 96, 96, 3), dimension=128)
    with pytest.raises(ModelUnusable, match=r"input has the shape \(1, 96, 96, 3\)"):
        Embedder(spec(tmp_path, content=network, size=112, dimension=128), threads=1)


def test_a_network_of_another_dimension_than_the_manifest_says_is_refused(tmp_path):
    network = averaging_network((1, 96, 96, 3), dimension=128)
    with pytest.raises(ModelUnusable, match="gives 128 numbers, the manifest says 512"):
        Embedder(spec(tmp_path, content=network, size=96, dimension=512), threads=1)


def test_a_file_that_is_no_network_is_refused(tmp_path):
    with pytest.raises(ModelUnusable, match="LiteRT says"):
        Embedder(spec(tmp_path, content=b"no network", size=96, dimension=128), threads=1)


def test_one_changed_byte_is_refused_before_the_network_is_run(tmp_path):
    network = averaging_network((1, 96, 96, 3), dimension=128)
    wanted = spec(tmp_path, content=network, size=96, dimension=128)
    wanted.path.write_bytes(network[:-1] + bytes([network[-1] ^ 1]))
    with pytest.raises(ModelAltered):
        Embedder(wanted, threads=1)


def test_a_crop_of_another_size_is_refused(tmp_path):
    network = averaging_network((1, 96, 96, 3), dimension=128)
    embedder = Embedder(spec(tmp_path, content=network, size=96, dimension=128), threads=1)
    with pytest.raises(ValueError, match=r"expected a crop of \(96, 96, 3\)"):
        embedder.embed(picture(112))
