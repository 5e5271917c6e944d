"""Who can open the gallery, and when the window locks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from desktop_app.errors import KnownError
from desktop_app.settings import LOCK_MINUTES, Settings
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for, show_error
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.locking.keys_dialog import KeysDialog
from desktop_app.ui.settings_pages.page import SettingsPage

if TYPE_CHECKING:
    from desktop_app.services.privacy.protection import Protection, ProtectionState

    Change = Callable[[Protection, str | None, str], Sequence[Path] | int]


class ProtectionPage(SettingsPage):
    """Says by what the gallery opens, and changes that; each change is asked about before."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._state: ProtectionState | None = None
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        # Read by a screen reader, and reached by Tab, as text that is no label of a field.
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fields.addWidget(self.words)
        self.seal_button = self._button(self.tr("&Seal the gallery…"), self._seal)
        self.passphrase_button = self._button("", self._set_passphrase)
        self.remove_button = self._button(
            self.tr("&Remove the passphrase…"), self._remove_passphrase
        )
        self.rotate_button = self._button(self.tr("Make a new &key…"), self._rotate)
        self.unseal_button = self._button(self.tr("&Unseal it…"), self._unseal)
        row = FlowLayout()
        for button in self._buttons:
            row.addWidget(button)
        self.fields.addLayout(row)
        self.backups = self.add_explanation("")
        self.drop_button = self._button(self.tr("&Delete these backups…"), self._drop_backups)
        self.fields.addWidget(self.drop_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.not_overwritten = self.add_explanation("")
        self.add_space()
        self._add_lock()
        self.fields.addStretch()
        self._show_settings(context.settings)
        self._show(None)
        context.settings_changed.connect(self._show_settings)
        context.engine_ready.connect(self._look)
        context.protection_changed.connect(self._look)
        context.people_forgotten.connect(self._forget)
        self._look()

    @property
    def title(self) -> str:
        """What the page is called."""
        return self.tr("&Protection")

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (
            self.seal_button,
            self.passphrase_button,
            self.remove_button,
            self.rotate_button,
            self.unseal_button,
        )

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _add_lock(self) -> None:
        self.lock_after = QComboBox()
        for minutes in LOCK_MINUTES:
            self.lock_after.addItem(
                self.tr("After %n minute(s)", "", minutes) if minutes else self.tr("Never"), minutes
            )
        self.add_field(self.tr("&Lock when nobody touches the windows"), self.lock_after)
        explanation = self.add_explanation(
            self.tr(
                "Locked, Kenspeckle names and lists nobody, and lets go of the gallery’s key; the "
                "live picture goes on, and nothing is recorded. It waits for an import that is "
                "under way, and closes its other windows. With a passphrase it asks for that; "
                "where the keychain alone opens the gallery, one click unlocks it. Traces may "
                "stay in the computer’s memory until Kenspeckle is closed."
            )
        )
        self.lock_after.setAccessibleDescription(explanation.text())
        self.lock_after.activated.connect(
            lambda _index: self.context.change_settings(
                lock_after_minutes=self.lock_after.currentData()
            )
        )

    @Slot(object)
    def _show_settings(self, settings: Settings) -> None:
        self.lock_after.setCurrentIndex(self.lock_after.findData(settings.lock_after_minutes))

    @Slot()
    def _look(self) -> None:
        people = self.context.people
        if people is None:
            return

        def look() -> ProtectionState:
            from desktop_app.services.privacy.protection import Protection

            return Protection(people.file).state()

        self.context.database.run(
            look,
            success=while_alive(self, self._show),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    @Slot()
    def _forget(self) -> None:
        self._show(None)

    def _show(self, state: ProtectionState | None) -> None:
        self._state = state
        self.words.setText(self._words(state))
        sealed = state is not None and state.is_sealed
        by_passphrase = state is not None and state.by_passphrase
        self.seal_button.setVisible(state is not None and not sealed and state.keychain is not None)
        self.passphrase_button.setText(
            self.tr("&Change the passphrase…")
            if by_passphrase
            else self.tr("&Add a passphrase…")
            if sealed
            else self.tr("Seal it &with a passphrase…")
        )
        self.passphrase_button.setVisible(state is not None)
        self.remove_button.setVisible(
            state is not None and state.by_passphrase and state.by_keychain
        )
        self.rotate_button.setVisible(sealed)
        self.unseal_button.setVisible(sealed)
        apart = 0 if state is None else len(state.apart)
        self.backups.setText(
            self.tr(
                "%n backup(s) of the gallery could not be given its key: damaged, or sealed by "
                "another one. What they hold is not protected as the gallery is.",
                "",
                apart,
            )
            if apart
            else ""
        )
        self.backups.setVisible(bool(apart))
        # Not what is in use, nor a damaged gallery that was set aside.
        self.drop_button.setVisible(state is not None and bool(state.to_drop))
        left = 0 if state is None else len(state.not_overwritten)
        self.not_overwritten.setText(
            self.tr(
                "What was in the gallery or its backups before the key was changed can still be "
                "read in %n file(s): another window or command uses them. Close it, and open "
                "these settings again; otherwise it is overwritten at the next start.",
                "",
                left,
            )
            if left
            else ""
        )
        self.not_overwritten.setVisible(bool(left))
        self.grown.emit()

    def _words(self, state: ProtectionState | None) -> str:
        if state is None:
            return self.context.trouble or self.tr("Getting ready…")
        if state.by_keychain and state.by_passphrase:
            return self.tr(
                "Templates and pictures are sealed. The gallery opens by this computer’s keychain, "
                "and by its passphrase, here and elsewhere."
            )
        if state.by_keychain:
            return self.tr(
                "Templates and pictures are sealed. The key is in this computer’s keychain: the "
                "gallery and its backups open for your account here, and nowhere else. With a "
                "passphrase they would open elsewhere too, as after this computer is lost."
            )
        if state.by_passphrase:
            return self.tr(
                "Templates and pictures are sealed. The gallery opens by its passphrase only."
            )
        if state.is_sealed:
            return self.tr(
                "Templates and pictures are sealed, and the key is not in this computer’s keychain "
                "any more: once it is closed, the gallery does not open again. Make a new key now, "
                "or add a passphrase."
            )
        if state.keychain is not None:
            return self.tr(
                "Templates and pictures are not sealed: whoever gets the gallery’s file can see "
                "the faces in it. This computer’s keychain can keep a key for it."
            )
        return self.tr(
            "Templates and pictures are not sealed: whoever gets the gallery’s file can see the "
            "faces in it. This computer has no keychain; a passphrase can seal them."
        )

    def _seal(self) -> None:
        self._ask(
            self.tr("Seal the gallery"),
            self.tr(
                "Templates and pictures become unreadable without a key, which this computer’s "
                "keychain keeps. Backups are sealed as well. Names, notes and times stay readable."
            ),
            self.tr("&Seal"),
            lambda protection, _current, _new: protection.seal(),
        )

    def _set_passphrase(self) -> None:
        state = self._state
        assert state is not None
        warning = (
            self.tr(
                "Nobody can find out a passphrase that was forgotten. The gallery would still open "
                "by the keychain of this computer, and nowhere else."
            )
            if state.by_keychain
            else self.tr(
                "Nobody can find out a passphrase that was forgotten: without it everyone would "
                "have to be enrolled again. Write it down, and keep it apart from this computer."
            )
        )
        self._ask(
            self.tr("Passphrase of the gallery"),
            warning,
            self.tr("&Set the passphrase"),
            lambda protection, current, new: (
                protection.set_passphrase(new, current=current)
                if state.is_sealed
                else protection.seal(passphrase=new, in_keychain=False)
            ),
            asks_current=state.asks_to_change,
            asks_new=True,
        )

    def _remove_passphrase(self) -> None:
        self._ask(
            self.tr("Remove the passphrase"),
            self.tr(
                "From then on the gallery and its backups open by this computer’s keychain only."
            ),
            self.tr("&Remove it"),
            lambda protection, _current, _new: protection.remove_passphrase(),
        )

    def _rotate(self) -> None:
        state = self._state
        assert state is not None
        self._ask(
            self.tr("Make a new key"),
            self.tr(
                "Everything is sealed anew, with the backups: whoever got hold of the key that the "
                "gallery has now can read nothing that is saved from now on. Backups that you "
                "copied elsewhere keep the key of before."
            ),
            self.tr("&Make it"),
            lambda protection, current, _new: protection.rotate(passphrase=current),
            asks_current=state.by_passphrase,
        )

    def _unseal(self) -> None:
        state = self._state
        assert state is not None
        self._ask(
            self.tr("Unseal the gallery"),
            self.tr(
                "From then on whoever gets the gallery’s file, or one of its backups, can see the "
                "faces in it and recognise people by them. It can be sealed again."
            ),
            self.tr("&Unseal"),
            lambda protection, current, _new: protection.unseal(current=current),
            asks_current=state.asks_to_change,
        )

    def _drop_backups(self) -> None:
        self._ask(
            self.tr("Delete backups"),
            self.tr("These backups are deleted for good. The gallery and its other backups stay."),
            self.tr("&Delete"),
            lambda protection, _current, _new: protection.drop_backups(),
        )

    def _ask(
        self,
        title: str,
        text: str,
        act: str,
        change: Change,
        *,
        asks_current: bool = False,
        asks_new: bool = False,
    ) -> None:
        dialog = KeysDialog(
            self, title=title, text=text, act=act, asks_current=asks_current, asks_new=asks_new
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(
            lambda current, new: self._change(dialog, change, current=current or None, new=new)
        )
        dialog.open()

    def _change(self, dialog: KeysDialog, change: Change, *, current: str | None, new: str) -> None:
        people = self.context.people
        if people is None:
            dialog.refuse(self._words(None))
            return

        def work() -> ProtectionState:
            from desktop_app.services.privacy.protection import Protection

            protection = Protection(people.file)
            change(protection, current, new)
            return protection.state()

        self.context.database.run(
            work,
            success=lambda state: self._changed(dialog, state),
            failure=while_alive(dialog, lambda error: self._refused(dialog, error)),
        )

    def _changed(self, dialog: KeysDialog, state: ProtectionState) -> None:
        # Also where the settings were closed meanwhile.
        self.context.note_protection(is_sealed=state.is_sealed)
        while_alive(dialog, lambda _state: dialog.accept())(state)
        while_alive(self, self._show)(state)

    def _refused(self, dialog: KeysDialog, error: Exception) -> None:
        dialog.refuse(sentence_for(error))
        if not isinstance(error, KnownError):
            self.context.failed.emit(error)
