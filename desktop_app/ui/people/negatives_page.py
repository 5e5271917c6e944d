"""The faces that somebody said are not a person's, with a way to take that back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.errors import NoSuchNegative
from desktop_app.recognition.people import NegativeSample
from desktop_app.recognition.types import Identity
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.photos.picture_list import Picture, PictureList, came_from
from desktop_app.ui.words import isolated


class NegativesPage(QWidget):
    """Shows who is not this person."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._identity = Identity(0, "")
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.list = PictureList(take=self.tr("Take back"), several=True)
        self.list.taking_wanted.connect(self._take_back)
        self.take_back_button = QPushButton(self.tr("&Take back"))
        self.take_back_button.setAutoDefault(False)
        self.take_back_button.setToolTip(
            self.tr("The chosen faces may be given this person’s name again.")
        )
        self.take_back_button.clicked.connect(self._take_back)
        self.list.itemSelectionChanged.connect(self._selection_changed)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.take_back_button, 0, Qt.AlignmentFlag.AlignLeading)
        # Where there is nothing to list, the words stand at the top all the same.
        layout.addStretch()
        self._selection_changed()

    def show_negatives(self, identity: Identity, negatives: Sequence[NegativeSample]) -> None:
        """Show the faces that are not this person's."""
        self._identity = identity
        name = isolated(identity.name)
        self.list.setAccessibleName(self.tr("Faces that are not {name}").format(name=name))
        self.list.show_pictures(
            [
                Picture(negative.id, negative.pixels, came_from(negative.origin, negative.created))
                for negative in negatives
            ]
        )
        self.list.setVisible(bool(negatives))
        self.take_back_button.setVisible(bool(negatives))
        text = (
            self.tr(
                "You said that these faces are not {name}. They and faces that look like them "
                "are not called {name} any more."
            )
            if negatives
            else self.tr(
                "There is nothing here yet. When somebody else is called {name}, click that face "
                "and choose “This is not {name}”: it is then listed here."
            )
        )
        self.summary.setText(text.format(name=name))
        self._selection_changed()

    def _selection_changed(self) -> None:
        self.take_back_button.setEnabled(bool(self.list.chosen))

    def _take_back(self) -> None:
        chosen = self.list.chosen
        if chosen:
            self._context.change_people(
                lambda people: people.remove_negative(*chosen),
                failure=while_alive(self, self._fail),
            )

    def _fail(self, error: Exception) -> None:
        if isinstance(error, NoSuchNegative):
            # One was taken back elsewhere meanwhile: those that are left are shown.
            self._context.refresh()
        else:
            show_error(self, error)
