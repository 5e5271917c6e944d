"""What the line above the picture says of a camera that is lost, stuck, covered or taken."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, CameraNotFound, ClipUnreadable
from desktop_app.ui import message_bar
from desktop_app.ui.live.trouble_line import TroubleLine
from desktop_app.workers.capture_worker import BackOff
from desktop_app.workers.feed import Feed, LiveState
from desktop_app.workers.retired import Retired
from desktop_app.workers.watchdog import Patience

CAMERA = SourceSpec.parse("camera:0")
OTHER = SourceSpec.parse("camera:2")
NAMES = {"0": "Front camera", "2": "USB camera"}


class Covered:
    """A camera with its lid closed until it is opened: black, with a sensor's noise."""

    def __init__(self, source) -> None:
        self._source = source
        self._noise = np.random.default_rng(1)
        self.is_closed = True

    def __getattr__(self, name: str):
        return getattr(self._source, name)

    def read(self):
        frame = self._source.read()
        if not self.is_closed:
            return frame
        dark = self._noise.integers(0, 12, frame.pixels.shape, dtype=np.uint8)
        dark.setflags(write=False)
        return dataclasses.replace(frame, pixels=dark)


@pytest.fixture
def feed(qapp, sources):
    retired = Retired()
    made = Feed(
        source_for=sources, retired=retired, patience=Patience(lost_after=0.3, still_after=0.3)
    )
    yield made
    for camera in sources.cameras.values():
        camera.let_go()
    made.stop()
    assert retired.wait(timeout=5)


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def line(qtbot, feed, asked):
    """The line, in a window, above a picture."""
    window = QWidget()
    made = TroubleLine(
        feed,
        name_of=lambda spec: NAMES.get(spec.address, spec.label),
        choose_source=lambda: asked.append("choose"),
        start_again=lambda: asked.append("again"),
    )
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addWidget(QWidget(), 1)
    window.resize(700, 400)
    qtbot.addWidget(window)
    window.show()
    # Owned by the window, which the test's last reference would let go of.
    made.window_kept = window
    return made


@pytest.fixture
def playing(qtbot, feed, line):
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert line.isHidden()
    return line


@pytest.fixture
def announced(monkeypatch) -> list[str]:
    """What a screen reader was told."""
    told: list[str] = []

    told_to = staticmethod(lambda event: told.append(event.object().text))
    spy = type("Spy", (message_bar.QAccessible,), {"updateAccessibility": told_to})
    monkeypatch.setattr(message_bar, "QAccessible", spy)
    return told


def button_of(line: TroubleLine, text: str):
    (button,) = [button for button in line.buttons if button.text() == text]
    return button


def lose_for_long(qtbot, feed, sources) -> None:
    """Pull the camera out, and have the next attempt be far away."""
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
    feed._current._back_off = BackOff((600.0,))
    qtbot.waitUntil(lambda: (feed.next_attempt_in or 0) > 500)


def test_a_lost_camera_is_said_by_its_name_with_the_seconds_to_the_next_attempt(
    qtbot, feed, playing, sources
):
    lose_for_long(qtbot, feed, sources)
    assert "“Front camera” stopped sending pictures" in playing.text
    qtbot.waitUntil(lambda: re.search(r"\d{3} s", playing.aside) is not None)
    first = playing.aside
    qtbot.waitUntil(lambda: playing.aside != first)


def test_trying_now_brings_a_camera_back_that_is_there_again(qtbot, feed, playing, sources):
    lose_for_long(qtbot, feed, sources)
    sources.camera(0).plug_in()
    qtbot.mouseClick(button_of(playing, "Try now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert playing.isHidden()
    assert playing.aside == ""


def test_a_camera_that_was_unplugged_is_said_to_be_gone(qtbot, feed, playing, sources):
    sources.refused["camera:0"] = CameraNotFound(source="camera:0")
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: "“Front camera” is not there any more" in playing.text)
    del sources.refused["camera:0"]
    sources.camera(0).plug_in()
    qtbot.waitUntil(playing.isHidden)
    assert feed.state is LiveState.PLAYING


def test_a_camera_that_another_program_took_meanwhile_is_said_to_be_in_use(qtbot, playing, sources):
    sources.refused["camera:0"] = CameraBusy(source="camera:0")
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: "in use by another program" in playing.text)


def test_many_attempts_are_told_to_a_screen_reader_once(qtbot, feed, playing, sources, announced):
    sources.refused["camera:0"] = CameraNotFound(source="camera:0")
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: feed._current.attempts >= 3)
    assert len(announced) == 1
    assert "“Front camera”" in announced[0]


