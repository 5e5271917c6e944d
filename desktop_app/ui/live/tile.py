"""One source in the window: its picture, and while there are others, its name and its troubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.player import Player
from desktop_app.ui.live.seen_face import SeenFace, seen_live
from desktop_app.ui.live.tile_head import TileHead
from desktop_app.ui.live.tile_note import TileNote
from desktop_app.ui.live.trouble_line import TroubleLine
from desktop_app.workers.feed import Feed, LiveState

if TYPE_CHECKING:
    from desktop_app.services.live import TrackView

_ALONE = QSize(200, 150)
# Nine of them fit into the smallest window.
_AMONG_OTHERS = QSize(80, 60)
# In a tile of fewer letters and lines than these, a message with its buttons would leave no room
# for the picture.
_LETTERS, _LINES = 44, 16
# As of most cameras, until a picture says otherwise.
_USUAL_SIZE = (16, 9)


class Tile(QFrame):
    """A feed with its view; has no frame, no name and no button while it is the only one.

    Attributes:
        changed: its state or its source.
        proportions_changed: its pictures have another size.
        face_chosen: a ``SeenFace`` that was clicked, or chosen by keyboard, and where on the
            screen.
        menu_wanted: the same, where somebody wants to know what can be done about the face.
        close_wanted: somebody wants to see it no more.
        enlarge_wanted: somebody wants to see it alone, or all of them again.

    """

    changed = Signal()
    proportions_changed = Signal()
    face_chosen = Signal(object, QPoint)
    menu_wanted = Signal(object, QPoint)
    close_wanted = Signal()
    enlarge_wanted = Signal()

    def __init__(
        self,
        feed: Feed,
        *,
        context: AppContext,
        name_of: Callable[[SourceSpec], str],
        choose_source: Callable[[], object],
        parent: QWidget,
    ) -> None:
        """Connect.

        Args:
            feed: what is shown.
            context: shared services.
            name_of: what to call a source.
            choose_source: lets the user choose another source for this tile.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.setObjectName("tile")
        self.feed = feed
        self.wanted: SourceSpec | None = None
        self.remembered: SourceSpec | None = None
        # What was named for this run only.
        self.passing: SourceSpec | None = None
        self._context = context
        self._name_of = name_of
        self._shown: tuple[SourceSpec, str] | None = None
        self._is_alone = True
        self._is_refused = False
        self._size = _USUAL_SIZE
        self.head = TileHead()
        self.head.hide()
        self.bar = TroubleLine(
            feed, name_of=self.called, choose_source=choose_source, start_again=self.start
        )
        self._note_place, self._bar_place = _place(TileNote(self.bar)), _place(self.bar)
        self.bar.unexpected.connect(context.failed)
        self.view = LiveView()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for part in (self.head, self._note_place, self._bar_place):
            self._column.addWidget(part)
        self._column.addWidget(self.view, 1)
        Player(feed, self.view)
        context.settings_changed.connect(self._mirror)
        self.head.close_button.clicked.connect(self.close_wanted)
        self.head.all_button.clicked.connect(self.enlarge_wanted)
        self.view.face_chosen.connect(
            lambda track, at: self.face_chosen.emit(self._seen(track), at)
        )
        self.view.menu_wanted.connect(
            lambda track, at: self.menu_wanted.emit(self._seen(track), at)
        )
        feed.state_changed.connect(self._take_state)
        feed.source_changed.connect(self._take_source)
        feed.frame_ready.connect(self._take_frame)
        feed.open_failed.connect(self._take_failure)
        self.stand_alone(alone=True)

    @property
    def name(self) -> str:
        """What to call its source; empty where there is none."""
        spec = self.feed.spec or self.wanted
        return self.called(spec) if spec is not None else ""

    def called(self, spec: SourceSpec) -> str:
        """Return what to call a source; what is lost, as before: its number may be another's."""
        was_seen = self.feed.state is LiveState.LOST and self.feed.frame is not None
        if was_seen and self._shown is not None:
            shown, name = self._shown
            if spec == shown:
                return name
        return self._name_of(spec)

    @property
    def aspect(self) -> float:
        """Width of its pictures by their height."""
        width, height = self._size
        return width / height

    @property
    def is_showing(self) -> bool:
        """Whether there is a picture."""
        return self.feed.state is not LiveState.IDLE and self.feed.frame is not None

    def shows(self, spec: SourceSpec) -> bool:
        """Whether this is its source, or is to be: as soon as it works, or is started again."""
        given_up = self._is_refused and self.feed.state is not LiveState.IDLE
        return self.feed.needs(spec) or (spec == self.wanted and not given_up)

    def open(self, spec: SourceSpec, *, persistent: bool = False, passing: bool = False) -> None:
        """Show a source; what is shown now stays until the new one works.

        Args:
            spec: which.
            persistent: as of ``Feed.start``.
            passing: it is for this run only, and not remembered.

        """
        if passing:
            self.passing = spec
        elif spec == self.passing:
            self.passing = None
        self.bar.forget_failure()
        self.wanted, self._is_refused = spec, False
        self.feed.start(spec, persistent=persistent)
        # One that fails at once changes no state.
        self.changed.emit()

    def start(self) -> None:
        """Show what was asked for last once more."""
        if self.wanted is not None:
            self.open(self.wanted, passing=self.wanted == self.passing)

    def stand_alone(self, *, alone: bool) -> None:
        """Show nothing but the picture, or what tells it from the others as well."""
        self._is_alone = alone
        self.head.setHidden(alone)
        width = 0 if alone else 2
        self._column.setContentsMargins(width, width, width, width)
        self.view.setMinimumSize(_ALONE if alone else _AMONG_OTHERS)
        if not alone:
            place = self._bar_place.layout()
            assert place is not None
            place.addWidget(self.bar)
        self._fit_message()
        self.say_name()
        self.mark(chosen=False)

    def mark(self, *, chosen: bool) -> None:
        """Say whether this is the one that keys and buttons mean; nobody asks where it is alone."""
        chosen = chosen and not self._is_alone
        if chosen is self.property("chosen"):
            return
        self.head.emphasise(chosen=chosen)
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot()
    def say_name(self) -> None:
        """Name the source anew: which cameras there are may have been learned."""
        name = self.name
        if self.feed.spec is not None:
            self._shown = (self.feed.spec, name)
        self.bar.say_names()
        self.head.say(name)
        self.setAccessibleName(name)
        picture = self.tr("Live picture")
        if not self._is_alone:
            picture = self.tr("Live picture of {source}").format(source=name)
        self.view.setAccessibleName(picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's."""
        super().resizeEvent(event)
        self._fit_message()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enlarge it, or show all again; a face that is clicked is not meant."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()

    def _fit_message(self) -> None:
        metrics = self.fontMetrics()
        is_small = not self._is_alone and (
            self.width() < _LETTERS * metrics.averageCharWidth()
            or self.height() < _LINES * metrics.lineSpacing()
        )
        self._note_place.setVisible(is_small)
        self._bar_place.setVisible(not is_small)

    def _seen(self, track: TrackView) -> SeenFace:
        return seen_live(track, self.feed.spec, frame=self.view.frame_of(track))

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        if state is LiveState.IDLE and not self._is_alone:
            self.bar.tell(self.tr("Stopped."), (self.tr("Start"), self.start))
        self.view.set_dimmed(dimmed=state is LiveState.LOST)
        self.say_name()
        self.changed.emit()

    @Slot()
    def _take_source(self) -> None:
        if self.feed.spec not in (None, self.passing):
            # Only what did show something is opened by itself at the next start.
            self.remembered = self.feed.spec
        if self.feed.spec == self.wanted:
            # In the size and rate that it is shown in, which may be another one by now.
            self.wanted = self.feed.spec
        self._mirror()
        self.say_name()
        self.changed.emit()

    @Slot()
    def _mirror(self) -> None:
        spec = self.feed.spec
        # Only a camera is a mirror: in a clip, left is left and writing is to be read.
        is_camera = spec is not None and spec.kind is SourceKind.CAMERA
        self.view.set_mirrored(mirrored=self._context.settings.mirror and is_camera)

    @Slot()
    def _take_failure(self) -> None:
        self._is_refused = True

    @Slot()
    def _take_frame(self) -> None:
        frame = self.feed.frame
        if frame is not None and frame.size != self._size:
            self._size = frame.size
            self.proportions_changed.emit()


def _place(widget: QWidget) -> QWidget:
    """Return a place for a widget that comes and goes by itself; as high as that is."""
    place = QWidget()
    layout = QVBoxLayout(place)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    return place
