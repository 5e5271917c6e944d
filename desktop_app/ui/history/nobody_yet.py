"""What the history's window says where nothing is listed, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class NobodyYet(QWidget):
    """One sentence, and the button that helps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear_button = QPushButton(self.tr("Show &everything"))
        self.switch_on_button = QPushButton(self.tr("&Switch the history on"))
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self.sentence)
        for button in (self.clear_button, self.switch_on_button):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def say_why_shut(self, why: str) -> None:
        """Say why the gallery, with all that is recorded in it, cannot be read."""
        self.sentence.setText(why)
        self.clear_button.hide()
        self.switch_on_button.hide()

    def say(self, *, is_on: bool, is_narrowed: bool) -> None:
        """Say why nothing is listed."""
        if is_narrowed:
            text = self.tr("Nobody of that kind was seen.")
        elif is_on:
            text = self.tr(
                "Nobody was seen yet. Show a camera, a clip or a network camera in the main "
                "window: whoever is in the picture for longer than a second is listed here, with "
                "the time they came and left. Pictures are kept only if you want that; see the "
                "page “History” of the settings."
            )
        else:
            text = self.tr(
                "The history is switched off. Switched on, it lists here who was seen when; it "
                "stays on this computer, and old entries are deleted by themselves."
            )
        self.sentence.setText(text)
        self.clear_button.setVisible(is_narrowed)
        self.switch_on_button.setVisible(not is_on and not is_narrowed)
