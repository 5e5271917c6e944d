"""Imports the people of a folder, beside the live picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import name_key
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import FolderPlan, plan_folder
from desktop_app.services.imports.report import save_report
from desktop_app.services.imports.unfinished import UnfinishedImports
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.imports.import_pages import ChoosePage, PlanPage, ProgressPage, ReportPage
from desktop_app.ui.photos.choose_photos import choose_folder, dropped_paths
from desktop_app.workers.import_worker import ImportWorker

if TYPE_CHECKING:
    from desktop_app.recognition.staging import Imported, UnfinishedImport
    from desktop_app.services.people import GalleryChange, PeopleService
    from desktop_app.vision.pipeline import FacePipeline

# What an import does between two looks at whether it is to end: one photo, or loading networks.
_PATIENCE = 20.0


class ImportDialog(QDialog):
    """A window of its own: choose a folder, see who is in it, wait, read what became of it all."""

    def __init__(
        self,
        context: AppContext,
        parent: QWidget | None = None,
        *,
        load: Callable[[], FacePipeline] | None = None,
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            parent: Qt's.
            load: loads the networks of an import; by default the same as those of the window.

        """
        super().__init__(parent, Qt.WindowType.Window)
        self._context = context
        self._load = load or self._load_pipeline
        self._plan: FolderPlan | None = None
        self._worker: ImportWorker | None = None
        self.setWindowTitle(self.tr("Import people from a folder"))
        self.setAcceptDrops(True)
        self.choose_page = ChoosePage()
        self.choose_page.choose_button.clicked.connect(
            lambda: choose_folder(self, lambda paths: self.read_folder(paths[0]))
        )
        self.plan_page = PlanPage()
        self.plan_page.ticked.connect(self._update)
        self.progress_page = ProgressPage()
        self.report_page = ReportPage()
        self.report_page.save_button.clicked.connect(self._choose_report_file)
        self.pages = QStackedWidget()
        for page in (self.choose_page, self.plan_page, self.progress_page, self.report_page):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self._make_buttons())
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(letter * 104, line * 34).boundedTo(room))
        context.engine_ready.connect(self._update)
        self._go_to(self.choose_page)

    @property
    def is_busy(self) -> bool:
        """Whether photos are read, or people enrolled."""
        return self.pages.currentWidget() is self.progress_page

    def read_folder(self, folder: Path, *, left_out: frozenset[str] = frozenset()) -> None:
        """Show who is in a folder.

        Args:
            folder: with a sub-folder for each person.
            left_out: names of those who are not to be ticked.

        """
        if self.is_busy:
            return
        self._go_to(self.progress_page)
        self.progress_page.wait(self.tr("Looking who is in the folder…"))
        self._context.general.run(
            lambda: plan_folder(folder),
            success=while_alive(self, lambda plan: self._show_plan(plan, left_out)),
            failure=while_alive(self, lambda error: self._choose_again(sentence_for(error))),
        )

    def go_on_with(self, unfinished: UnfinishedImport) -> None:
        """Show the folder of an import that was cut short; it goes on when it is started."""
        self.read_folder(Path(unfinished.folder), left_out=unfinished.left_out)

    def leave(self) -> None:
        """Stop without a word: what was read is kept, and gone on with at the next start."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()
            worker.wait(timeout=_PATIENCE)
        self.close()

    def reject(self) -> None:
        """Qt's, also for Escape and for the window's own button to close it.

        While photos are read, that is cancelling; what is being enrolled can no longer be called
        off, and stays in sight until it is done.
        """
        if self._worker is None:
            super().reject()
            # Whoever opens it again wants to import another folder.
            self._go_to(self.choose_page)
        elif self.cancel_button.isEnabled():
            self._cancel()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's."""
        if dropped_paths(event.mimeData()) and not self.is_busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's."""
        event.acceptProposedAction()
        self.read_folder(dropped_paths(event.mimeData())[0])

    def _make_buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.other_button = QPushButton(self.tr("Choose &another folder…"))
        self.other_button.clicked.connect(self.choose_page.choose_button.click)
        box.addButton(self.other_button, QDialogButtonBox.ButtonRole.ResetRole)
        self.other_button.setAutoDefault(False)
        self.import_button = QPushButton(self.tr("&Import"))
        self.import_button.clicked.connect(self._start)
        box.addButton(self.import_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel_button = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button.clicked.connect(self.reject)
        self.close_button = box.addButton(QDialogButtonBox.StandardButton.Close)
        self.close_button.clicked.connect(self.reject)
        return box

    def _go_to(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._update()

    def _update(self) -> None:
        page = self.pages.currentWidget()
        self.import_button.setVisible(page is self.plan_page)
        self.other_button.setVisible(page in (self.plan_page, self.report_page))
        self.cancel_button.setVisible(page is not self.report_page)
        self.cancel_button.setEnabled(True)
        self.close_button.setVisible(page is self.report_page)
        people, _, _ = self.plan_page.model.counts
        self.import_button.setEnabled(bool(people) and self._context.is_ready)

    def _choose_again(self, trouble: str) -> None:
        self.choose_page.say(trouble)
        self._go_to(self.choose_page)

    def _show_plan(self, plan: FolderPlan, left_out: frozenset[str]) -> None:
        if not plan.people:
            self._choose_again(
                self.tr("There are no photos of people in this folder. Choose another one.")
            )
            return
        self._plan = plan
        self.choose_page.say("")
        gallery = self._context.gallery
        enrolled = (
            frozenset[str]()
            if gallery is None
            else frozenset(name_key(identity.name) for identity in gallery.identities.values())
        )
        self.plan_page.show_plan(plan, enrolled=enrolled, left_out=left_out)
        self._go_to(self.plan_page)
        self.import_button.setDefault(True)

    @Slot()
    def _start(self) -> None:
        plan, people, gallery = self._plan, self._context.people, self._context.gallery
        assert plan is not None
        assert people is not None
        assert gallery is not None
        rules, left_out = self.plan_page.rules, self.plan_page.model.left_out

        def make(pipeline: FacePipeline) -> FolderImport:
            return FolderImport(
                plan,
                file=people.file,
                gallery=gallery,
                pipeline=pipeline,
                rules=rules,
                left_out=left_out,
                call=self._context.database.call,
            )

        self._go_to(self.progress_page)
        self.progress_page.wait(self.tr("Getting ready…"))
        worker = self._worker = ImportWorker(make, load=self._load)
        worker.progressed.connect(self.progress_page.show_progress)
        worker.examined.connect(self._enrol)
        worker.cancelled.connect(self._cancelled)
        worker.kept.connect(self._kept)
        worker.failed.connect(self._failed)
        worker.start()

    def _cancel(self) -> None:
        assert self._worker is not None
        self.cancel_button.setEnabled(False)
        self.progress_page.wait(self.tr("Cancelling…"))
        self._worker.cancel()

    @Slot()
    def _enrol(self) -> None:
        worker = self._worker
        if worker is None or worker.job is None:
            return
        job = worker.job
        # From here on it is one step, which is undone by other means.
        self.cancel_button.setEnabled(False)
        self.progress_page.wait(self.tr("Enrolling everybody…"))
        imported: list[Imported] = []

        def enrol(people: PeopleService) -> GalleryChange:
            try:
                change, result = job.enrol(people)
            finally:
                job.close()
            imported.append(result)
            return change

        self._context.change_people(
            enrol,
            success=while_alive(self, lambda _change: self._show_report(job, imported[0])),
            failure=while_alive(self, self._failed),
        )

    def _show_report(self, job: FolderImport, imported: Imported) -> None:
        self._worker = None
        self.report_page.show_reports(job.reports, imported)
        self._go_to(self.report_page)

    @Slot()
    def _cancelled(self) -> None:
        self._worker = None
        self._choose_again(self.tr("The import was cancelled; everything is as it was before."))

    @Slot(object)
    def _kept(self, error: Exception) -> None:
        self._worker = None
        text = self.tr(
            "The import was cancelled and nobody is enrolled, but what was read of the photos is "
            "still in the gallery. {reason} At the next start you can discard it."
        )
        self._choose_again(text.format(reason=sentence_for(error)))

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        """Offer to go on: what was read is kept in the gallery's file."""
        self._worker = None
        self._go_to(self.plan_page)
        show_error(self, error)

    def _choose_report_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Save report"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setNameFilters([self.tr("Tables (*.csv)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.save_report(Path(name)))
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def save_report(self, path: Path) -> None:
        """Write what became of each photo to a file."""
        reports = self.report_page.model.reports
        self._context.general.run(
            lambda: save_report(reports, path),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    def _load_pipeline(self) -> FacePipeline:
        from desktop_app.services.runtime import load_models, load_pipeline
        from desktop_app.vision.threads import ONE_EACH

        # On one thread: the other cores are the live picture's.
        return load_pipeline(catalog=load_models(self._context.data_dir), threads=ONE_EACH)


def discard_unfinished(context: AppContext, unfinished: UnfinishedImport) -> None:
    """Drop an import that was cut short."""
    people = context.people
    if people is not None:
        context.database.run(lambda: UnfinishedImports(people.file).discard(unfinished.id))
