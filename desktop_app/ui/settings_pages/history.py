"""What is recorded of who is seen, and what happens when somebody arrives."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QMessageBox, QPushButton

from desktop_app.services.history.log import History
from desktop_app.settings import ARRIVAL_MINUTES, HISTORY_DAYS, Settings
from desktop_app.ui.alive import while_alive
from desktop_app.ui.arrivals.command_field import CommandField
from desktop_app.ui.context import AppContext
from desktop_app.ui.settings_pages.page import SettingsPage


class HistoryPage(SettingsPage):
    """History and arrivals. Nothing of what happens on an arrival is on by itself."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.keep = self._switch(self.tr("&Keep a history of who was seen when"), "history")
        self.strangers = self._switch(
            self.tr("Also of &unknown people, without a name"), "history_strangers"
        )
        self.pictures = self._switch(
            self.tr("Also a pi&cture of each face, as it was recognised"), "history_pictures"
        )
        self.add_explanation(
            self.tr(
                "With a picture, an entry can be corrected for good, and somebody unknown be named "
                "afterwards. Pictures of faces tell more about people than names and times do: "
                "keep them only where everybody agrees."
            )
        )
        self.forget_button = QPushButton(self.tr("&Delete the pictures that were kept…"))
        self.forget_button.setAutoDefault(False)
        self.forget_button.clicked.connect(self._ask)
        self.fields.addWidget(self.forget_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.days = QComboBox()
        for days in HISTORY_DAYS:
            text = self.tr("%n day(s)", None, days) if days else self.tr("For ever")
            self.days.addItem(text, days)
        self.add_field(self.tr("How &long entries are kept"), self.days)
        self.add_explanation(
            self.tr("Older ones are deleted for good: at the next start, and once a day.")
        )
        self.add_space()
        self._add_arrivals()
        self.fields.addStretch()
        self._show(context.settings)
        context.settings_changed.connect(self._show)
        context.engine_ready.connect(self._show_what_is_possible)
        self.days.activated.connect(
            lambda: context.change_settings(history_days=self.days.currentData())
        )
        self.away.activated.connect(
            lambda: context.change_settings(arrival_minutes=self.away.currentData())
        )
        self.command.chosen.connect(
            lambda command: context.change_settings(arrival_command=command)
        )

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.tr("&History")

    def _add_arrivals(self) -> None:
        self.away = QComboBox()
        for minutes in ARRIVAL_MINUTES:
            self.away.addItem(
                self.tr("%n minute(s)", None, minutes)
                if minutes < 60
                else self.tr("%n hour(s)", None, minutes // 60),
                minutes,
            )
        self.add_field(self.tr("Somebody &arrives who was not seen for"), self.away)
        self.banner = self._switch(self.tr("Say in the &window who arrives"), "arrival_banner")
        self.sound = self._switch(self.tr("Make the system’s &sound"), "arrival_sound")
        self.command = CommandField()
        self.add_field(self.tr("&Run a program, with its arguments"), self.command)
        explanation = self.add_explanation(
            self.tr(
                "No shell reads it, so that nobody’s name can be taken for a command. {name}, "
                "{time} and {source} in an argument are filled in; an argument with spaces stands "
                "in quotes. It is ended after 30 seconds."
            )
        )
        self.command.setAccessibleDescription(explanation.text())

    def _switch(self, text: str, setting: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setProperty("setting", setting)
        self.fields.addWidget(box)

        def choose() -> None:
            changes: dict[str, Any] = {setting: box.isChecked()}
            # Also toggled when another window changed it and this one only shows that.
            if getattr(self.context.settings, setting) != box.isChecked():
                self.context.change_settings(**changes)

        box.toggled.connect(choose)
        return box

    @Slot(object)
    def _show(self, settings: Settings) -> None:
        for box in (self.keep, self.strangers, self.pictures, self.banner, self.sound):
            box.setChecked(getattr(settings, box.property("setting")))
        self.days.setCurrentIndex(self.days.findData(settings.history_days))
        self.away.setCurrentIndex(self.away.findData(settings.arrival_minutes))
        self.command.show_command(settings.arrival_command)
        for field in (self.strangers, self.pictures, self.days):
            field.setEnabled(settings.history)
        self._show_what_is_possible()

    @Slot()
    def _show_what_is_possible(self) -> None:
        self.forget_button.setEnabled(self.context.people is not None)

    @Slot()
    def _ask(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Delete pictures"))
        box.setText(
            self.tr(
                "Delete the pictures of all entries of the history? Names and times stay. This "
                "cannot be undone."
            )
        )
        delete = box.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        delete.clicked.connect(self._forget_pictures)
        box.finished.connect(lambda _result: box.deleteLater())
        box.open()

    @Slot()
    def _forget_pictures(self) -> None:
        people = self.context.people
        if people is None:
            return

        def gone(number: int) -> None:
            self.forget_button.setText(self.tr("%n picture(s) deleted for good", None, number))
            self.context.history_changed.emit()

        self.context.database.run(
            lambda: History(people.file).forget_pictures(), success=while_alive(self, gone)
        )
