"""Locks the window: nobody is named, nobody is listed, and the gallery's key is let go of.

What that means for the memory: every reference of ours to names, templates, pictures and the key
is dropped. Python cannot wipe what it frees, so that copies may lie in the process's memory until
it ends or they are written over (docs/adr/0010).
"""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from desktop_app.errors import (
    GalleryLocked,
    KeychainRefused,
    KeyMissing,
    PassphraseNeeded,
    PassphraseWrong,
)
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.locking.idle import IdleWatch
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.message_bar import Choice
from desktop_app.workers.engine import Engine

# How often to look whether what the lock waits for is done.
_LOOK_MS = 1000

_log = logging.getLogger(__name__)


class Lock(QObject):
    """Shuts the gallery when asked to or when nobody is there, and lets its owner in again."""

    def __init__(
        self,
        engine: Engine,
        window: MainWindow,
        *,
        context: AppContext,
        idle: IdleWatch | None = None,
    ) -> None:
        """Connect.

        Args:
            engine: has the gallery.
            window: shows the way in.
            context: tells every view.
            idle: knows when nobody is there; a watch of its own by default.

        """
        super().__init__(window)
        self._engine = engine
        self._window = window
        self._context = context
        self._idle = idle or IdleWatch(self)
        self._is_sealed = False
        self._is_locked = False
        self._waiting = QTimer(self, interval=_LOOK_MS)
        self._waiting.timeout.connect(self._look_again)
        self._closed_windows = False
        self._photos: tuple[Path, ...] = ()
        self._action = window.actions_by_name["lock"]
        self._action.setEnabled(False)
        self._action.triggered.connect(lambda _checked=False: self.lock())
        self._idle.idle.connect(self.lock)
        window.unlock_card.unlock_wanted.connect(self._unlock)
        context.engine_ready.connect(self._opened)
        engine.gallery_opened.connect(self._take_sealed)
        engine.gallery_failed.connect(self._failed)
        context.shut_out.connect(self._shut_out)
        context.protection_changed.connect(self._take_sealed)
        context.settings_changed.connect(self._watch)

    def close(self) -> None:
        """Watch nobody any more."""
        self._idle.watch(seconds=0.0)
        self._waiting.stop()

    @property
    def is_locked(self) -> bool:
        """Whether the gallery is shut because it was locked."""
        return self._is_locked

    @Slot()
    def lock(self) -> None:
        """Lock; as soon as an import that is under way is done, for nothing of it is to be lost."""
        if self._is_locked or not self._is_sealed or self._context.people is None:
            return
        if self._window.doors.is_importing:
            self._wait(self.tr("Kenspeckle locks as soon as the import is done."))
            return
        self._photos = self._photos or self._window.doors.photos_open
        if not self._close_windows():
            self._wait(self.tr("Kenspeckle locks as soon as what is under way is done."))
            return
        self._is_locked = True
        self._engine.shut(lambda by_passphrase: self._show_way_in(by_passphrase=by_passphrase))
        _log.info("locked")

    def _wait(self, text: str) -> None:
        if not self._waiting.isActive():
            self._waiting.start()
            self._window.notice_bar.tell(text)

    @Slot()
    def _look_again(self) -> None:
        if not self._window.doors.is_importing:
            self._waiting.stop()
            self.lock()

    def _close_windows(self) -> bool:
        """Close all other windows; return whether that could be done."""
        others = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget is not self._window and widget.isVisible() and _is_window(widget)
        ]
        self._closed_windows |= len(others) > bool(self._photos)
        self._window.doors.close()
        for widget in others:
            if not shiboken6.isValid(widget):
                continue
            if isinstance(widget, QMessageBox):
                # Some have no button that closing would stand for.
                widget.reject()
            else:
                widget.close()
        # A dialog that is in the middle of something does not close, and nothing of that is lost.
        return not any(shiboken6.isValid(widget) and widget.isVisible() for widget in others)

    def _show_way_in(self, *, by_passphrase: bool) -> None:
        # What ended while the gallery was being shut may have been told since.
        self._window.notice_bar.clear()
        gc.collect()
        text = (
            self.tr("Kenspeckle is locked. Its passphrase opens it.")
            if by_passphrase
            else self.tr("Kenspeckle is locked. The keychain of this computer opens it.")
        )
        self._context.become_unusable(self.tr("Kenspeckle is locked; unlock it in its window."))
        self._window.statusBar().clearMessage()
        self._window.trouble_bar.clear()
        self._ask(text, for_passphrase=by_passphrase)
        self._watch()

    @Slot(str)
    def _unlock(self, passphrase: str) -> None:
        self._engine.open_gallery(self._engine.gallery, passphrase=passphrase or None)

    @Slot(object)
    def _take_sealed(self, is_sealed: bool) -> None:  # noqa: FBT001 - a signal's
        self._is_sealed = is_sealed
        self._window.unlock_card.clear()
        self._watch()

    @Slot()
    def _opened(self) -> None:
        was_locked, self._is_locked = self._is_locked, False
        self._watch()
        if not was_locked:
            return
        photos, self._photos = self._photos, ()
        closed_windows, self._closed_windows = self._closed_windows, False
        choices: list[Choice] = []
        if photos:
            open_photos = self._window.doors.open_photos
            choices = [(self.tr("&Open the photos again"), lambda: open_photos(photos))]
        if closed_windows:
            self._window.notice_bar.tell(
                self.tr(
                    "Other windows were closed when Kenspeckle locked. What was not saved in them "
                    "was not kept."
                ),
                *choices,
            )
        elif photos:
            self._window.notice_bar.tell(
                self.tr("The photos were closed when Kenspeckle locked."), *choices
            )

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        """Say why the gallery stays shut, where a passphrase would open it, or it was locked."""
        if isinstance(error, PassphraseWrong):
            self._ask(
                self._why(),
                for_passphrase=True,
                trouble=self.tr(
                    "That is not the passphrase. Mind capital letters, blanks and the "
                    "keyboard’s language."
                ),
            )
        elif isinstance(error, PassphraseNeeded):
            self._ask(self._why(), for_passphrase=True)
        elif self._is_locked and isinstance(error, KeyMissing | KeychainRefused | GalleryLocked):
            self._ask(self._why(), for_passphrase=False, trouble=sentence_for(error))
        else:
            # It is not the lock that keeps it shut any more, and others say what can be done.
            self._is_locked = False
            self._window.unlock_card.clear()
        self._watch()

    def _ask(self, text: str, *, for_passphrase: bool, trouble: str = "") -> None:
        self._window.welcome.show_locked()
        self._window.unlock_card.ask(
            text,
            for_passphrase=for_passphrase,
            # The same one, chosen as another, would be opened by the keychain.
            offers_other=not self._is_locked,
            trouble=trouble,
        )

    def _why(self) -> str:
        name = self._engine.gallery.name
        if self._is_locked:
            return self.tr("Kenspeckle is locked.")
        return self.tr(
            "The gallery “{name}” is sealed. Its passphrase is needed to recognise people."
        ).format(name=name)

    @Slot(object)
    def _shut_out(self, error: Exception) -> None:
        """Somebody changed the key elsewhere; nothing is lost that is being typed here."""
        if self._context.people is None:
            return
        self._engine.shut(lambda _by_passphrase: self._engine.gallery_failed.emit(error))
        _log.info("shut out: %s", getattr(error, "code", type(error).__name__))

    @Slot()
    def _watch(self) -> None:
        may_lock = self._is_sealed and not self._is_locked and self._context.people is not None
        self._action.setEnabled(may_lock)
        minutes = self._context.settings.lock_after_minutes
        self._idle.watch(seconds=60.0 * minutes if may_lock else 0.0)


def _is_window(widget: QWidget) -> bool:
    # Menus, tips and lists of completions are top-level widgets too, and close by themselves.
    return isinstance(widget, QDialog) or widget.windowType() == Qt.WindowType.Window
