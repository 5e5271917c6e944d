"""The capture thread against sources that fail in the ways that cameras do."""

from __future__ import annotations

import dataclasses
import itertools
import queue
import threading
import time

import numpy as np
import pytest

import factories
from desktop_app.capture import watch
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.frame import Frame
from desktop_app.capture.source import SourceSpec
from desktop_app.capture.traits import Traits
from desktop_app.errors import CameraLost, CameraNotFound
from desktop_app.opencv import cv2
from desktop_app.workers import capture_worker
from desktop_app.workers.capture_worker import CaptureWorker, Phase

CAMERA = SourceSpec.parse("camera:0")
NEVER = 3600.0
PATIENCE = 10.0


class Device:
    """A camera that does what it is told, step by step: a read waits for the next step.

    A step is a frame, None, an exception to raise, or an event to hang on.
    """

    def __init__(self) -> None:
        self.steps: queue.Queue[object] = queue.Queue()
        self.refusals: list[Exception] = []
        self.opened = self.closed = 0
        self.most_open = 0

    def source(self, _spec: SourceSpec) -> Source:
        return Source(self)

    def give(self, *steps: object) -> None:
        for step in steps:
            self.steps.put(step)


class Source:
    source_id = "camera:0"
    frame_rate = 30.0

    def __init__(self, device: Device) -> None:
        self.device = device
        self.is_open = False

    def open(self) -> None:
        if self.device.refusals:
            raise self.device.refusals.pop(0)
        self.is_open = True
        self.device.opened += 1
        now_open = self.device.opened - self.device.closed
        self.device.most_open = max(self.device.most_open, now_open)

    def read(self):
        step = self.device.steps.get(timeout=PATIENCE)
        if isinstance(step, threading.Event):
            step.wait(PATIENCE)
            return factories.frame(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.device.closed += 1


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def run(qapp, device):
    """Starts workers on the device; they are stopped and awaited after the test."""
    workers = []

    def start(spec=CAMERA, **options) -> CaptureWorker:
        worker = CaptureWorker(spec, source_for=device.source, **options)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.stop()
    device.give(*[CameraLost(source="camera:0")] * len(workers))
    for worker in workers:
        assert worker.wait(timeout=PATIENCE)


@pytest.fixture
def until(qtbot):
    def wait(condition) -> None:
        qtbot.waitUntil(condition, timeout=round(PATIENCE * 1000))

    return wait


def same_picture() -> Frame:
    return dataclasses.replace(factories.frame(), pixels=np.full((8, 8, 3), 70, np.uint8))


def lost() -> CameraLost:
    return CameraLost(source="camera:0")


def test_a_lost_camera_says_when_it_is_tried_again(device, run, until):
    worker = run(back_off=(NEVER,))
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    assert worker.next_attempt_at is None
    before = time.monotonic()
    device.give(lost())
    until(lambda: worker.next_attempt_at is not None)
    assert before + NEVER <= worker.next_attempt_at <= time.monotonic() + NEVER
    assert worker.phase is Phase.LOST
    assert worker.attempts == 0


def test_an_attempt_can_be_made_at_once_instead_of_waited_for(device, run, until):
    worker = run(back_off=(NEVER,))
    device.give(factories.frame(0), lost())
    until(lambda: worker.next_attempt_at is not None)
    worker.retry_now()
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    assert device.opened == 2
    assert worker.next_attempt_at is None


DESK, DOOR = (Traits(name, ("00", "0"), ("046d", "0825", "")) for name in ("Desk", "Door"))


def test_another_camera_that_has_the_number_now_is_not_opened_in_place_of_a_lost_one(
    device, run, until
):
    plugged = [DESK]
    worker = run(back_off=(NEVER,), look_up=lambda _spec: plugged[0])
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    plugged[0] = DOOR
    device.give(lost())
    until(lambda: worker.next_attempt_at is not None)
    worker.retry_now()
    until(lambda: worker.attempts == 1 and worker.next_attempt_at is not None)
    assert isinstance(worker.error, CameraNotFound)
    assert worker.phase is Phase.LOST
    assert device.opened == 1
    plugged[0] = DESK
    worker.retry_now()
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)


def test_a_camera_that_is_another_by_the_time_it_is_open_is_closed_and_shows_nothing(
    device, run, until
):
    answers = [DESK, DESK, DESK, DOOR]
    worker = run(back_off=(0.0, NEVER), look_up=lambda _spec: answers.pop(0))
    device.give(factories.frame(0), lost())
    until(lambda: worker.attempts == 1)
    assert isinstance(worker.error, CameraNotFound)
    assert (device.opened, device.closed) == (2, 2)
    assert worker.frames_read == 1


def test_a_worker_that_goes_on_for_one_that_hangs_opens_no_other_camera(
    device, run, until, monkeypatch
):
    monkeypatch.setattr(capture_worker, "_HUNG", 0.0)
    plugged = [DESK]
    hung, go_on = run(look_up=lambda _spec: plugged[0]), threading.Event()
    device.give(go_on)
    until(lambda: hung.hangs_in_read)
    hung.stop()
    plugged[0] = DOOR
    after = run(after=hung, persistent=True, back_off=(NEVER,), look_up=lambda _spec: plugged[0])
    until(lambda: isinstance(after.error, CameraNotFound))
    chosen = run(after=hung, look_up=lambda _spec: plugged[0])
    until(lambda: chosen.traits == DOOR)
    go_on.set()


def test_where_nothing_is_known_of_cameras_a_lost_one_is_opened_again(device, run, until):
    answers = [DESK, DESK, None, None]
    worker = run(back_off=(0.0,), look_up=lambda _spec: answers.pop(0))
    device.give(factories.frame(0), lost(), factories.frame(0))
    until(lambda: worker.frames_read == 2)
    assert worker.traits == DESK


def test_attempts_that_come_to_nothing_are_counted_until_pictures_come(device, run, until):
    worker = run(back_off=(0.0, 0.0, NEVER))
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    device.refusals = [CameraNotFound(source="camera:0") for _ in range(2)]
    device.give(lost())
    until(lambda: worker.next_attempt_at is not None and worker.attempts == 2)
    assert isinstance(worker.error, CameraNotFound)
    worker.retry_now()
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    assert worker.attempts == 0
    assert worker.error is None


def test_a_camera_that_comes_and_goes_is_not_tried_quicker_each_time(device, run, until):
    worker = run(back_off=(0.0, 0.0, NEVER))
    device.give(*itertools.chain.from_iterable((factories.frame(0), lost()) for _ in range(3)))
    until(lambda: (worker.next_attempt_at or 0.0) > time.monotonic() + NEVER / 2)
    assert device.opened == 3


def test_stopping_does_not_wait_for_the_next_attempt(device, run, until):
    worker = run(back_off=(NEVER,))
    device.give(factories.frame(0), lost())
    until(lambda: worker.next_attempt_at is not None)
    worker.stop()
    assert worker.wait(timeout=PATIENCE)
    assert worker.phase is Phase.STOPPED
    assert worker.next_attempt_at is None


def test_a_camera_that_hangs_leaves_a_trace_from_when_it_was_asked(device, run, until):
    worker = run()
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    hanging = threading.Event()
    before = time.monotonic()
    device.give(hanging)
    until(lambda: device.steps.empty() and worker.waiting_since is not None)
    assert worker.waiting_since <= time.monotonic()
    assert worker.waiting_since >= before - PATIENCE
    assert not worker.hangs_in_read
    hanging.set()


def test_no_device_is_opened_while_another_thread_still_opens_or_reads_it(device, run, until):
    first = run()
    hanging = threading.Event()
    device.give(factories.frame(0), hanging)
    until(lambda: first.phase is Phase.READING and device.steps.empty())
    first.stop()
    second = run(after=first, persistent=True)
    assert second.is_running
    assert device.opened == 1
    hanging.set()
    device.give(factories.frame(0))
    until(lambda: second.phase is Phase.READING)
    assert device.most_open == 1
    assert not first.is_running


