"""What the window does for its cameras beside showing them: sizes and rates, plugging."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.formats import CameraFormat
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.format_choice import FormatChoice
from desktop_app.ui.live.format_menu import FormatList, FormatMenu
from desktop_app.ui.live.grid import LiveGrid
from desktop_app.ui.live.plugging import CameraPoll, CameraWatcher, Plugging
from desktop_app.ui.live.source_menus import SourceMenus
from desktop_app.ui.live.source_opener import SourceOpener
from desktop_app.ui.live.tile import Tile
from desktop_app.ui.message_bar import MessageBar


class CameraCare(QObject):
    """Has a menu of what the chosen tile's camera offers, and watches what is plugged in.

    Attributes:
        formats: the menu.
        watcher: says which cameras came or went.

    """

    def __init__(
        self,
        context: AppContext,
        grid: LiveGrid,
        menus: SourceMenus,
        *,
        formats: FormatList,
        plugged: CameraPoll,
        bar: MessageBar,
        opener: SourceOpener,
    ) -> None:
        """Begin.

        Args:
            context: shared services.
            grid: what is shown.
            menus: know the cameras.
            formats: tells what a camera offers.
            plugged: says which cameras came or went since it was last asked.
            bar: offers a new camera.
            opener: shows one.

        """
        super().__init__(grid)
        self._context = context
        self._grid = grid
        self._menus = menus
        self._choices: dict[Tile, FormatChoice] = {}
        self.formats = FormatMenu(
            feed=lambda: grid.chosen.feed,
            runner=context.general,
            formats=formats,
            camera_of=menus.camera_of,
            parent=grid,
        )
        self.formats.chosen.connect(self._choose)
        menus.offer_formats(self.formats)
        self.watcher = CameraWatcher(context.general, poll=plugged, parent=self)
        Plugging(self.watcher, grid, menus, bar=bar, opener=opener)
        grid.changed.connect(self._take_grid)
        self._take_grid()

    @Slot()
    def _take_grid(self) -> None:
        tiles = self._grid.tiles
        self._choices = {tile: self._choices.get(tile) or self._made(tile) for tile in tiles}
        self.formats.refresh()

    def _made(self, tile: Tile) -> FormatChoice:
        choice = FormatChoice(
            self._context, tile.feed, camera_of=self._menus.camera_of, parent=tile
        )
        choice.refused.connect(tile.bar.explain)
        return choice

    @Slot(object)
    def _choose(self, wanted: CameraFormat | None) -> None:
        self._choices[self._grid.chosen].choose(wanted)
