"""The page where nothing is shown yet: what this is, and how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.icons import app_icon

_NARROW = 520


class WelcomePage(QScrollArea):
    """Buttons for what one can do first; scrolls where the window is small."""

    def __init__(
        self, actions: Sequence[QAction], parent: QWidget | None = None, *, first: QAction
    ) -> None:
        """Args: actions: what the buttons do, in reading order. first: goes above them all."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        page = QWidget()
        page.setAutoFillBackground(False)
        self.setWidget(page)

        sign = QLabel()
        sign.setPixmap(app_icon().pixmap(QSize(64, 64)))
        self._title = _line(self.tr("Who is in front of the camera?"), scale=1.6, bold=True)
        self._hint = _line(
            self.tr(
                "Kenspeckle puts names to faces. First add the people it should know: look into "
                "the camera, or choose photos. Everything stays on this computer."
            )
        )
        self.buttons = [_button(action) for action in (first, *actions)]
        # On a page of its own it is the one thing to do; bold says so in every theme.
        font = self.buttons[0].font()
        font.setBold(True)
        self.buttons[0].setFont(font)
        self._grid = QGridLayout()
        self._grid.setSpacing(10)

        inner = QVBoxLayout()
        inner.setSpacing(14)
        inner.addStretch()
        inner.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self._title)
        inner.addWidget(self._hint)
        inner.addLayout(self._grid)
        inner.addStretch()
        column = QWidget()
        column.setLayout(inner)
        column.setMaximumWidth(self.fontMetrics().averageCharWidth() * 90)
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(column, 20)
        row.addStretch(1)
        self._columns = 0
        self._arrange()

    def show_people(self, count: int) -> None:
        """Fit the words to how many people are enrolled."""
        if count:
            self._hint.setText(
                self.tr(
                    "%n person(s) can be recognised. Choose a camera, or open a clip or photos. "
                    "Everything stays on this computer.",
                    "",
                    count,
                )
            )

    def show_locked(self) -> None:
        """Say that nobody can be recognised for the moment."""
        self._hint.setText(
            self.tr(
                "Unlock the gallery to recognise people. Cameras and clips can be watched "
                "meanwhile. Everything stays on this computer."
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons in one column where there is no room for two."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = 1 if self.viewport().width() < _NARROW else 2
        if columns == self._columns:
            return
        self._columns = columns
        first, *others = self.buttons
        self._grid.addWidget(first, 0, 0, 1, columns)
        for position, button in enumerate(others):
            self._grid.addWidget(button, 1 + position // columns, position % columns)


def _line(text: str, *, scale: float = 1.0, bold: bool = False) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(bold)
    label.setFont(font)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName("pageButton")
    button.setDefaultAction(action)
    if action.menu() is not None:
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(24, 24))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setAccessibleName(action.iconText())
    return button
