"""How a headless run ends: what is said last, the exit code, and that the device is let go."""

import contextlib
import json

import pytest

import factories
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.cli import live
from desktop_app.cli.main import run


class Networks:
    """Stands in for the pipeline: one face on every frame, until it is interrupted."""

    def __init__(self, catalog, *, interrupted_at: int | None = None) -> None:
        self.embedder = catalog.embedder()
        self._frames_left = interrupted_at
        self._look = factories.embedding(1, embedder=self.embedder.key)

    def find_faces(self, pixels, **effort):
        if self._frames_left == 0:
            raise KeyboardInterrupt
        if self._frames_left is not None:
            self._frames_left -= 1
        return [factories.face(look=self._look)]


class Device(SyntheticSource):
    """Knows whether it is open."""

    is_open = False

    def open(self) -> None:
        super().open()
        self.is_open = True

    def close(self) -> None:
        super().close()
        self.is_open = False


@pytest.fixture
def headless(monkeypatch, tmp_path, capsys, catalog):
    """Runs ``live --headless --json`` on a device; gives exit code, lines, and stderr."""

    def start(source: str, device: Device, *more: str, interrupted_at: int | None = None):
        networks = Networks(catalog, interrupted_at=interrupted_at)
        monkeypatch.setattr(
            live, "opened_pipeline", lambda options: contextlib.nullcontext(networks)
        )
        monkeypatch.setattr(live, "source_for", lambda spec: device)
        words = ["--data-dir", str(tmp_path), "live", "--source", source, "--headless", *more]
        code = run(words, window=lambda options: 99)
        out, err = capsys.readouterr()
        return code, out.splitlines(), err

    return start


def test_an_interrupted_clip_is_summed_up_and_says_that_it_was_interrupted(headless):
    device = Device(50)
    code, lines, err = headless("clip.mp4", device, "--json", interrupted_at=5)
    assert (code, err) == (130, "")
    assert [json.loads(line).get("frame") for line in lines] == [0, 1, 2, 3, 4, None]
    assert json.loads(lines[-1])["summary"]["processed"] == 5
    assert not device.is_open


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
    assert (code, lines) == (2, [])
    assert err.count("\n") == 1


def test_the_device_is_let_go_when_enough_frames_were_seen(headless):
    device = Device(50)
    code, lines, _ = headless("clip.mp4", device, "--json", "--max-frames", "3")
    assert (code, len(lines)) == (0, 4)
    assert not device.is_open


def test_people_read_changes_and_not_every_frame(headless):
    code, lines, _ = headless("clip.mp4", Device(20))
    assert code == 0
    assert len([line for line in lines if "face 1" in line]) <= 2
    assert lines[-1].startswith("20 of 20 frames, 1.00 faces a frame")
