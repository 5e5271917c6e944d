"""Says when somebody is done with a part of a window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget


class LeaveWatch(QObject):
    """Tells when the keyboard leaves a widget and all that is in it, its popups too.

    Attributes:
        left: it did.

    """

    left = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        app = QApplication.instance()
        assert isinstance(app, QApplication), "there is a widget, so there is an application"
        app.focusChanged.connect(self._look)

    def _look(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._holds(before) and not self._holds(now):
            self.left.emit()

    def _holds(self, widget: QWidget | None) -> bool:
        # Not isAncestorOf: a calendar that pops up is another window.
        while widget is not None and widget is not self._widget:
            widget = widget.parentWidget()
        return widget is not None
