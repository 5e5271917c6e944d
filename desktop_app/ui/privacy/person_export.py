"""Writes everything about a person to a file that somebody chooses."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from desktop_app.recognition.types import Identity
from desktop_app.services.privacy.person_export import (
    ExportCancelled,
    Exported,
    file_name_for,
)
from desktop_app.services.privacy.person_export import (
    export_person as write_export,
)
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.words import isolated


def export_person(context: AppContext, parent: QWidget, identity: Identity) -> None:
    """Ask for a file, and return at once; it is written beside the window."""
    dialog = QFileDialog(
        parent,
        QCoreApplication.translate("PersonExport", "Export everything about {name}").format(
            name=identity.name
        ),
    )
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([QCoreApplication.translate("PersonExport", "Zip files (*.zip)")])
    dialog.setDefaultSuffix("zip")
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    if Path(documents).is_dir():
        dialog.setDirectory(documents)
    dialog.selectFile(file_name_for(identity.name))
    dialog.fileSelected.connect(lambda name: PersonExport(context, parent, identity, Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class PersonExport(QObject):
    """One export that is under way, with its progress; cancelled, it leaves no file."""

    _told = Signal(int, int)

    def __init__(
        self, context: AppContext, parent: QWidget, identity: Identity, path: Path
    ) -> None:
        """Args: path: the file, which is replaced where there is one."""
        super().__init__(parent)
        self._window = parent
        self._cancelled = threading.Event()
        self.progress = QProgressDialog(parent)
        self.progress.setWindowTitle(self.tr("Export"))
        self.progress.setLabelText(
            self.tr("Everything about {name} is being written…").format(
                name=isolated(identity.name)
            )
        )
        self.progress.setWindowModality(Qt.WindowModality.WindowModal)
        # What is done in a moment shows none.
        self.progress.setMinimumDuration(500)
        self.progress.setAutoClose(False)
        self.progress.canceled.connect(self._cancelled.set)
        self._told.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        people = context.people
        if people is None:
            self._end()
            return
        # The database's thread reads a picture at a time, and does what others ask for between.
        reading = context.database.call
        context.general.run(
            lambda: write_export(
                people.file,
                identity.id,
                path,
                overwrite=True,
                progress=self._tell,
                reading=reading,
            ),
            success=while_alive(self, self._done),
            failure=while_alive(self, self._failed),
        )

    def _tell(self, done: int, total: int) -> None:
        """Hear of a picture, on the thread that writes."""
        if self._cancelled.is_set():
            raise ExportCancelled
        self._told.emit(done, total)

    @Slot(int, int)
    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setMaximum(total)
        # At its maximum it would close itself before the file is there.
        self.progress.setValue(min(done, max(total - 1, 0)))

    def _done(self, exported: Exported) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle(self.tr("Export"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(
            self.tr("Everything about {name} is in “{path}”.").format(
                name=isolated(exported.identity.name), path=exported.path
            )
        )
        words = [
            self.tr(
                "Unpack it and open “index.html” to read it. The file is not sealed: whoever has "
                "it can read it, also after the person is erased here."
            )
        ]
        if exported.unreadable:
            words.append(
                self.tr(
                    "Damaged in the gallery, and missing there: %n picture(s).",
                    None,
                    exported.unreadable,
                )
            )
        box.setInformativeText("\n\n".join(words))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        self._end()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ExportCancelled):
            show_error(self._window, error)
        self._end()

    def _end(self) -> None:
        self.progress.close()
        self.progress.deleteLater()
        self.deleteLater()
