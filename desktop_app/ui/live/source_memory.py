"""What was shown last is shown at the next start."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import SourceInvalid
from desktop_app.settings import Settings, with_sources
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.grid import MOST_TILES, LiveGrid


class SourceMemory(QObject):
    """Keeps in the settings what the tiles show."""

    def __init__(self, grid: LiveGrid, context: AppContext) -> None:
        """Listen."""
        super().__init__(grid)
        self._grid = grid
        self._context = context
        grid.changed.connect(self._remember)
        context.settings_changed.connect(self._forget)

    def recall(self) -> list[SourceSpec]:
        """Open what was shown last; return it."""
        specs: list[SourceSpec] = []
        for text in self._context.settings.sources[:MOST_TILES]:
            try:
                spec = SourceSpec.parse(text)
            except SourceInvalid:
                continue
            if spec not in specs:
                specs.append(spec)
        return specs

    @Slot()
    def _remember(self) -> None:
        shown = [str(tile.remembered) for tile in self._grid.tiles if tile.remembered is not None]
        if shown and tuple(shown) != self._context.settings.sources:
            self._context.change_settings(**with_sources(shown))

    @Slot(object)
    def _forget(self, settings: Settings) -> None:
        """Somebody may have been erased whose name was a part of a file's."""
        for tile in self._grid.tiles:
            if tile.remembered is not None and str(tile.remembered) not in settings.sources:
                tile.remembered = None
