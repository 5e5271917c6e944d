"""What the menus and buttons do with the live picture: with the chosen one of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from desktop_app.ui.live.grid import LiveGrid
from desktop_app.workers.feed import LiveState


class LiveActions(QObject):
    """Carries the actions out, and switches them on and off."""

    def __init__(
        self,
        actions: Mapping[str, QAction],
        grid: LiveGrid,
        *,
        choose_source: Callable[[], object],
    ) -> None:
        """Connect.

        Args:
            actions: by name.
            grid: what is shown.
            choose_source: lets the user choose a source.

        """
        super().__init__(grid)
        self._actions = actions
        self._grid = grid
        self._choose_source = choose_source
        for name, act in {
            "start": self._start,
            "stop": self._stop,
            "replay": self._replay,
            "close_source": self._close,
        }.items():
            actions[name].triggered.connect(lambda _checked=False, act=act: act())
        # Triggered, not toggled: what the program sets is not what the user asked for.
        actions["freeze"].triggered.connect(self._freeze)
        actions["enlarge"].triggered.connect(self._enlarge)
        grid.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Fit the actions to what is chosen."""
        tile, actions = self._grid.chosen, self._actions
        state, spec = tile.feed.state, tile.feed.spec
        can_replay = tile.is_showing and spec is not None and not spec.is_live
        actions["start"].setEnabled(state is LiveState.IDLE and tile.wanted is not None)
        actions["stop"].setEnabled(state is not LiveState.IDLE)
        actions["freeze"].setEnabled(state in {LiveState.PLAYING, LiveState.FROZEN})
        actions["freeze"].setChecked(state is LiveState.FROZEN)
        actions["replay"].setEnabled(can_replay)
        for name in ("close_source", "enlarge"):
            # With their keys: a picture that is alone is as large as can be, and closed by "stop".
            actions[name].setVisible(self._grid.has_several)
        actions["enlarge"].setChecked(self._grid.enlarged is not None)

    def _start(self) -> None:
        tile = self._grid.chosen
        if tile.wanted is None:
            self._choose_source()
        else:
            tile.start()

    def _stop(self) -> None:
        self._grid.chosen.feed.stop()

    def _replay(self) -> None:
        self._grid.chosen.feed.replay()

    def _close(self) -> None:
        self._grid.remove(self._grid.chosen)

    def _freeze(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        feed = self._grid.chosen.feed
        if checked:
            feed.freeze()
        else:
            feed.resume()

    def _enlarge(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self._grid.enlarge(self._grid.chosen)
        else:
            self._grid.show_all()
