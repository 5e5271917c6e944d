"""What somebody does to the window meanwhile: people, settings, windows, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count, cycle

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import KnownError
from desktop_app.recognition.people import Origin
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.settings import FALSE_NAME_RATES
from desktop_app.ui.application import Application
from desktop_app.ui.live.tile import Tile
from desktop_app.vision.types import Face

# How long a window that was opened stays open.
_OPEN_MS = 1500
_SIZES = ((1100, 700), (760, 520), (1280, 800))
_NOWHERE = SourceSpec.parse("camera:99")
_DOORS = ("settings", "bin", "backups", "shortcuts", "about", "history", "add_person")


class Acts(QObject):
    """Does one thing after another, round and round; what is made in a round is gone at its end.

    Attributes:
        done: how often each was done.
        refused: how often one was refused with a known trouble, such as an undo of what another
            process changed meanwhile.

    """

    def __init__(
        self,
        application: Application,
        *,
        spare: SourceSpec,
        every: float,
        is_quiet: Callable[[], bool],
        parent: QObject,
    ) -> None:
        """Prepare.

        Args:
            application: what is used.
            spare: a camera that is shown beside the others now and then.
            every: seconds from one act to the next.
            is_quiet: whether the cameras can be frozen and opened anew without spoiling what is
                timed of a loss.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._is_quiet = is_quiet
        self._spare = spare
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._window, self._context = application.window, application.context
        self._names = (f"Visitor {number}" for number in count(1))
        self._visitors: list[int] = []
        self._sizes, self._doors = cycle(_SIZES), cycle(_DOORS)
        self._rates = cycle(FALSE_NAME_RATES)
        self._round = cycle(
            (
                *(self._enrol, self._add_look, self._resize, self._enrol, self._rename),
                *(self._minimise, self._restore, self._merge, self._undo, self._redo),
                *(self._other_rate, self._refute, self._freeze, self._go_on, self._open_door),
                *(self._hide_people, self._mirror, self._theme, self._remove_all, self._empty_bin),
                *(self._history, self._open_door, self._show_people, self._open_what_is_not_there),
                *(self._open_door, self._reopen, self._enlarge, self._add_source),
                *(self._enlarge, self._show_all, self._remove_source),
            )
        )
        self._timer = QTimer(self, interval=round(every * 1000))
        self._timer.timeout.connect(self._act)

    @property
    def has_added_source(self) -> bool:
        """Whether more is shown than usual."""
        return self._window.grid.tile_with(self._spare) is not None

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def stop(self) -> None:
        """Do nothing more, and leave the window as a user would have it."""
        self._timer.stop()
        self._remove_source()
        self._show_all()
        self._restore()
        self._go_on()

    @Slot()
    def _act(self) -> None:
        act = next(self._round)
        self.done[act.__name__.strip("_").replace("_", " ")] += 1
        act()

    def _change(
        self,
        work: Callable[[PeopleService], GalleryChange | None],
        success: Callable[[GalleryChange], object] | None = None,
    ) -> None:
        self._context.change_people(
            lambda people: work(people) or people.reread(), success=success, failure=self._fail
        )

    def _fail(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.refused[type(error).__name__] += 1
        else:
            self._context.failed.emit(error)

    def _face(self) -> Face | None:
        result = self._first.feed.result
        return result.tracks[0].face if result is not None and result.tracks else None

    def _enrol(self) -> None:
        face = self._face()
        if face is None:
            return
        faces, name = [face], next(self._names)

        def enrolled(change: GalleryChange) -> None:
            if change.identity is not None:
                self._visitors.append(change.identity.id)

        self._change(lambda people: people.enrol(name, faces, origin=Origin.LIVE), enrolled)

    def _add_look(self) -> None:
        face, visitors = self._face(), self._visitors
        if face is None or not visitors:
            return
        faces = [face]

        def add(people: PeopleService) -> GalleryChange:
            name = people.gallery.identities[visitors[-1]].name
            return people.enrol(name, faces, origin=Origin.LIVE)

        self._change(add)

    def _rename(self) -> None:
        if self._visitors:
            who, name = self._visitors[-1], f"{next(self._names)} renamed"
            self._change(lambda people: people.rename(who, name))

    def _merge(self) -> None:
        if len(self._visitors) > 1:
            leaving, staying = self._visitors[-1], self._visitors[-2]
            self._change(lambda people: people.merge(leaving, into=staying))

    def _undo(self) -> None:
        self._window.actions_by_name["undo"].trigger()

    def _redo(self) -> None:
        self._window.actions_by_name["redo"].trigger()

    def _refute(self) -> None:
        face = self._face()
        if face is not None and self._visitors:
            who = self._visitors[0]
            self._change(lambda people: people.add_negative(who, face, origin=Origin.LIVE))

    def _remove_all(self) -> None:
        visitors, self._visitors = self._visitors, []

        def remove(people: PeopleService) -> GalleryChange | None:
            there = [who for who in visitors if who in people.gallery.identities]
            return people.remove(*there) if there else None

        self._change(remove)

    def _empty_bin(self) -> None:
        self._change(lambda people: people.empty_bin())

    def _other_rate(self) -> None:
        self._context.change_settings(false_name_rate=next(self._rates))

    def _mirror(self) -> None:
        self._window.actions_by_name["mirror"].trigger()

    def _theme(self) -> None:
        dark = self._context.settings.theme == "dark"
        self._context.change_settings(theme="light" if dark else "dark")

    def _history(self) -> None:
        self._context.change_settings(history=not self._context.settings.history)

    def _resize(self) -> None:
        self._window.resize(*next(self._sizes))

    def _minimise(self) -> None:
        self._window.showMinimized()

    def _restore(self) -> None:
        self._window.showNormal()

    def _hide_people(self) -> None:
        self._window.people.hide()

    def _show_people(self) -> None:
        self._window.people.show()

    def _freeze(self) -> None:
        if self._is_quiet():
            self._first.feed.freeze()

    def _go_on(self) -> None:
        self._first.feed.resume()

    @property
    def _first(self) -> Tile:
        return self._window.grid.tiles[0]

    def _reopen(self) -> None:
        spec = self._first.feed.spec
        if self._is_quiet() and spec is not None:
            self._first.open(spec)

    def _open_what_is_not_there(self) -> None:
        if self._is_quiet():
            self._first.open(_NOWHERE)

    def _add_source(self) -> None:
        self._window.opener.add(self._spare)

    def _remove_source(self) -> None:
        tile = self._window.grid.tile_with(self._spare)
        if tile is not None:
            self._window.grid.remove(tile)

    def _enlarge(self) -> None:
        grid = self._window.grid
        grid.enlarge(grid.tiles[-1])

    def _show_all(self) -> None:
        self._window.grid.show_all()

    def _open_door(self) -> None:
        self._window.actions_by_name[next(self._doors)].trigger()
        QTimer.singleShot(_OPEN_MS, self, self._close_windows)

    @Slot()
    def _close_windows(self) -> None:
        for widget in QApplication.topLevelWidgets():
            is_window = widget.windowType() in {Qt.WindowType.Window, Qt.WindowType.Dialog}
            if is_window and widget.isVisible() and widget is not self._window:
                widget.close()
