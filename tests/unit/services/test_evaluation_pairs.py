import pytest
from PIL import Image

import factories
from desktop_app.errors import FolderUnreadable, PairsUnreadable, PhotosElsewhere
from desktop_app.services.evaluation.pairs import Pair, evaluate_pairs, read_pairs
from desktop_app.services.evaluation.photos import subject_of
from desktop_app.services.evaluation.tables import check_images

ANNA = factories.embedding(1)
SOUND = "a,b,same\nx,y,1\nx,z,0\nx,y,1\nx,z,0\n"


class Looks:
    """Stands in for the networks: a photo's brightness says whose face is on it, 0 nobody's."""

    def __init__(self, **looks):
        self._looks = looks

    def photos(self, folder):
        for number, name in enumerate(self._looks, start=1):
            Image.new("L", (64, 64), number).save(folder / f"{name}.png")
        Image.new("L", (64, 64), 0).save(folder / "nobody.png")

    def find_faces(self, pixels):
        number = int(pixels[0, 0, 0])
        if number == 0:
            return []
        return [factories.face(look=list(self._looks.values())[number - 1])]


@pytest.fixture
def listed(tmp_path):
    def write(text):
        path = tmp_path / "pairs.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_pairs_are_read_with_what_columns_there_are(listed):
    text = "﻿a,b,same,fold,kind\nx.jpg,y.jpg,1,3,FP\nx,z,false,3,FP\nx,y,TRUE,4,FP\nx,z,0,4,FP\n"
    pairs = read_pairs(listed(text))
    assert pairs[0] == Pair("x.jpg", "y.jpg", same=True, fold="3", kind="FP")
    assert [pair.same for pair in pairs] == [True, False, True, False]
    assert [pair.fold for pair in read_pairs(listed(SOUND))] == [None] * 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it lists nothing"),
        ("a,b,same\n", "it lists nothing"),
        ("a,same\nx,1\n", "lacks the column b"),
        ("a,b,same\nx,y,maybe\n", "line 2 makes no sense"),
        ("a,b,same\nx,y,1\nx,,1\n", "line 3 makes no sense"),
        ("a,b,same\nx,y,1\n\nx,y\n", "line 4 makes no sense"),
        ("a,b,same\nx,y,1\n", "too few pairs"),
        ("a,b,same\nx,y,1\nx,z,0\n", "too few pairs"),
        ("a,b,same\nx,y,1\nx,y,1\nx,y,1\n", "too few pairs"),
        (
            "a,b,same,kind\nx,y,1,A\nx,z,0,A\nx,y,1,A\nx,z,0,A\nx,y,1,B\n",
            "too few pairs of the kind “B”",
        ),
        ("a,b,same,fold\nx,y,1,1\nx,y,1,1\nx,z,0,2\nx,z,0,2\n", "too few pairs"),
        ("a,b,same,fold\nx,y,1,1\nx,z,0,1\nx,y,1,2\nx,z,0,\n", "line 5 says no fold"),
        (SOUND + "../x,y,1\n", "line 6 names “../x”, which is not in the folder"),
        (SOUND + "p/../../x,y,1\n", "which is not in the folder"),
        (SOUND + "/etc/x,y,1\n", "which is not in the folder"),
        (SOUND + "..\\x,y,1\n", "which is not in the folder"),
        (SOUND + "C:\\x,y,1\n", "which is not in the folder"),
    ],
)
def test_a_list_of_pairs_that_makes_no_sense_is_refused(listed, text, said):
    with pytest.raises(PairsUnreadable, match=said):
        read_pairs(listed(text))


def test_a_list_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(PairsUnreadable, match="there is no such file"):
        read_pairs(tmp_path / "pairs.csv")
    (tmp_path / "pairs.csv").write_bytes(b"a,b,same\n\xff\n")
    with pytest.raises(PairsUnreadable, match="not text in UTF-8"):
        read_pairs(tmp_path / "pairs.csv")


def test_a_list_made_on_windows_names_the_same_photos(listed):
    pair = read_pairs(listed(SOUND.replace("x,y", "p\\x.jpg,./q//y.jpg")))[0]
    assert (pair.a, pair.b) == ("p/x.jpg", "q/y.jpg")


def test_a_folder_that_is_missing_or_another_one_is_refused(tmp_path):
    with pytest.raises(FolderUnreadable, match="no such folder"):
        check_images(tmp_path / "missing", ["x.png"])
    with pytest.raises(PhotosElsewhere, match="None of the photos"):
        check_images(tmp_path, ["x.png", "x" * 300])
    (tmp_path / "x.png").touch()
    with pytest.raises(FolderUnreadable, match="it is a file"):
        check_images(tmp_path / "x.png", ["x.png"])
    check_images(tmp_path, ["gone.png", "x.png"])


def pair(a, b, *, same, fold=None, kind=""):
    return Pair(f"{a}.png", f"{b}.png", same, fold, kind)


def evaluated(tmp_path, pairs, **similarities):
    looks = {name: factories.at_similarity(ANNA, value) for name, value in similarities.items()}
    pipeline = Looks(anna=ANNA, **looks)
    pipeline.photos(tmp_path)
    results = evaluate_pairs(pipeline, pairs, images=tmp_path)
    return {kind: compared.verdict for kind, compared in results.items()}


def test_each_fold_of_the_list_is_judged_by_the_others(tmp_path):
    # Fold 2 alone would want a threshold between 0.1 and 0.2, fold 1 one between 0.3 and 0.8.
    # In an order in which folds dealt out would be others.
    pairs = [
        pair("anna", "alike", same=True, fold="1"),
        pair("anna", "stranger", same=False, fold="2"),
        pair("anna", "unlike", same=True, fold="2"),
        pair("anna", "other", same=False, fold="1"),
    ]
    alike = {"alike": 0.8, "other": 0.3, "unlike": 0.2, "stranger": 0.1}
    (verdict,) = evaluated(tmp_path, pairs, **alike).values()
    # Each fold's threshold calls half of the other one wrong.
    assert verdict.accuracy_mean == pytest.approx(0.5)
    assert verdict.threshold == pytest.approx((0.55 + 0.15) / 2)


def test_kinds_are_judged_apart_and_photos_without_a_face_are_errors(tmp_path):
    plain = [
        pair("anna", "alike", same=True, kind="plain"),
        pair("anna", "other", same=False, kind="plain"),
    ] * 2
    hard = [
        pair("anna", "nobody", same=True, kind="hard"),
        pair("anna", "missing", same=False, kind="hard"),
    ]
    verdicts = evaluated(
        tmp_path,
        [
            *plain,
            *hard,
            *[pair(one.a[:-4], one.b[:-4], same=one.same, kind="hard") for one in plain],
        ],
        alike=0.8,
        other=0.1,
    )
    assert list(verdicts) == ["hard", "plain"]
    assert (verdicts["plain"].accuracy_mean, verdicts["plain"].failed) == (1.0, 0)
    assert (verdicts["hard"].pairs, verdicts["hard"].failed) == (6, 2)
    assert verdicts["hard"].accuracy_mean == pytest.approx(2 / 3)


def test_the_subject_of_a_photo_is_large_and_in_its_middle():
    middle = factories.face(1, box=(80, 70, 170, 180))
    larger_at_the_edge = factories.face(2, box=(-60, 0, 40, 120))
    small = factories.face(3, box=(115, 115, 135, 140))
    assert subject_of([larger_at_the_edge, small, middle], size=(250, 250)) is middle
    assert subject_of([], size=(250, 250)) is None
