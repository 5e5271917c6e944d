"""Cameras that are plugged in and pulled out while the window is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_app.capture.devices import Camera
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.hotplug import Change
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraNotFound
from desktop_app.settings import Settings, save_settings, with_sources
from desktop_app.workers import capture_worker
from desktop_app.workers.capture_worker import BackOff
from desktop_app.workers.feed import LiveState

FRONT, USB = Camera(0, "Front camera"), Camera(2, "USB camera")
NEW = Camera(4, "New camera")


class Port:
    """Where cameras are plugged in, as the system would tell of it."""

    def __init__(self) -> None:
        self.cameras = [FRONT, USB]
        self.changes: list[Change] = []
        self.app = None

    def poll(self) -> Change | None:
        return self.changes.pop(0) if self.changes else None

    def change(self, *, came: tuple[Camera, ...] = (), went: tuple[Camera, ...] = ()) -> None:
        self.cameras = [camera for camera in self.cameras if camera not in went] + list(came)
        self.changes.append(Change(came=came, went=went, cameras=tuple(self.cameras)))
        self.app.window.camera_care.watcher.look()


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def open_it(open_app, port):
    def opened(source: str | None = None, **parts):
        port.app = open_app(
            source, cameras=lambda: port.cameras, plugged=lambda: port.poll, **parts
        )
        return port.app

    return opened


@pytest.fixture
def watching(qtbot, open_it):
    app = open_it()
    app.window.opener.open(SourceSpec.parse("camera:2"))
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    qtbot.waitUntil(lambda: app.window.menus.name_of(app.session.main.spec) == "USB camera")
    return app


def listed(app) -> list[str]:
    return [action.text() for action in app.window.menus.toolbar.actions()]


def button_of(bar, text: str):
    (button,) = [button for button in bar.buttons if button.text() == text]
    return button


def lose_for_long(qtbot, app, sources) -> None:
    """Pull the camera out that is shown, and have the next attempt be far away."""
    feed = app.session.main
    sources.camera(2).pull_out()
    qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
    feed._current._back_off = BackOff((600.0,))
    qtbot.waitUntil(lambda: (feed.next_attempt_in or 0) > 500)


def test_the_menus_list_a_camera_as_soon_as_it_is_plugged_in(qtbot, open_it, port):
    app = open_it()
    qtbot.waitUntil(lambda: "USB camera" in listed(app))
    port.change(came=(NEW,))
    qtbot.waitUntil(lambda: "New camera" in listed(app))
    port.change(went=(NEW,))
    qtbot.waitUntil(lambda: "New camera" not in listed(app))


def test_a_new_camera_is_offered_and_not_taken(qtbot, watching, port, sources):
    port.change(came=(NEW,))
    bar = watching.window.notice_bar
    qtbot.waitUntil(lambda: "“New camera” was plugged in" in bar.text)
    assert watching.session.main.spec.address == "2"
    assert "camera:4" not in sources.cameras
    qtbot.mouseClick(button_of(bar, "Show it"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: watching.session.main.spec.address == "4")
    assert bar.isHidden()


def test_a_new_camera_can_be_shown_beside_what_is_shown(qtbot, watching, port):
    port.change(came=(NEW,))
    bar = watching.window.notice_bar
    qtbot.waitUntil(lambda: len(bar.buttons) == 2)
    qtbot.mouseClick(button_of(bar, "Show it beside the others"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [feed.spec.address for feed in watching.session.feeds] == ["2", "4"])


def test_a_new_camera_is_opened_in_the_size_that_was_chosen_for_it_once(qtbot, watching, port):
    watching.context.change_settings(camera_formats={"New camera": "640x360@15"})
    port.change(came=(NEW,))
    bar = watching.window.notice_bar
    qtbot.waitUntil(lambda: len(bar.buttons) == 2)
    qtbot.mouseClick(button_of(bar, "Show it"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: str(watching.session.main.spec) == "camera:4@640x360@15")


def test_the_offer_goes_with_the_camera(qtbot, watching, port):
    port.change(came=(NEW,))
    qtbot.waitUntil(lambda: "New camera" in watching.window.notice_bar.text)
    port.change(went=(NEW,))
    qtbot.waitUntil(watching.window.notice_bar.isHidden)


def test_an_offer_does_not_push_another_message_away(qtbot, watching, port):
    watching.window.notice_bar.tell("Anna was removed.")
    port.change(came=(NEW,))
    qtbot.waitUntil(lambda: "New camera" in listed(watching))
    assert watching.window.notice_bar.text == "Anna was removed."


def test_a_lost_camera_is_opened_as_soon_as_it_is_plugged_in_again(qtbot, watching, port, sources):
    lose_for_long(qtbot, watching, sources)
    port.change(went=(USB,))
    sources.camera(2).plug_in()
    port.change(came=(USB,))
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    assert watching.window.notice_bar.isHidden()


def test_a_lost_camera_is_found_again_under_another_number(qtbot, watching, port, sources):
    lose_for_long(qtbot, watching, sources)
    sources.refused["camera:2"] = CameraNotFound(source="camera:2")
    again = Camera(3, "USB camera")
    port.change(came=(again,), went=(USB,))
    qtbot.waitUntil(lambda: watching.session.main.spec.address == "3")
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    assert watching.window.notice_bar.isHidden()
    qtbot.waitUntil(lambda: watching.context.settings.source == "camera:3")


def test_another_camera_is_not_taken_for_the_lost_one(qtbot, watching, port, sources):
    lose_for_long(qtbot, watching, sources)
    port.change(came=(NEW,), went=(USB,))
    qtbot.waitUntil(lambda: "“New camera” was plugged in" in watching.window.notice_bar.text)
    assert watching.session.main.state is LiveState.LOST
    assert "camera:4" not in sources.cameras


def test_a_lost_camera_keeps_its_name_when_another_gets_its_number(qtbot, watching, port, sources):
    lose_for_long(qtbot, watching, sources)
    (tile,) = watching.window.grid.tiles
    sources.refused["camera:2"] = CameraNotFound(source="camera:2")
    port.change(went=(USB,))
    port.change(came=(Camera(2, "Door camera"),))
    qtbot.waitUntil(lambda: "Door camera" in listed(watching))
    assert tile.name == "USB camera"
    assert watching.window.windowTitle() == "USB camera – Kenspeckle"
    qtbot.waitUntil(lambda: "“USB camera” is not there any more" in tile.bar.text)
    port.change(came=(Camera(3, "USB camera"),))
    qtbot.waitUntil(lambda: watching.session.main.spec.address == "3")
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    assert tile.name == "USB camera"


def test_cameras_that_come_back_with_each_others_numbers_are_each_shown_in_their_place(
    qtbot, watching, port, sources
):
    watching.window.opener.add(SourceSpec.parse("camera:0"))
    feeds = watching.session.feeds
    qtbot.waitUntil(lambda: all(feed.state is LiveState.PLAYING for feed in feeds))
    for number, feed in ((2, feeds[0]), (0, feeds[1])):
        sources.camera(number).pull_out()
        qtbot.waitUntil(lambda feed=feed: feed.state is LiveState.LOST)
        feed._current._back_off = BackOff((600.0,))
        qtbot.waitUntil(lambda feed=feed: (feed.next_attempt_in or 0) > 500)
    port.change(went=(FRONT, USB))
    for number in (0, 2):
        sources.camera(number).plug_in()
    port.change(came=(Camera(0, "USB camera"), Camera(2, "Front camera")))
    qtbot.waitUntil(lambda: [feed.spec.address for feed in feeds] == ["0", "2"])
    qtbot.waitUntil(lambda: all(feed.state is LiveState.PLAYING for feed in feeds))
    names = [tile.name for tile in watching.window.grid.tiles]
    assert names == ["USB camera", "Front camera"]


def test_pictures_and_troubles_are_named_anew_when_the_names_of_cameras_are_learned(
    qtbot, open_app, sources
):
    known: list[Camera] = []
    sources.refused["camera:0"] = CameraNotFound(source="camera:0")
    app = open_app("camera:2", cameras=lambda: list(known))
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    app.window.opener.add(SourceSpec.parse("camera:0"))
    first, second = app.window.grid.tiles
    qtbot.waitUntil(lambda: "“Camera 0”" in second.bar.text)
    app.window.grid.choose(first)
    assert app.window.windowTitle() == "Camera 2 – Kenspeckle"
    known.extend((FRONT, USB))
    app.window.menus.look_for_cameras()
    qtbot.waitUntil(lambda: first.head.name == "USB camera")
    assert first.view.accessibleName() == "Live picture of USB camera"
    assert app.window.windowTitle() == "USB camera – Kenspeckle"
    assert second.head.name == "Front camera"
    assert "“Front camera”" in second.bar.text


def test_what_is_lost_is_dimmed_until_it_is_back(qtbot, watching, sources):
    view = watching.window.view
    assert not view.dimmed
    lose_for_long(qtbot, watching, sources)
    assert view.frame is not None
    middle = view.rect().center()
    dimmed = view.grab().toImage().pixelColor(middle).lightness()
    view.set_dimmed(dimmed=False)
    assert 0 < dimmed < view.grab().toImage().pixelColor(middle).lightness()
    view.set_dimmed(dimmed=True)
    sources.camera(2).plug_in()
    watching.session.main.retry_now()
    qtbot.waitUntil(lambda: not view.dimmed)


def test_the_menu_of_sizes_is_about_the_chosen_source(qtbot, open_it):
    asked: list[Camera] = []

    def formats(camera: Camera) -> list[CameraFormat]:
        asked.append(camera)
        return [CameraFormat(320, 240, 15.0)]

    app = open_it("camera:0", formats=formats)
    menu = app.window.camera_care.formats
    qtbot.waitUntil(lambda: app.window.menus.camera_of(SourceSpec.parse("camera:2")) == USB)
    app.window.opener.add(SourceSpec.parse("camera:2"))
    qtbot.waitUntil(lambda: all(f.state is LiveState.PLAYING for f in app.session.feeds))
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: asked == [USB])
    qtbot.waitUntil(
        lambda: "320\u00a0×\u00a0240, 15 a second" in [a.text() for a in menu.actions()]
    )
    app.window.grid.choose(app.window.grid.tiles[0])
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: asked == [USB, FRONT])


def test_a_size_that_the_camera_refuses_is_said_in_its_tile(qtbot, watching, sources):
    sources.refused["camera:2@1920x1080@30"] = CameraNotFound(source="camera:2")
    watching.window.camera_care.formats.chosen.emit(CameraFormat(1920, 1080, 30.0))
    bar = watching.window.source_bar
    qtbot.waitUntil(lambda: "“USB camera” gives no pictures of 1920\u00a0×\u00a01080" in bar.text)
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    assert "1920\u00a0×\u00a01080" in bar.text
    assert watching.context.settings.source == "camera:2"


def test_what_is_started_again_has_the_size_that_was_chosen_since(qtbot, watching):
    wanted = CameraFormat(160, 120, 15.0)
    watching.window.camera_care.formats.chosen.emit(wanted)
    qtbot.waitUntil(lambda: watching.context.settings.camera_formats == {"USB camera": str(wanted)})
    watching.window.actions_by_name["stop"].trigger()
    watching.window.actions_by_name["start"].trigger()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    assert str(watching.session.main.spec) == "camera:2@160x120@15"


def test_enrolment_opens_a_camera_in_the_size_that_was_chosen_for_it(qtbot, open_it):
    app = open_it()
    app.context.change_settings(camera_formats={"Front camera": "640x360@15"})
    qtbot.waitUntil(lambda: app.context.is_ready)
    app.window.actions_by_name["add_from_camera"].trigger()
    qtbot.waitUntil(lambda: str(app.session.main.spec) == "camera:0@640x360@15")


def test_a_remembered_camera_that_is_missing_at_the_start_is_shown_once_it_is_plugged_in(
    qtbot, tmp_path, open_it, port, sources, monkeypatch
):
    monkeypatch.setattr(capture_worker, "BackOff", lambda _delays: BackOff((600.0,)))
    port.cameras = [FRONT]
    save_settings(Settings(**with_sources(["camera:2"])), tmp_path / "data" / "settings.json")
    sources.refused["camera:2"] = CameraNotFound(source="camera:2")
    app = open_it()
    feed = app.session.main
    qtbot.waitUntil(lambda: feed.state is LiveState.LOST)
    (tile,) = app.window.grid.tiles
    qtbot.waitUntil(lambda: tile.bar.aside.startswith("Trying again in"))
    del sources.refused["camera:2"]
    port.change(came=(USB,))
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert tile.bar.isHidden()
    qtbot.waitUntil(lambda: tile.name == "USB camera")
