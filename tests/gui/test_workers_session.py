"""The session over its feeds and the recognition thread, without a window."""

from __future__ import annotations

from desktop_app.capture.source import SourceSpec
from desktop_app.workers.feed import LiveState
from desktop_app.workers.live_session import LiveSession

CAMERA = SourceSpec.parse("camera:0")


def test_a_camera_that_hangs_does_not_keep_the_application_from_closing(qtbot, sources):
    session = LiveSession(source_for=sources)
    feed = session.main
    feed.start(CAMERA)
    qtbot.waitUntil(lambda: feed.state is LiveState.PLAYING)
    worker = feed._current
    sources.camera(0).hang()
    # It is inside read() once it has taken its last frame.
    qtbot.waitUntil(lambda: feed._silence() > 0.1)
    assert session.shutdown(timeout=0.2) is False
    assert worker._thread.daemon
    sources.camera(0).let_go()
    assert worker.wait(timeout=5)
