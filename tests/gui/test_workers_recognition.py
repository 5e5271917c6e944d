"""The recognition thread, and the runner of background work."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal

import factories
from desktop_app.capture.mailbox import LatestFrame
from desktop_app.errors import NoFaceFound
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.recognition_worker import RecognitionWorker


class Bell(QObject):
    rung = Signal()


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


def test_frames_that_it_has_no_time_for_are_never_looked_at(qtbot, mailbox, recogniser):
    looking, may_go_on = threading.Event(), threading.Event()
    look = recogniser.process

    def slow(frame, gallery):
        looking.set()
        may_go_on.wait()
        return look(frame, gallery)

    recogniser.process = slow
    mailbox.put(factories.frame(0))
    looking.wait()
    for index in range(1, 10):
        mailbox.put(factories.frame(index))
    may_go_on.set()
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [9])
    assert recogniser.frames == [0, 9]


def test_a_result_of_a_source_that_was_left_is_dropped(qtbot, worker, lane, mailbox, recogniser):
    looking, may_go_on = threading.Event(), threading.Event()
    look = recogniser.process

    def slow(frame, gallery):
        looking.set()
        may_go_on.wait()
        return look(frame, gallery)

    recogniser.process = slow
    mailbox.put(factories.frame(0))
    looking.wait()
    lane.follow(LatestFrame())
    may_go_on.set()
    qtbot.waitUntil(lambda: worker.processed == 1)
    assert lane.newest() is None


def test_tracks_are_forgotten_when_a_stream_starts_anew(qtbot, mailbox, recogniser):
    for index in (3, 4, 0):
        mailbox.put(factories.frame(index))
        qtbot.waitUntil(lambda index=index: recogniser.frames[-1:] == [index])
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
