"""Sizes and rates of a camera: what the menu offers, what is kept, what becomes of a failure."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QAction

from desktop_app.capture.devices import Camera
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.source import SourceSpec
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import CameraBusy
from desktop_app.paths import DataDir
from desktop_app.settings import Settings, load_settings, save_settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.format_choice import FormatChoice, wanted_format
from desktop_app.ui.live.format_menu import FormatMenu
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.feed import Feed, LiveState
from desktop_app.workers.retired import Retired
from desktop_app.workers.watchdog import Patience

CAMERA = SourceSpec.parse("camera:0")
SMALL, WIDE = CameraFormat(160, 120, 30.0), CameraFormat(320, 180, 30.0)
SLOW_WIDE = CameraFormat(320, 180, 7.5)
ODD = CameraFormat(200, 200, 30.0)
NAMED = Camera(0, "Front camera")


class ManySizes:
    """A camera that gives the sizes it offers, at its own pace, and its usual one otherwise."""

    def __init__(self) -> None:
        self.offers = [WIDE, SLOW_WIDE, SMALL]
        self.refused: set[str] = set()
        self.asked: list[str] = []

    def __call__(self, spec: SourceSpec) -> Paced:
        self.asked.append(str(spec))
        if str(spec) in self.refused:
            raise CameraBusy(source=spec.label)
        wanted = spec.wanted if spec.wanted in self.offers else SMALL
        return Paced(
            size=(wanted.width, wanted.height),
            frame_rate=wanted.frame_rate or 30.0,
            source_id=spec.label,
        )


class Paced(SyntheticSource):
    """Pictures at 200 a second at most."""

    def read(self):
        threading.Event().wait(0.005)
        return super().read()


@pytest.fixture
def device() -> ManySizes:
    return ManySizes()


@pytest.fixture
def feed(qapp, device):
    retired = Retired()
    made = Feed(source_for=device, retired=retired, patience=Patience())
    yield made
    made.stop()
    assert retired.wait(timeout=5)


@pytest.fixture
def context(qapp, tmp_path):
    return AppContext(
        data_dir=DataDir(tmp_path),
        settings=Settings(),
        database=BackgroundRunner("database", inline=True),
        general=BackgroundRunner("general", inline=True),
    )


@pytest.fixture
def choice(context, feed) -> FormatChoice:
    return FormatChoice(context, feed, camera_of=lambda _spec: NAMED, parent=context)


@pytest.fixture
def menu(qtbot, context, feed, device, choice) -> FormatMenu:
    made = FormatMenu(
        feed=lambda: feed,
        runner=context.general,
        formats=lambda camera: device.offers if camera == NAMED else [],
        camera_of=lambda _spec: NAMED,
    )
    made.chosen.connect(choice.choose)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def playing(qtbot, feed):
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    return feed


def said(text: str) -> str:
    """Leave out what only keeps a size on one line."""
    return text.replace("\u00a0", " ")


def entries(menu: FormatMenu) -> dict[str, QAction]:
    return {said(action.text()): action for action in menu.actions() if action.isCheckable()}


def ticked(menu: FormatMenu) -> list[str]:
    return [text for text, action in entries(menu).items() if action.isChecked()]


def test_the_menu_offers_what_the_camera_does_after_automatic(menu, playing):
    menu.aboutToShow.emit()
    assert list(entries(menu)) == [
        "&Automatic",
        "320 × 180, 30 a second",
        "320 × 180, 7.5 a second",
        "160 × 120, 30 a second",
    ]
    assert ticked(menu) == ["&Automatic"]


def test_many_offers_are_a_menu_for_each_size(menu, playing, device):
    rates = (5.0, 10.0, 15.0, 30.0)
    device.offers = [
        CameraFormat(width, width // 2, rate) for width in (640, 320, 160, 80) for rate in rates
    ]
    menu.aboutToShow.emit()
    sizes = {said(action.text()): action.menu() for action in menu.actions() if action.menu()}
    assert list(sizes) == ["640 × 320", "320 × 160", "160 × 80", "80 × 40"]
    assert said(sizes["320 × 160"].actions()[0].text()) == "320 × 160, 5 a second"


def test_what_is_chosen_is_shown_and_kept_for_that_camera(qtbot, menu, playing, context):
    menu.aboutToShow.emit()
    entries(menu)["320 × 180, 30 a second"].trigger()
    qtbot.waitUntil(lambda: playing.frame is not None and playing.frame.size == (320, 180))
    qtbot.waitUntil(lambda: context.settings.camera_formats == {"Front camera": "320x180@30"})
    assert wanted_format(load_settings(context.data_dir.settings_file), "Front camera") == WIDE
    menu.aboutToShow.emit()
    assert ticked(menu) == ["320 × 180, 30 a second"]


def test_automatic_is_kept_as_well(qtbot, menu, playing, context):
    context.change_settings(camera_formats={"Front camera": "320x180@30", "USB camera": "160x120"})
    playing.start(SourceSpec.parse("camera:0@320x180@30"))
    qtbot.waitUntil(lambda: playing.frame is not None and playing.frame.size == (320, 180))
    menu.aboutToShow.emit()
    menu.automatic.trigger()
    qtbot.waitUntil(lambda: playing.frame is not None and playing.frame.size == (160, 120))
    assert context.settings.camera_formats == {"USB camera": "160x120"}


def test_a_format_that_cannot_be_opened_gives_way_to_the_one_before_and_is_not_kept(
    qtbot, menu, choice, playing, context, device
):
    device.refused.add("camera:0@320x180@30")
    menu.aboutToShow.emit()
    with qtbot.waitSignal(choice.refused) as told:
        entries(menu)["320 × 180, 30 a second"].trigger()
    assert "“Front camera” gives no pictures of 320 × 180, 30 a second" in said(told.args[0])
    qtbot.waitUntil(lambda: playing.state is LiveState.PLAYING)
    assert str(playing.spec) == "camera:0"
    assert context.settings.camera_formats == {}
    menu.aboutToShow.emit()
    assert ticked(menu) == ["&Automatic"]


def test_a_camera_that_gives_another_size_goes_back_to_the_one_before(
    qtbot, choice, playing, context
):
    with qtbot.waitSignal(choice.refused) as told:
        choice.choose(ODD)
    assert "200 × 200" in said(told.args[0])
    qtbot.waitUntil(lambda: playing.state is LiveState.PLAYING)
    assert str(playing.spec) == "camera:0"
    assert context.settings.camera_formats == {}


def test_a_source_that_is_chosen_meanwhile_is_no_reason_to_say_anything(
    qtbot, choice, playing, context, device
):
    with qtbot.assertNotEmitted(choice.refused):
        choice.choose(WIDE)
        playing.start(SourceSpec.parse("camera:2"))
        qtbot.waitUntil(lambda: playing.spec.address == "2")
    assert context.settings.camera_formats == {}


def test_another_source_that_fails_meanwhile_is_not_taken_for_the_format(
    qtbot, choice, playing, device
):
    device.refused.add("camera:2")
    with qtbot.assertNotEmitted(choice.refused):
        choice.choose(WIDE)
        with qtbot.waitSignal(playing.open_failed):
            playing.start(SourceSpec.parse("camera:2"))


def test_what_is_chosen_already_opens_nothing_anew(choice, playing, device):
    asked = list(device.asked)
    choice.choose(None)
    assert device.asked == asked


def test_the_menu_says_what_the_camera_really_gives(qtbot, menu, playing):
    qtbot.waitUntil(lambda: playing.measured_rate > 30)
    menu.aboutToShow.emit()
    assert said(menu.actual.text()).startswith("Now: 160 × 120, ")
    assert "instead of" not in menu.actual.text()


def test_a_camera_that_is_slower_than_it_says_is_found_out(qtbot, menu, feed, device):
    device.offers = [CameraFormat(320, 180, 1000.0)]
    feed.start(SourceSpec.parse("camera:0@320x180@1000"))
    qtbot.waitUntil(lambda: feed.measured_rate > 0)
    menu.aboutToShow.emit()
    assert menu.actual.text().endswith("a second instead of 1000")


def test_the_menu_is_for_cameras(menu, feed, playing):
    menu.refresh()
    assert menu.menuAction().isEnabled()
    feed.stop()
    menu.refresh()
    assert not menu.menuAction().isEnabled()


def test_a_format_in_the_settings_that_makes_no_sense_is_automatic(tmp_path):
    settings = Settings(camera_formats={"Front camera": "large", "USB camera": "160x120@15"})
    save_settings(settings, tmp_path / "settings.json")
    loaded = load_settings(tmp_path / "settings.json")
    assert wanted_format(loaded, "Front camera") is None
    assert wanted_format(loaded, "Another") is None
    assert wanted_format(loaded, "USB camera") == CameraFormat(160, 120, 15.0)


def test_settings_that_hold_no_text_for_a_camera_are_passed_over(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"camera_formats": {"A": 3, "B": "160x120"}}', encoding="utf-8")
    assert load_settings(path).camera_formats == {"B": "160x120"}
