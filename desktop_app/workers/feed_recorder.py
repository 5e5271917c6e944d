"""Has recorded who is in front of one feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.source import SourceSpec
from desktop_app.recognition.events import EventState
from desktop_app.recognition.types import Identity
from desktop_app.services.history.recorder import HistoryRecorder, RecorderRules
from desktop_app.workers.feed import Feed, LiveState

Keep = Callable[[Sequence[EventState]], object]
Greet = Callable[[Sequence[Identity], str], object]


class FeedRecorder(QObject):
    """Follows a feed from source to source. Lives on its thread."""

    def __init__(
        self,
        feed: Feed,
        *,
        numbers: Iterator[int],
        clock: Callable[[], datetime],
        keep: Keep,
        greet: Greet,
        parent: QObject,
    ) -> None:
        """Listen to a feed; nothing is recorded before :meth:`begin`.

        Args:
            feed: whose results are recorded.
            numbers: gives events their keys; shared by all feeds.
            clock: the time, UTC.
            keep: takes what is left to be written when a source is left.
            greet: takes who is in the picture by a settled name, and the name of the source.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.feed = feed
        self._numbers = numbers
        self._clock = clock
        self._keep = keep
        self._greet = greet
        self._rules: RecorderRules | None = None
        self._spec: SourceSpec | None = None
        self._recorder: HistoryRecorder | None = None
        feed.result_ready.connect(self._take_result)
        feed.state_changed.connect(self._take_state)
        feed.source_changed.connect(self._take_source)

    @property
    def is_recording(self) -> bool:
        """Whether there is a source that is recorded."""
        return self._recorder is not None

    def begin(self, rules: RecorderRules) -> None:
        """Record whatever the feed shows, now and later."""
        self._rules = rules
        self._take_source()

    def end(self) -> None:
        """Record nothing until :meth:`begin`; what goes on ends."""
        self._rules = None
        self._end_recorder()

    def use_rules(self, rules: RecorderRules) -> None:
        """Record other things from now on, if anything."""
        if self._rules is None:
            return
        self._rules = rules
        if self._recorder is not None:
            self._recorder.use_rules(rules)

    def pause(self) -> None:
        """Take whoever comes next for somebody else: tracks are numbered anew."""
        if self._recorder is not None:
            self._recorder.pause()

    def due(self, *, now: datetime) -> list[EventState]:
        """Return what is to be written by now."""
        return [] if self._recorder is None else self._recorder.due(now=now)

    @Slot()
    def _take_result(self) -> None:
        result, recorder, spec = self.feed.result, self._recorder, self._spec
        # A picture that is held says nothing about who is there now.
        if result is None or recorder is None or self.feed.state is not LiveState.PLAYING:
            return
        present = recorder.add(result, now=self._clock())
        self._greet(present, "" if spec is None else spec.label)

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        if state is not LiveState.PLAYING:
            self.pause()

    @Slot()
    def _take_source(self) -> None:
        spec = self.feed.spec
        if spec is not None and spec == self._spec and self._recorder is not None:
            # The same clip again, or the same camera: whoever is still there never left.
            self._recorder.pause()
            return
        self._end_recorder()
        if spec is not None and self._rules is not None:
            self._spec = spec
            self._recorder = HistoryRecorder(spec.label, rules=self._rules, numbers=self._numbers)

    def _end_recorder(self) -> None:
        recorder, self._recorder, self._spec = self._recorder, None, None
        if recorder is not None:
            self._keep(recorder.close())
