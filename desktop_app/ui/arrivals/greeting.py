"""What happens when somebody arrives: a banner, a sound, a program; each only if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTime, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.errors import KnownError
from desktop_app.services.history.arrival_command import ArrivalCommand
from desktop_app.ui.arrivals.arrival_banner import ArrivalBanners
from desktop_app.ui.context import AppContext
from desktop_app.ui.words import isolated
from desktop_app.workers.history_feed import HistoryFeed

if TYPE_CHECKING:
    from desktop_app.services.history.arrivals import Arrival

_LOOK_MS = 1000


class Greeting(QObject):
    """Listens for arrivals, as the settings want it."""

    def __init__(self, feed: HistoryFeed, over: QWidget, *, context: AppContext) -> None:
        """Args: over: the widget that banners are shown over."""
        super().__init__(over)
        self._context = context
        self.banners = ArrivalBanners(over)
        self._command = ArrivalCommand()
        self._told: tuple[str, ...] | None = None
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        feed.arrived.connect(self.greet)

    @Slot(object)
    def greet(self, arrival: Arrival) -> None:
        """Somebody arrives."""
        settings = self._context.settings
        if settings.arrival_banner:
            local = arrival.time.astimezone()
            time = QLocale().toString(
                QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat
            )
            text = self.tr("{name}, {time}")
            self.banners.show(text.format(name=isolated(arrival.identity.name), time=time))
        if settings.arrival_sound:
            QApplication.beep()
        if settings.arrival_command:
            try:
                if self._command.run(settings.arrival_command, arrival):
                    self._timer.start()
            except KnownError as error:
                self._fail(error)

    def close(self) -> None:
        """Let the programs that run go on alone."""
        self._timer.stop()
        self._command.close()

    @Slot()
    def _look(self) -> None:
        for error in self._command.look():
            self._fail(error)
        if not self._command.running:
            self._timer.stop()

    def _fail(self, error: KnownError) -> None:
        """Say it once: the next arrival would say it again, all day long."""
        command = self._context.settings.arrival_command
        if command != self._told:
            self._told = command
            self._context.failed.emit(error)
