"""Makes the backup of the day beside the window, once nobody waits for anything."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import GalleryDamaged
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext

# After the start, what is on screen comes first. Windows stay open for days: so it looks again.
_FIRST_MS = 10_000
_AGAIN_MS = 3_600_000


class DailyBackup(QObject):
    """Looks now and then whether a backup is due; its copy is also the day's check of the gallery.

    Attributes:
        damage_found: a ``GalleryDamaged``: the gallery that is open is not sound.

    """

    damage_found = Signal(object)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._timer = QTimer(self, interval=_FIRST_MS)
        self._timer.timeout.connect(self.look)
        context.engine_ready.connect(self._wait)
        context.engine_failed.connect(self._timer.stop)

    @Slot()
    def _wait(self) -> None:
        self._timer.start(_FIRST_MS)

    @Slot()
    def look(self) -> None:
        """Make a backup if one is due and wanted."""
        self._timer.setInterval(_AGAIN_MS)
        people = self._context.people
        if people is None or not self._context.settings.automatic_backups:
            return
        from desktop_app.services.backups import create_if_due

        path = people.file.path
        self._context.general.run(
            lambda: create_if_due(path), failure=while_alive(self, self._failed)
        )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, GalleryDamaged):
            self._timer.stop()
            self.damage_found.emit(error)
        else:
            self._context.failed.emit(error)
