"""What one can do with what was recorded: correct it, delete it, save it as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from desktop_app.recognition.events import Event, EventFilter, EventLook
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identity
from desktop_app.services.history.export import write_csv, write_xlsx
from desktop_app.services.history.log import History, face_of
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.history.words import day_text
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.words import isolated

if TYPE_CHECKING:
    from db.edits import Edits
    from desktop_app.services.people import GalleryChange

T = TypeVar("T")

_READ_AT_ONCE = 5000


class HistoryActions(QObject):
    """Carries out what is done to events of the history's window, and says what came of it."""

    def __init__(self, context: AppContext, window: QWidget, bar: MessageBar) -> None:
        """Args: window: owns the dialogs. bar: says what was done, and how to undo it."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._bar = bar

    def refute(self, event: Event, who: Identity) -> None:
        """Take the name from an event; where there is a picture, it holds from then on."""

        def done(edits: Edits) -> None:
            if self._context.people is None:
                # It was shut meanwhile, and nobody is named then.
                return
            # Without a picture there is nothing that could be recognised again.
            text = (
                self.tr("This face will not be called {name} any more.")
                if event.has_picture
                else self.tr("This entry does not say {name} any more.")
            )
            undo = self.tr("&Undo"), lambda: self._undo(edits)
            self._bar.tell(text.format(name=isolated(who.name)), undo)
            self._people_changed()

        self._run(lambda history: history.refute(event.id), done)

    def name(self, event: Event) -> None:
        """Ask who it is and enrol the picture that was kept."""

        def ask(look: EventLook | None) -> None:
            gallery = self._context.gallery
            if look is None or gallery is None or not self._context.is_ready:
                return
            if look.embedding.embedder != gallery.embedder:
                self._bar.tell(
                    self.tr(
                        "This picture was recognised by another network than the one in use now, "
                        "so nobody could be found by it. Add the person from another picture."
                    )
                )
                return
            from desktop_app.ui.enrolment.add_person import AddPersonDialog

            # What the picture was taken of is not kept; a camera is likelier than a clip.
            dialog = AddPersonDialog(
                self._context, self._window, faces=[face_of(look)], origin=Origin.LIVE
            )
            dialog.enrolled.connect(lambda change, _before: self._named(event, change))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

        self._run(lambda history: history.look(event.id), ask)

    def delete(self, events: Sequence[Event]) -> None:
        """Ask whether events are to be deleted for good."""
        ids = [event.id for event in events]
        question = self.tr(
            "Delete %n entry(s) of the history? This cannot be undone.", None, len(ids)
        )
        self._confirm(question, lambda: self._run(lambda history: history.delete(ids), self._gone))

    def delete_day(self, day: date, *, today: date) -> None:
        """Ask whether all of a day is to be deleted for good."""
        question = self.tr(
            "Delete the whole day from the history: {day}? That is everybody who was seen then, "
            "not only what is listed. This cannot be undone."
        ).format(day=day_text(day, today=today))
        self._confirm(
            question, lambda: self._run(lambda history: history.delete_day(day), self._gone)
        )

    def save(self, wanted: EventFilter) -> None:
        """Ask for a file, and write what is listed to it."""
        dialog = QFileDialog(self._window, self.tr("Save the history as a table"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        workbook = self.tr("Workbook (*.xlsx)")
        dialog.setNameFilters([workbook, self.tr("CSV file (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("xlsx" if chosen == workbook else "csv")
        )
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        if Path(documents).is_dir():
            dialog.setDirectory(documents)
        dialog.selectFile(self.tr("History"))
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), wanted))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def save_to(self, path: Path, wanted: EventFilter) -> None:
        """Write what is listed to a file; its name says which kind."""
        write = write_csv if path.suffix.lower() == ".csv" else write_xlsx
        self._bar.tell(self.tr("The table is being written…"))

        def said(count: int) -> None:
            text = self.tr("Saved as “{file}”: %n entry(s) of the history.", None, count)
            self._bar.tell(text.format(file=isolated(path.name)))

        def failed(error: Exception) -> None:
            self._bar.clear()
            show_error(self._window, error)

        def read(events: list[Event]) -> None:
            # Writing takes seconds for a long history, which the database's thread has not got.
            self._context.general.run(
                lambda: write(events, path),
                success=while_alive(self, said),
                failure=while_alive(self, failed),
            )

        self._run(lambda history: _all(history, wanted), read)

    def _named(self, event: Event, change: GalleryChange) -> None:
        who = change.identity
        if who is None:
            return

        def done(_edits: Edits) -> None:
            if self._context.people is None:
                return
            text = self.tr("Saved as {name}.")
            self._bar.tell(text.format(name=isolated(who.name)))
            self._people_changed()

        self._run(lambda history: history.name(event.id, who.id), done)

    def _undo(self, edits: Edits) -> None:
        # At once: a second click must not ask for the same again.
        self._bar.clear()
        self._run(lambda history: history.undo(edits), lambda _nothing: self._people_changed())

    def _people_changed(self) -> None:
        """Somebody is recognised by other rules now, or the counts of the people are others."""
        self._context.change_people(lambda people: people.reread())
        self._context.history_changed.emit()

    def _gone(self, number: int) -> None:
        self._bar.tell(self.tr("Deleted for good: %n entry(s).", None, number))
        self._context.history_changed.emit()

    def _confirm(self, question: str, act: Callable[[], object]) -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Delete from the history"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question)
        delete = box.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        delete.clicked.connect(lambda _checked=False: act())
        box.finished.connect(lambda _result: box.deleteLater())
        box.open()

    def _run(self, work: Callable[[History], T], success: Callable[[T], object]) -> None:
        people = self._context.people
        if people is None:
            return
        self._context.database.run(
            lambda: work(History(people.file)),
            success=while_alive(self, success),
            failure=while_alive(self, lambda error: show_error(self._window, error)),
        )


def _all(history: History, wanted: EventFilter) -> list[Event]:
    events: list[Event] = []
    while page := history.page(wanted, after=events[-1] if events else None, limit=_READ_AT_ONCE):
        events += page
    return events
