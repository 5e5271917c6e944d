"""What the user may choose, a page for each kind of choice. Each change holds at once."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.context import AppContext
from desktop_app.ui.settings_pages.backups import BackupsPage
from desktop_app.ui.settings_pages.general import GeneralPage
from desktop_app.ui.settings_pages.history import HistoryPage
from desktop_app.ui.settings_pages.page import SettingsPage
from desktop_app.ui.settings_pages.protection import ProtectionPage

_Page = TypeVar("_Page", bound=SettingsPage)

# In the order of the tabs; another page is one more class here.
PAGES: tuple[type[SettingsPage], ...] = (
    GeneralPage,
    HistoryPage,
    ProtectionPage,
    BackupsPage,
)


class SettingsDialog(QDialog):
    """Pages behind tabs.

    Attributes:
        tabs: the pages, each of which scrolls where the screen is too small for it.

    """

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        page: type[SettingsPage] = GeneralPage,
    ) -> None:
        """Build the dialog.

        Args:
            context: shared services.
            parent: the window that it belongs to.
            page: the one that is shown first.

        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._pages = [make(context) for make in PAGES]
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Pages of the settings"))
        for each in self._pages:
            self.tabs.addTab(_scrolling(each), each.title)
            each.grown.connect(self._make_room)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        self.tabs.setCurrentIndex(self._pages.index(self.page(page)))
        self.resize(self.fontMetrics().averageCharWidth() * 78, 0)
        self._make_room()

    def page(self, kind: type[_Page]) -> _Page:
        """Return the page of that class."""
        return next(page for page in self._pages if isinstance(page, kind))

    @Slot()
    def _make_room(self) -> None:
        """Become high enough for the highest page, as far as the screen reaches."""
        around = QSize(self.tabs.sizeHint() - self.tabs.currentWidget().sizeHint())
        frame = self.sizeHint() - self.tabs.sizeHint() + around
        width = self.width() - frame.width()
        highest = max(page.fields.totalHeightForWidth(width) for page in self._pages)
        reach = int(self.screen().availableGeometry().height() * 0.9)
        needed = min(highest + frame.height(), reach)
        if self.height() < needed:
            self.resize(self.width(), needed)


def _scrolling(page: SettingsPage) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Its fields have the focus; a stop in between would be one that does nothing.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    # The colour of the tab, not that of a list.
    area.viewport().setAutoFillBackground(False)
    page.setAutoFillBackground(False)
    return area
