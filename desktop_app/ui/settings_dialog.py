"""What the user may choose. Each change holds at once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.operating_point_words import what_holds


class SettingsDialog(QDialog):
    """Theme, mirror, how readily names are given, and where the data is."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Settings"))

        self.theme = QComboBox()
        self.theme.addItem(self.tr("As the system"), "system")
        self.theme.addItem(self.tr("Light"), "light")
        self.theme.addItem(self.tr("Dark"), "dark")

        self.mirror = QCheckBox(self.tr("Show the camera’s picture as a &mirror does"))

        self.false_name_rate = QComboBox()
        self.false_name_rate.addItem(self.tr("Once in 100 looks"), 1e-2)
        self.false_name_rate.addItem(self.tr("Once in 1,000 looks (recommended)"), 1e-3)
        self.false_name_rate.addItem(self.tr("Once in 10,000 looks"), 1e-4)
        explanation = _explanation(
            self.tr(
                "Strangers are people who are not enrolled. The rarer one of them may be given "
                "somebody’s name, the more often somebody who is enrolled is called unsure."
            )
        )
        self._explanation = explanation.text()
        self.meaning = _explanation("")

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self._layout = layout = QVBoxLayout(self)
        _add_field(layout, self.tr("&Theme"), self.theme)
        layout.addWidget(self.mirror)
        layout.addSpacing(self.fontMetrics().lineSpacing())
        _add_field(
            layout, self.tr("How often may a stranger be given a &name?"), self.false_name_rate
        )
        layout.addWidget(explanation)
        layout.addWidget(self.meaning)
        layout.addSpacing(self.fontMetrics().lineSpacing())
        self._add_data_folder(layout)
        layout.addStretch()
        layout.addWidget(buttons)
        self._show(context.settings)
        self.resize(self.fontMetrics().averageCharWidth() * 72, 0)
        self._say_what_holds()
        context.settings_changed.connect(self._show)
        context.gallery_changed.connect(self._say_what_holds)
        context.policy_changed.connect(self._say_what_holds)
        # Not before: what is shown first is not a choice.
        self.theme.activated.connect(self._theme_chosen)
        self.mirror.toggled.connect(self._mirror_chosen)
        self.false_name_rate.activated.connect(self._rate_chosen)

    def _add_data_folder(self, layout: QVBoxLayout) -> None:
        self.folder = QLineEdit(str(self._context.data_dir.root))
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
        layout.addWidget(label)
        layout.addLayout(row)
        layout.addWidget(
            _explanation(
                self.tr(
                    "The people, their pictures and these settings are kept here, on this "
                    "computer, and nowhere else."
                )
            )
        )

    def _show(self, settings: Settings) -> None:
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))
        self.mirror.setChecked(settings.mirror)
        self.false_name_rate.setCurrentIndex(
            self.false_name_rate.findData(settings.false_name_rate)
        )

    @Slot()
    def _say_what_holds(self) -> None:
        """Say what the choice means for the people who are enrolled at present."""
        self.meaning.setText(what_holds(self._context.policy, self._context.gallery))
        self.meaning.setVisible(bool(self.meaning.text()))
        self.false_name_rate.setAccessibleDescription(
            "\n".join((self._explanation, self.meaning.text()))
        )
        self._make_room()

    def _make_room(self) -> None:
        needed = self._layout.totalHeightForWidth(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

    def _theme_chosen(self) -> None:
        self._context.change_settings(theme=self.theme.currentData())

    def _mirror_chosen(self) -> None:
        # Also toggled when another window changed it and this one only shows that.
        if self.mirror.isChecked() != self._context.settings.mirror:
            self._context.change_settings(mirror=self.mirror.isChecked())

    def _rate_chosen(self) -> None:
        self._context.change_settings(false_name_rate=self.false_name_rate.currentData())

    def _open_folder(self) -> None:
        folder = self._context.data_dir.root
        if not (_has_launcher() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))):
            self.open_button.setText(self.tr("No program opens folders here"))
            self.open_button.setEnabled(False)

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


def _add_field(layout: QVBoxLayout, text: str, field: QWidget) -> None:
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", ""))
    layout.addWidget(label)
    layout.addWidget(field)


def _explanation(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
