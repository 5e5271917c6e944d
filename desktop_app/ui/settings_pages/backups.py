"""Whether backups are made by themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QPushButton

from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.settings_pages.page import SettingsPage


class BackupsPage(SettingsPage):
    """One switch, and the way to the backups themselves."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.automatic = QCheckBox(self.tr("Make a backup by itself each &day"))
        self.fields.addWidget(self.automatic)
        self.add_explanation(
            self.tr(
                "Only on days on which something was changed. The newest seven are kept, in a "
                "folder beside the gallery; those that you make yourself are never removed. They "
                "are sealed as the gallery is. Whoever is erased is erased from them, too."
            )
        )
        self.add_space()
        self.show_button = QPushButton(self.tr("&Show the backups…"))
        self.show_button.setAutoDefault(False)
        self.show_button.clicked.connect(self._show_backups)
        self.fields.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.add_explanation(
            self.tr(
                "A disk that breaks takes the backups beside the gallery along: now and then, back "
                "up to another place."
            )
        )
        self.fields.addStretch()
        self._show(context.settings)
        context.settings_changed.connect(self._show)
        self.automatic.toggled.connect(self._chosen)

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.tr("&Backups")

    @Slot(object)
    def _show(self, settings: Settings) -> None:
        self.automatic.setChecked(settings.automatic_backups)

    def _chosen(self) -> None:
        # Also toggled when another window changed it and this one only shows that.
        if self.automatic.isChecked() != self.context.settings.automatic_backups:
            self.context.change_settings(automatic_backups=self.automatic.isChecked())

    def _show_backups(self) -> None:
        from desktop_app.ui.backups.backup_dialog import BackupDialog

        dialog = BackupDialog(self.context, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