def test_no_button_moves_or_is_made_anew_while_it_counts_down(qtbot, feed, playing, sources):
    lose_for_long(qtbot, feed, sources)
    qtbot.waitUntil(lambda: re.search(r"\d{3} s", playing.aside) is not None)
    before, first = button_of(playing, "Try now"), playing.aside
    place = before.geometry()
    feed._current.next_attempt_at -= 595
    qtbot.waitUntil(lambda: len(playing.aside) < len(first))
    assert button_of(playing, "Try now") is before
    assert before.geometry() == place


def test_a_camera_that_repeats_its_picture_is_said_to(qtbot, playing, sources):
    sources.camera(0).stuck.set()
    qtbot.waitUntil(lambda: "the same picture again and again" in playing.text)
    assert "“Front camera”" in playing.text
    sources.camera(0).stuck.clear()
    qtbot.waitUntil(playing.isHidden)


def test_a_stuck_camera_can_be_started_again(qtbot, playing, sources):
    sources.camera(0).stuck.set()
    qtbot.waitUntil(lambda: len(playing.buttons) == 2)
    opened = sources.camera(0).opened
    sources.camera(0).stuck.clear()
    qtbot.mouseClick(button_of(playing, "Start again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sources.camera(0).opened == opened + 1)


def test_a_black_picture_is_said_to_be_perhaps_behind_a_lid(qtbot, feed, line, sources):
    covered = []

    def closed_lid(spec):
        covered.append(Covered(sources(spec)))
        return covered[-1]

    feed._source_for = closed_lid
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: "Perhaps its lid is closed" in line.text)
    assert feed.state is LiveState.PLAYING
    covered[0].is_closed = False
    qtbot.waitUntil(line.isHidden)


def test_a_failed_switch_is_said_until_it_is_sent_away_and_the_picture_goes_on(
    qtbot, feed, playing, sources
):
    sources.refused["camera:2"] = CameraBusy(source="camera:2")
    feed.start(OTHER)
    qtbot.waitUntil(lambda: "“USB camera” is there" in playing.text)
    assert feed.state is LiveState.PLAYING
    assert playing.dismiss_button.isVisible()
    qtbot.mouseClick(playing.dismiss_button, Qt.MouseButton.LeftButton)
    assert playing.isHidden()
    qtbot.wait(300)
    assert playing.isHidden()


def test_a_failed_switch_is_no_news_once_another_source_shows(qtbot, feed, playing, sources):
    sources.refused["camera:2"] = CameraBusy(source="camera:2")
    feed.start(OTHER)
    qtbot.waitUntil(lambda: "“USB camera” is there" in playing.text)
    del sources.refused["camera:2"]
    feed.start(OTHER)
    qtbot.waitUntil(lambda: feed.spec == OTHER)
    assert playing.isHidden()


def test_what_failed_is_still_said_when_the_source_before_is_back(qtbot, feed, playing, sources):
    wide = SourceSpec.parse("camera:0@1920x1080@30")
    sources.refused[str(wide)] = CameraBusy(source="camera:0")
    feed.start(wide)
    qtbot.waitUntil(lambda: str(feed.spec) == "camera:0" and feed.state is LiveState.PLAYING)
    assert "“Front camera” is there but gives no picture" in playing.text


def test_a_source_that_never_opened_can_be_tried_again(qtbot, feed, line, sources, asked):
    sources.refused["camera:0"] = CameraBusy(source="camera:0")
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: "in use by another program" in line.text)
    assert not line.dismiss_button.isVisible()
    qtbot.mouseClick(button_of(line, "Try again"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button_of(line, "Choose another source"), Qt.MouseButton.LeftButton)
    assert asked == ["again", "choose"]


def test_what_nobody_expected_goes_its_own_way(qtbot, feed, line, sources):
    sources.refused["camera:0"] = ZeroDivisionError()
    with qtbot.waitSignal(line.unexpected) as caught:
        feed.start(CAMERA)
    assert isinstance(caught.args[0], ZeroDivisionError)
    assert line.isHidden()


def test_a_clip_that_breaks_off_says_why(qtbot, feed, line, sources):
    sources.refused["/clips/party.mp4"] = ClipUnreadable(
        path="/clips/party.mp4", reason="it is cut off"
    )
    feed.start(SourceSpec.parse("/clips/party.mp4"))
    qtbot.waitUntil(lambda: "it is cut off" in line.text)


def test_in_a_narrow_tile_nothing_is_cut_off(qtbot, feed, playing, sources):
    playing.window().resize(240, 400)
    lose_for_long(qtbot, feed, sources)
    qtbot.waitUntil(lambda: re.search(r"\d{3} s", playing.aside) is not None)
    playing.window().layout().activate()
    for part in (*playing.buttons, playing._aside):
        assert playing.rect().contains(part.geometry())
        assert part.width() >= part.minimumSizeHint().width()
