"""What one can do about a face, in the live picture and in photos: name it, or correct its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.errors import NoSuchNegative
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.live.seen_face import Glimpse, SeenFace
from desktop_app.ui.message_bar import Choice, MessageBar
from desktop_app.ui.people.lookalikes import look_for_lookalikes
from desktop_app.ui.words import isolated, on_a_button
from desktop_app.vision.types import Face

if TYPE_CHECKING:
    from desktop_app.ui.enrolment.photo_row import PhotoRow
    from desktop_app.vision.pipeline import FacePipeline


class FaceActions(QObject):
    """Carries out what is done to faces of one window, and says there what came of it."""

    def __init__(self, context: AppContext, window: QWidget, bar: MessageBar) -> None:
        """Args: window: owns the dialogs. bar: says what was done, and how to undo it."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._bar = bar
        self._told_about: int | None = None
        self._told = ""
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
            other = self.tr("This is &somebody else…")
            _add(menu, other, lambda: self.name(seen, instead_of=who))
        menu.popup(at)

    def name(
        self, seen: SeenFace, *, to: Identity | None = None, instead_of: Identity | None = None
    ) -> None:
        """Enrol a face.

        Args:
            seen: which.
            to: fills in the name.
            instead_of: whose name it bears wrongly, which is kept once it has its own.

        """
        from desktop_app.ui.enrolment.add_person import AddPersonDialog

        pipeline = self._context.pipeline
        if not self._context.is_ready or pipeline is None:
            return
        dialog = AddPersonDialog(
            self._context,
            self._window,
            faces=[seen.face],
            origin=seen.origin,
            name=to.name if to is not None else "",
        )
        if instead_of is None:
            dialog.enrolled.connect(self.enrolled)
        else:
            dialog.enrolled.connect(
                lambda change, before: self._corrected(change, before, seen, instead_of)
            )
        if seen.glimpse is not None:
            (row,) = dialog.rows
            self._look_again(pipeline, seen.face, seen.glimpse, row)
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

    def _look_again(
        self, pipeline: FacePipeline, face: Face, glimpse: Glimpse, row: PhotoRow
    ) -> None:
        """Have a face described as well as can be before it is enrolled, beside the window."""
        from desktop_app.services.enrolment import described_again

        row.wait_for_better()

        def give_up(error: Exception) -> None:
            row.show_faces([face])
            self._context.failed.emit(error)

        self._context.general.run(
            lambda: described_again(pipeline, glimpse.pixels, face, box=glimpse.box),
            success=while_alive(row, lambda better: row.show_faces([better])),
            failure=while_alive(row, give_up),
        )

    def _corrected(
        self, change: GalleryChange, before: Gallery, seen: SeenFace, wrong: Identity
    ) -> None:
        """Keep whose a face is not, now that it was saved whose it is."""
        right = change.identity
        # Somebody may have thought better of it and typed the same name, or removed the other.
        if right is None or right.id == wrong.id or wrong.id not in change.gallery.identities:
            self.enrolled(change, before)
            return

        def kept(negative: GalleryChange) -> None:
            text = self.tr("Saved as {name}. This face will not be called {other} any more.")
            sentence = text.format(name=isolated(right.name), other=isolated(wrong.name))
            undo = self._undo_choice(negative, wrong)
            self._tell(sentence, undo, about=wrong)

            def say_more(more: str) -> None:
                # Unless it was undone or sent away meanwhile, the offer to undo stays.
                if self._bar.text == sentence:
                    self._tell(f"{sentence} {more}", undo, about=wrong)
                else:
                    self._tell(more, about=right)

            look_for_lookalikes(
                self._context, change, before=before, tell=while_alive(self, say_more)
            )

        self._context.add_negative(
            wrong.id,
            seen.searched,
            origin=seen.origin,
            success=while_alive(self, kept),
            failure=while_alive(self, self._fail),
        )

    def _tell(self, sentence: str, *choices: Choice, about: Identity) -> None:
        if self._context.people is None:
            # It was shut meanwhile, and nobody is named then.
            return
        self._told_about, self._told = about.id, sentence
        self._bar.tell(sentence, *choices)

    def _refuted(self, change: GalleryChange, who: Identity) -> None:
        text = self.tr("This face will not be called {name} any more.")
        sentence = text.format(name=isolated(who.name))
        self._tell(sentence, self._undo_choice(change, who), about=who)

    def _undo_choice(self, change: GalleryChange, who: Identity) -> Choice:
        negative_id = change.negative_id
        assert negative_id is not None, "a negative that was stored has an id"
        return self.tr("&Undo"), lambda: self._undo(negative_id, who)

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
            if self._bar.text == self._told:
                self._bar.clear()


def _add(menu: QMenu, text: str, act: Callable[[], object]) -> None:
    menu.addAction(text).triggered.connect(lambda _checked=False: act())
