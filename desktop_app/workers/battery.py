"""Has the live view save power while the machine runs on its battery."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.power import runs_on_battery
from desktop_app.settings import Settings
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.live_session import LiveSession

_EVERY_MS = 30_000


class PowerSaving(QObject):
    """Asks for the battery now and then, beside the window. Lives on the window's thread."""

    def __init__(
        self,
        session: LiveSession,
        *,
        settings: Settings,
        runner: BackgroundRunner,
        on_battery: Callable[[], bool | None] = runs_on_battery,
        parent: QObject | None = None,
    ) -> None:
        """Prepare; nothing is asked before :meth:`start`.

        Args:
            session: what is to save power.
            settings: whether it is to.
            runner: asks; some drivers take their time.
            on_battery: whether the machine runs on its battery; None where it has none.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._session = session
        self._is_wanted = settings.save_power
        self._runner = runner
        self._ask = on_battery
        self._is_asking = False
        self._is_on_battery = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @Slot()
    def start(self) -> None:
        """Begin to ask, also again."""
        self._timer.start()
        self.look()

    def use_settings(self, settings: Settings) -> None:
        """Save power on a battery, or do not."""
        self._is_wanted = settings.save_power
        self._tell()

    @Slot()
    def look(self) -> None:
        """Ask, unless the answer to the last time is still awaited."""
        if not self._is_asking:
            self._is_asking = True
            self._runner.run(self._ask, success=self._take)

    def close(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def _take(self, is_on_battery: bool | None) -> None:  # noqa: FBT001 - what was asked for
        self._is_asking = False
        self._is_on_battery = bool(is_on_battery)
        self._tell()

    def _tell(self) -> None:
        self._session.save_power(saves=self._is_wanted and self._is_on_battery)
