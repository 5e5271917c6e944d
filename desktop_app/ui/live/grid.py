"""All that is shown live, side by side; one of them is the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QStyle, QWidget

from desktop_app.capture.source import SourceSpec
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.tile import Tile
from desktop_app.ui.live.tiling import places
from desktop_app.workers.feed import Feed
from desktop_app.workers.live_session import LiveSession

# More could not be told from each other, nor kept up with.
MOST_TILES = 9
_GAP = 4


class LiveGrid(QWidget):
    """Has a tile for each feed of the session.

    The chosen tile is the one that had the keyboard last. It is what buttons and menus mean. Chosen
    otherwise, it takes the keyboard from the others.

    Attributes:
        changed: which tiles there are, which is chosen or enlarged, or the state or source of one.
        face_chosen: a ``SeenFace`` that was clicked in any tile, and where on the screen.
        menu_wanted: the same, where somebody wants to know what can be done about the face.

    """

    changed = Signal()
    face_chosen = Signal(object, QPoint)
    menu_wanted = Signal(object, QPoint)

    def __init__(
        self,
        session: LiveSession,
        *,
        context: AppContext,
        name_of: Callable[[SourceSpec], str],
        choose_source: Callable[[], object],
        messages: QBoxLayout,
    ) -> None:
        """Make a tile for each feed there is.

        Args:
            session: what is shown.
            context: shared services.
            name_of: what to call a source.
            choose_source: lets the user choose another source for the chosen tile.
            messages: where a tile that is alone says what is wrong with its source, so that it is
                read without a picture too.

        """
        super().__init__()
        self._session = session
        self._context = context
        self._name_of = name_of
        self._choose_source = choose_source
        self._messages = messages
        self._tiles = [self._make_tile(feed) for feed in session.feeds]
        self._chosen = self._tiles[0]
        self._enlarged: Tile | None = None
        # Of tiles that are gone.
        self._painted_before = 0
        self.setMinimumSize(QSize(200, 150))
        self._take_feeds()
        session.feeds_changed.connect(self._take_feeds)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._take_focus)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All of them, in reading order; never empty."""
        return tuple(self._tiles)

    @property
    def chosen(self) -> Tile:
        """What keys, buttons and menus mean."""
        return self._chosen

    @property
    def enlarged(self) -> Tile | None:
        """The one that is shown alone though there are others."""
        return self._enlarged

    @property
    def has_several(self) -> bool:
        """Whether there is more than one."""
        return len(self._tiles) > 1

    @property
    def is_full(self) -> bool:
        """Whether no other source can be added."""
        return len(self._tiles) >= MOST_TILES

    @property
    def frames_painted(self) -> int:
        """How many frames were shown so far, in all tiles there ever were."""
        return self._painted_before + sum(tile.view.frames_painted for tile in self._tiles)

    @property
    def faces_marked(self) -> int:
        """How many faces are marked now; one person may be in several pictures."""
        return sum(len(tile.view.faces()) for tile in self._tiles)

    def tile_with(self, spec: SourceSpec) -> Tile | None:
        """Return the tile that shows a source, or is about to."""
        return next((tile for tile in self._tiles if tile.shows(spec)), None)

    def add(self, spec: SourceSpec, *, persistent: bool = False) -> Tile:
        """Open a source beside the others, which it is not among, and choose it.

        Args:
            spec: which.
            persistent: as of ``Feed.start``.

        """
        feed = self._session.add(spec, persistent=persistent)
        tile = self._tile_of(feed)
        tile.wanted = spec
        tile.say_name()
        self.show_all()
        self.choose(tile)
        if not self.isActiveWindow():
            # The dialog that asked for it gives the keyboard back to what had it before.
            tile.view.setFocus()
        return tile

    def remove(self, tile: Tile) -> None:
        """Close a tile; of the last one, only its source."""
        if not self.has_several:
            tile.feed.stop()
            return
        has_keyboard = self._has_keyboard(tile)
        at = self._tiles.index(tile)
        self._session.remove(tile.feed)
        if has_keyboard:
            self._tiles[min(at, len(self._tiles) - 1)].view.setFocus()

    def choose(self, tile: Tile) -> None:
        """Have keys, buttons and menus mean a tile."""
        if tile is self._chosen:
            return
        self._chosen = tile
        if self._enlarged is not None:
            self._enlarged = tile
        self._arrange()
        if any(other is not tile and self._has_keyboard(other) for other in self._tiles):
            # Left behind, it could not choose the other one by a click: it would be there already.
            tile.view.setFocus()
        self.changed.emit()

    def step(self, by: int) -> None:
        """Go to the next tile, or to one before, as if it was clicked."""
        at = (self._tiles.index(self._chosen) + by) % len(self._tiles)
        self.choose(self._tiles[at])
        self._chosen.view.setFocus()

    def enlarge(self, tile: Tile) -> None:
        """Show a tile alone."""
        if self.has_several:
            self._enlarged = tile
            self.choose(tile)
            self._arrange()
            tile.view.setFocus()
            self.changed.emit()

    def show_all(self) -> None:
        """Show all tiles again."""
        if self._enlarged is not None:
            self._enlarged = None
            self._arrange()
            self.changed.emit()

    @Slot()
    def say_names(self) -> None:
        """Name all sources anew: which cameras there are may have been learned."""
        for tile in self._tiles:
            tile.say_name()
        self.changed.emit()

    def forget_faces(self) -> None:
        """Drop all marks."""
        for tile in self._tiles:
            tile.view.forget_faces()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's."""
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter enlarges a picture in which no face is chosen; Escape shows all again."""
        key = event.key()
        in_picture = self._chosen.view.hasFocus()
        if key == Qt.Key.Key_Escape and self._enlarged is not None:
            self.show_all()
        elif not (self.has_several and in_picture):
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._toggle(self._chosen)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _take_feeds(self) -> None:
        feeds = self._session.feeds
        for tile in [tile for tile in self._tiles if tile.feed not in feeds]:
            self._drop(tile)
        for feed in feeds[len(self._tiles) :]:
            self._tiles.append(self._make_tile(feed))
        stops = [
            stop
            for tile in self._tiles
            for stop in (tile.view, tile.head.all_button, tile.head.close_button)
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        for tile in self._tiles:
            tile.stand_alone(alone=not self.has_several)
        if not self.has_several:
            self._enlarged = None
            self._messages.addWidget(self._tiles[0].bar)
        self._arrange()
        self.changed.emit()

    def _make_tile(self, feed: Feed) -> Tile:
        tile = Tile(
            feed,
            context=self._context,
            name_of=self._name_of,
            choose_source=lambda: self._choose_for(tile),
            parent=self,
        )
        tile.changed.connect(self.changed)
        tile.proportions_changed.connect(self._arrange)
        tile.face_chosen.connect(self.face_chosen)
        tile.menu_wanted.connect(self.menu_wanted)
        tile.close_wanted.connect(lambda: self.remove(tile))
        tile.enlarge_wanted.connect(lambda: self._toggle(tile))
        return tile

    def _drop(self, tile: Tile) -> None:
        at = self._tiles.index(tile)
        self._tiles.remove(tile)
        self._painted_before += tile.view.frames_painted
        if tile is self._enlarged:
            self._enlarged = None
        if tile is self._chosen:
            self._chosen = self._tiles[min(at, len(self._tiles) - 1)]
        tile.hide()
        # Later: it may be its own button that was clicked.
        tile.deleteLater()

    def _tile_of(self, feed: Feed) -> Tile:
        return next(tile for tile in self._tiles if tile.feed is feed)

    def _has_keyboard(self, tile: Tile) -> bool:
        """Whether it has the keyboard, or will have as soon as the window has it again."""
        focus = self.window().focusWidget()
        return focus is not None and tile.isAncestorOf(focus)

    def _choose_for(self, tile: Tile) -> None:
        self.choose(tile)
        self._choose_source()

    def _toggle(self, tile: Tile) -> None:
        if self._enlarged is None:
            self.enlarge(tile)
        else:
            self.show_all()

    @Slot(QObject, QObject)
    def _take_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        for tile in self._tiles:
            if now is not None and tile.isAncestorOf(now):
                self.choose(tile)

    @Slot()
    def _arrange(self) -> None:
        shown = self._tiles if self._enlarged is None else [self._enlarged]
        head = self._tiles[0].head.sizeHint().height() if self.has_several else 0
        where = places(
            [tile.aspect for tile in shown],
            QRect(0, 0, self.width(), self.height()),
            head=head,
            gap=_GAP,
        )
        for tile, place in zip(shown, where, strict=True):
            tile.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
        for tile in self._tiles:
            tile.setVisible(tile in shown)
            tile.head.all_button.setVisible(tile is self._enlarged)
            tile.mark(chosen=tile is self._chosen)
