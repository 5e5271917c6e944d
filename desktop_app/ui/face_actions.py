"""What one can do about a face, in the live picture and in photos: name it, or correct its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import NoSuchNegative
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Decision, Identity
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.lookalikes import look_for_lookalikes
from desktop_app.ui.message_bar import Choice, MessageBar
from desktop_app.ui.words import isolated, on_a_button, supposed_identity
from desktop_app.vision.types import Embedding, Face

if TYPE_CHECKING:
    from desktop_app.services.live import TrackView


@dataclass(frozen=True, eq=False, slots=True)
class SeenFace:
    """A face that somebody points at.

    Attributes:
        face: what would be enrolled, with its crop.
        decision: what is said of it.
        origin: where it is seen.
        probe: what was searched, where that is more than the face's own embedding.

    """

    face: Face
    decision: Decision
    origin: Origin
    probe: Embedding | None = None

    @property
    def supposed(self) -> Identity | None:
        """Whose name it bears, for sure or perhaps."""
        return supposed_identity(self.decision)

    @property
    def searched(self) -> Face:
        """The face with the embedding that the decision rests on."""
        return self.face if self.probe is None else replace(self.face, embedding=self.probe)


def seen_live(track: TrackView, spec: SourceSpec | None) -> SeenFace:
    """Return the face of a track; ``spec`` is what the live picture shows."""
    is_clip = spec is not None and spec.kind is SourceKind.CLIP
    return SeenFace(
        face=track.face,
        decision=track.decision,
        origin=Origin.CLIP if is_clip else Origin.LIVE,
        probe=track.probe,
    )


class FaceActions(QObject):
    """Carries out what is done to faces of one window, and says there what came of it."""

    def __init__(self, context: AppContext, window: QWidget, bar: MessageBar) -> None:
        """Args: window: owns the dialogs. bar: says what was done, and how to undo it."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._bar = bar
        self._told_about: int | None = None
        context.gallery_changed.connect(self._forget_the_gone)

    def click(self, seen: SeenFace, at: QPoint) -> None:
        """Do what a click means: ask for a name, or where there is one, offer what can be done."""
        if seen.supposed is None:
            self.name(seen)
        else:
            self.offer(seen, at)

    def offer(self, seen: SeenFace, at: QPoint) -> None:
        """Open a menu of what can be done, at a place on the screen."""
        if not self._context.is_ready:
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        who = seen.supposed
        if who is None:
            _add(menu, self.tr("&Who is this?…"), lambda: self.name(seen))
        else:
            name = on_a_button(who.name, self._window.fontMetrics())
            look = self.tr("&Add this look to {name}…")
            _add(menu, look.format(name=name), lambda: self.name(seen, to=who))
            refute = self.tr("This is &not {name}")
            _add(menu, refute.format(name=name), lambda: self.refute(seen, who))
            menu.addSeparator()
            _add(menu, self.tr("This is &somebody else…"), lambda: self.name(seen))
        menu.popup(at)

    def name(self, seen: SeenFace, *, to: Identity | None = None) -> None:
        """Enrol a face; ``to`` fills in the name."""
        from desktop_app.ui.add_person import AddPersonDialog

        if not self._context.is_ready:
            return
        dialog = AddPersonDialog(
            self._context,
            self._window,
            faces=[seen.face],
            origin=seen.origin,
            name=to.name if to is not None else "",
        )
        dialog.enrolled.connect(self.enrolled)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def refute(self, seen: SeenFace, who: Identity) -> None:
        """Keep that a face is not this person's."""
        self._context.add_negative(
            who.id,
            seen.searched,
            origin=seen.origin,
            success=while_alive(self, lambda change: self._refuted(change, who)),
            failure=while_alive(self, self._fail),
        )

    @Slot(object, object)
    def enrolled(self, change: GalleryChange, before: Gallery) -> None:
        """Say whom somebody who was just enrolled looks like."""
        who = change.identity
        if who is None:
            return

        def say(sentence: str) -> None:
            self._tell(sentence, about=who)

        look_for_lookalikes(self._context, change, before=before, tell=while_alive(self, say))

    def _tell(self, sentence: str, *choices: Choice, about: Identity) -> None:
        self._told_about = about.id
        self._bar.tell(sentence, *choices)

    def _refuted(self, change: GalleryChange, who: Identity) -> None:
        negative_id = change.negative_id
        assert negative_id is not None, "a negative that was stored has an id"
        text = self.tr("This face will not be called {name} any more.")
        self._tell(
            text.format(name=isolated(who.name)),
            (self.tr("&Undo"), lambda: self._undo(negative_id, who)),
            about=who,
        )

    def _undo(self, negative_id: int, who: Identity) -> None:
        # At once: a second click must not ask for the same again.
        self._bar.clear()
        self._context.remove_negative(
            negative_id,
            success=while_alive(self, lambda _change: self._undone(who)),
            failure=while_alive(self, self._fail),
        )

    def _undone(self, who: Identity) -> None:
        text = self.tr("Taken back: this face may be called {name} again.")
        self._tell(text.format(name=isolated(who.name)), about=who)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, NoSuchNegative):
            self._bar.tell(self.tr("That was taken back before."))
        else:
            show_error(self._window, error)

    def _forget_the_gone(self, change: GalleryChange) -> None:
        if self._told_about is not None and self._told_about not in change.gallery.identities:
            self._told_about = None
            self._bar.clear()


def _add(menu: QMenu, text: str, act: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda _checked=False: act())
