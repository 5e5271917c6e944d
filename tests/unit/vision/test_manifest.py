import hashlib
from pathlib import Path

import numpy as np
import pytest

from desktop_app.errors import ManifestInvalid, ModelAltered, ModelMissing
from desktop_app.vision.catalog import load_catalog
from desktop_app.vision.manifest import EmbedderSpec, Tail

ENTRY = """
[[model]]
name = "own"
kind = "embedder"
default = true
file = "own.tflite"
sha256 = "{digest}"
size = 160
dimension = 512
normalisation = "per-image"
margin = 0.1
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_shipped_file_is_the_one_the_manifest_says(catalog):
    assert [model.name for model in catalog.models] == ["yunet", "face_landmarker", "sface"]
    for model in catalog.models:
        assert len(model.verified_bytes()) > 100_000


def test_every_shipped_model_states_licence_and_source(catalog):
    for model in catalog.models:
        assert model.licence in {"MIT", "Apache-2.0"}
        assert "PyPI wheel" in model.source


def test_one_changed_byte_is_refused_by_name(tmp_path, catalog):
    folder = tmp_path / "models"
    original = catalog.get("yunet")
    content = bytearray(original.verified_bytes())
    content[1000] ^= 1
    write(folder, (original.path.parent / "manifest.toml").read_text(encoding="utf-8"))
    (folder / "yunet.tflite").write_bytes(content)
    with pytest.raises(ModelAltered, match=r"yunet\.tflite.*refused"):
        load_catalog(folder).get("yunet").verified_bytes()


def test_a_missing_file_is_named(tmp_path):
    folder = write(tmp_path, ENTRY.format(digest="0" * 64))
    with pytest.raises(ModelMissing, match=r"own\.tflite"):
        load_catalog(folder).embedder().verified_bytes()


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(ModelMissing, match=r"manifest\.toml"):
        load_catalog(tmp_path)


def test_ones_own_embedder_is_added_by_one_entry_and_used(tmp_path, catalog):
    own = write(tmp_path, ENTRY.format(digest=hashlib.sha256(b"x").hexdigest()))
    both = load_catalog(catalog.manifests[0].parent, own=own)
    spec = both.embedder()
    assert (spec.name, spec.size, spec.dimension) == ("own", 160, 512)
    assert both.embedder("sface").dimension == 128
    assert spec.calibration is None
    assert spec.template.shape == (5, 2)


def test_points_of_its_own_replace_the_usual_template(tmp_path):
    points = "points = [[50, 60], [110, 60], [80, 90], [60, 120], [100, 120]]\n"
    spec = load_catalog(write(tmp_path, ENTRY.format(digest="0" * 64) + points)).embedder()
    np.testing.assert_array_equal(spec.template[2], [80, 90])


def test_templates_of_an_earlier_file_go_on_to_count_where_its_entry_says_so(tmp_path):
    entry = ENTRY.format(digest="ab" * 32)
    assert load_catalog(write(tmp_path, entry)).embedder().key == "own@abababababab"
    later = write(tmp_path / "later", entry + 'kept_under = "own@cdcdcdcdcdcd"\n')
    assert load_catalog(later).embedder().key == "own@cdcdcdcdcdcd"


CALIBRATION = (
    "[model.calibration]\nmeasured_on = 'x'\nfalse_match_rates = [0.1, 0.01]\n"
    "similarities = [0.1, 0.2]\nfalse_non_match_rates = [0.0, 0.1]\n"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("size = 160\n", "", "lacks “size”"),
        ("size = 160", "size = -1", "“size” makes no sense"),
        ("size = 160", 'size = "big"', "“size” makes no sense"),
        ('"per-image"', '"whiten"', "“normalisation” is one of fixed, per-image"),
        ('"embedder"', '"oracle"', "“kind” is one of"),
        ("size = 160", "size = true", "“size” makes no sense"),
        ("margin = 0.1", "margin = 1.0", "at least 0 and below 1"),
        ("margin = 0.1", "margin = -3", "at least 0 and below 1"),
        ("margin = 0.1", "scale = 0", "“scale” is not 0"),
        ("margin = 0.1", "scale = nan", "“scale” makes no sense"),
        ("margin = 0.1", "mean = true", "“mean” makes no sense"),
        ("default = true", 'default = "yes"', "“default” makes no sense"),
        ("normalisation", "normalization", "nothing is called “normalization”"),
        ("margin = 0.1", "points = [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]]", "five pairs"),
        ("margin = 0.1", 'points = [["a", "b"], [1, 2], [2, 2], [3, 3], [4, 4]]', "five pairs"),
        ("margin = 0.1", "points = [[1, 2], [3], [2, 2], [3, 3], [4, 4]]", "five pairs"),
        ("margin = 0.1", "points = [[nan, 2], [3, 4], [2, 2], [3, 3], [4, 4]]", "five pairs"),
        ("default = true", "default = false", "no embedder has “default = true”"),
        ("margin = 0.1", "points = [[1, 2]]", "five pairs"),
        ("margin = 0.1", 'kept_under = "sface@173bdb433f0c"', "is “own@” and the first"),
        ("margin = 0.1", 'kept_under = "own@"', "is “own@” and the first"),
        ("[[model]]", "[model]", r"\[\[model\]\] tables"),
        ("[[model]]", "[[model", "manifest"),
        (
            "margin = 0.1",
            (
                "[model.calibration]\nmeasured_on = 'x'\nfalse_match_rates = [0.1, 0.2]\n"
                "similarities = [0.1, 0.2]\nfalse_non_match_rates = [0.0, 0.1]"
            ),
            "false match rates fall",
        ),
        (
            "margin = 0.1",
            CALIBRATION + "tail = { start = 0.2, rate = 0.01, scale = 0.0, shape = -0.1 }",
            "calibration, tail: “start” is a cosine",
        ),
        (
            "margin = 0.1",
            CALIBRATION + "tail = { start = 0.2, rate = 0.01, scale = 0.1, shape = 0.0 }",
            "calibration, tail: “start” is a cosine",
        ),
        ("margin = 0.1", CALIBRATION + "template_gain = 1.5", "“template_gain” is at least 0"),
        ("margin = 0.1", CALIBRATION + "counted_to = 0", "“counted_to” is above 0"),
        (
            "margin = 0.1",
            "[model.calibration]\nsimilarities = [0.1]",
            "calibration: it lacks “measured_on”",
        ),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_with_the_reason(tmp_path, old, new, said):
    text = ENTRY.format(digest="0" * 64)
    assert old in text
    with pytest.raises(ManifestInvalid, match=said):
        load_catalog(write(tmp_path, text.replace(old, new)))


def test_a_calibration_without_what_was_added_later_is_read_on_the_safe_side(tmp_path):
    text = ENTRY.format(digest="0" * 64).replace("margin = 0.1", CALIBRATION)
    calibration = load_catalog(write(tmp_path, text)).embedder("own").calibration
    assert calibration is not None
    assert (calibration.template_dependence, calibration.template_gain) == (1.0, 0.0)
    assert (calibration.counted_to, calibration.tail) == (None, None)


def test_a_tail_is_read_as_it_is_written(tmp_path):
    tail = "tail = { start = 0.2, rate = 0.01, scale = 0.03, shape = -0.1 }\ncounted_to = 0.005"
    text = ENTRY.format(digest="0" * 64).replace("margin = 0.1", CALIBRATION + tail)
    calibration = load_catalog(write(tmp_path, text)).embedder("own").calibration
    assert calibration is not None
    assert calibration.tail == Tail(start=0.2, rate=0.01, scale=0.03, shape=-0.1)
    assert calibration.counted_to == 0.005


def test_two_models_of_one_name_are_refused(tmp_path):
    text = ENTRY.format(digest="0" * 64)
    with pytest.raises(ManifestInvalid, match="two models are called “own”"):
        load_catalog(write(tmp_path, text + text))


def test_asking_for_an_embedder_that_is_a_detector_is_refused(catalog):
    with pytest.raises(ManifestInvalid, match="not an embedder"):
        catalog.embedder("yunet")


def test_the_shipped_embedder_has_a_calibration_that_says_where_it_was_measured(catalog):
    spec = catalog.embedder()
    assert isinstance(spec, EmbedderSpec)
    assert spec.calibration is not None
    assert "strangers" in spec.calibration.measured_on


def test_another_file_is_another_embedder_whatever_its_name(tmp_path):
    one = load_catalog(write(tmp_path, ENTRY.format(digest="a" * 64))).embedder()
    other = load_catalog(write(tmp_path, ENTRY.format(digest="b" * 64))).embedder()
    assert one.name == other.name
    assert one.key != other.key
