"""What is watched live: feeds, and the one recognition thread that serves them all."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.capture.source import SourceSpec
from desktop_app.recognition.gallery import Gallery
from desktop_app.workers.capture_worker import SourceFactory
from desktop_app.workers.feed import Feed
from desktop_app.workers.lane import Recogniser
from desktop_app.workers.recognition_worker import RecognitionWorker
from desktop_app.workers.retired import Retired
from desktop_app.workers.watchdog import Patience

_log = logging.getLogger(__name__)

# One frame is at most a few hundred milliseconds; the networks must not be closed under it.
_RECOGNITION_ENDS_WITHIN = 30.0


class LiveSession(QObject):
    """Holds the feeds. Lives on the GUI thread.

    Attributes:
        feeds_changed: one was added or removed.
        recognition_failed: an exception that a frame raised.

    """

    feeds_changed = Signal()
    recognition_failed = Signal(object)

    def __init__(
        self,
        *,
        source_for: SourceFactory,
        patience: Patience | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Prepare one feed; nothing is opened yet.

        Args:
            source_for: makes sources; called on capture threads.
            patience: how long a source may take.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._source_for = source_for
        self._patience = patience
        self._retired = Retired(self)
        self._recognition: RecognitionWorker | None = None
        self._make: Callable[[], Recogniser] | None = None
        self._is_resting = False
        self._knows_nobody = False
        self._saves_power = False
        self._feeds = [self._feed()]

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """All of them, oldest first; never empty."""
        return tuple(self._feeds)

    @property
    def main(self) -> Feed:
        """The first; there always is one."""
        return self._feeds[0]

    @property
    def processed(self) -> int:
        """How many frames were recognised since the engine was attached."""
        return self._recognition.processed if self._recognition is not None else 0

    def add(self, spec: SourceSpec, *, persistent: bool = False) -> Feed:
        """Open one more source beside those that are shown; arguments as of ``Feed.start``."""
        feed = self._feed()
        self._feeds.append(feed)
        self._open_lane(feed)
        self.feeds_changed.emit()
        feed.start(spec, persistent=persistent)
        return feed

    def remove(self, feed: Feed) -> None:
        """Let go of a feed and of all that was known of it.

        Args:
            feed: any but the last one that is left, which can be stopped.

        """
        if len(self._feeds) == 1:
            raise ValueError("the last feed stays")
        self._feeds.remove(feed)
        feed.stop()
        if self._recognition is not None and feed.lane is not None:
            self._recognition.close_lane(feed.lane)
        self.feeds_changed.emit()
        feed.deleteLater()

    def attach(self, make: Callable[[], Recogniser], *, gallery: Gallery) -> None:
        """Begin to recognise, or go on by other rules, or after :meth:`forget_people`.

        Args:
            make: makes a recogniser; called once for each feed, whose tracks it keeps.
            gallery: whom to look up.

        """
        self._make = make
        self._knows_nobody = False
        if self._recognition is not None:
            self._use_recognisers()
            self._recognition.use_gallery(gallery)
            if not self._is_resting:
                self._recognition.go_on()
            return
        worker = RecognitionWorker(gallery=gallery)
        worker.troubled.connect(self.recognition_failed)
        self._recognition = worker
        for feed in self._feeds:
            self._open_lane(feed)
        if self._is_resting:
            worker.rest()
        worker.save_power(saves=self._saves_power)
        worker.start()

    def use_gallery(self, gallery: Gallery) -> None:
        """Look people up in another snapshot."""
        if self._recognition is not None:
            self._recognition.use_gallery(gallery)

    def forget_people(self, make: Callable[[], Recogniser], *, gallery: Gallery) -> None:
        """Recognise nobody, and keep nothing of who was seen, until :meth:`attach`.

        Args:
            make: makes fresh recognisers.
            gallery: an empty one.

        """
        self._make = make
        self._knows_nobody = True
        for feed in self._feeds:
            feed.forget_people()
        if self._recognition is not None:
            self._recognition.rest()
            self._use_recognisers()
            self._recognition.use_gallery(gallery)

    def rest_recognition(self) -> None:
        """Show the pictures and leave the networks to somebody else."""
        self._is_resting = True
        if self._recognition is not None:
            self._recognition.rest()

    def resume_recognition(self) -> None:
        """Recognise again."""
        self._is_resting = False
        if self._recognition is not None and not self._knows_nobody:
            self._recognition.go_on()

    def save_power(self, *, saves: bool) -> None:
        """Recognise less often, on a battery, or as often as is of use again."""
        self._saves_power = saves
        if self._recognition is not None:
            self._recognition.save_power(saves=saves)

    def shutdown(self, *, timeout: float = 4.0) -> bool:
        """Stop everything and wait for it; return whether every thread has ended.

        A device that hangs inside the driver cannot be interrupted: its thread is left behind
        after ``timeout`` seconds and dies with the process.
        """
        for feed in self._feeds:
            feed.stop()
        clean = True
        if self._recognition is not None:
            self._recognition.stop()
            clean = self._recognition.wait(timeout=_RECOGNITION_ENDS_WITHIN)
            self._recognition = None
        return self._retired.wait(timeout=timeout) and clean

    def _feed(self) -> Feed:
        return Feed(
            source_for=self._source_for,
            retired=self._retired,
            patience=self._patience,
            parent=self,
        )

    def _open_lane(self, feed: Feed) -> None:
        if self._recognition is not None and self._make is not None:
            feed.use_lane(self._recognition.open_lane(self._make()))

    def _use_recognisers(self) -> None:
        if self._make is None:
            return
        for feed in self._feeds:
            if feed.lane is not None:
                feed.lane.use_recogniser(self._make())
