"""The commands as a person types them, on the real networks and a real gallery."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageEnhance


def test_who_was_enrolled_is_named_and_a_stranger_is_not(run, photos):
    assert run("enrol", "Eileen Collins", photos["collins"]) == 0
    assert run.out.count("taken") == 1
    assert run("identify", "--json", photos["collins again"], photos["hopper"]) == 0
    known, stranger = run.lines
    (face,) = known["faces"]
    assert face["decision"] == "identified"
    assert face["name"] == "Eileen Collins"
    assert face["confidence"] > 0.9
    assert face["candidates"][0] == {"name": "Eileen Collins", "similarity": face["similarity"]}
    (face,) = stranger["faces"]
    assert (face["decision"], face["name"]) == ("unknown", None)
    assert set(face) == {
        *("box", "score", "decision", "name", "similarity", "confidence", "candidates", "quality")
    }


def test_before_anybody_is_enrolled_everybody_is_unknown(run, photos):
    assert run("identify", "--json", photos["hopper"]) == 0
    (face,) = run.lines[0]["faces"]
    assert (face["decision"], face["similarity"], face["candidates"]) == ("unknown", None, [])


def test_a_photo_of_nobody_and_one_of_several_are_refused_with_a_sentence(run, photos):
    code = run("enrol", "Grace Hopper", photos["nobody"], photos["both"], photos["hopper"])
    assert code == 0
    assert "No face was found in" in run.err
    assert "There are 2 faces in" in run.err
    assert run.out.count("refused") == 2
    assert "1 photo enrolled" in run.out


def test_nothing_is_enrolled_where_no_photo_is_of_use(run, photos):
    assert run("enrol", "Nobody", photos["nobody"]) == 2
    assert run("people", "list", "--json") == 0
    assert run.lines == [[]]


def test_programs_read_what_became_of_each_photo_and_of_the_person(run, photos):
    assert run("enrol", "Eileen", photos["nobody"], photos["collins"], "--json") == 0
    refused, taken, person = run.lines
    assert refused["image"] == str(photos["nobody"])
    assert (refused["enrolled"], refused["quality"]) == (False, None)
    assert "No face was found" in refused["error"]
    assert (taken["enrolled"], taken["error"]) == (True, None)
    assert 0.3 < taken["quality"] <= 1
    assert person == {"person": "Eileen", "enrolled": 1, "lookalikes": [], "outliers": []}
    assert run("enrol", "EILEEN", photos["nobody"], "--json") == 2
    assert run.lines[-1] == {**person, "enrolled": 0}


def test_pictures_that_hardly_differ_make_one_template_however_often_they_are_enrolled(
    run, photos, tmp_path
):
    """A copy, a darker part of it, and its mirror image; in glaring light it is another."""
    copy, glaring = tmp_path / "copy.bmp", tmp_path / "glaring.png"
    with Image.open(photos["collins"]) as picture:
        picture.save(copy)
        ImageEnhance.Brightness(picture).enhance(1.5).save(glaring)
    alike = [copy, photos["collins again"], photos["collins left"]]
    assert run("enrol", "Eileen", photos["collins"], *alike, glaring) == 0
    assert run.out.count("taken") == 2
    for path in alike:
        assert f"{path}: left out, a picture just like it is enrolled already" in run.out
    assert run("enrol", "eileen", copy) == 0
    assert "left out" in run.out
    assert run.err == ""
    assert run("people", "list", "--json") == 0
    assert [person["templates"] for person in run.lines[0]] == [2]


def test_a_poor_face_is_refused_unless_it_is_allowed(run, photos, tmp_path):
    small = tmp_path / "small.png"
    with Image.open(photos["collins"]) as picture:
        picture.resize((110, 110)).save(small)
    assert run("enrol", "Eileen", small) == 2
    assert "would not be recognised well: it is too small" in run.err
    assert run("enrol", "Eileen", small, "--allow-low-quality") == 0


def test_an_unreadable_photo_is_said_and_the_run_goes_on(run, photos, tmp_path):
    missing = tmp_path / "missing.jpg"
    run("enrol", "Eileen", photos["collins"])
    assert run("identify", "--json", photos["broken"], missing, photos["hopper"]) == 2
    first, second, third = run.lines
    assert first["image"] == str(photos["broken"])
    assert "cannot be read" in first["error"]
    assert "missing.jpg" in second["error"]
    assert len(third["faces"]) == 1
    assert len(run.err.splitlines()) == 2


def test_annotated_copies_go_to_the_folder_and_never_over_a_file(run, photos, tmp_path):
    folder = tmp_path / "out"
    run("enrol", "مريم 🙂", photos["collins"])
    for _ in range(2):
        assert run("identify", photos["collins"], "--annotate", folder) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["collins-2.jpg", "collins.jpg"]
    with Image.open(folder / "collins.jpg") as copy, Image.open(photos["collins"]) as original:
        assert copy.size == original.size
        assert np.abs(np.asarray(copy).astype(int) - np.asarray(original)).max() > 100


def test_a_copy_that_cannot_be_written_costs_no_answer(run, photos, tmp_path):
    letter = tmp_path / "letter"
    letter.write_text("Dear Sir", encoding="utf-8")
    words = ("identify", "--json", photos["collins"], photos["hopper"], "--annotate", letter)
    assert run(*words) == 2
    assert [len(line["faces"]) for line in run.lines] == [1, 1]
    assert "a file is where the folder would be" in run.err
    assert letter.read_text(encoding="utf-8") == "Dear Sir"


def test_one_person_on_two_photos_is_the_same_and_two_are_not(run, photos):
    assert run("verify", photos["collins"], photos["collins again"], "--json") == 0
    (same,) = run.lines
    assert same["same"] is True
    assert same["confidence"] > 0.9
    assert run("verify", photos["collins"], photos["hopper"], "--json") == 0
    (other,) = run.lines
    assert other["same"] is False
    assert other["similarity"] < 0.3
    assert other["reason"]


def test_verifying_a_photo_of_several_is_a_known_trouble(run, photos):
    assert run("verify", photos["both"], photos["hopper"]) == 2
    assert run.err.startswith("kenspeckle: There are 2 faces")
    assert len(run.err.splitlines()) == 1


def test_people_are_listed_renamed_and_removed_in_any_script(run, photos):
    run("enrol", "Anna", photos["collins"])
    assert run("people", "rename", "anna", "  Åsa   👩‍🚀 ") == 0
    assert run("people", "list", "--json") == 0
    (everyone,) = run.lines
    assert [(person["name"], person["templates"]) for person in everyone] == [("Åsa 👩‍🚀", 1)]
    assert run("people", "remove", "ÅSA 👩‍🚀") == 0
    assert run("people", "list") == 0
    assert "Nobody is enrolled" in run.out


def test_a_name_that_nobody_has_is_one_line_and_exit_code_2(run):
    assert run("people", "remove", "Nemo") == 2
    assert run.err.splitlines() == [
        "kenspeckle: Nobody called “Nemo” is enrolled. “kenspeckle people list” shows who is."
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["identify", "a.jpg"],
        ["live", "--source", "a.avi", "--headless"],
        ["people", "list"],
        ["people", "rename", "Anna", "Ben"],
        ["people", "remove", "Anna"],
        ["people", "check"],
        ["people", "not", "Anna", "a.jpg"],
        ["people", "negatives", "Anna"],
        ["people", "take-back", "1"],
    ],
)
def test_a_gallery_that_is_not_there_is_said_to_be_missing_and_not_made(run, tmp_path, words):
    gallery = tmp_path / "typo" / "typo.db"
    assert run(*words, "--gallery", gallery) == 2
    assert run.out == ""
    assert run.err.startswith(f"kenspeckle: There is no gallery “{gallery}”.")
    folder = tmp_path / "typo"
    assert run(*words, "--data-dir", folder) == 2
    assert run.out == ""
    assert run.err.startswith(f"kenspeckle: There is no gallery “{folder / 'gallery.db'}”.")
    assert not folder.exists()


def test_nobody_is_enrolled_before_there_is_a_gallery_and_none_is_made_by_asking(run, photos, clip):
    assert run("people", "list") == 0
    assert "Nobody is enrolled" in run.out
    assert run("people", "rename", "Anna", "Ben") == 2
    assert "Nobody called “Anna” is enrolled" in run.err
    assert run("identify", photos["hopper"], photos["nobody"]) == 0
    assert "unknown\n" in run.out
    assert run.err.count("Nobody is enrolled") == len(run.err.splitlines()) == 1
    assert run("live", "--source", clip, "--headless", "--max-frames", "5") == 0
    assert run.err.count("Nobody is enrolled") == len(run.err.splitlines()) == 1
    # What was measured of the machine is of nobody.
    assert [file.name for file in run.data.iterdir()] == ["machine.json"]


def test_enrolling_makes_the_gallery_that_is_named(run, photos, tmp_path):
    gallery = tmp_path / "new" / "family.db"
    assert run("enrol", "Eileen", photos["collins"], "--gallery", gallery) == 0
    assert run("people", "list", "--json", "--gallery", gallery) == 0
    assert [person["name"] for person in run.lines[0]] == ["Eileen"]


def test_a_gallery_that_is_no_gallery_is_refused_and_left_untouched(run, tmp_path):
    other = tmp_path / "letter.txt"
    other.write_text("Dear Sir", encoding="utf-8")
    assert run("people", "list", "--gallery", other) == 2
    assert "not a Kenspeckle gallery" in run.err
    assert other.read_text(encoding="utf-8") == "Dear Sir"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "letter.txt"}


def test_pairs_are_evaluated_and_failures_counted(run, photos, tmp_path):
    folder = photos["collins"].parent
    lines = ["fold,a,b,same"]
    for fold in (1, 2):
        lines += [
            f"{fold},collins.png,collins2.jpg,1",
            f"{fold},collins.png,collins3.png,1",
            f"{fold},collins.png,hopper.jpg,0",
            f"{fold},{photos['nobody'].name},hopper.jpg,0",
        ]
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("\n".join(lines), encoding="utf-8")
    assert run("evaluate", "pairs", "--images", folder, "--pairs", pairs, "--json") == 0
    (verdict,) = run.lines
    assert verdict["pairs"] == 8
    assert verdict["failed"] == 2
    assert verdict["accuracy_mean"] == 0.75
    assert set(verdict["tar_at_far"]) == {"0.01", "0.001"}


def test_a_list_of_pairs_that_lacks_a_column_is_a_known_trouble(run, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b\nx,y\n", encoding="utf-8")
    assert run("evaluate", "pairs", "--images", tmp_path, "--pairs", pairs) == 2
    assert "lacks the column same" in run.err


def test_the_doctor_makes_nothing_and_names_what_is_there(run):
    assert run("doctor", "--json") == 0
    (report,) = run.lines
    assert [model["problem"] for model in report["models"]] == [None, None, None]
    assert report["versions"]["mediapipe"] == "0.10.33"
    assert report["network"] == "none"
    assert report["database"]["people"] is None
    assert report["data_folder"] == str(run.data)
    assert report["embedder"].startswith("sface")
    assert run("doctor") == 0
    assert f"data folder: {run.data}\n" in run.out
    assert f"embedder in use: {report['embedder']}\n" in run.out
    assert list(run.data.iterdir()) == []


def test_the_doctor_finds_an_altered_model(run, tmp_path, monkeypatch, catalog):
    import shutil

    folder = tmp_path / "models"
    shutil.copytree(catalog.manifests[0].parent, folder)
    model = folder / "yunet.tflite"
    content = bytearray(model.read_bytes())
    content[5000] ^= 1
    model.write_bytes(content)
    monkeypatch.setattr("desktop_app.services.runtime.models_dir", lambda: folder)
    assert run("doctor", "--json") == 2
    assert "yunet.tflite" in run.lines[0]["problems"][0]
    assert run("identify", tmp_path / "x.jpg") == 2
    assert "is not the one it should be" in run.err


def test_help_needs_neither_numpy_nor_qt(tmp_path):
    code = (
        "import sys; sys.argv = ['kenspeckle', '--help'];"
        "from desktop_app.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = {'numpy', 'PySide6', 'cv2', 'mediapipe', 'sqlalchemy'}\n"
        "heavy |= {'cryptography', 'keyring', 'xlsxwriter'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_the_command_line_imports_no_qt(photos, tmp_path):
    code = (
        "import sys\n"
        "from desktop_app.__main__ import main\n"
        "code = main()\n"
        "assert 'PySide6' not in sys.modules\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", code, "--data-dir", str(tmp_path), "enrol", "Eileen"]
    done = subprocess.run(
        [*command, str(photos["collins"])], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    # MediaPipe and LiteRT talk to the terminal from C++; none of it reaches the user.
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise on Windows")
def test_who_is_enrolled_is_enrolled_also_where_nobody_reads_the_output(run, photos):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "desktop_app", "--data-dir", str(run.data), "enrol", "Eileen"]
    try:
        done = subprocess.run(
            [*command, str(photos["nobody"]), str(photos["collins"])],
            check=False,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert done.stderr.count("\n") == 1
    assert "No face was found" in done.stderr
    assert run("people", "list", "--json") == 0
    assert [person["name"] for person in run.lines[0]] == ["Eileen"]


def test_people_enrolled_with_another_embedder_are_spoken_of_everywhere(run, photos, catalog):
    """The same network under another digest stands for an embedder of the user's own."""
    import hashlib
    import shutil

    assert run("enrol", "Eileen", photos["collins"]) == 0
    own = run.data / "models"
    own.mkdir()
    shutil.copy(catalog.embedder().path, own / "own.tflite")
    # A flatbuffer does not mind what follows it.
    with (own / "own.tflite").open("ab") as file:
        file.write(b"\0" * 16)
    digest = hashlib.sha256((own / "own.tflite").read_bytes()).hexdigest()
    (own / "manifest.toml").write_text(
        f'[[model]]\nname = "own"\nkind = "embedder"\ndefault = true\nfile = "own.tflite"\n'
        f'sha256 = "{digest}"\nsize = 112\ndimension = 128\n',
        encoding="utf-8",
    )
    assert run("identify", "--json", photos["collins"]) == 0
    assert "1 of the people enrolled cannot be recognised" in run.err
    (face,) = run.lines[0]["faces"]
    assert face["decision"] == "unknown"
    assert run("people", "list") == 0
    assert "to be enrolled again" in run.out
    assert run("doctor", "--json") == 2
    assert "enrolled with another embedder" in run.lines[0]["problems"][0]
    # Enrolled again, the person is there; uncalibrated, the embedder names nobody.
    assert run("enrol", "Eileen", photos["collins"]) == 0
    assert run("identify", "--json", photos["collins"]) == 0
    (face,) = run.lines[0]["faces"]
    assert (face["decision"], face["name"], face["confidence"]) == ("unsure", None, None)
    assert face["candidates"][0]["name"] == "Eileen"


def test_a_file_in_the_place_of_the_data_folder_is_said(run):
    run.data.rmdir()
    run.data.write_text("a letter", encoding="utf-8")
    assert run("people", "list") == 2
    assert "cannot be opened" in run.err
    assert run.data.read_text(encoding="utf-8") == "a letter"


def test_of_several_faces_each_line_says_which_is_meant(run, photos):
    assert run("identify", photos["both"]) == 0
    lines = run.out.splitlines()
    assert len(set(lines)) == len(lines) == 2
    assert all(": face at " in line for line in lines)


def test_a_command_that_lacks_its_act_names_the_acts(capsys, run):
    with pytest.raises(SystemExit):
        run("people")
    said = capsys.readouterr().err
    assert "required: ACT" in said
    with pytest.raises(SystemExit):
        run("people", "mrege")
    assert "'merge'" in capsys.readouterr().err
