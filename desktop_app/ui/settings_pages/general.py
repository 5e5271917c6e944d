"""Theme, mirror, how readily names are given, what to do on battery, and where the data is."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton

from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.operating_point_words import what_holds
from desktop_app.ui.settings_pages.page import SettingsPage


class GeneralPage(SettingsPage):
    """What there is to choose for everybody."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.theme = QComboBox()
        self.theme.addItem(self.tr("As the system"), "system")
        self.theme.addItem(self.tr("Light"), "light")
        self.theme.addItem(self.tr("Dark"), "dark")
        self.mirror = QCheckBox(self.tr("Show the camera’s picture as a &mirror does"))
        self.false_name_rate = QComboBox()
        self.false_name_rate.addItem(self.tr("Once in 100 looks"), 1e-2)
        self.false_name_rate.addItem(self.tr("Once in 1,000 looks (recommended)"), 1e-3)
        self.false_name_rate.addItem(self.tr("Once in 10,000 looks"), 1e-4)

        self.add_field(self.tr("&Theme"), self.theme)
        self.fields.addWidget(self.mirror)
        self.add_space()
        self.add_field(self.tr("How often may a stranger be given a &name?"), self.false_name_rate)
        self._explanation = self.add_explanation(
            self.tr(
                "Strangers are people who are not enrolled. The rarer one of them may be given "
                "somebody’s name, the more often somebody who is enrolled is called unsure."
            )
        ).text()
        self.meaning = self.add_explanation("")
        self.add_space()
        self._add_power()
        self.add_space()
        self._add_data_folder()
        self.fields.addStretch()
        self._show(context.settings)
        self._say_what_holds()
        context.settings_changed.connect(self._show)
        context.gallery_changed.connect(self._say_what_holds)
        context.policy_changed.connect(self._say_what_holds)
        # Not before: what is shown first is not a choice.
        self.theme.activated.connect(self._theme_chosen)
        self.mirror.toggled.connect(self._mirror_chosen)
        self.false_name_rate.activated.connect(self._rate_chosen)
        self.on_battery.activated.connect(self._on_battery_chosen)

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.tr("&General")

    def _add_power(self) -> None:
        self.on_battery = QComboBox()
        self.on_battery.addItem(self.tr("Save power"), userData=True)
        self.on_battery.addItem(self.tr("Recognise as fast as possible"), userData=False)
        self.add_field(self.tr("While the computer r&uns on its battery"), self.on_battery)
        explanation = self.add_explanation(
            self.tr(
                "To save power, faces are looked for 15 times a second, and 5 times while nobody "
                "is there. The picture stays as fluid as it is."
            )
        )
        self.on_battery.setAccessibleDescription(explanation.text())

    def _add_data_folder(self) -> None:
        self.folder = QLineEdit(str(self.context.data_dir.root))
        self.folder.setReadOnly(True)
        self.folder.setCursorPosition(0)
        row = QHBoxLayout()
        self.open_button = QPushButton(self.tr("&Open"))
        self.open_button.setAccessibleName(self.tr("Open the data folder"))
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open_folder)
        self.copy_button = QPushButton(self.tr("&Copy"))
        self.copy_button.setAccessibleName(self.tr("Copy the path of the data folder"))
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._copy_folder)
        row.addWidget(self.folder, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.copy_button)
        label = QLabel(self.tr("&Data folder"))
        label.setBuddy(self.folder)
        self.folder.setAccessibleName(self.tr("Data folder"))
        self.fields.addWidget(label)
        self.fields.addLayout(row)
        self.add_explanation(
            self.tr(
                "The people, their pictures and these settings are kept here, on this "
                "computer, and nowhere else."
            )
        )

    @Slot(object)
    def _show(self, settings: Settings) -> None:
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.mirror.setChecked(settings.mirror)
        self.false_name_rate.setCurrentIndex(
            self.false_name_rate.findData(settings.false_name_rate)
        )
        self.on_battery.setCurrentIndex(self.on_battery.findData(settings.save_power))

    @Slot()
    def _on_battery_chosen(self) -> None:
        self.context.change_settings(save_power=self.on_battery.currentData())

    @Slot()
    def _say_what_holds(self) -> None:
        """Say what the choice means for the people who are enrolled at present."""
        self.meaning.setText(what_holds(self.context.policy, self.context.gallery))
        self.meaning.setVisible(bool(self.meaning.text()))
        self.false_name_rate.setAccessibleDescription(
            "\n".join((self._explanation, self.meaning.text()))
        )
        self.grown.emit()

    @Slot()
    def _theme_chosen(self) -> None:
        self.context.change_settings(theme=self.theme.currentData())

    @Slot()
    def _mirror_chosen(self) -> None:
        # Also toggled when another window changed it and this one only shows that.
        if self.mirror.isChecked() != self.context.settings.mirror:
            self.context.change_settings(mirror=self.mirror.isChecked())

    @Slot()
    def _rate_chosen(self) -> None:
        self.context.change_settings(false_name_rate=self.false_name_rate.currentData())

    @Slot()
    def _open_folder(self) -> None:
        folder = self.context.data_dir.root
        if not (_has_launcher() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))):
            self.open_button.setText(self.tr("No program opens folders here"))
            self.open_button.setEnabled(False)

    @Slot()
    def _copy_folder(self) -> None:
        QGuiApplication.clipboard().setText(self.folder.text())
        self.copy_button.setText(self.tr("Copied"))


def _has_launcher() -> bool:
    """Whether Qt finds a program that opens folders; where it finds none it warns on stderr."""
    if not sys.platform.startswith("linux"):
        return True
    # In a sandbox Qt asks the desktop portal. It would also take a browser, which opens no folder.
    is_sandboxed = Path("/.flatpak-info").exists() or "SNAP" in os.environ
    return is_sandboxed or shutil.which("xdg-open") is not None
