"""`benchmarks.paint_log` sees each paint of a real view."""

from __future__ import annotations

import importlib
from pathlib import Path

import factories
from desktop_app.recognition.types import Unknown
from desktop_app.services.live import FrameResult, TrackView
from desktop_app.ui.live.live_view import LiveView

ROOT = Path(__file__).resolve().parents[2]


def test_each_frame_is_written_down_once_with_the_age_of_its_boxes(qtbot, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    view = LiveView()
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    log = importlib.import_module("benchmarks.paint_log").PaintLog(view)
    face = factories.face(1, box=(5, 5, 30, 30))
    track = TrackView(1, face.detection.box, Unknown(None, 0.9), face, coasting=False)
    frames = [factories.frame(index, timestamp=index / 30) for index in range(4)]
    view.show_frame(frames[0])
    view.repaint()
    view.show_result(FrameResult(frames[0], (track,), 0.01))
    view.repaint()
    view.show_frame(frames[3])
    view.repaint()
    first, second = log.paints
    assert (first.index, first.lag) == (0, None)
    assert (second.index, second.lag) == (3, 3)
    assert len(log.repaints) == 1
    log.forget()
    assert not log.paints
    assert not log.repaints
