"""Backups in the window: listed, made, looked through, put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import PassphraseNeeded, PassphraseWrong
from desktop_app.services import backups
from desktop_app.services.backups import BackupLine
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.backups.backup_passphrase import AskPassphrase, NewPassphrase
from desktop_app.ui.backups.backup_words import (
    kind_words,
    people_words,
    size_words,
    state_words,
    verdict,
    when_words,
)
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.message_bar import MessageBar

if TYPE_CHECKING:
    # The window is on screen before the database is imported.
    from db.key_slots import Keys

T = TypeVar("T")
V = TypeVar("V")

_COLUMNS = 5


class BackupDialog(QDialog):
    """A list of backups, and what can be done with them. One thing at a time.

    Attributes:
        list: the backups, newest first.
        bar: what was done last.

    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._lines: list[BackupLine] = []
        self._busy = False
        self.setWindowTitle(self.tr("Backups"))
        self.bar = MessageBar(dismissable=True)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.list = self._make_list()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName(self.tr("At work"))
        self.progress.hide()
        self.create_button = self._button(self.tr("&Back up now"), self._create)
        self.elsewhere_button = self._button(
            self.tr("Back up to &another place…"), self._choose_place
        )
        self.verify_button = self._button(self.tr("&Check"), self._verify)
        self.restore_button = self._button(self.tr("&Put back…"), self._ask_to_restore)
        self.file_button = self._button(self.tr("Put back from a &file…"), self._choose_file)
        self._lay_out()
        line = self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(line * 54, line * 26).boundedTo(room))
        context.engine_ready.connect(self._show_what_is_possible)
        context.engine_failed.connect(self._show_what_is_possible)
        context.people_forgotten.connect(self._show_what_is_possible)
        self._load()
        self.list.setFocus()

    @property
    def chosen(self) -> BackupLine | None:
        """The backup that is chosen in the list."""
        row = self.list.currentIndex().row()
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(_COLUMNS)
        tree.setHeaderLabels(
            [self.tr("Made"), self.tr("Why"), self.tr("People"), self.tr("Size"), self.tr("State")]
        )
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setTabKeyNavigation(False)
        tree.setAccessibleName(self.tr("Backups"))
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        tree.currentItemChanged.connect(lambda *_: self._show_what_is_possible())
        tree.itemActivated.connect(lambda *_: self._ask_to_restore())
        return tree

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: act())
        return button

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        for button in (self.create_button, self.elsewhere_button):
            side.addWidget(button)
        side.addSpacing(self.fontMetrics().lineSpacing())
        for button in (self.verify_button, self.restore_button, self.file_button):
            side.addWidget(button)
        side.addStretch()
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.bar)
        layout.addWidget(self.hint)
        layout.addLayout(middle, 1)
        layout.addWidget(self.progress)
        layout.addWidget(buttons)

    def _load(self) -> None:
        path = self._gallery
        if path is None:
            self._show(())
            return
        self._context.general.run(
            lambda: backups.list_backups(path),
            success=while_alive(self, self._show),
            failure=while_alive(self, self._failed),
        )

    @property
    def _gallery(self) -> Path | None:
        people = self._context.people
        return None if people is None else people.file.path

    def _show(self, lines: Sequence[BackupLine]) -> None:
        self._lines = list(lines)
        self.list.clear()
        for line in lines:
            item = QTreeWidgetItem(
                [
                    when_words(line),
                    kind_words(line),
                    people_words(line),
                    size_words(line),
                    state_words(line),
                ]
            )
            item.setToolTip(0, str(line.backup.path))
            if line.trouble is not None:
                item.setToolTip(_COLUMNS - 1, sentence_for(line.trouble))
            self.list.addTopLevelItem(item)
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._show_what_is_possible()

    def _show_what_is_possible(self) -> None:
        is_open = self._context.people is not None
        self.hint.setText(self._hint(is_open=is_open))
        chosen = self.chosen
        usable = chosen is not None and chosen.content is not None and not self._busy
        for button in (self.create_button, self.elsewhere_button, self.file_button):
            button.setEnabled(is_open and not self._busy)
        self.verify_button.setEnabled(chosen is not None and not self._busy)
        self.restore_button.setEnabled(is_open and usable)
        self.progress.setVisible(self._busy)

    def _hint(self, *, is_open: bool) -> str:
        if not is_open:
            return self.tr("The gallery is not open yet.")
        kept = self.tr("Backups lie in a folder beside the gallery, on this computer.")
        if self._context.settings.automatic_backups:
            own = self.tr(
                "One is made by itself each day on which something was changed, and the newest "
                "%n are kept.",
                None,
                backups.KEPT,
            )
        else:
            own = self.tr("None is made by itself: that is switched off in the settings.")
        return f"{kept} {own}"

    def _start(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        self._busy = True
        self.bar.clear()
        self._show_what_is_possible()

        def end(after: Callable[[V], object]) -> Callable[[V], None]:
            def ended(value: V) -> None:
                self._busy = False
                self._show_what_is_possible()
                after(value)

            return while_alive(self, ended)

        # Whatever may ask the keychain belongs on this thread: there, quitting can call it off.
        self._context.database.run(work, success=end(done), failure=end(failed or self._failed))

    def _failed(self, error: Exception) -> None:
        show_error(self, error)

    def _create(self, target: Path | None = None, passphrase: str | None = None) -> None:
        people = self._context.people
        if people is None:
            return
        self._start(
            lambda: backups.create(
                people.file, target, passphrase=passphrase, overwrite=target is not None
            ),
            self._created,
        )

    def _created(self, line: BackupLine) -> None:
        self.bar.tell(f"{verdict(line)}\n{line.backup.path}")
        self._load()

    def _choose_place(self) -> None:
        people = self._context.people
        if people is None:
            return
        dialog = self._file_dialog(self.tr("Back up to another place"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("db")
        dialog.selectFile(f"{people.file.path.stem} backup.db")
        dialog.fileSelected.connect(lambda name: self._create_elsewhere(Path(name)))
        dialog.open()

    def _create_elsewhere(self, target: Path) -> None:
        people = self._context.people
        if people is None:
            return
        if not people.file.vault.is_sealed:
            self._create(target)
            return
        dialog = NewPassphrase(self)
        dialog.chosen.connect(lambda passphrase: self._create(target, passphrase or None))
        dialog.open()

    def _verify(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            self._look_through(chosen.backup.path, self._verified)

    def _look_through(self, path: Path, done: Callable[[BackupLine], object]) -> None:
        keys = self._keys()
        self._start(lambda: backups.verify(path, keys=keys), done)

    def _verified(self, line: BackupLine) -> None:
        (self.bar.tell if line.trouble is None else self.bar.warn)(verdict(line))

    def _choose_file(self) -> None:
        dialog = self._file_dialog(self.tr("Put back from a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._look_through(Path(name), self._ask))
        dialog.open()

    def _ask_to_restore(self) -> None:
        chosen = self.chosen
        if chosen is not None and self.restore_button.isEnabled():
            self._ask(chosen)

    def _ask(self, line: BackupLine) -> None:
        if line.content is None:
            self.bar.warn(verdict(line))
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Put a backup back"))
        box.setText(
            self.tr("Put back the backup of {when}, with {people}?").format(
                when=when_words(line), people=people_words(line)
            )
        )
        words = [
            self.tr(
                "Everybody who is in the gallery now is replaced. What is there now becomes a "
                "backup first, so that you can come back to it; steps before cannot be undone any "
                "more."
            )
        ]
        people = self._context.people
        if people is not None and people.file.vault.is_sealed and not line.content.sealed:
            words.append(self.tr("This backup is not sealed, and the gallery will not be either."))
        box.setInformativeText("\n\n".join(words))
        yes = box.addButton(self.tr("&Put back"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        yes.clicked.connect(lambda _checked: self._restore(line, self._keys()))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _restore(self, line: BackupLine, keys: Keys) -> None:
        if self._context.people is None:
            return
        path = line.backup.path
        self._busy = True
        self.bar.clear()
        self._show_what_is_possible()

        def put_back(people: PeopleService) -> GalleryChange:
            backups.restore(people.file, path, keys=keys)
            return people.reread(forget_steps=True)

        self._context.change_people(
            put_back,
            success=while_alive(self, lambda _change: self._restored(line)),
            failure=while_alive(self, lambda error: self._not_restored(line, error)),
        )

    def _restored(self, line: BackupLine) -> None:
        self._busy = False
        self.bar.tell(
            self.tr(
                "The backup of {when} is back. What was there before is the newest in the list."
            ).format(when=when_words(line))
        )
        self._load()

    def _not_restored(self, line: BackupLine, error: Exception) -> None:
        self._busy = False
        self._show_what_is_possible()
        if not isinstance(error, (PassphraseNeeded, PassphraseWrong)):
            self._failed(error)
            return
        dialog = AskPassphrase(sentence_for(error), self)
        dialog.chosen.connect(
            lambda passphrase: self._restore(line, replace(self._keys(), passphrase=passphrase))
        )
        dialog.open()

    def _keys(self) -> Keys:
        from db.key_slots import Keys

        people = self._context.people
        return Keys() if people is None else people.file.keys

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setNameFilters([self.tr("Galleries (*.db)"), self.tr("All files (*)")])
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = QStandardPaths.writableLocation(documents)
        if Path(folder).is_dir():
            dialog.setDirectory(folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog
