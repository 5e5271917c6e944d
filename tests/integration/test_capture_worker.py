"""The capture thread against sources that fail in the ways that cameras do."""

from __future__ import annotations

import itertools
import queue
import threading
import time

import pytest

import factories
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraLost, CameraNotFound
from desktop_app.workers.capture_worker import BACK_OFF, CaptureWorker, Phase

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


def test_a_wait_and_the_opening_after_it_fit_into_three_seconds():
    assert max(BACK_OFF) <= 2.0
    assert list(BACK_OFF) == sorted(BACK_OFF)
