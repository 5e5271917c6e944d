"""The capture thread, without a window."""

from __future__ import annotations

import threading

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import CameraLost, CameraNotFound
from desktop_app.workers.capture_worker import CaptureWorker, Phase

CAMERA = SourceSpec.parse("camera:0")
CLIP = SourceSpec.parse("/clips/party.mp4")


@pytest.fixture
def run(qapp):
    """Starts a worker; it is stopped and awaited after the test."""
    workers = []

    def start(spec, source_for, **options) -> CaptureWorker:
        worker = CaptureWorker(spec, source_for=source_for, **options)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.stop()
        assert worker.wait(timeout=5)


class Threaded(SyntheticSource):
    """Notes which threads touch it."""

    def __init__(self, frames: int) -> None:
        super().__init__(frames)
        self.threads: set[int] = set()

    def open(self) -> None:
        self.threads.add(threading.get_ident())
        super().open()

    def read(self):
        self.threads.add(threading.get_ident())
        return super().read()

    def close(self) -> None:
        self.threads.add(threading.get_ident())
        super().close()


def test_a_source_is_opened_read_and_closed_by_one_thread_which_is_not_the_windows(qtbot, run):
    source = Threaded(3)
    worker = run(CLIP, lambda _spec: source)
    qtbot.waitUntil(lambda: worker.phase is Phase.ENDED and not worker.is_running)
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


def test_the_last_frame_of_a_clip_stays_in_the_mailbox(qtbot, run):
    worker = run(CLIP, lambda _spec: SyntheticSource(5, frame_rate=200))
    with qtbot.waitSignal(worker.ended):
        pass
    assert worker.newest().index == 4


def test_the_bell_rings_once_however_many_frames_come_before_it_is_heard(qtbot, run, sources):
    rings = []
    worker = CaptureWorker(CAMERA, source_for=sources)
    worker.frame_ready.connect(lambda: rings.append(worker.frames_read))
    worker.start()
    # Nobody runs events here, as a busy window would not.
    while worker.frames_read < 20:
        threading.Event().wait(0.01)
    worker.stop()
    assert worker.wait(timeout=5)
    qtbot.waitUntil(lambda: bool(rings))
    assert len(rings) == 1


def test_a_bell_that_was_heard_rings_again(qtbot, run, sources):
    worker = run(CAMERA, sources)
    for _ in range(3):
        with qtbot.waitSignal(worker.frame_ready):
            worker.newest()


def test_a_clip_is_played_at_its_own_pace(qtbot, run):
    worker = run(CLIP, lambda _spec: SyntheticSource(None, frame_rate=4))
    qtbot.waitUntil(lambda: worker.newest() is not None)
    # Unpaced it would be hundreds of frames on by the time that one pause is over.
    with qtbot.waitSignal(worker.frame_ready):
        worker.newest()
    assert worker.newest().index <= 3


def test_a_paused_clip_goes_on_where_it_stood(qtbot, run):
    delivered = []
    gate = threading.Event()

    class Noting(SyntheticSource):
        def read(self):
            gate.wait()
            return super().read()

    worker = run(CLIP, lambda _spec: Noting(None, frame_rate=100))
    put = worker.mailbox.put
    worker.mailbox.put = lambda frame: (delivered.append(frame.index), put(frame))
    gate.set()
    qtbot.waitUntil(lambda: len(delivered) > 3)
    worker.pause()
    # Long enough for thirty frames; one may have been on its way past the gate.
    threading.Event().wait(0.3)
    stood = len(delivered)
    threading.Event().wait(0.3)
    assert len(delivered) == stood
    worker.resume()
    qtbot.waitUntil(lambda: len(delivered) > stood + 3)
    assert delivered == list(range(len(delivered)))


def test_a_paused_clip_can_be_stopped(run):
    worker = run(CLIP, lambda _spec: SyntheticSource(None))
    worker.pause()
    worker.stop()
    assert worker.wait(timeout=5)


def test_what_keeps_a_source_from_opening_is_handed_over_as_it_is(qtbot, run):
    error = CameraNotFound(source="camera:0")

    def refuse(_spec):
        raise error

    worker = run(CAMERA, refuse)
    qtbot.waitUntil(lambda: worker.phase is Phase.FAILED)
    assert worker.error is error


def test_a_lost_camera_is_opened_again_and_again_until_it_is_back(qtbot, run, sources):
    camera = sources.camera(0)
    worker = run(CAMERA, sources, back_off=(0.01,))
    qtbot.waitUntil(lambda: worker.phase is Phase.READING)
    with qtbot.waitSignal(worker.lost) as lost:
        camera.pull_out()
    assert isinstance(lost.args[0], CameraLost)
    closed = camera.closed
    qtbot.waitUntil(lambda: camera.closed > closed + 2)
    camera.plug_in()
    qtbot.waitUntil(lambda: worker.phase is Phase.READING)
    assert camera.opened == 2
