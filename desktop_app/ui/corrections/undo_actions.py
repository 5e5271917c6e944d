"""Undo and redo in a window: the actions, and the words about what was done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from desktop_app.errors import ActOutdated
from desktop_app.services.undo import Act
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.act_words import (
    done_text,
    redo_text,
    redone_text,
    undo_text,
    undone_text,
)
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.message_bar import Choice, MessageBar

if TYPE_CHECKING:
    from desktop_app.services.people import GalleryChange

UNDO_KEYS = "Ctrl+Z"
REDO_KEYS = "Ctrl+Shift+Z"
# Windows' own; as an action's second key it would be taken from text fields elsewhere.
OTHER_REDO_KEYS = "Ctrl+Y"


class UndoActions(QObject):
    """Steps back and forward, and says in its window's bar what somebody did in that window.

    One step is that of the whole gallery: it does not matter in which window it was done.

    Attributes:
        undo, redo: named after what they would do; disabled where there is nothing.

    """

    def __init__(
        self,
        context: AppContext,
        window: QWidget,
        bar: MessageBar,
        *,
        undo: QAction | None = None,
        redo: QAction | None = None,
        speaks_for_all: bool = False,
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            window: owns the actions, and understands their keys.
            bar: says what was done.
            undo: the action in the window's menu; one without a menu where there is none.
            redo: the same.
            speaks_for_all: it also says what was done where nobody else says it.

        """
        super().__init__(window)
        self._context = context
        self._window = window
        self._bar = bar
        self._speaks_for_all = speaks_for_all
        self._told: tuple[Act, str] | None = None
        self.undo = undo or _action(window, UNDO_KEYS)
        self.redo = redo or _action(window, REDO_KEYS)
        self.undo.triggered.connect(lambda _checked=False: self.step_back())
        self.redo.triggered.connect(lambda _checked=False: self.step_forward())
        QShortcut(QKeySequence(OTHER_REDO_KEYS), window).activated.connect(self._other_redo)
        context.gallery_changed.connect(self._take)
        self._name_actions()

    def step_back(self) -> None:
        """Undo what was done last, and say so."""
        act = self._undoable
        if act is not None:
            self._context.undo(
                success=while_alive(self, lambda _change: self._undone(act)),
                failure=while_alive(self, self._fail),
            )

    def step_forward(self) -> None:
        """Do again what was undone last, and say so."""
        change = self._context.last_change
        act = change.redoable if change is not None else None
        if act is not None:
            self._context.redo(
                success=while_alive(self, lambda _change: self._redone(act)),
                failure=while_alive(self, self._fail),
            )

    @property
    def _undoable(self) -> Act | None:
        change = self._context.last_change
        return change.undoable if change is not None else None

    def _take(self, change: GalleryChange) -> None:
        self._name_actions()
        if change.act is not None and self._is_spoken_to():
            self._tell(done_text(change.act), self._undo_choice(), about=change.act)
        elif self._told is not None and self._told[0] is not change.undoable:
            # The button beside it would undo something else by now.
            if self._bar.text == self._told[1]:
                self._bar.clear()
            self._told = None

    def _name_actions(self) -> None:
        change = self._context.last_change
        for action, act, text in (
            (self.undo, change.undoable if change is not None else None, undo_text),
            (self.redo, change.redoable if change is not None else None, redo_text),
        ):
            action.setText(text(act))
            action.setEnabled(act is not None)

    def _is_spoken_to(self) -> bool:
        """Whether somebody works in this window, or in a dialog of it that says nothing itself."""
        place = QApplication.activeModalWidget() or QApplication.activeWindow()
        while place is not None:
            window = place.window()
            speaker = window.findChild(
                UndoActions, options=Qt.FindChildOption.FindDirectChildrenOnly
            )
            if speaker is not None:
                return speaker is self
            place = window.parentWidget()
        return self._speaks_for_all

    def _undone(self, act: Act) -> None:
        # The gallery may have been shut meanwhile, and nobody is named then.
        if self._context.people is not None:
            self._bar.tell(undone_text(act), (self.tr("&Redo"), self.step_forward))

    def _redone(self, act: Act) -> None:
        if self._context.people is not None:
            self._tell(redone_text(act), self._undo_choice(), about=act)

    def _undo_choice(self) -> Choice:
        return self.tr("&Undo"), self.step_back

    def _tell(self, text: str, choice: Choice, *, about: Act) -> None:
        self._told = (about, text)
        self._bar.tell(text, choice)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, ActOutdated):
            show_error(self._window, error)
            return
        # What can be undone now, after the step that could not.
        self._context.change_people(
            lambda people: people.reread(),
            success=while_alive(self, lambda _change: self._bar.tell(sentence_for(error))),
        )

    def _other_redo(self) -> None:
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit | QPlainTextEdit) and not field.isReadOnly():
            field.redo()
        else:
            self.redo.trigger()


def _action(window: QWidget, keys: str) -> QAction:
    action = QAction(window)
    action.setShortcut(QKeySequence(keys))
    window.addAction(action)
    return action
