"""Cameras that come and go while the window is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.capture.devices import Camera
from desktop_app.capture.hotplug import Change
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.ui.alive import while_alive
from desktop_app.ui.live.grid import LiveGrid
from desktop_app.ui.live.source_menus import SourceMenus
from desktop_app.ui.live.source_opener import SourceOpener
from desktop_app.ui.live.tile import Tile
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.words import isolated
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.feed import LiveState

CameraPoll = Callable[[], Change | None]

_LOOK_MS = 2000


class CameraWatcher(QObject):
    """Asks every other second, beside the window, which cameras came or went.

    Attributes:
        changed: a ``Change``.

    """

    changed = Signal(object)

    def __init__(self, runner: BackgroundRunner, *, poll: CameraPoll, parent: QObject) -> None:
        """Begin.

        Args:
            runner: asks; while it is busy with other work, nothing piles up there.
            poll: says what changed since it was last asked.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._runner = runner
        self._poll = poll
        self._is_asking = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    @Slot()
    def look(self) -> None:
        """Ask, unless that is under way."""
        if not self._is_asking:
            self._is_asking = True
            self._runner.run(self._poll, success=while_alive(self, self._take))

    def _take(self, change: Change | None) -> None:
        self._is_asking = False
        if change is not None:
            self.changed.emit(change)


class Plugging(QObject):
    """What the window does about it.

    Its menus list what is there. A camera that was lost is opened as soon as it is back, under
    whichever number; a new one is offered and not taken.
    """

    def __init__(
        self,
        watcher: CameraWatcher,
        grid: LiveGrid,
        menus: SourceMenus,
        *,
        bar: MessageBar,
        opener: SourceOpener,
    ) -> None:
        """Listen.

        Args:
            watcher: says what came and went.
            grid: what is shown.
            menus: list the cameras, and know their names.
            bar: offers a new camera, where it has nothing else to say.
            opener: shows one that is accepted.

        """
        super().__init__(watcher)
        self._grid = grid
        self._menus = menus
        self._bar = bar
        self._opener = opener
        self._offer = ""
        self._offered: Camera | None = None
        watcher.changed.connect(self._take)

    @Slot(object)
    def _take(self, change: Change) -> None:
        back = {self._bring_back(tile, change.came) for tile in self._grid.tiles}
        self._menus.show_cameras(change.cameras)
        if self._offered in change.went and self._bar.text == self._offer:
            self._bar.clear()
        for camera in change.came:
            if camera not in back and self._grid.tile_with(self._menus.spec_of(camera)) is None:
                self._make_offer(camera)
                return  # of several, the others are in the menus

    def _bring_back(self, tile: Tile, came: Sequence[Camera]) -> Camera | None:
        """Open at once what a tile has lost, if it came; return it."""
        spec = tile.feed.spec
        if tile.feed.state is not LiveState.LOST or spec is None:
            return None
        if spec.kind is not SourceKind.CAMERA:
            return None
        named = [camera for camera in came if camera.name == tile.name]
        at_number = [camera for camera in came if str(camera.index) == spec.address]
        if at_number and (at_number[0] in named or not named):
            # Where it is another camera, that is refused.
            tile.feed.retry_now()
            return at_number[0]
        if named:
            # Its old number was still held as it was plugged in again, or went to another one.
            moved = replace(spec, address=str(named[0].index))
            tile.open(moved, passing=spec == tile.passing)
            return named[0]
        return None

    def _make_offer(self, camera: Camera) -> None:
        if self._bar.text not in ("", self._offer):
            return  # what it says is worth more, and the menus list the camera
        offer = self.tr("The camera “{camera}” was plugged in.")
        self._offer = offer.format(camera=isolated(camera.name))
        self._offered = camera
        choices = [(self.tr("Show it"), self._opener.open)]
        if self._grid.chosen.feed.state is not LiveState.IDLE:
            choices.append((self.tr("Show it beside the others"), self._opener.add))
        self._bar.tell(
            self._offer,
            *((text, partial(self._accept, camera, show)) for text, show in choices),
        )

    def _accept(self, camera: Camera, show: Callable[[SourceSpec], object]) -> None:
        self._bar.clear()
        show(self._menus.spec_of(camera))
