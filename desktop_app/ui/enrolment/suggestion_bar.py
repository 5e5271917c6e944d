"""Says whom the faces look like, and offers that name."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.ui.enrolment.resemblance import Resemblance


class SuggestionBar(QWidget):
    """Seen only while there is something to suggest.

    Attributes:
        taken: the name of the person to add to, to be filled in.

    """

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.button = QPushButton(self.tr("Use &this name"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.taken.emit(self._name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)

    def suggest(self, resemblance: Resemblance | None) -> None:
        """Suggest a person, or nobody."""
        self.setVisible(resemblance is not None)
        if resemblance is None:
            return
        self._name = resemblance.identity.name
        self.text.setText(resemblance.sentence)
