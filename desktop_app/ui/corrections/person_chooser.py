"""Asks who is meant, among those who are enrolled."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import Person
from desktop_app.ui.context import AppContext
from desktop_app.ui.line_delegate import LineDelegate
from desktop_app.ui.people.cover_loader import CoverLoader
from desktop_app.ui.people.people_model import PERSON_ROLE, PeopleModel
from desktop_app.ui.people.uniform_list import UniformList
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.words import isolated

_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PersonChooser(QDialog):
    """A list to choose from, narrowed by what is typed.

    Attributes:
        chosen: the ``Person``.

    """

    chosen = Signal(object)

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        question: str,
        choose: str,
        without: Collection[int] = (),
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            parent: Qt's.
            question: a sentence above the list.
            choose: what the button says.
            without: ids of those who are not offered.

        """
        super().__init__(parent)
        self._context = context
        self._without = frozenset(without)
        self.setWindowTitle(choose.replace("&", "").rstrip("…"))
        sentence = QLabel(question)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        self.search = SearchField(self.tr("Search people"))
        self.search.installEventFilter(self)
        self.model = PeopleModel(self)
        CoverLoader(context, self.model, self)
        self.view = UniformList()
        self.view.setModel(self.model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.view.setAccessibleName(self.tr("People"))
        self.view.setEditTriggers(UniformList.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setTabKeyNavigation(False)
        self.view.activated.connect(lambda _index: self._choose())
        self.nobody = QLabel()
        self.nobody.setTextFormat(Qt.TextFormat.PlainText)
        self.nobody.setWordWrap(True)
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.nobody)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.rejected.connect(self.reject)
        self.choose_button = buttons.addButton(choose, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._choose)
        layout = QVBoxLayout(self)
        for widget in (sentence, self.search):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)
        layout.addWidget(buttons)
        # Only a button that is in the dialog already becomes its default.
        self.choose_button.setDefault(True)
        line = self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(line * 24, line * 28).boundedTo(room))

        self.view.selectionModel().selectionChanged.connect(self._update)
        self.search.textChanged.connect(self._look_for)
        context.gallery_changed.connect(self._take)
        self._take()
        self.search.setFocus()

    @property
    def person(self) -> Person | None:
        """Who is chosen in the list."""
        rows = self.view.selectionModel().selectedIndexes()
        return rows[0].data(PERSON_ROLE) if rows else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while one types."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
        ):
            QApplication.sendEvent(self.view, event)
            return True
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        change, before = self._context.last_change, self.person
        people = () if change is None else change.people
        self.model.set_people([one for one in people if one.identity.id not in self._without])
        self._choose_first(before)

    def _look_for(self, text: str) -> None:
        before = self.person
        self.model.look_for(text)
        self._choose_first(before)

    def _choose_first(self, before: Person | None) -> None:
        """Keep who was chosen where they are still listed; else choose the first."""
        index = self.model.index(0)
        if before is not None and self.model.row_of(before.identity.id).isValid():
            index = self.model.row_of(before.identity.id)
        if index.isValid():
            self.view.setCurrentIndex(index)
        self._pages.setCurrentWidget(self.view if index.isValid() else self.nobody)
        sought = self.search.text().strip()
        self.nobody.setText(
            self.tr("No name, group or note contains “{text}”.").format(text=isolated(sought))
            if sought
            else self.tr("Nobody else is enrolled.")
        )
        self._update()

    def _update(self) -> None:
        self.choose_button.setEnabled(self.person is not None)

    def _choose(self) -> None:
        person = self.person
        if person is not None:
            self.accept()
            self.chosen.emit(person)


def choose_person(
    context: AppContext,
    parent: QWidget,
    *,
    question: str,
    choose: str,
    without: Collection[int] = (),
    then: Callable[[Person], object],
) -> None:
    """Open a :class:`PersonChooser` and return at once; ``then`` gets who was chosen."""
    dialog = PersonChooser(context, parent, question=question, choose=choose, without=without)
    dialog.chosen.connect(then)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
