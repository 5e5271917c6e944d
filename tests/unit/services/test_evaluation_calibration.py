import dataclasses
import hashlib

import numpy as np
import pytest
from PIL import Image

import factories
from desktop_app.errors import FolderUnreadable, UsageError
from desktop_app.paths import DataDir
from desktop_app.services.evaluation.calibration import (
    as_toml,
    calibrate,
    false_match_table,
    false_non_match_rates,
    labelled_photos,
)
from desktop_app.services.evaluation.comparisons import Comparisons, compare_all
from desktop_app.services.runtime import load_models


def unweighted(similarities):
    values = np.asarray(similarities, np.float32)
    return Comparisons.of(values, np.ones(len(values)))


def test_all_pairs_are_compared_once_and_sorted_by_kind():
    owners = np.array([0, 0, 1, 2, 2, 2])
    matrix = np.stack([factories.unit_vector(n) for n in range(6)])
    genuine, impostor = compare_all(matrix, owners)
    assert (len(genuine), len(impostor)) == (1 + 3, 15 - 4)
    own = [float(matrix[a] @ matrix[b]) for a, b in ((0, 1), (3, 4), (3, 5), (4, 5))]
    assert sorted(genuine.similarities.tolist()) == pytest.approx(sorted(own), abs=1e-6)


def test_each_pair_of_people_weighs_the_same_however_often_they_were_photographed():
    owners = np.array([0, 0, 1, 2, 2, 2])
    matrix = np.stack([factories.unit_vector(n) for n in range(6)])
    genuine, impostor = compare_all(matrix, owners)
    assert impostor.events == pytest.approx(3.0)
    # Two photos make one pair; three make three, of which each photo is in two.
    assert genuine.events == pytest.approx(1.0 + 1.5)


def test_what_a_share_of_comparisons_exceeds_goes_by_their_weights():
    comparisons = Comparisons.of(np.array([0.1, 0.5, 0.3], np.float32), np.array([6.0, 1.0, 3.0]))
    assert comparisons.exceeded_by(0.05) == pytest.approx(0.5)
    assert comparisons.exceeded_by(0.2) == pytest.approx(0.3)
    assert comparisons.exceeded_by(0.5) == pytest.approx(0.1)
    assert comparisons.share_below(0.3) == pytest.approx(0.6)
    assert comparisons.share_below(0.05) == 0.0
    assert comparisons.mean == pytest.approx(0.2)


def test_the_table_says_where_strangers_reach_a_rate_and_stops_where_data_do():
    impostor = np.arange(10_000, dtype=np.float32) / 10_000
    rates, similarities = false_match_table(unweighted(impostor))
    assert rates[-1] == 1e-3
    for rate, similarity in zip(rates, similarities, strict=True):
        assert (impostor > similarity).mean() == pytest.approx(rate, abs=2e-4)


def test_rates_that_share_a_similarity_become_one_the_highest():
    # 40 % of strangers at 0.2: there lie the rates 0.3 and 0.1 both.
    impostor = np.repeat([0.1, 0.2, 0.30001, 0.30002], [600, 380, 11, 9])
    assert false_match_table(unweighted(impostor)) == ((0.3, 0.01), (0.2, 0.3))


def test_the_share_of_missed_pairs_is_of_those_below_each_similarity():
    genuine = unweighted([0.9, 0.1, 0.3, 0.5])
    assert false_non_match_rates(genuine, [0.0, 0.3, 0.4, 1.0]) == (0.0, 0.25, 0.5, 1.0)


class Pictured:
    """Stands in for the networks: two grey values of a photo say how it looks."""

    def __init__(self, *, likeness, at_worst):
        self._likeness, self._at_worst = likeness, at_worst

    def find_faces(self, pixels):
        person, photo = int(pixels[0, 0, 0]), int(pixels[0, -1, 0])
        base = factories.embedding(1000 + person)
        likeness = self._likeness if photo % 5 else self._at_worst
        return [factories.face(look=factories.at_similarity(base, likeness, seed=photo))]


