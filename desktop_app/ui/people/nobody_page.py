"""What a list of people shows while nobody is in it: what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class NobodyPage(QWidget):
    """Teaches, and offers to begin.

    Attributes:
        camera_wanted: somebody wants to add a person by the camera.
        photos_wanted: the same, from photos.

    """

    camera_wanted = Signal()
    photos_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Nobody is enrolled yet"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        hint = QLabel(
            self.tr(
                "Add the people whose names you want to see. One clear picture is enough to "
                "begin; three in different light are better."
            )
        )
        self.camera_button = QPushButton(self.tr("Add with the &camera…"))
        self.camera_button.clicked.connect(self.camera_wanted)
        self.photos_button = QPushButton(self.tr("&Add from photos…"))
        self.photos_button.clicked.connect(self.photos_wanted)
        layout = QVBoxLayout(self)
        layout.addStretch()
        for label in (title, hint):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        for button in (self.camera_button, self.photos_button):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
