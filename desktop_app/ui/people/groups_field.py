"""The groups that somebody belongs to, with a way out of each and a field for one more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCompleter, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop_app.errors import InvalidName
from desktop_app.recognition.people import LONGEST_NAME, clean_name, name_key
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.words import isolated, on_a_button


class GroupsField(QWidget):
    """Shows groups as buttons; a click on one leaves it, Enter in the field joins another.

    Attributes:
        chosen: the groups, by name, that somebody wants the person to be in.

    """

    chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[str, ...] = ()
        self.buttons: list[QToolButton] = []
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        self._flow.setSpacing(self.fontMetrics().lineSpacing() // 3)
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(self.tr("Add to a group"))
        self.field.setPlaceholderText(self.tr("Add to a group: a class, a department…"))
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        # Later: the field gets the text after the completer said that it was chosen.
        completer.activated.connect(lambda _text: QTimer.singleShot(0, self, self.take_typed))
        self.field.returnPressed.connect(self.take_typed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)
        layout.addWidget(self.field)
        self.show_groups(())

    def set_known(self, groups: Collection[str]) -> None:
        """Offer these groups while one is typed."""
        self._names.setStringList(sorted(groups, key=name_key))

    def show_groups(self, groups: Sequence[str]) -> None:
        """Show which groups somebody is in."""
        if tuple(groups) == self._groups and self.buttons:
            return
        self._groups = tuple(groups)
        had_focus = any(button.hasFocus() for button in self.buttons)
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            # Later: it may be the one whose click led here.
            button.deleteLater()
        self.buttons = [self._button(group) for group in self._groups]
        for button in self.buttons:
            self._flow.addWidget(button)
        self._row.setVisible(bool(self._groups))
        if had_focus:
            (self.buttons[0] if self.buttons else self.field).setFocus()
        before: QWidget | None = None
        for widget in (*self.buttons, self.field):
            if before is not None:
                QWidget.setTabOrder(before, widget)
            before = widget

    def take_typed(self) -> None:
        """Join the groups that were typed; a comma parts several."""
        typed = []
        for text in self.field.text().split(","):
            try:
                typed.append(clean_name(text))
            except InvalidName:
                continue
        self.field.clear()
        known = {name_key(group) for group in self._groups}
        new = [group for group in typed if name_key(group) not in known]
        if new:
            self.chosen.emit((*self._groups, *new))

    def _button(self, group: str) -> QToolButton:
        button = QToolButton()
        button.setText(on_a_button(group, self.fontMetrics()))
        side = round(self.fontMetrics().height() * 0.8)
        colour = self.palette().buttonText().color()
        cross = icon_pixmap("close", size=side, colour=colour, ratio=self.devicePixelRatioF())
        button.setIcon(QIcon(cross))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text = self.tr("Take out of the group {group}").format(group=isolated(group))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda _checked=False: self._leave(group))
        return button

    def _leave(self, group: str) -> None:
        self.chosen.emit(tuple(other for other in self._groups if other != group))
