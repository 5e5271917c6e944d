"""The main window's toolbar: what is shown live, and what is done most."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from desktop_app.ui.actions import TOOLBAR


class MainToolBar(QToolBar):
    """Stays where it is; each of its buttons can be reached by keyboard."""

    def __init__(
        self, actions: Mapping[str, QAction], sources: QMenu, parent: QWidget | None = None
    ) -> None:
        """Args: actions: by name. sources: what can be shown live."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Main toolbar"))
        self.setObjectName("mainToolBar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(20, 20))
        self.source_button = QToolButton()
        self.source_button.setObjectName("sourceButton")
        self.source_button.setMenu(sources)
        self.source_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source_button.setText(self.tr("Source"))
        self.source_button.setToolTip(self.tr("Choose what the live picture shows."))
        self.addWidget(self.source_button)
        self.toolButtonStyleChanged.connect(self.source_button.setToolButtonStyle)
        for name in TOOLBAR:
            if name is None:
                self.addSeparator()
            else:
                self.addAction(actions[name])
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if not button.accessibleName():
                button.setAccessibleName(button.text())
