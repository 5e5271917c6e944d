"""What the live view leaves undone: on battery, and wherever nothing happens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer

import factories
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.capture.source import SourceSpec
from desktop_app.settings import Settings
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.general import GeneralPage
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.battery import PowerSaving
from desktop_app.workers.feed import LiveState
from desktop_app.workers.live_session import LiveSession
from desktop_app.workers.recognition_worker import RecognitionWorker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Battery:
    """What the machine runs on, and how often that was asked."""

    def __init__(self) -> None:
        self.is_used: bool | None = True
        self.asked = 0

    def __call__(self) -> bool | None:
        self.asked += 1
        return self.is_used


class Told:
    """Stands in for a session that is told whether to save power."""

    def __init__(self) -> None:
        self.saves: bool | None = None

    def save_power(self, *, saves: bool) -> None:
        self.saves = saves


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(qapp, clock):
    made = RecognitionWorker(gallery=factories.gallery({}), clock=clock)
    made.start()
    yield made
    made.stop()
    assert made.wait(timeout=5)


@pytest.fixture
def mailbox(worker, recogniser):
    lane, made = worker.open_lane(recogniser), LatestFrame()
    lane.follow(made)
    yield made
    worker.close_lane(lane)


@pytest.fixture
def battery() -> Battery:
    return Battery()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def make_saving(qapp, battery, told):
    def make(*, runner: BackgroundRunner | None = None, **settings) -> PowerSaving:
        return PowerSaving(
            told,
            settings=Settings(**settings),
            runner=runner or BackgroundRunner("general", inline=True),
            on_battery=battery,
        )

    return make


def look(qtbot, recogniser, worker, index: int) -> None:
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [index])
    qtbot.waitUntil(lambda: worker.processed == len(recogniser.frames))


def test_on_battery_a_frame_that_comes_too_soon_waits_and_a_newer_one_takes_its_place(
    qtbot, worker, mailbox, recogniser, clock
):
    worker.save_power(saves=True)
    mailbox.put(factories.frame(0))
    look(qtbot, recogniser, worker, 0)
    clock.now += 0.03
    mailbox.put(factories.frame(1))
    qtbot.wait(300)
    assert recogniser.frames == [0]
    clock.now += 0.04
    mailbox.put(factories.frame(2))
    look(qtbot, recogniser, worker, 2)
    assert recogniser.frames == [0, 2]


def test_plugged_in_again_what_waits_is_looked_at_at_once(qtbot, worker, mailbox, recogniser):
    worker.save_power(saves=True)
    mailbox.put(factories.frame(0))
    look(qtbot, recogniser, worker, 0)
    mailbox.put(factories.frame(1))
    worker.save_power(saves=False)
    look(qtbot, recogniser, worker, 1)


def test_the_first_frame_of_another_source_is_looked_at_at_once_on_battery_too(
    qtbot, worker, recogniser
):
    worker.save_power(saves=True)
    lane = worker.open_lane(recogniser)
    for index in (3, 4):
        source = LatestFrame()
        source.put(factories.frame(index))
        lane.follow(source)
        look(qtbot, recogniser, worker, index)


def test_power_is_saved_on_battery_and_not_on_mains(make_saving, battery, told):
    saving = make_saving()
    saving.start()
    assert told.saves is True
    battery.is_used = False
    saving.look()
    assert told.saves is False


def test_power_is_not_saved_where_there_is_no_battery(make_saving, battery, told):
    battery.is_used = None
    make_saving().start()
    assert told.saves is False


def test_power_is_saved_only_where_that_is_wanted_and_a_change_holds_at_once(make_saving, told):
    saving = make_saving(save_power=False)
    saving.start()
    assert told.saves is False
    saving.use_settings(Settings(save_power=True))
    assert told.saves is True


def test_a_battery_that_takes_its_time_is_not_asked_again_meanwhile(qtbot, make_saving, battery):
    runner = BackgroundRunner("general")
    saving = make_saving(runner=runner)
    # The answer is delivered by the loop, which does not run yet.
    saving.start()
    saving.look()
    qtbot.waitUntil(lambda: not saving._is_asking)
    assert battery.asked == 1
    saving.look()
    qtbot.waitUntil(lambda: battery.asked == 2)
    runner.close()


def test_a_session_that_is_to_save_power_has_its_recognition_do_so_from_the_beginning(
    qtbot, qapp, sources, recogniser
):
    session = LiveSession(source_for=sources)
    session.save_power(saves=True)
    session.attach(lambda: recogniser, gallery=factories.gallery({}))
    session.main.start(SourceSpec.parse("camera:0"))
    qtbot.waitUntil(lambda: len(recogniser.frames) > 3)
    # The camera sends 200 a second.
    assert recogniser.frames[3] - recogniser.frames[0] > 6
    assert session.shutdown()


def test_what_is_chosen_for_the_battery_is_kept(ready_app, qtbot):
    app = ready_app()
    dialog = SettingsDialog(app.context)
    qtbot.addWidget(dialog)
    page = dialog.page(GeneralPage)
    assert page.on_battery.currentData() is True
    page.on_battery.setCurrentIndex(page.on_battery.findData(False))
    page.on_battery.activated.emit(page.on_battery.currentIndex())
    assert app.context.settings.save_power is False


def test_nothing_ticks_for_a_source_once_it_is_stopped_or_a_clip_is_over(
    qtbot, qapp, sources, tmp_path
):
    session = LiveSession(source_for=sources)
    feed = session.main

    def ticks() -> bool:
        return any(timer.isActive() for timer in feed.findChildren(QTimer))

    feed.start(SourceSpec.parse("camera:0"))
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    assert ticks()
    feed.start(SourceSpec.parse(sources.clip(tmp_path / "party.mp4", frames=5)))
    qtbot.waitUntil(lambda: feed.state is LiveState.ENDED)
    assert not ticks()
    feed.start(SourceSpec.parse("camera:0"))
    assert ticks()
    feed.stop()
    assert not ticks()
    assert session.shutdown()
