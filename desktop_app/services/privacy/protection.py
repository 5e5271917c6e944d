"""What keeps the faces of a gallery unreadable, and to whom it opens.

Every change of keys seals the gallery anew, and its backups with it; it takes seconds where many
people are enrolled, and belongs on the thread that owns the gallery.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.errors import (
    GalleryDamaged,
    KeychainRefused,
    KnownError,
    NoKeychain,
    NotAGallery,
    PassphraseNeeded,
    UsageError,
)
from desktop_app.keychain import Keychain, KeychainWhenNeeded, keychain_there_is

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.gallery_file import GalleryFile
    from db.key_slots import Keys
    from db.ways_in import WaysIn

# Opens a gallery that has a passphrase, where nobody can be asked.
PASSPHRASE = "KENSPECKLE_PASSPHRASE"  # noqa: S105 - the variable's name
# Becomes the passphrase where there is to be another.
NEW_PASSPHRASE = "KENSPECKLE_NEW_PASSPHRASE"  # noqa: S105 - the variable's name

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProtectionState:
    """By what a gallery opens.

    Attributes:
        is_sealed: whether faces are unreadable in the file.
        by_keychain: the keychain that is here opens it; that of another computer does not count.
        by_passphrase: a passphrase does.
        keychain: the one of this system that keys can be kept in; None where there is none.
        backups: how many there are in their folder.
        apart: those that are not known to be sealed by the same keys as the gallery is.
        to_drop: those of them that may be deleted for it: backups that are sealed otherwise, or
            broken; none that is merely in use, and no gallery that was damaged and set aside.
        not_overwritten: the gallery or backups that were given another key, and whose log still
            holds what was there before, because somebody reads; it is tried again at each start.

    """

    is_sealed: bool
    by_keychain: bool
    by_passphrase: bool
    keychain: str | None
    backups: int
    apart: tuple[Path, ...]
    to_drop: tuple[Path, ...] = ()
    not_overwritten: tuple[Path, ...] = ()

    @property
    def asks_to_change(self) -> bool:
        """Whether a change asks for the passphrase: it is the only way in."""
        return self.by_passphrase and not self.by_keychain


def keys_at_hand(passphrase: str | None = None, *, keychain: Keychain | None = None) -> Keys:
    """Return what there is to open a gallery with; asks nobody anything yet.

    Args:
        passphrase: as somebody typed it; else ``KENSPECKLE_PASSPHRASE``.
        keychain: else the system's, once it is needed.

    """
    from db.key_slots import Keys

    return Keys(
        keychain=KeychainWhenNeeded() if keychain is None else keychain,
        passphrase=passphrase or os.environ.get(PASSPHRASE) or None,
    )


class Protection:
    """Seals a gallery, gives it other keys, or opens it for good; its backups follow.

    What a change returns are the backups that could not follow, since they are damaged or open by
    another key: as :attr:`ProtectionState.apart` lists them afterwards.
    """

    def __init__(self, file: GalleryFile) -> None:
        """Args: file: the gallery, open; used on its thread."""
        self._file = file

    def state(self) -> ProtectionState:
        """Return by what the gallery opens, and which of its backups do not open likewise."""
        from db.backups import BackupKind, list_backups
        from db.rekeying import not_overwritten, slots_of

        try:
            ways = self._ways_in()
        except KeychainRefused:
            # Locked, it opens nothing.
            ways = self._ways_in_without_keychain()
        own = slots_of(self._file.path)
        backups = list_backups(self._file.path)
        apart, to_drop = [], []
        for backup in backups:
            is_in_use = False
            try:
                slots = slots_of(backup.path)
                # One that was made with a passphrase of its own has that besides.
                alike = set(own) <= set(slots) and bool(own) == bool(slots)
            except KnownError as error:
                # What cannot be read may be read by others; in use, it may be alike all the same.
                alike = False
                is_in_use = not isinstance(error, (GalleryDamaged, NotAGallery))
            if alike:
                continue
            apart.append(backup.path)
            if not is_in_use and backup.kind is not BackupKind.DAMAGED:
                to_drop.append(backup.path)
        keychain = self._keychain()
        return ProtectionState(
            is_sealed=ways.is_sealed,
            by_keychain=ways.by_keychain,
            by_passphrase=ways.by_passphrase,
            keychain=None if keychain is None else keychain.name,
            backups=len(backups),
            apart=tuple(apart),
            to_drop=tuple(to_drop),
            not_overwritten=tuple(not_overwritten(self._file, self._backups())),
        )

    def seal(self, *, passphrase: str | None = None, in_keychain: bool = True) -> Sequence[Path]:
        """Seal a gallery that is open.

        Args:
            passphrase: opens it from then on.
            in_keychain: the system's keychain opens it as well, where there is one.

        Raises:
            UsageError: it is sealed already, or the passphrase is empty.
            NoKeychain: there is neither a passphrase nor a keychain.
            KeychainRefused: the keychain takes no key; nothing was changed.

        """
        if self._ways_in_without_keychain().is_sealed:
            raise UsageError(
                reason="The gallery is sealed already. It can be given a new key, or another "
                "passphrase."
            )
        return self._seal_anew(passphrase, in_keychain=in_keychain)

    def rotate(self, *, passphrase: str | None = None, forget_old: bool = False) -> Sequence[Path]:
        """Give the gallery a new key, which opens by what the one of before opens by.

        Where that is nothing any more, as after its entry was deleted from the keychain while the
        gallery was open, the new one is kept there.

        Args:
            passphrase: of the gallery, where it has one: it opens the new key as well.
            forget_old: delete the keys of before from the keychain. Backups that were copied
                elsewhere do not open without them.

        Raises:
            UsageError: it is not sealed.
            PassphraseNeeded, PassphraseWrong: nothing was changed.
            KeychainRefused: the keychain takes no key; nothing was changed.

        """
        ways = self._ways_into_sealed()
        if ways.by_passphrase:
            self._check(passphrase)
        return self._seal_anew(
            passphrase if ways.by_passphrase else None,
            in_keychain=ways.by_keychain or not ways.by_passphrase,
            forget_old=forget_old,
        )

    def set_passphrase(self, passphrase: str, *, current: str | None = None) -> Sequence[Path]:
        """Give the gallery a passphrase, or another; it opens by the keychain as before.

        Args:
            passphrase: the new one.
            current: of the gallery, where it is the only way in.

        Raises:
            UsageError: the passphrase is empty.
            PassphraseNeeded, PassphraseWrong: nothing was changed.
            KeychainRefused: the keychain takes no key; nothing was changed.

        """
        ways = self._ways_in()
        self._check_if_only_way_in(ways, current)
        return self._seal_anew(passphrase, in_keychain=ways.by_keychain)

    def remove_passphrase(self) -> Sequence[Path]:
        """Let the gallery open by the keychain alone.

        Raises:
            UsageError: it has no passphrase, or nothing else opens it.
            KeychainRefused: the keychain takes no key; nothing was changed.

        """
        ways = self._ways_into_sealed()
        if not ways.by_passphrase:
            raise UsageError(reason="The gallery has no passphrase.")
        if not ways.by_keychain:
            raise UsageError(
                reason="Nothing but its passphrase opens the gallery. Without one it is open to "
                "whoever gets the file: unseal it, if that is meant."
            )
        return self._seal_anew(None, in_keychain=True)

    def unseal(self, *, current: str | None = None) -> Sequence[Path]:
        """Open the gallery for good: its faces lie in the file for everybody to read.

        Raises:
            UsageError: it is not sealed.
            PassphraseNeeded, PassphraseWrong: nothing was changed.
            KeychainRefused: it cannot be asked whether it has the key; nothing was changed.

        """
        self._check_if_only_way_in(self._ways_into_sealed(), current)
        return self._rekey(None, keychain=None)

    def drop_backups(self) -> int:
        """Delete what :attr:`ProtectionState.to_drop` lists; return how many there were."""
        dropped = 0
        for path in self.state().to_drop:
            try:
                path.unlink()
            except OSError as error:
                _log.warning("a backup stays: %s", error.strerror)
            else:
                dropped += 1
        return dropped

    def _seal_anew(
        self, passphrase: str | None, *, in_keychain: bool, forget_old: bool = False
    ) -> Sequence[Path]:
        keychain = self._keychain() if in_keychain else None
        if keychain is None and passphrase is None:
            # With neither it would not be sealed at all.
            raise NoKeychain
        return self._rekey(passphrase, keychain=keychain, forget_old=forget_old)

    def _rekey(
        self, passphrase: str | None, *, keychain: Keychain | None, forget_old: bool = False
    ) -> Sequence[Path]:
        from db.key_slots import Keys
        from db.rekeying import rekey

        before = self._file.keys.keychain
        left = rekey(
            self._file,
            Keys(keychain=keychain, passphrase=passphrase),
            backups=self._backups(),
            forget_old=forget_old,
        )
        if keychain is not None:
            # Kept in memory no longer than it must be; and where another process changes the
            # passphrase alone, the keychain goes on opening the gallery here.
            self._file.use_keys(Keys(keychain=before))
        else:
            self._file.use_keys(Keys(keychain=before, passphrase=passphrase))
        return left

    def _check(self, passphrase: str | None) -> None:
        from db.rekeying import check_passphrase

        if not passphrase:
            raise PassphraseNeeded(path=self._file.path)
        check_passphrase(self._file, passphrase)

    def _check_if_only_way_in(self, ways: WaysIn, current: str | None) -> None:
        if ways.by_passphrase and not ways.by_keychain:
            self._check(current)

    def _ways_into_sealed(self) -> WaysIn:
        ways = self._ways_in()
        if not ways.is_sealed:
            raise UsageError(reason="The gallery is not sealed.")
        return ways

    def _ways_in(self) -> WaysIn:
        from db.ways_in import ways_into

        return ways_into(self._file, keychain=self._file.keys.keychain)

    def _ways_in_without_keychain(self) -> WaysIn:
        from db.ways_in import ways_into

        return ways_into(self._file, keychain=None)

    def _keychain(self) -> Keychain | None:
        return keychain_there_is(self._file.keys.keychain)

    def _backups(self) -> list[Path]:
        from db.backups import list_backups

        return [backup.path for backup in list_backups(self._file.path)]
