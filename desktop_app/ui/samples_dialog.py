"""The pictures of one person, with a way to take a bad one out."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import Origin, Sample
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.imaging import to_pixmap
from desktop_app.ui.words import isolated

_ID = Qt.ItemDataRole.UserRole


class SamplesDialog(QDialog):
    """Shows what a person is recognised by; closes when the person is removed elsewhere."""

    def __init__(
        self, context: AppContext, identity: Identity, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._identity = identity
        self._asked = 0

        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        side = self.fontMetrics().lineSpacing() * 7
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pictures"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(side, side))
        self.list.setSpacing(self.fontMetrics().lineSpacing() // 2)
        self.list.setWordWrap(True)

        self._remove_action = QAction(self.tr("Remove this picture…"), self)
        self._remove_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self._remove_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._remove_action.triggered.connect(self._confirm_removal)
        self.list.addAction(self._remove_action)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.remove_button = buttons.addButton(
            self.tr("&Remove this picture…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.remove_button.clicked.connect(self._confirm_removal)
        self.remove_button.setAutoDefault(False)
        self.list.itemSelectionChanged.connect(self._selection_changed)

        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.resize(side * 5, side * 4)

        self._selection_changed()
        self._say_summary(None)
        context.gallery_changed.connect(self._take)
        self._load()

    def _take(self, change: GalleryChange) -> None:
        identity = change.gallery.identities.get(self._identity.id)
        if identity is None:
            self.reject()
            return
        self._identity = identity
        self._load()

    def _load(self) -> None:
        service = self._context.people
        if service is None:
            return
        self._asked += 1
        asked = self._asked
        identity_id = self._identity.id
        self._context.database.run(
            lambda: service.samples(identity_id),
            # An answer that a later question has overtaken is not shown.
            success=while_alive(
                self, lambda samples: self._show(samples) if asked == self._asked else None
            ),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    def _show(self, samples: list[Sample]) -> None:
        row = self.list.currentRow()
        self.list.clear()
        for sample in samples:
            item = QListWidgetItem(QIcon(to_pixmap(sample.pixels)), self._caption(sample))
            item.setData(_ID, sample.id)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(row, 0), len(samples) - 1))
        self._say_summary(len(samples))
        self._selection_changed()

    def _say_summary(self, count: int | None) -> None:
        name = isolated(self._identity.name)
        self.setWindowTitle(self.tr("Pictures of {name}").format(name=name))
        if count is None:
            text = self.tr("Getting the pictures of {name}…")
        elif count == 0:
            text = self.tr(
                "{name} has no pictures and cannot be recognised. Add a person of the same name "
                "to give some."
            )
        elif count == 1:
            text = self.tr(
                "{name} is recognised by this picture. A second one in different light makes "
                "it surer."
            )
        else:
            text = self.tr("{name} is recognised by these %n pictures.", "", count)
        self.summary.setText(text.format(name=name))

    def _caption(self, sample: Sample) -> str:
        local = sample.created.astimezone()
        day = QLocale().toString(
            QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat
        )
        match sample.origin:
            case Origin.PHOTO:
                text = self.tr("From a photo, {day}")
            case Origin.LIVE:
                text = self.tr("From the camera, {day}")
            case Origin.CLIP:
                text = self.tr("From a clip, {day}")
        return text.format(day=day)

    def _selection_changed(self) -> None:
        anything = self.list.currentRow() >= 0
        self.remove_button.setEnabled(anything)
        self._remove_action.setEnabled(anything)

    def _confirm_removal(self) -> None:
        if self.list.currentRow() < 0:
            return
        sample_id = self.list.currentItem().data(_ID)
        name = isolated(self._identity.name)
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Remove a picture"))
        box.setText(self.tr("Remove this picture of {name}?").format(name=name))
        consequence = self.tr(
            "The picture and what was learned from it are deleted from the gallery. "
            "This cannot be undone."
        )
        if self.list.count() == 1:
            consequence = self.tr(
                "It is the only one: {name} stays in the list but cannot be recognised any more. "
                "The picture and what was learned from it are deleted from the gallery. "
                "This cannot be undone."
            ).format(name=name)
        box.setInformativeText(consequence)
        remove = box.addButton(self.tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        remove.clicked.connect(
            lambda: self._context.remove_sample(
                sample_id, failure=while_alive(self, lambda error: show_error(self, error))
            )
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
