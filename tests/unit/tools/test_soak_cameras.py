from pathlib import Path

import numpy as np
import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, CameraLost, CameraNotFound

ROOT = Path(__file__).resolve().parents[3]
LONG = 3600.0


@pytest.fixture(autouse=True)
def _tools(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))


@pytest.fixture
def clip(tmp_path) -> Path:
    """Three times the same picture."""
    path = tmp_path / "clip.avi"
    write(path, np.linspace(0, 255, 64 * 48 * 3).astype(np.uint8).reshape(48, 64, 3), times=3)
    return path


@pytest.fixture
def cameras(clip):
    from soaking.cameras import StandInCameras, pictures_of

    return StandInCameras(1, [pictures_of(clip)])


@pytest.fixture
def source(cameras):
    opened = cameras(cameras.watched[0].spec)
    opened.open()
    yield opened
    opened.close()


def test_a_camera_never_ends_and_sends_no_picture_twice(source):
    frames = [source.read() for _ in range(8)]
    assert [frame.index for frame in frames] == list(range(8))
    times = [frame.timestamp for frame in frames]
    assert times == sorted(set(times))
    assert len({frame.pixels.tobytes() for frame in frames}) == 8


def test_an_age_is_counted_from_when_the_picture_was_taken(cameras, source):
    first, second = source.read(), source.read()
    camera = cameras.watched[0]
    assert 0 <= camera.age(second.timestamp) <= camera.age(first.timestamp)


def test_one_that_is_unplugged_is_lost_and_cannot_be_found(cameras, source):
    from soaking.cameras import Trouble

    source.read()
    cameras.watched[0].inflict(Trouble.UNPLUGGED, seconds=LONG)
    with pytest.raises(CameraLost):
        source.read()
    with pytest.raises(CameraNotFound):
        source.open()
    assert cameras.watched[0].openings == 0
    cameras.watched[0].inflict(Trouble.STOPS, seconds=LONG)
    with pytest.raises(CameraBusy):
        source.open()
    cameras.watched[0].inflict(Trouble.STOPS, seconds=0)
    source.open()
    assert source.read().size == (64, 48)


def test_one_that_repeats_sends_its_last_picture_as_a_new_frame(cameras, source):
    from soaking.cameras import Trouble

    before = source.read()
    cameras.watched[0].inflict(Trouble.REPEATS, seconds=LONG)
    frames = [source.read() for _ in range(3)]
    assert all(np.array_equal(frame.pixels, before.pixels) for frame in frames)
    assert [frame.index for frame in frames] == [1, 2, 3]


def test_one_that_sends_garbage_is_lost_by_the_application_s_own_reading(cameras, source):
    from soaking.cameras import Trouble

    source.read()
    cameras.watched[0].inflict(Trouble.GARBAGE, seconds=LONG)
    with pytest.raises(CameraLost):
        source.read()
    with pytest.raises(CameraBusy):
        source.open()
    assert cameras.watched[0].openings == 0


def test_one_can_change_its_resolution_and_back(cameras, source):
    from soaking.cameras import Trouble

    camera = cameras.watched[0]
    # It was decoded when the camera was opened.
    source.read()
    camera.inflict(Trouble.RESIZES, seconds=LONG)
    assert source.read().size == (48, 36)
    camera.inflict(Trouble.RESIZES, seconds=0)
    assert source.read().size == (64, 48)


def test_openings_that_are_not_closed_are_counted(cameras, source):
    camera = cameras.watched[0]
    other = cameras(camera.spec)
    other.open()
    assert camera.openings == 2
    other.close()
    other.close()
    assert camera.openings == 1


def test_each_camera_has_its_own_clips_and_more_cameras_than_clips_share_them():
    from soaking.cameras import StandInCameras

    clips = [[b"a", b"b"], [b"c"], [b"d"]]
    shown = [
        [camera.next_picture() for _ in range(4)] for camera in StandInCameras(2, clips).watched
    ]
    assert shown == [[b"a", b"b", b"d", b"a"], [b"c"] * 4]
    assert len(StandInCameras(4, clips).watched) == 4
    with pytest.raises(CameraNotFound):
        StandInCameras(1, clips)(SourceSpec.parse("camera:9"))


def write(path: Path, picture: np.ndarray, *, times: int) -> None:
    from desktop_app.opencv import cv2

    height, width = picture.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (width, height))
    if not writer.isOpened():
        pytest.skip("OpenCV cannot write clips here")
    for _ in range(times):
        writer.write(picture)
    writer.release()
