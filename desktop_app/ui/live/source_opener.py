"""Opens sources: in the chosen tile, or in one more beside the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.source import SourceSpec
from desktop_app.ui.live.grid import LiveGrid
from desktop_app.ui.live.tile import Tile
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.words import isolated
from desktop_app.workers.feed import LiveState


class SourceOpener(QObject):
    """Sees to it that no source is shown twice, for no device can be opened twice."""

    def __init__(self, grid: LiveGrid, bar: MessageBar) -> None:
        """Args: bar: says why a source is not opened."""
        super().__init__(grid)
        self._grid = grid
        self._bar = bar
        self._said = ""
        self._is_true: Callable[[], bool] = lambda: False
        grid.changed.connect(self._withdraw)

    @property
    def why_no_more(self) -> str:
        """Why no source can be shown beside the others; empty where one can."""
        if not self._grid.is_full:
            return ""
        return self.tr("There is no room for more sources. Close one first.")

    @Slot(object)
    def open(self, spec: SourceSpec) -> None:
        """Show a source in the chosen tile; what it shows now stays until the new one works."""
        if self._is_new(spec, but_for=self._grid.chosen):
            self._grid.chosen.open(spec)

    def open_in(self, tile: Tile, spec: SourceSpec) -> bool:
        """Show a source in a tile; return whether that can be, as no other tile shows it."""
        shown_in = self._grid.tile_with(spec)
        is_new = shown_in is None or shown_in is tile
        if is_new:
            tile.open(spec)
        return is_new

    @Slot(object)
    def add(self, spec: SourceSpec) -> None:
        """Show a source beside the others; alone where there is none."""
        grid = self._grid
        if not grid.has_several and grid.chosen.feed.state is LiveState.IDLE:
            self.open(spec)
        elif self._is_new(spec):
            if grid.is_full:
                self._say(self.why_no_more, while_true=lambda: grid.is_full)
            else:
                grid.add(spec)

    def open_all(self, specs: Sequence[SourceSpec], *, remembered: bool) -> None:
        """Show sources beside each other, the first of them chosen.

        Args:
            specs: which; none of them twice.
            remembered: they are opened at the next start too, whether they work now or not; until
                then, attempts go on. Otherwise they are for this run only.

        """
        for spec in specs:
            if spec == specs[0]:
                tile = self._grid.tiles[0]
                tile.open(spec, persistent=remembered, passing=not remembered)
            else:
                tile = self._grid.add(spec, persistent=remembered)
            if remembered:
                tile.remembered = spec
            else:
                tile.passing = spec
        self._grid.choose(self._grid.tiles[0])

    def _is_new(self, spec: SourceSpec, *, but_for: Tile | None = None) -> bool:
        """Whether no other tile shows a source; if one does, choose that, and say so."""
        tile = self._grid.tile_with(spec)
        if tile is None or tile is but_for:
            return True
        self._grid.choose(tile)
        if tile.feed.state is LiveState.IDLE:
            tile.open(spec)
        else:
            text = self.tr("“{source}” is shown already; no source can be shown twice.")
            self._say(
                text.format(source=isolated(tile.called(spec))),
                while_true=lambda: self._grid.tile_with(spec) is not None,
            )
        return False

    def _say(self, text: str, *, while_true: Callable[[], bool]) -> None:
        self._said, self._is_true = text, while_true
        self._bar.tell(text)

    @Slot()
    def _withdraw(self) -> None:
        """Unsay what is no longer true, unless something else is said by now."""
        if self._said and not self._is_true():
            if self._bar.text == self._said:
                self._bar.clear()
            self._said = ""
