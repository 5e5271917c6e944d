"""What a feed brings is painted: each frame once, with boxes, and no more often than needed."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

import factories
from desktop_app.capture.frame import Frame
from desktop_app.recognition.types import Unknown
from desktop_app.services.live import FrameResult, TrackView
from desktop_app.ui.live.frame_image import image_for
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.player import Player
from desktop_app.workers.feed import LiveState


class QuietFeed(QObject):
    """Brings what the test gives it."""

    frame_ready = Signal()
    result_ready = Signal()
    source_changed = Signal()
    state_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.frame: Frame | None = None
        self.result: FrameResult | None = None

    def bring(self, frame: Frame) -> None:
        self.frame = frame
        self.frame_ready.emit()

    def find_a_face(self, frame: Frame) -> None:
        face = factories.face(1, box=(10, 10, 40, 40))
        track = TrackView(1, face.detection.box, Unknown(None, 0.9), face, coasting=False)
        self.result = FrameResult(frame, (track,), 0.01)
        self.result_ready.emit()


@pytest.fixture
def feed() -> QuietFeed:
    return QuietFeed()


@pytest.fixture
def view(qtbot) -> LiveView:
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(320, 240)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def paints(view) -> list[tuple[int, int]]:
    """The frame's index and how many labels it had, paint by paint."""
    seen = []
    view.painted.connect(lambda: seen.append((view.frame.index, view.marks_painted)))
    return seen


def frame_at(index: int) -> Frame:
    return factories.frame(index, timestamp=index / 30)


def test_the_first_frame_is_painted_at_once_and_the_next_ones_follow(qtbot, feed, view, paints):
    Player(feed, view)
    feed.bring(frame_at(0))
    assert view.frame.index == 0
    for index in range(1, 4):
        feed.bring(frame_at(index))
    qtbot.waitUntil(lambda: view.frame.index == 3)
    qtbot.waitUntil(lambda: paints[-1][0] == 3)
    assert [index for index, _ in paints] == sorted({index for index, _ in paints})


def test_a_result_is_painted_where_no_frame_follows(qtbot, feed, view, paints):
    Player(feed, view)
    feed.bring(frame_at(0))
    qtbot.waitUntil(lambda: paints == [(0, 0)])
    feed.find_a_face(feed.frame)
    qtbot.waitUntil(lambda: paints[1:] == [(0, 1)])


def test_a_frame_that_brings_the_boxes_is_painted_once(qtbot, feed, view, paints):
    Player(feed, view)
    feed.bring(frame_at(0))
    qtbot.waitUntil(lambda: bool(paints))
    feed.find_a_face(feed.frame)
    feed.bring(frame_at(1))
    qtbot.waitUntil(lambda: paints[-1] == (1, 1))
    with qtbot.assertNotEmitted(view.painted, wait=150):
        pass


def test_boxes_are_those_of_the_frame_that_is_painted(qtbot, feed, view, paints):
    Player(feed, view)
    for index in range(4):
        feed.bring(frame_at(index))
        feed.find_a_face(feed.frame)
    qtbot.waitUntil(lambda: bool(paints) and paints[-1] == (3, 1))
    assert view.marked_frame is feed.frame


@pytest.mark.parametrize("state", [LiveState.FROZEN, LiveState.ENDED, LiveState.LOST])
def test_a_picture_that_stands_still_is_the_newest(feed, view, state):
    Player(feed, view)
    for index in range(4):
        feed.bring(frame_at(index))
    assert view.frame.index < 3
    feed.state_changed.emit(state)
    assert view.frame.index == 3


def test_another_source_is_shown_without_the_frames_and_boxes_of_the_one_before(
    qtbot, feed, view, paints
):
    Player(feed, view)
    feed.bring(frame_at(0))
    feed.find_a_face(feed.frame)
    feed.bring(frame_at(1))
    feed.frame = feed.result = None
    feed.source_changed.emit()
    assert view.frame is None
    assert view.faces() == []
    other = dataclasses.replace(frame_at(0), source_id="another")
    feed.bring(other)
    qtbot.waitUntil(lambda: paints[-1:] == [(0, 0)] and view.frame is other)


def test_a_view_without_a_frame_has_no_frame_with_boxes(view):
    assert view.marked_frame is None


def pixels_of(image: QImage) -> np.ndarray:
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., 2::-1].copy()


def test_an_image_has_the_colours_of_its_frame():
    pixels = np.random.default_rng(1).integers(0, 256, (30, 41, 3), np.uint8)
    image = image_for(pixels, width=41)
    assert image.format() == QImage.Format.Format_RGB32
    assert (pixels_of(image) == pixels).all()


@pytest.mark.parametrize(("painted", "kept"), [(100, 100), (60, 100), (50, 50), (40, 50), (1, 2)])
def test_a_frame_is_made_smaller_by_whole_factors_and_never_below_its_painting(painted, kept):
    image = image_for(np.zeros((50, 100, 3), np.uint8), width=painted)
    assert image.width() == kept


def test_a_frame_made_smaller_keeps_every_line():
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[::3, :, 1] = 255
    shrunk = pixels_of(image_for(pixels, width=30))
    assert (shrunk[..., 1] == 85).all()
    assert (shrunk[..., [0, 2]] == 0).all()


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_picture_fills_its_area_and_is_turned_only_as_a_mirror_does(qtbot, view, mirrored):
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:, :80], pixels[:, 80:] = (200, 0, 0), (0, 0, 200)
    view.set_mirrored(mirrored=mirrored)
    view.show_frame(dataclasses.replace(factories.frame(0), pixels=pixels))
    shown = pixels_of(view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
    area = view.picture_area().toRect()
    left, right = shown[120, area.left() + 5], shown[120, area.right() - 5]
    red, blue = (200, 0, 0), (0, 0, 200)
    assert [tuple(left), tuple(right)] == ([blue, red] if mirrored else [red, blue])
    inside = shown[area.top() + 1 : area.bottom(), area.left() + 1 : area.right()]
    assert (inside.max(axis=2) > 90).all()


@pytest.mark.parametrize("size", [(333, 251), (640, 200), (201, 477)])
def test_the_picture_is_painted_on_whole_pixels_with_its_proportions(view, size):
    view.resize(QSize(*size))
    view.show_frame(
        dataclasses.replace(factories.frame(0), pixels=np.zeros((90, 160, 3), np.uint8))
    )
    area = view.picture_area()
    assert all(side == round(side) for side in area.getRect())
    assert view.rect().contains(area.toRect())
    assert area.width() / area.height() == pytest.approx(160 / 90, rel=0.01)


_PAINT = """
import os
import numpy as np
from PySide6.QtWidgets import QApplication
from desktop_app.capture.frame import Frame
from desktop_app.ui.live.live_view import LiveView

app = QApplication([])
view = LiveView()
view.resize(1000, 700)
view.show()
app.processEvents()
for mirrored in (False, True):
    view.set_mirrored(mirrored=mirrored)
    view.show_frame(Frame(np.zeros((720, 1280, 3), np.uint8), int(mirrored), 0.0, "camera:0"))
    view.repaint()
names = [open(f"/proc/self/task/{task}/comm").read() for task in os.listdir("/proc/self/task")]
print(view.frames_painted, sum("pooled" in name for name in names))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads as Linux names them")
def test_the_picture_is_painted_without_threads_that_the_window_would_wait_for():
    done = subprocess.run(
        [sys.executable, "-c", _PAINT],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["2", "0"]
