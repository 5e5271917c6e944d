"""Shift+F10, which opens a context menu on every system, also where Qt leaves that to us."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class MenuKey(QObject):
    """Gives a widget Shift+F10. The menu key itself is Qt's, and so are both on Windows."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt's."""
        return isinstance(event, QKeyEvent) and turned_into_menu_key(event, self._widget)


def turned_into_menu_key(event: QKeyEvent, widget: QWidget) -> bool:
    """Send what the menu key sends to the widget if Shift+F10 was pressed; say whether it was."""
    if (
        event.type() != QEvent.Type.KeyPress
        or event.key() != Qt.Key.Key_F10
        or event.modifiers() != Qt.KeyboardModifier.ShiftModifier
    ):
        return False
    # Where the menu key opens it: at the current item of a list.
    place = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
    QApplication.sendEvent(
        widget,
        QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, widget.mapToGlobal(place)),
    )
    return True
