"""What `make installer` built, used as people use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

LARGEST = 400_000_000
_COMPLAINTS = re.compile(r"^(qt\.|Q[A-Z]\w+[:(]|Detected locale|Traceback|libGL)", re.MULTILINE)


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def enrolled(kenspeckle, photos):
    done = kenspeckle("enrol", "Eileen Łącka", photos / "eileen.png")
    assert done.returncode == 0, done.stderr
    return kenspeckle


def test_help_is_given(kenspeckle):
    done = kenspeckle("--help")
    assert done.returncode == 0
    assert "enrol" in done.stdout
    assert done.stderr == ""


def test_the_doctor_finds_it_sound(kenspeckle):
    done = kenspeckle("doctor", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["versions"]["build"] == "frozen"
    assert report["versions"]["mediapipe"] == "0.10.33"
    assert report["problems"] == []
    assert {model["file"] for model in report["models"]} == {
        "face_landmarker.task",
        "sface.tflite",
        "yunet.tflite",
    }
    assert [model["problem"] for model in report["models"]] == [None, None, None]


def test_the_systems_keychain_is_found(kenspeckle, keychain_bus):
    found = kenspeckle(
        "doctor",
        "--json",
        environ={"DBUS_SESSION_BUS_ADDRESS": keychain_bus, "KENSPECKLE_KEYCHAIN": ""},
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["keychain"] == "SecretService Keyring"


def test_what_it_is_made_of_has_a_version(kenspeckle):
    versions = json.loads(kenspeckle("doctor", "--json").stdout)["versions"]
    assert "not found" not in versions.values()


def test_an_enrolled_person_is_named_and_a_stranger_is_not(enrolled, photos):
    done = enrolled(
        "identify",
        "--json",
        photos / "eileen mirrored.jpg",
        photos / "eileen tilted.webp",
        photos / "grace.jpg",
    )
    assert done.returncode == 0, done.stderr
    decisions = [
        [(face["decision"], face["name"]) for face in photo["faces"]]
        for photo in lines(done.stdout)
    ]
    named = ("identified", "Eileen Łącka")
    assert decisions[:2] == [[named], [named]]
    assert [name for _, name in decisions[2]] == [None]


def test_photos_of_every_kind_are_read(enrolled, photos, tmp_path):
    from PIL import Image

    kinds = ["jpg", "png", "webp", "tif", "avif", "jp2", "bmp", "gif", "tga", "ppm"]
    copies = [tmp_path / f"eileen.{kind}" for kind in kinds]
    with Image.open(photos / "eileen.png") as picture:
        for copy in copies:
            picture.convert("RGB").save(copy)
    done = enrolled("identify", "--json", *copies)
    assert done.returncode == 0, done.stderr
    named = [[face["name"] for face in photo["faces"]] for photo in lines(done.stdout)]
    assert named == [["Eileen Łącka"]] * len(kinds)


def test_an_enrolled_person_is_named_in_a_clip(enrolled, clip):
    done = enrolled("live", "--source", clip, "--headless", "--json")
    assert done.returncode == 0, done.stderr
    summary = lines(done.stdout)[-1]["summary"]
    assert summary["processed"] == summary["frames"] == 30
    assert set(summary["names"]) == {"Eileen Łącka"}


def test_a_trouble_is_one_line_and_exit_code_2(kenspeckle, tmp_path):
    done = kenspeckle("enrol", "Nobody", tmp_path / "no such photo.jpg")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_measures_speed_was_left_out_and_is_said_to_be(kenspeckle):
    done = kenspeckle("bench")
    assert done.returncode == 2
    assert "leaves its benchmarks out" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("locale", [{}, {"LANG": "", "LC_ALL": "C"}])
def test_the_window_shows_a_clip_and_closes(enrolled, clip, screen, tmp_path, locale):
    shot = tmp_path / "okno.png"
    done = enrolled(
        "--source",
        clip,
        environ={
            "DISPLAY": screen,
            "KENSPECKLE_QUIT_AFTER": "6",
            "KENSPECKLE_SCREENSHOT": str(shot),
            **locale,
        },
    )
    assert done.returncode == 0, done.stderr
    assert not _COMPLAINTS.search(done.stderr), done.stderr
    seen = enrolled("identify", "--json", shot)
    faces = lines(seen.stdout)[0]["faces"]
    assert "Eileen Łącka" in {face["name"] for face in faces}


def test_without_a_screen_the_window_says_so(kenspeckle):
    done = kenspeckle(environ={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    assert done.returncode == 2
    assert "no screen" in done.stderr


def test_nobody_is_talked_to_over_a_network(enrolled, photos, screen, clip, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    before = ("strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace))
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("strace is not allowed to trace here")
    environ = {"DISPLAY": screen, "KENSPECKLE_QUIT_AFTER": "3"}
    assert enrolled("--source", clip, environ=environ, before=before).returncode == 0
    calls = trace.read_text(encoding="utf-8", errors="replace")
    assert enrolled("identify", photos / "grace.jpg", before=before).returncode == 0
    calls += trace.read_text(encoding="utf-8", errors="replace")
    assert "AF_UNIX" in calls, "the connection to the X server should have been seen"
    assert "AF_INET" not in calls


def test_it_is_not_larger_than_was_promised(build):
    assert sum(path.lstat().st_size for path in build.rglob("*")) <= LARGEST


def test_no_link_leads_nowhere(build):
    broken = [path for path in build.rglob("*") if path.is_symlink() and not path.exists()]
    assert broken == []


def test_what_is_plainly_unused_was_left_out(build):
    names = {path.name for path in build.rglob("*")}
    assert not [name for name in names if re.match(r"libQt5|Qt5", name)]
    assert not names & {"matplotlib", "scipy", "vendors", "libqgtk3.so"}
    assert not [name for name in names if re.match(r"_ssl\.|libssl\.so\.3|libQt6OpenGL", name)]


def test_licences_come_along(build):
    inside = build / "_internal"
    assert (inside / "LICENSE").read_bytes() == _in_checkout("LICENSE")
    assert (inside / "NOTICE").read_bytes() == _in_checkout("NOTICE")


def _in_checkout(name: str) -> bytes:
    return (Path(__file__).resolve().parents[2] / name).read_bytes()