def people(folder, *, count, photos):
    for person in range(count):
        (folder / f"p{person}").mkdir(parents=True)
        for photo in range(photos):
            pixels = np.zeros((64, 64, 3), np.uint8)
            pixels[:, :32], pixels[:, 32:] = person, person * photos + photo
            Image.fromarray(pixels).save(folder / f"p{person}" / f"{photo}.png")
    return folder


def calibrated(folder, *, likeness=0.9, at_worst=0.1):
    pipeline = Pictured(likeness=likeness, at_worst=at_worst)
    return calibrate(pipeline, folder, labelled_photos(folder))


def test_what_is_printed_is_what_the_manifest_reads(tmp_path):
    folder = people(tmp_path / 'Anna\'s "best" \\ photos\x7f\n👋', count=16, photos=6)
    report = calibrated(folder)
    assert (report.people, report.photos, report.failed) == (16, 96, 0)
    assert (report.genuine_pairs, report.impostor_pairs) == (16 * 15, 96 * 95 // 2 - 16 * 15)
    own = tmp_path / "data" / "models"
    own.mkdir(parents=True)
    (own / "my.tflite").write_bytes(b"a network")
    digest = hashlib.sha256(b"a network").hexdigest()
    (own / "manifest.toml").write_text(
        f'[[model]]\nname = "mine"\nkind = "embedder"\nfile = "my.tflite"\nsha256 = "{digest}"\n'
        f"size = 112\ndimension = 128\n" + as_toml(report.calibration),
        encoding="utf-8",
    )
    read = load_models(DataDir(tmp_path / "data")).embedder("mine").calibration
    assert 'Anna\'s "best" \\ photos\x7f\n👋: 96 photos' in read.measured_on
    assert read == report.calibration


def test_a_folder_whose_name_is_no_text_can_be_named():
    odd = dataclasses.replace(factories.calibration(), measured_on="photos \udcff")
    assert 'measured_on = "photos ?"' in as_toml(odd)


@pytest.mark.parametrize(
    ("count", "photos", "likeness", "said"),
    [
        (1, 6, 0.9, "several people"),
        (6, 1, 0.9, "several photos of some"),
        (2, 3, 0.9, "1 pairs of people say too little about rare events; 100 are the least"),
        (16, 6, 0.0, "no more alike than those of two"),
    ],
)
def test_photos_that_say_too_little_are_refused(tmp_path, count, photos, likeness, said):
    folder = people(tmp_path / "photos", count=count, photos=photos)
    with pytest.raises(UsageError, match=said):
        calibrated(folder, likeness=likeness)


def test_photos_too_easy_to_show_how_often_a_person_is_missed_are_refused(tmp_path):
    folder = people(tmp_path / "photos", count=16, photos=6)
    with pytest.raises(UsageError, match="not one of 240 pairs"):
        calibrated(folder, at_worst=0.9)


def test_photos_count_by_their_sub_folder_and_others_not_at_all(tmp_path):
    folder = people(tmp_path / "photos", count=2, photos=1)
    Image.new("L", (8, 8)).save(folder / "of nobody in particular.png")
    assert sorted(labelled_photos(folder)) == ["p0/0.png", "p1/0.png"]
    with pytest.raises(FolderUnreadable):
        labelled_photos(tmp_path / "missing")


def test_sub_folders_can_be_left_out_and_a_slip_of_the_pen_is_told(tmp_path):
    folder = people(tmp_path / "photos", count=3, photos=1)
    assert sorted(labelled_photos(folder, leave_out=["p1"])) == ["p0/0.png", "p2/0.png"]
    with pytest.raises(UsageError, match="no sub-folder “p9”"):
        labelled_photos(folder, leave_out=["p9"])


def test_the_most_alike_photos_of_two_people_are_named_because_one_may_lie_wrong(tmp_path):
    folder = people(tmp_path / "photos", count=16, photos=6)
    twin = folder / "twin"
    twin.mkdir()
    (folder / "p3" / "1.png").rename(twin / "1.png")
    first, second, similarity = calibrated(folder).most_alike[0]
    assert {first.split("/")[0], second.split("/")[0]} == {"p3", "twin"}
    assert similarity > 0.7
