"""What the pages of the settings share."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.ui.context import AppContext


class SettingsPage(QWidget):
    """One page: fields from top to bottom, each of which holds as soon as it is changed.

    Attributes:
        grown: the page wants more room than it had.

    """

    grown = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.fields = QVBoxLayout(self)

    @property
    def title(self) -> str:
        """What the page is called, with the key that leads to it."""
        raise NotImplementedError

    def add_field(self, text: str, field: QWidget) -> None:
        """Add a field below its label, which has its key."""
        label = QLabel(text)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        self.fields.addWidget(label)
        self.fields.addWidget(field)

    def add_explanation(self, text: str) -> QLabel:
        """Add a sentence on what is above it."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.fields.addWidget(label)
        return label

    def add_space(self) -> None:
        """Leave a line empty."""
        self.fields.addSpacing(self.fontMetrics().lineSpacing())
