"""Photos and folders of photos: who is in them?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.photo import read_photo
from desktop_app.errors import KnownError
from desktop_app.services.identification import FaceResult, IdentificationService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.undo_actions import UndoActions
from desktop_app.ui.enrolment.photo_queue import PhotoQueue
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.imaging import thumbnail
from desktop_app.ui.live.face_actions import FaceActions
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.photos.choose_photos import choose_folder, choose_photos, dropped_paths
from desktop_app.ui.photos.photo_decisions import PhotoDecisions
from desktop_app.ui.photos.photo_list import PhotoList
from desktop_app.ui.photos.photo_pane import LoadedPhoto, PhotoPane, load_photo
from desktop_app.ui.photos.photos_model import PhotoEntry, PhotosModel, slim

# Twice what a line of the list shows, for dense screens; thousands of them are kept.
_THUMBNAIL = QSize(72, 72)


class PhotosWindow(QWidget):
    """A list of photos with who is in them, and the selected one large."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._context = context
        self._queue = PhotoQueue(context, self._look, parent=self)
        self._queue.found.connect(lambda _path, entry: self._take(entry))
        self._queue.failed.connect(self._take_failure)
        self._queue.empty.connect(self._say_empty)
        self._queue.progressed.connect(self._show_progress)
        self._stopped = False
        self._note = ""
        self._asked_for: frozenset[Path] = frozenset()
        self._reading: object = None
        self.model = PhotosModel(self)
        self._decisions = PhotoDecisions(context, self.model, self)
        self._decisions.decided.connect(self._show_decisions)
        self.notice_bar = MessageBar(dismissable=True)

        self.setWindowTitle(self.tr("Photos"))
        self.setAcceptDrops(True)
        self.list = PhotoList(self.model)
        self.list.removal_wanted.connect(self._remove)
        self.list.selectionModel().currentChanged.connect(self._show_selected)
        self.pane = PhotoPane(FaceActions(context, self, self.notice_bar))
        # After the faces’ actions, whose sentences on a person who is gone make room for ours.
        UndoActions(context, self, self.notice_bar)
        self.message = QLabel()
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.message)
        self._pages.addWidget(self.pane)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(self._pages)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addLayout(self._make_bar())
        layout.addWidget(splitter, 1)
        # Beneath: no line moves under the mouse when it says something.
        layout.addWidget(self.notice_bar)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        splitter.setSizes([letter * 36, letter * 84])
        # Large letters must not make it larger than the screen, with its frame.
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(letter * 124, line * 40).boundedTo(room))

        # It may name somebody.
        context.people_forgotten.connect(self.notice_bar.clear)
        context.engine_ready.connect(self._show_progress)
        context.engine_failed.connect(self._show_progress)
        self._show_progress()
        self._show_selected()

    def open_photos(self, paths: Sequence[Path]) -> None:
        """Look who is in these photos, and in those of these folders."""
        self._stopped = False
        self._note = ""
        self._asked_for = frozenset(paths)
        self._queue.add(paths)
        known = [path for path in paths if self.model.row_of(path) is not None]
        if known and self._asked_for:
            self._select(known[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt's."""
        self._queue.cancel()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's."""
        event.acceptProposedAction()
        self.open_photos(dropped_paths(event.mimeData()))

    def _make_bar(self) -> QHBoxLayout:
        self.open_button = QPushButton(self.tr("Open &photos…"))
        self.open_button.clicked.connect(lambda: choose_photos(self, self.open_photos))
        self.folder_button = QPushButton(self.tr("Open &folder…"))
        self.folder_button.clicked.connect(lambda: choose_folder(self, self.open_photos))
        self.status = QLabel()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Photos looked at"))
        self.stop_button = QPushButton(self.tr("&Stop"))
        self.stop_button.clicked.connect(self._stop)
        bar = QHBoxLayout()
        bar.addWidget(self.open_button)
        bar.addWidget(self.folder_button)
        bar.addWidget(self.status, 1)
        bar.addWidget(self.progress)
        bar.addWidget(self.stop_button)
        return bar

    def _look(self, path: Path) -> PhotoEntry:
        pipeline, policy = self._context.pipeline, self._context.policy
        gallery = self._context.gallery
        assert pipeline is not None
        assert policy is not None
        assert gallery is not None
        pixels = read_photo(path)
        results = IdentificationService(pipeline, policy).identify(pixels, gallery)
        return PhotoEntry(
            path=path,
            thumbnail=thumbnail(pixels, _THUMBNAIL),
            faces=tuple(FaceResult(slim(result.face), result.decision) for result in results),
            gallery_version=gallery.version,
        )

    def _take(self, entry: PhotoEntry) -> None:
        self.model.put(entry)
        self._decisions.catch_up(entry)
        if not self._asked_for.isdisjoint((entry.path, *entry.path.parents)):
            # The first of those that were opened last; it may be far below what is in sight.
            self._asked_for = frozenset()
            self._select(entry.path)
        elif self.list.currentIndex().row() == self.model.row_of(entry.path):
            self._show_selected()

    def _remove(self, path: Path) -> None:
        self._queue.forget(path)
        self.model.remove(path)
        self._show_progress()

    def _take_failure(self, path: Path, error: Exception) -> None:
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        self._take(PhotoEntry(path, icon.pixmap(_THUMBNAIL).toImage(), error=error))
        if not isinstance(error, KnownError):
            show_error(self, error)

    def _say_empty(self, folder: Path) -> None:
        self._note = self.tr("There are no photos in “{folder}”.").format(folder=folder.name)

    def _stop(self) -> None:
        self._stopped = True
        self._queue.cancel()

    def _show_progress(self) -> None:
        waiting, finished = self._queue.waiting, self._queue.finished
        trouble = self._context.trouble
        self.progress.setVisible(bool(waiting) and trouble is None)
        self.stop_button.setVisible(bool(waiting) and trouble is None)
        self.progress.setMaximum(finished + waiting)
        self.progress.setValue(finished)
        count = self.model.rowCount()
        if trouble is not None:
            # Where there is more room, and longer than a line.
            text = ""
        elif not self._context.is_ready and waiting:
            text = self.tr("Getting ready…")
        elif waiting:
            text = self.tr("Looking at photo {number} of {count}…").format(
                number=finished + 1, count=finished + waiting
            )
        elif self._stopped:
            text = self.tr("Stopped. The photos that were looked at stay in the list.")
        elif self._note or not count:
            text = self._note
        elif count == 1:
            text = self.tr("1 photo")
        else:
            text = self.tr("%n photos", "", count)
        self.status.setText(text)
        self.list.setVisible(bool(count))
        if not count:
            self._show_selected()

    def _select(self, path: Path) -> None:
        row = self.model.row_of(path)
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))

    def _selected(self) -> PhotoEntry | None:
        index = self.list.currentIndex()
        return self.model.entry(index.row()) if index.isValid() else None

    def _show_selected(
        self, _current: QModelIndex | None = None, _before: QModelIndex | None = None
    ) -> None:
        entry = self._selected()
        # Whatever is being read for the pane, nobody waits for it any more.
        self._reading = None
        if entry is None:
            self._show_message(self._context.trouble or self._invitation())
        elif entry.error is not None:
            self._show_message(sentence_for(entry.error))
        else:
            self._read(entry)

    def _read(self, entry: PhotoEntry) -> None:
        self._reading = ticket = object()
        self.pane.wait_for(entry.thumbnail)
        self._pages.setCurrentWidget(self.pane)

        def work() -> LoadedPhoto | None:
            # Of all the photos that an arrow key runs past, only the last is worth reading.
            return load_photo(entry) if self._reading is ticket else None

        def show(photo: LoadedPhoto | None) -> None:
            if photo is not None and self._reading is ticket:
                self._show_photo(photo)

        def fail(error: Exception) -> None:
            if self._reading is ticket:
                self._show_message(sentence_for(error))

        self._context.general.run(
            work, success=while_alive(self, show), failure=while_alive(self, fail)
        )

    def _invitation(self) -> str:
        if self._queue.waiting:
            return ""
        return self.tr(
            "See who is in your photos: open photos or a whole folder, or drop them here."
        )

    def _show_photo(self, photo: LoadedPhoto) -> None:
        # Not as it was when the reading began: it may have been decided on again since.
        entry = self._selected()
        if entry is not None:
            self.pane.show_photo(photo, entry.faces)

    def _show_message(self, text: str) -> None:
        self.pane.clear()
        self.message.setText(text)
        self._pages.setCurrentWidget(self.message)

    def _show_decisions(self, entry: PhotoEntry) -> None:
        if entry.path == self.pane.path:
            self.pane.show_decisions(entry.faces)