def test_a_thread_that_hangs_in_a_read_is_not_awaited_for_ever(device, run, until, monkeypatch):
    first = run()
    hanging = threading.Event()
    device.give(factories.frame(0), hanging)
    until(lambda: first.phase is Phase.READING and device.steps.empty())
    monkeypatch.setattr(capture_worker, "_HUNG", 0.0)
    first.stop()
    second = run(after=first, persistent=True)
    device.give(factories.frame(0))
    until(lambda: second.phase is Phase.READING)
    assert first.is_running
    hanging.set()
    until(lambda: not first.is_running)
    assert device.closed == 1


def test_no_more_than_two_threads_ever_hang_on_one_device(device, run, until, monkeypatch):
    monkeypatch.setattr(capture_worker, "_HUNG", 0.0)
    hangings = [threading.Event() for _ in range(2)]
    workers = [run()]
    for hanging in hangings:
        device.give(factories.frame(0), hanging)
        until(lambda: workers[-1].phase is Phase.READING and device.steps.empty())
        workers[-1].stop()
        workers.append(run(after=workers[-1], persistent=True))
    third = workers[-1]
    assert third.still_before() == workers[:2]
    assert device.opened == 2
    hangings[0].set()
    device.give(factories.frame(0))
    until(lambda: third.phase is Phase.READING)
    assert device.most_open == 2
    hangings[1].set()
    until(lambda: not workers[1].is_running)


def test_a_worker_that_waits_for_another_can_be_stopped(device, run, until):
    first = run()
    hanging = threading.Event()
    device.give(hanging)
    second = run(after=first)
    second.stop()
    assert second.wait(timeout=PATIENCE)
    assert second.phase is Phase.STOPPED
    hanging.set()


GARBAGE = {
    "nothing": None,
    "an error of OpenCV": cv2.error("Assertion failed"),
    "half a picture": ValueError("expected a picture"),
    "something else entirely": RuntimeError("vendor driver"),
    "too little memory": MemoryError(),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_camera_that_gives_garbage_is_lost_and_comes_back(device, run, until, garbage):
    worker = run(back_off=(NEVER,))
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    device.give(garbage)
    until(lambda: worker.next_attempt_at is not None)
    assert worker.phase is Phase.LOST
    assert isinstance(worker.error, CameraLost)
    worker.retry_now()
    device.give(factories.frame(0))
    until(lambda: worker.phase is Phase.READING)
    assert device.most_open == 1


def test_what_goes_wrong_with_no_known_reason_is_logged_with_its_traceback(
    device, run, until, caplog
):
    worker = run(back_off=(NEVER,))
    device.give(factories.frame(0), RuntimeError("vendor driver"))
    until(lambda: worker.next_attempt_at is not None)
    assert any(record.exc_info for record in caplog.records)


def test_a_bug_before_the_first_picture_is_not_mistaken_for_a_lost_camera(device, run, until):
    worker = run()
    device.give(RuntimeError("no picture ever came"))
    until(lambda: worker.phase is Phase.FAILED)
    assert isinstance(worker.error, RuntimeError)


def test_a_camera_that_repeats_one_picture_is_opened_again(device, run, until, monkeypatch):
    monkeypatch.setattr(watch, "STUCK_AFTER", 0.0)
    worker = run()

    def repeated() -> bool:
        device.give(same_picture())
        return device.opened == 2

    until(repeated)
    # What it shows then is what it has to show: it is not opened a third time.
    device.give(*[same_picture() for _ in range(50)])
    until(device.steps.empty)
    assert device.opened == 2
    assert worker.phase is Phase.READING
    assert worker.last_change_at is not None


def test_the_worker_says_what_comes_and_how_fast(device, run, until):
    worker = run()
    assert worker.actual_format is None
    assert worker.measured_rate == 0.0
    device.give(factories.frame(0, size=(64, 48)), factories.frame(1, size=(64, 48)))
    until(lambda: worker.frames_read == 2)
    assert worker.actual_format == CameraFormat(64, 48, 30.0)
    assert worker.measured_rate > 0
    device.give(factories.frame(2, size=(32, 24)))
    until(lambda: worker.frames_read == 3)
    assert worker.actual_format == CameraFormat(32, 24, 30.0)
