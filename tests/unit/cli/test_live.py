"""How a headless run ends: what is said last, the exit code, and that the device is let go."""

import contextlib
import json

import pytest

import factories
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.cli import live
from desktop_app.cli.main import run
from desktop_app.cli.terminal import say
from desktop_app.vision.types import DetectedFace

LET_GO = "the device is let go"


class Networks:
    """Stands in for the pipeline: one face on every frame, until it is interrupted."""

    def __init__(self, catalog, *, interrupted_at: int | None = None) -> None:
        self.embedder = catalog.embedder()
        self._frames_left = interrupted_at
        self._look = factories.embedding(1, embedder=self.embedder.key)

    def find(self, pixels, **effort):
        if self._frames_left == 0:
            raise KeyboardInterrupt
        if self._frames_left is not None:
            self._frames_left -= 1
        face = factories.face()
        return [DetectedFace(face.detection, face.landmarks)]

    def find_near(self, pixels, expected):
        return self.find(pixels)

    def look_at(self, pixels, found):
        return [factories.face(look=self._look) for _ in found]


class Device(SyntheticSource):
    """Says when it is let go."""

    def close(self) -> None:
        super().close()
        say(LET_GO)


@pytest.fixture
def headless(monkeypatch, tmp_path, capsys, catalog):
    """Runs ``live --headless --json`` on a device; gives exit code, lines, and
    what stderr says beside that nobody is enrolled."""

    def start(source: str, device: Device, *more: str, interrupted_at: int | None = None):
        networks = Networks(catalog, interrupted_at=interrupted_at)
        monkeypatch.setattr(
            live, "opened_pipeline", lambda options: contextlib.nullcontext(networks)
        )
        monkeypatch.setattr(live, "source_for", lambda spec: device)
        words = ["--data-dir", str(tmp_path), "live", "--source", source, "--headless", *more]
        code = run(words, window=lambda options: 99)
        out, err = capsys.readouterr()
        nobody, *troubles = err.splitlines(keepends=True)
        assert "Nobody is enrolled" in nobody
        return code, out.splitlines(), "".join(troubles)

    return start


def test_an_interrupted_clip_is_summed_up_and_says_that_it_was_interrupted(headless):
    code, lines, err = headless("clip.mp4", Device(50), "--json", interrupted_at=5)
    assert (code, err) == (130, "")
    *frames, _, summary = lines
    assert [json.loads(line)["frame"] for line in frames] == [0, 1, 2, 3, 4]
    assert json.loads(summary)["summary"]["processed"] == 5


def test_ctrl_c_is_the_normal_end_of_a_camera(headless):
    code, lines, err = headless("camera:0", Device(), "--json", interrupted_at=5)
    assert (code, err) == (0, "")
    assert json.loads(lines[-1])["summary"]["processed"] == 5


def test_a_source_that_breaks_off_is_summed_up_before_the_trouble_is_said(headless):
    code, lines, err = headless("clip.mp4", Device(50, lost_at=5), "--json")
    assert code == 2
    assert json.loads(lines[-1])["summary"]["processed"] == 5
    assert "stopped sending pictures" in err
    assert "trying" not in err


def test_a_source_that_never_began_has_nothing_to_be_summed_up(headless):
    code, lines, err = headless("clip.mp4", Device(50, lost_at=0))
    assert (code, lines) == (2, [LET_GO])
    assert err.count("\n") == 1


def test_the_device_is_let_go_when_enough_frames_were_seen_and_before_the_last_line(headless):
    code, lines, _ = headless("clip.mp4", Device(50), "--json", "--max-frames", "3")
    assert code == 0
    *frames, let_go, summary = lines
    assert [json.loads(line)["frame"] for line in frames] == [0, 1, 2]
    assert let_go == LET_GO
    assert json.loads(summary)["summary"]["processed"] == 3


def test_people_read_changes_and_not_every_frame(headless):
    code, lines, _ = headless("clip.mp4", Device(20))
    assert code == 0
    assert len([line for line in lines if "face 1" in line]) <= 2
    assert lines[-1].startswith("20 of 20 frames, 1.00 faces a frame")
