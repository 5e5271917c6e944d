"""Brings the frames and faces of a feed to a view, each at its moment."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from desktop_app.capture.frame import Frame
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.playout import Playout
from desktop_app.workers.feed import Feed, LiveState

# Boxes are painted with the next frame; after this time none seems to come, ms.
_NO_FRAME = 60


class Player(QObject):
    """Shows what a feed brings, as long as the view exists.

    A result alone does not make the view paint while frames come: that would be twice as much
    work, for boxes that a frame brings a moment later.
    """

    def __init__(self, feed: Feed, view: LiveView) -> None:
        super().__init__(view)
        self._feed = feed
        self._view = view
        self._playout = Playout()
        # To a millisecond: what comes a few late is seen.
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._show_what_is_due)
        self._repaint = QTimer(self, singleShot=True, interval=_NO_FRAME)
        self._repaint.timeout.connect(view.update)
        feed.frame_ready.connect(self._take_frame)
        feed.result_ready.connect(self._take_result)
        feed.source_changed.connect(self._take_source)
        feed.state_changed.connect(self._take_state)

    @Slot()
    def _take_frame(self) -> None:
        frame = self._feed.frame
        if frame is not None:
            self._playout.take_frame(frame, now=time.monotonic())
            self._show_what_is_due()

    @Slot()
    def _take_result(self) -> None:
        result = self._feed.result
        if result is not None:
            self._playout.take_result(result, now=time.monotonic())
            self._view.learn(result)
            self._repaint.start()
            self._show_what_is_due()

    @Slot()
    def _take_source(self) -> None:
        self._playout = Playout()
        self._next.stop()
        self._view.forget_faces()
        self._view.show_frame(self._feed.frame)

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        if state is not LiveState.PLAYING:
            # What stands still is the newest there is, which is what is recognised.
            self._next.stop()
            self._show(self._playout.flush())

    @Slot()
    def _show_what_is_due(self) -> None:
        now = time.monotonic()
        self._show(self._playout.due(now=now))
        at = self._playout.next_look(now=now)
        if at is None:
            self._next.stop()
        else:
            self._next.start(max(0, math.ceil((at - now) * 1000)))

    def _show(self, frame: Frame | None) -> None:
        if frame is not None:
            self._repaint.stop()
            self._view.show_frame(frame)
