from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.errors import FileNotWritable
from desktop_app.recognition.types import Unknown
from desktop_app.services.annotation import write_annotated

STRANGER = Unknown(None, 1.0)
BEHIND_TEXT = 70  # the grey that says "unknown"


def annotated(folder, box, *, size=(300, 200), label="Somebody"):
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    face = (np.array(box, np.float32), label, STRANGER)
    target = write_annotated(pixels, [face], source=Path("x/photo.png"), folder=folder)
    with Image.open(target) as copy:
        return np.asarray(copy.convert("L")).astype(int)


def label_rows(picture):
    """Rows in which a long stretch is the label's ground: what is no box's line."""
    ground = np.abs(picture - BEHIND_TEXT) < 12
    return np.flatnonzero(ground.sum(axis=1) > 40)


def test_a_label_stands_above_its_box(tmp_path):
    rows = label_rows(annotated(tmp_path, (40, 60, 70, 150)))
    assert len(rows) > 8
    assert 30 < rows.min() < rows.max() <= 62


def test_the_label_of_a_box_that_begins_above_the_picture_stands_below_it(tmp_path):
    rows = label_rows(annotated(tmp_path, (40, -30, 70, 100)))
    assert len(rows) > 8
    assert rows.min() >= 98


@pytest.mark.parametrize("bottom", [198, 230])
def test_the_label_of_a_box_higher_than_the_picture_is_still_in_it(tmp_path, bottom):
    assert len(label_rows(annotated(tmp_path, (40, -30, 70, bottom)))) > 8


def test_a_label_near_the_right_edge_is_moved_into_the_picture(tmp_path):
    picture = annotated(tmp_path, (280, 60, 299, 150))
    here = annotated(tmp_path, (100, 60, 119, 150))
    assert len(label_rows(picture)) == len(label_rows(here))


def test_letters_are_smaller_on_a_small_face(tmp_path):
    large = annotated(tmp_path, (300, 300, 500, 550), size=(1000, 800))
    small = annotated(tmp_path, (300, 300, 330, 340), size=(1000, 800))
    assert len(label_rows(small)) < len(label_rows(large))


def test_the_label_of_one_face_hides_no_other(tmp_path):
    """There is no room above the lower, and none below the upper of two faces."""
    pixels = np.full((400, 600, 3), 255, np.uint8)
    boxes = ((200, 100, 300, 200), (200, 205, 300, 305))
    faces = [(np.array(box, np.float32), "Somebody with a name", STRANGER) for box in boxes]
    target = write_annotated(pixels, faces, source=Path("photo.png"), folder=tmp_path)
    with Image.open(target) as copy:
        picture = np.asarray(copy.convert("L"))
    for left, top, right, bottom in boxes:
        assert picture[top + 10 : bottom - 10, left + 10 : right - 10].min() > 200


def test_a_copy_never_replaces_a_file(tmp_path):
    for _ in range(3):
        annotated(tmp_path / "new", (40, 60, 70, 150))
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["photo-2.jpg", "photo-3.jpg", "photo.jpg"]


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileNotWritable):
        annotated(tmp_path / "file", (40, 60, 70, 150))
