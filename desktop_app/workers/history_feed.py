"""Feeds what the live view sees into the history, and tells who arrives."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import GalleryLocked, KnownError
from desktop_app.recognition.events import EventState
from desktop_app.services.history.arrivals import Arrivals
from desktop_app.services.history.recorder import RecorderRules
from desktop_app.services.history.writer import HistoryWriter
from desktop_app.settings import ARRIVAL_MINUTES, Settings
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.feed import Feed
from desktop_app.workers.feed_recorder import FeedRecorder
from desktop_app.workers.live_session import LiveSession

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.events import EventLog
    from db.gallery_file import GalleryFile
    from desktop_app.recognition.gallery import Gallery
    from desktop_app.recognition.types import Identity

_TICK_MS = 1000
_DAY_MS = 24 * 60 * 60 * 1000
# Ticks until it is tried again to write what could not be written.
_AGAIN_AFTER_LOCK, _AGAIN_AFTER_TROUBLE = 5, 60

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class HistoryFeed(QObject):
    """Has all feeds recorded. Lives on the window's thread; writes on the database's.

    Attributes:
        arrived: an ``Arrival``.
        written: the history has changed.
        failed: a ``KnownError`` that keeps the history from being written; said once.

    """

    arrived = Signal(object)
    written = Signal()
    failed = Signal(object)

    def __init__(
        self,
        session: LiveSession,
        *,
        settings: Settings,
        database: BackgroundRunner,
        clock: Callable[[], datetime] = _now,
        parent: QObject | None = None,
    ) -> None:
        """Listen to the session.

        Args:
            session: whose results are recorded.
            settings: what is to be recorded.
            database: its thread.
            clock: the time, UTC.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._database = database
        self._clock = clock
        self._numbers = count(1)
        self._recorders: list[FeedRecorder] = []
        self._arrivals = Arrivals()
        self._events: EventLog | None = None
        self._uid: str | None = None
        self._alike_from: float | None = None
        self._writer = HistoryWriter()
        self._is_writing = False
        self._wait = 0
        self._told: str | None = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._daily = QTimer(self, interval=_DAY_MS)
        self._daily.timeout.connect(self._forget_old)
        session.feeds_changed.connect(self._take_feeds)
        self._take_feeds()

    def attach(self, file: GalleryFile, *, alike_from: float | None) -> None:
        """Write to a gallery that was opened just now, or again.

        Args:
            file: the open file.
            alike_from: see ``RecorderRules``.

        """
        from db.events import EventLog

        self._alike_from = alike_from
        self._begin_anew(EventLog(file))

    def use_gallery(self, gallery: Gallery) -> None:
        """Take the newest snapshot of the gallery that is written to.

        Where another one's backup was put back, ids are other people's and events from now on:
        what goes on ends, and nobody was seen yet.
        """
        uid, before = gallery.uid, self._uid
        if not uid or uid == before:
            return
        self._uid = uid
        if before is not None and self._events is not None:
            self._begin_anew(self._events)

    def _begin_anew(self, events: EventLog) -> None:
        self._end_recorders()
        self._arrivals.forget()
        # What still waits was seen by whoever was enrolled in the file before.
        self._writer = HistoryWriter()
        self._is_writing = False
        self._events = events
        since = self._clock() - timedelta(minutes=max(ARRIVAL_MINUTES))
        self._database.run(
            lambda: events.last_seen(since), success=self._arrivals.remember, failure=self._fail
        )
        self._forget_old()
        self._daily.start()
        self._begin_recorders()

    def use_settings(self, settings: Settings) -> None:
        """Record other things from now on."""
        before, self._settings = self._settings, settings
        if before.history != settings.history:
            # Nobody is recorded of whom it was said that they are not to be.
            self._end_recorders()
            self._begin_recorders()
        rules = self._rules()
        if not rules.looks:
            # Whoever has all pictures deleted next means those, too, that are not written yet.
            self._writer.forget_looks()
        for recorder in self._recorders:
            recorder.use_rules(rules)
            if before.false_name_rate != settings.false_name_rate:
                # Faces are followed anew then, by numbers that others had before.
                recorder.pause()

    @Slot()
    def tick(self) -> None:
        """Write what is due; called each second while there may be something."""
        now = self._clock()
        for recorder in self._recorders:
            self._keep(recorder.due(now=now))
        self._wait = max(0, self._wait - 1)
        if not self._wait:
            self._write()
        is_recording = any(recorder.is_recording for recorder in self._recorders)
        if not is_recording and self._writer.is_empty:
            self._timer.stop()

    def close(self) -> None:
        """End all events and have them written, together with what could not be before."""
        self._end_recorders()
        self._timer.stop()
        self._daily.stop()
        events, writer = self._events, self._writer
        self._events = None
        if events is not None and not writer.is_empty:
            write = partial(events.write, patient=True, uid=self._uid)
            self._database.run(lambda: writer.write_all(write), failure=self._fail)

    @Slot()
    def _take_feeds(self) -> None:
        feeds = self._session.feeds
        for recorder in [one for one in self._recorders if one.feed not in feeds]:
            self._recorders.remove(recorder)
            recorder.end()
            recorder.deleteLater()
        known = [recorder.feed for recorder in self._recorders]
        for feed in feeds:
            if feed not in known:
                self._recorders.append(self._recorder_of(feed))

    def _recorder_of(self, feed: Feed) -> FeedRecorder:
        recorder = FeedRecorder(
            feed,
            numbers=self._numbers,
            clock=self._clock,
            keep=self._keep,
            greet=self._greet,
            parent=self,
        )
        feed.source_changed.connect(self._timer.start)
        if self._events is not None:
            recorder.begin(self._rules())
        return recorder

    def _greet(self, present: Sequence[Identity], source: str) -> None:
        now, away = self._clock(), timedelta(minutes=self._settings.arrival_minutes)
        for arrival in self._arrivals.take(present, source=source, now=now, away=away):
            self.arrived.emit(arrival)

    def _rules(self) -> RecorderRules:
        settings = self._settings
        return RecorderRules(
            strangers=settings.history_strangers,
            looks=settings.history and settings.history_pictures,
            alike_from=self._alike_from,
        )

    def _begin_recorders(self) -> None:
        if self._events is None:
            return
        for recorder in self._recorders:
            recorder.begin(self._rules())
        self._timer.start()

    def _end_recorders(self) -> None:
        for recorder in self._recorders:
            recorder.end()

    def _keep(self, states: Sequence[EventState]) -> None:
        if self._settings.history:
            self._writer.add(states)

    def _write(self) -> None:
        events, writer = self._events, self._writer
        if events is None or self._is_writing or writer.is_empty:
            return
        self._is_writing = True

        def written(is_any: bool) -> None:  # noqa: FBT001 - what the work returns
            if writer is self._writer:
                self._is_writing = False
                self._told = None
            if is_any:
                self.written.emit()

        def failed(error: Exception) -> None:
            if writer is self._writer:
                self._is_writing = False
                self._fail(error)

        write = partial(events.write, uid=self._uid)
        self._database.run(lambda: writer.write_all(write), success=written, failure=failed)

    def _fail(self, error: Exception) -> None:
        """Try again later; say once what else is wrong than that somebody else writes."""
        if isinstance(error, GalleryLocked):
            self._wait = _AGAIN_AFTER_LOCK
            return
        self._wait = _AGAIN_AFTER_TROUBLE
        code = error.code if isinstance(error, KnownError) else type(error).__name__
        if code != self._told:
            self._told = code
            _log.warning("the history cannot be written: %s", code)
            self.failed.emit(error)

    @Slot()
    def _forget_old(self) -> None:
        events, days = self._events, self._settings.history_days
        if events is None or not days:
            return
        before = self._clock() - timedelta(days=days)

        def forget() -> int:
            return events.forget_before(before)

        self._database.run(forget, success=self._forgot, failure=self._fail)

    def _forgot(self, gone: int) -> None:
        if gone:
            _log.info("%d events of the history were too old and are deleted", gone)
            self.written.emit()
