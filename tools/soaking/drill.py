"""Has the cameras fail one after another, and times what is said of it and when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.workers.feed import Feed, LiveState
from soaking.cameras import StandInCamera, Trouble

_TICK_MS = 50
# What is not over by then will never be, seconds after the device is well again.
_GIVE_UP = 30.0
# How long after a loss, or after a source was opened, something said of it is no false alarm.
_AFTERMATH = 5.0


@dataclass
class Loss:
    """One trouble of one camera.

    Attributes:
        began: ``time.monotonic()``.
        seconds: how long it lasts.
        size: of the pictures before.
        said: seconds until the window knew.
        back: seconds from the end until there was a true picture, and nothing said against it.

    """

    place: int
    trouble: Trouble
    began: float
    seconds: float
    size: tuple[int, int] | None
    said: float | None = None
    back: float | None = None

    def report(self) -> dict[str, object]:
        """Return it for the report."""
        return {
            "camera": self.place,
            "trouble": self.trouble.value,
            "is_loss": self.trouble.is_loss,
            "seconds": self.seconds,
            "said": self.said,
            "back": self.back,
        }


class Drill(QObject):
    """Inflicts one trouble at a time, on each camera in turn."""

    def __init__(
        self,
        feeds: Sequence[Feed],
        cameras: Sequence[StandInCamera],
        *,
        every: float,
        lasting: float,
        report: Callable[[dict[str, object]], object],
        parent: QObject | None = None,
    ) -> None:
        """Prepare.

        Args:
            feeds: what shows the cameras, in the same order.
            cameras: which.
            every: seconds from one trouble to the next.
            lasting: seconds that each lasts.
            report: takes what came of each, and false alarms.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.alarms = 0
        self._feeds = feeds
        self._cameras = cameras
        self._lasting = lasting
        self._report = report
        self._loss: Loss | None = None
        self._alarmed = [False] * len(feeds)
        # Coprime where it matters: each camera has each trouble.
        self._next = cycle([(place, t) for t in Trouble for place in range(len(feeds))])
        self._every = QTimer(self, interval=round(every * 1000))
        self._every.timeout.connect(self._inflict)
        # The feeds' own signals say it to the millisecond; the clock is for what nobody says.
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._look)
        for feed in feeds:
            for signal in (feed.state_changed, feed.stillness_changed, feed.frame_ready):
                signal.connect(self._look)

    def start(self) -> None:
        """Begin, with a wait."""
        self._every.start()
        self._clock.start()

    def stop(self) -> None:
        """Inflict nothing more; what is under way is seen to its end."""
        self._every.stop()

    @property
    def is_quiet(self) -> bool:
        """Whether all cameras are well, and have been for a while."""
        return self._loss is None and all(c.well_for > _AFTERMATH for c in self._cameras)

    @Slot()
    def _inflict(self) -> None:
        if self._loss is not None:
            return
        place, trouble = next(self._next)
        feed = self._feeds[place]
        if feed.state is not LiveState.PLAYING:
            # Frozen, or another source is being opened: in a moment.
            return
        size = feed.frame.size if feed.frame is not None else None
        self._loss = Loss(place, trouble, time.monotonic(), self._lasting, size)
        self._cameras[place].inflict(trouble, seconds=self._lasting)

    @Slot()
    def _look(self) -> None:
        now = time.monotonic()
        self._look_for_alarms()
        loss = self._loss
        if loss is None:
            return
        feed = self._feeds[loss.place]
        over = now - loss.began - loss.seconds
        if loss.said is None and over < 0 and _complains(feed):
            loss.said = now - loss.began
        if self._is_over(loss, over=over):
            loss.back = max(0.0, over) if loss.trouble.is_loss else now - loss.began
        if loss.back is not None or over > _GIVE_UP:
            self._loss = None
            self._report({"loss": loss.report()})

    def _is_over(self, loss: Loss, *, over: float) -> bool:
        feed, camera = self._feeds[loss.place], self._cameras[loss.place]
        frame = feed.frame
        if frame is None or feed.state is not LiveState.PLAYING or _complains(feed):
            return False
        if not loss.trouble.is_loss:
            return frame.size != loss.size
        return over > 0 and camera.age(frame.timestamp) < over

    def _look_for_alarms(self) -> None:
        for place, (feed, camera) in enumerate(zip(self._feeds, self._cameras, strict=True)):
            is_well = camera.well_for > _AFTERMATH
            alarmed = is_well and _complains(feed)
            if alarmed and not self._alarmed[place]:
                self.alarms += 1
                self._report({"alarm": {"camera": place, "state": feed.state.value}})
            self._alarmed[place] = alarmed


def _complains(feed: Feed) -> bool:
    return feed.state is LiveState.LOST or feed.is_still
