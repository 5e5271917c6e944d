import pytest
from PIL import Image

import factories
from desktop_app.errors import CountsUnreadable
from desktop_app.services.evaluation.detection import Tally, evaluate_detection, read_counts


class Seen:
    """Stands in for the networks: finds as many faces as the picture is bright."""

    def find_faces(self, pixels):
        return [factories.face(number) for number in range(int(pixels[0, 0, 0]))]


def listed(folder, text):
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_missed_in_one_photo_is_not_made_good_by_too_many_in_another(tmp_path):
    for name, found in (("two", 2), ("three", 3), ("none", 0), ("five", 5)):
        Image.new("L", (8, 8), found).save(tmp_path / f"{name}.png")
    (tmp_path / "torn.png").write_bytes(b"\x89PNG")
    counts = {"two.png": 4, "three.png": 3, "none.png": 0, "five.png": 3, "torn.png": 1}
    told = []
    tally = evaluate_detection(
        Seen(), counts, images=tmp_path, progress=lambda done, total: told.append((done, total))
    )
    assert tally == Tally(photos=5, failed=1, wanted=11, found=10, missed=3, surplus=2)
    assert told[-1] == (5, 5)


def test_counts_are_read_with_their_photos(tmp_path):
    path = listed(tmp_path, "file,faces\ngroup\\a.jpg,3\nb.jpg, 0\n")
    assert read_counts(path) == {"group/a.jpg": 3, "b.jpg": 0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,faces\n", "it lists nothing"),
        ("file,count\na.jpg,3\n", "lacks the column faces"),
        ("photo,count\na.jpg,3\n", "lacks the columns file and faces"),
        ("file,faces\na.jpg,many\n", "line 2 makes no sense"),
        ("file,faces\na.jpg,-1\n", "line 2 makes no sense"),
        ("file,faces\na.jpg\n", "line 2 makes no sense"),
        ("file,faces\n,3\n", "line 2 makes no sense"),
        ("file,faces\na.jpg,3\n./a.jpg,3\n", "line 3 names “a.jpg” once more"),
        ("file,faces\n../a.jpg,3\n", "not in the folder of photos"),
    ],
)
def test_a_list_of_counts_that_makes_no_sense_is_refused(tmp_path, text, said):
    with pytest.raises(CountsUnreadable, match=said):
        read_counts(listed(tmp_path, text))
