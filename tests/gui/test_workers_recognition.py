"""The recognition thread, and the runner of background work."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, Signal

import factories
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.errors import NoFaceFound
from desktop_app.services.live import FrameResult
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.recognition_worker import RecognitionWorker


class Bell(QObject):
    rung = Signal()


class Judge:
    """Stands in for a recogniser; notes in a log that several share whose turn it was."""

    def __init__(self, name: str, log: list[tuple[str, str]]) -> None:
        self.name = name
        self.log = log
        self.mailbox = LatestFrame()
        self.is_fed = False
        self.error: Exception | None = None

    def process(self, frame, gallery) -> FrameResult:
        return self._look("process", frame)

    def settle(self, frame, gallery) -> FrameResult:
        return self._look("settle", frame)

    def reset(self) -> None:
        pass

    def _look(self, how: str, frame) -> FrameResult:
        self.log.append((self.name, how))
        if self.is_fed:
            # The next frame is there before this one is done with, as in a busy live view.
            self.mailbox.put(factories.frame(frame.index + 1))
        if self.error is not None:
            raise self.error
        return FrameResult(frame, (), 0.001)


@pytest.fixture
def make_judges(worker):
    """Makes judges, each with a lane and a first frame, all at once."""

    def make(*names: str, fed: str = "") -> tuple[list[Judge], list[tuple[str, str]]]:
        log: list[tuple[str, str]] = []
        judges = [Judge(name, log) for name in names]
        worker.rest()
        for judge in judges:
            judge.is_fed = judge.name in fed
            judge.lane = worker.open_lane(judge)
            judge.lane.follow(judge.mailbox)
            judge.mailbox.put(factories.frame(0))
        worker.go_on()
        return judges, log

    return make


@pytest.fixture
def worker(qapp):
    made = RecognitionWorker(gallery=factories.gallery({}))
    made.start()
    yield made
    made.stop()
    assert made.wait(timeout=5)


@pytest.fixture
def lane(worker, recogniser):
    return worker.open_lane(recogniser)


@pytest.fixture
def mailbox(lane):
    made = LatestFrame()
    lane.follow(made)
    return made


def test_a_result_carries_the_frame_it_is_about(qtbot, lane, mailbox):
    frame = factories.frame(5)
    with qtbot.waitSignal(lane.result_ready):
        mailbox.put(frame)
    assert lane.newest().frame is frame


@pytest.fixture
def held(mailbox, recogniser):
    """Holds the recogniser in the middle of a frame: set to let it go on."""
    looking, may_go_on = threading.Event(), threading.Event()
    look = recogniser.process

    def slow(frame, gallery):
        looking.set()
        may_go_on.wait()
        return look(frame, gallery)

    recogniser.process = slow
    mailbox.put(factories.frame(0))
    looking.wait()
    yield may_go_on
    may_go_on.set()


def test_frames_that_it_has_no_time_for_are_never_looked_at(qtbot, mailbox, recogniser, held):
    for index in range(1, 10):
        mailbox.put(factories.frame(index))
    held.set()
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [9])
    assert recogniser.frames == [0, 9]


def test_a_result_of_a_source_that_was_left_is_dropped(qtbot, worker, lane, held):
    lane.follow(LatestFrame())
    held.set()
    qtbot.waitUntil(lambda: worker.processed == 1)
    assert lane.newest() is None


def test_a_result_by_rules_that_hold_no_more_is_dropped(qtbot, worker, lane, recogniser, held):
    lane.use_recogniser(type(recogniser)(factories.EMBEDDER))
    held.set()
    qtbot.waitUntil(lambda: worker.processed == 1)
    assert lane.newest() is None


def test_a_frame_in_work_while_another_gallery_is_opened_names_nobody_of_the_one_before(
    qtbot, worker, lane, recogniser, held
):
    other = type(recogniser)(factories.EMBEDDER)
    worker.rest()
    lane.use_recogniser(type(recogniser)(factories.EMBEDDER))
    lane.use_recogniser(other)
    worker.use_gallery(factories.gallery({}))
    worker.go_on()
    held.set()
    qtbot.waitUntil(lambda: worker.processed == 1)
    assert lane.newest() is None


def test_a_result_from_before_somebody_was_removed_is_dropped(qtbot, worker, lane, held):
    worker.use_gallery(factories.gallery({}))
    held.set()
    qtbot.waitUntil(lambda: worker.processed == 1)
    assert lane.newest() is None


def test_what_was_said_by_the_old_rules_is_not_heard_any_more(qtbot, lane, mailbox, recogniser):
    with qtbot.waitSignal(lane.result_ready):
        mailbox.put(factories.frame(0))
    lane.use_recogniser(type(recogniser)(factories.EMBEDDER))
    assert lane.newest() is None


def test_tracks_are_forgotten_when_a_stream_starts_anew(qtbot, mailbox, recogniser):
    for index in (3, 4, 0):
        mailbox.put(factories.frame(index))
        qtbot.waitUntil(lambda index=index: recogniser.frames[-1:] == [index])
    assert recogniser.resets == 2


def test_tracks_are_forgotten_when_the_clock_of_a_stream_starts_anew(qtbot, mailbox, recogniser):
    for index, timestamp in ((3, 9.0), (4, 9.0), (5, 0.2)):
        mailbox.put(factories.frame(index, timestamp=timestamp))
        qtbot.waitUntil(lambda index=index: recogniser.frames[-1:] == [index])
    assert recogniser.resets == 2


def test_tracks_are_forgotten_when_another_thread_reads_the_same_source(
    qtbot, lane, mailbox, recogniser
):
    mailbox.put(factories.frame(3))
    qtbot.waitUntil(lambda: recogniser.frames == [3])
    # Its first frames were not seen here.
    other = LatestFrame()
    other.put(factories.frame(5))
    lane.follow(other)
    qtbot.waitUntil(lambda: recogniser.frames == [3, 5])
    assert recogniser.resets == 2


def test_other_rules_hold_from_the_next_frame_on(qtbot, lane, mailbox, recogniser):
    other = type(recogniser)(factories.EMBEDDER)
    mailbox.put(factories.frame(0))
    qtbot.waitUntil(lambda: recogniser.frames == [0])
    lane.use_recogniser(other)
    qtbot.waitUntil(lambda: other.frames == [0])


def test_it_sleeps_while_there_is_nothing_new(qtbot, mailbox, recogniser):
    mailbox.put(factories.frame(0))
    qtbot.waitUntil(lambda: recogniser.frames == [0])
    threading.Event().wait(0.4)
    assert recogniser.frames == [0]


def test_whoever_waited_longest_is_served_next_however_busy_the_others_are(qtbot, make_judges):
    _judges, log = make_judges("A", "B", "C", fed="AB")
    qtbot.waitUntil(lambda: len(log) > 11)
    turns = "".join(name for name, _how in log[:11])
    assert sorted(turns[:3]) == ["A", "B", "C"]
    assert turns[3:] in {"ABABABAB", "BABABABA"}


def test_each_feed_has_results_of_its_own(qtbot, make_judges):
    (first, second), _log = make_judges("A", "B")
    for judge in (first, second):
        qtbot.waitUntil(lambda judge=judge: judge.lane.newest() is not None)
    before, frame = second.lane.newest(), factories.frame(1)
    with qtbot.waitSignal(first.lane.result_ready):
        first.mailbox.put(frame)
    assert first.lane.newest().frame is frame
    assert second.lane.newest().frame is before.frame


def test_a_recogniser_that_fails_keeps_no_other_feed_waiting(qtbot, worker, make_judges):
    with qtbot.waitSignal(worker.troubled) as troubled:
        (first, _second), log = make_judges("A", "B", fed="AB")
        first.error = NoFaceFound(path="a.jpg")
    assert troubled.args == [first.error]
    # Its own next frame is looked at a second later.
    done = log.count(("B", "process"))
    qtbot.waitUntil(lambda: log.count(("B", "process")) > done + 50)
    assert log.count(("A", "process")) < 50


def test_a_picture_that_stands_still_is_judged_once_more_while_others_go_on(qtbot, make_judges):
    _judges, log = make_judges("A", "B", fed="A")
    qtbot.waitUntil(lambda: ("B", "settle") in log)
    done = len(log)
    qtbot.waitUntil(lambda: len(log) > done + 50)
    assert [how for name, how in log if name == "B"] == ["process", "settle"]
    assert ("A", "settle") not in log


def test_a_picture_that_stands_still_is_judged_again_in_another_gallery(qtbot, worker, make_judges):
    _judges, log = make_judges("A")
    qtbot.waitUntil(lambda: log.count(("A", "settle")) == 1)
    worker.use_gallery(factories.gallery({}))
    qtbot.waitUntil(lambda: log.count(("A", "settle")) == 2)


def test_nobody_hears_of_a_result_while_the_worker_rests(qtbot, worker, make_judges):
    (judge,), _log = make_judges("A")
    qtbot.waitUntil(lambda: judge.lane.newest() is not None)
    look, looking, may_go_on = judge.process, threading.Event(), threading.Event()

    def slow(frame, gallery):
        looking.set()
        may_go_on.wait()
        return look(frame, gallery)

    judge.process = slow
    judge.mailbox.put(factories.frame(1))
    looking.wait()
    worker.rest()
    may_go_on.set()
    qtbot.waitUntil(lambda: worker.processed == 2)
    assert judge.lane.newest() is None


def test_of_a_feed_that_was_removed_nothing_is_kept(qtbot, worker, make_judges):
    judges, log = make_judges("A", "B", fed="B")
    qtbot.waitUntil(lambda: len(log) > 5)
    first, frames = weakref.ref(judges[0]), weakref.ref(judges[0].mailbox)
    worker.close_lane(judges[0].lane)
    judges.clear()
    done = len(log)
    qtbot.waitUntil(lambda: len(log) > done + 5)
    gc.collect()
    assert first() is None
    assert frames() is None


def test_background_work_calls_back_on_the_windows_thread(qtbot, qapp):
    runner = BackgroundRunner("general")
    threads = []
    runner.run(threading.get_ident, success=lambda ident: threads.append(ident))
    runner.run(threading.get_ident, success=lambda _ident: threads.append(threading.get_ident()))
    qtbot.waitUntil(lambda: len(threads) == 2)
    runner.close()
    assert threads[0] != threading.get_ident()
    assert threads[1] == threading.get_ident()


def test_background_work_that_fails_without_a_callback_reaches_the_signal(qtbot, qapp):
    runner = BackgroundRunner("general")
    error = NoFaceFound(path="a.jpg")

    def fail() -> None:
        raise error

    with qtbot.waitSignal(runner.failed) as failed:
        runner.run(fail)
    runner.close()
    assert failed.args == [error]


def test_draining_finishes_what_was_asked_for_and_calls_nobody_back(qtbot, qapp):
    runner = BackgroundRunner("database")
    may_go_on = threading.Event()
    written, called = [], []
    runner.run(may_go_on.wait, success=called.append)
    runner.run(lambda: written.append("saved"), success=called.append)
    may_go_on.set()
    runner.drain()
    runner.run(lambda: written.append("too late"))
    assert written == ["saved"]
    assert called == []


def test_closing_drops_what_has_not_begun(qapp):
    runner = BackgroundRunner("general")
    begun, may_go_on = threading.Event(), threading.Event()
    done = []

    def first() -> None:
        begun.set()
        may_go_on.wait()
        done.append("first")

    runner.run(first)
    runner.run(lambda: done.append("second"))
    begun.wait()
    threading.Timer(0.05, may_go_on.set).start()
    runner.close()
    assert done == ["first"]


def test_the_qt_binding_loses_no_reference_when_a_signal_is_emitted(qapp):
    """PySide6 6.12.0 does on Python 3.11: a minute of live picture, and Python aborts."""
    bell = Bell()
    before = sys.getrefcount(True)
    for _ in range(200):
        bell.rung.emit()
    # Other threads may hold a few more or fewer.
    assert sys.getrefcount(True) > before - 100
