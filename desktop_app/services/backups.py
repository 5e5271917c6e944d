"""Backups of a gallery: made, listed, looked through, put back, and thinned out."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.errors import (
    BackupUnusable,
    FileNotWritable,
    GalleryDamaged,
    GalleryNotWritable,
    KnownError,
    NotAGallery,
)

if TYPE_CHECKING:
    # Half a second of imports that the window must not wait for.
    from db.backups import Backup, Content
    from db.gallery_file import GalleryFile
    from db.key_slots import Keys

# How many of those that are made by themselves are kept, and how old the newest may become.
KEPT = 7
OLDEST = timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupLine:
    """A backup, as a list shows it.

    Attributes:
        backup: the file.
        content: what is in it; None where it cannot be read.
        trouble: why not; None where it can.
        opens: whether its vault could be opened; None before that is tried.

    """

    backup: Backup
    content: Content | None = None
    trouble: KnownError | None = None
    opens: bool | None = None


def list_backups(path: Path) -> list[BackupLine]:
    """Return the backups of a gallery, newest first, with what is in them."""
    from db.backups import list_backups

    return [_line(backup) for backup in list_backups(path)]


def verify(path: Path, *, keys: Keys) -> BackupLine:
    """Look a backup through, byte for byte, and open its vault where a key is at hand."""
    from db.backups import backup_at, verify_backup

    backup = backup_at(path)
    try:
        content, opens = verify_backup(path, keys=keys)
    except KnownError as error:
        return BackupLine(backup, trouble=error)
    return BackupLine(backup, content, opens=opens)


def create(
    file: GalleryFile,
    target: Path | None = None,
    *,
    passphrase: str | None = None,
    overwrite: bool = False,
) -> BackupLine:
    """Make a backup, and look it through.

    Args:
        file: the gallery.
        target: where to; the folder of backups where it is None.
        passphrase: opens it as well, where the gallery is sealed: on another computer nothing
            else does.
        overwrite: replace a file that is there.

    Raises:
        FileNotWritable: there is a file of that name, or no file can be made there.
        UsageError: the passphrase is empty.
        GalleryError: it could not be made; a full disk, for one.

    """
    from db.backups import BackupKind, add_passphrase, backup_name, copy_gallery

    path = file.path
    is_elsewhere = target is not None
    target = backup_name(path, BackupKind.BY_HAND) if target is None else target
    if target.exists() and (not overwrite or target.samefile(path)):
        raise FileNotWritable(path=target, reason="there is a file of that name already")
    keys = file.keys
    try:
        if passphrase is None:
            copy_gallery(path, target)
        else:
            copy_gallery(
                path,
                target,
                alter=lambda copy: add_passphrase(copy, passphrase, path=path, keys=keys),
            )
    except GalleryNotWritable as error:
        if not is_elsewhere or error.params["path"] != target:
            raise
        # The gallery is well; it is the place for the copy that is not.
        raise FileNotWritable(path=target, reason=error.params["reason"]) from error
    _log.info("a backup was made")
    return verify(target, keys=keys)


def create_if_due(path: Path) -> Backup | None:
    """Make the backup of the day, where something was changed since the newest one.

    Older ones of its kind beyond the newest few are removed; those that somebody made, and those
    before a migration or a restoring, stay.

    Args:
        path: of the gallery, which may be open.

    Raises:
        GalleryDamaged: the gallery is not sound.
        GalleryError: it could not be made; a full disk, for one.

    """
    from db.backups import (
        BackupKind,
        backup_at,
        backup_name,
        copy_gallery,
        list_backups,
        look_into,
        remove_leftovers,
    )
    from db.troubles import damaged

    # None takes that long to be made.
    remove_leftovers(path, older_than=OLDEST)
    # What a clock that was ahead once made is no reason to make none, or one at each look.
    moment = datetime.now(UTC)
    backups = [backup for backup in list_backups(path) if backup.taken <= moment]
    lines = [_line(backup) for backup in backups]
    whole = [line for line in lines if line.content is not None and _is_copy(line.backup)]
    try:
        now = look_into(path)
    except BackupUnusable as error:
        # Of a gallery, that is another trouble.
        raise damaged(path, error.params["reason"]) from error
    made = None
    if not whole:
        due = now.people > 0
    else:
        newest = whole[0]
        assert newest.content is not None
        age = moment - newest.backup.taken
        due = age >= OLDEST and newest.content.mark != now.mark
    if due:
        target = backup_name(path, BackupKind.DAILY)
        copy_gallery(path, target)
        _log.info("the backup of the day was made")
        made = backup_at(target)
        backups = [made, *backups]
    daily = [backup for backup in backups if backup.kind is BackupKind.DAILY]
    for old in daily[KEPT:]:
        old.path.unlink(missing_ok=True)
    return made


def newest_good(path: Path, *, keys: Keys) -> BackupLine | None:
    """Return the newest backup of a gallery that is sound; None where there is none."""
    from db.backups import list_backups

    for backup in list_backups(path):
        if _is_copy(backup):
            line = verify(backup.path, keys=keys)
            if line.content is not None:
                return line
    return None


def restore(file: GalleryFile, backup: Path, *, keys: Keys | None = None) -> Path:
    """Put a backup into the gallery; whoever has it open elsewhere sees it.

    What was in the gallery becomes a backup first. ``PeopleService.reread(forget_steps=True)`` is
    to follow.

    Returns:
        That backup.

    Raises:
        BackupUnusable, GalleryFromNewerVersion: it cannot be used; the gallery is as it was.
        PassphraseNeeded, PassphraseWrong, KeyMissing, KeychainRefused: likewise.
        GalleryError: another kind, about the gallery; it is as it was.

    """
    from db.restoring import restore_backup

    before = restore_backup(file, backup, keys=file.keys if keys is None else keys)
    _log.info("a backup was restored")
    return before


def put_back(path: Path, backup: Path, *, keys: Keys) -> Path | None:
    """Put a backup where a gallery is that this process does not have open.

    That gallery's key is not needed: who has lost it made the backup for this. It may also be
    broken, or gone.

    Args:
        path: of the gallery.
        backup: of whatever revision; it stays as it is.
        keys: what opens the backup's vault.

    Returns:
        Where what was there is now; None where nothing was.

    Raises:
        BackupUnusable, GalleryFromNewerVersion: the backup cannot be used; nothing was changed.
        PassphraseNeeded, PassphraseWrong, KeyMissing, KeychainRefused: likewise.
        GalleryError: another kind, about the gallery; it is as it was.

    """
    from db.gallery_file import GalleryFile
    from db.troubles import known_troubles

    with known_troubles(path):
        is_missing = not path.exists()
    if is_missing:
        replace_missing(path, backup, keys=keys)
        return None
    try:
        with closing(GalleryFile.open_shut(path)) as file:
            return restore(file, backup, keys=keys)
    except (GalleryDamaged, NotAGallery):
        return replace_damaged(path, backup, keys=keys)


def replace_damaged(path: Path, backup: Path, *, keys: Keys) -> Path | None:
    """Put a backup in the place of a gallery that is broken or lost and that nobody has open.

    Returns:
        Where the broken file is now; None where there was none, or an empty one.

    Raises:
        GalleryInUse: another process has the gallery open.
        GalleryError: another kind; the broken file is where it was.

    """
    from db.restoring import replace_damaged

    if not path.exists() or not path.stat().st_size:
        path.unlink(missing_ok=True)
        replace_missing(path, backup, keys=keys)
        return None
    aside = replace_damaged(path, backup, keys=keys)
    _log.info("a damaged gallery was replaced by a backup")
    return aside


def replace_missing(path: Path, backup: Path, *, keys: Keys) -> None:
    """Put a backup where there is no gallery any more, or not yet.

    Raises:
        BackupUnusable, GalleryFromNewerVersion: it cannot be used.
        GalleryError: another kind.

    """
    from db.restoring import replace_missing

    replace_missing(path, backup, keys=keys)
    _log.info("a missing gallery was replaced by a backup")


def _line(backup: Backup) -> BackupLine:
    from db.backups import look_into

    try:
        return BackupLine(backup, look_into(backup.path))
    except KnownError as error:
        return BackupLine(backup, trouble=error)


def _is_copy(backup: Backup) -> bool:
    from db.backups import BackupKind

    return backup.kind is not BackupKind.DAMAGED
