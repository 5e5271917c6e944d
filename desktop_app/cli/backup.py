"""``kenspeckle backup create|list|verify|restore``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_app.cli.opened import is_missing, people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.passphrases import new_passphrase, with_keys
from desktop_app.cli.terminal import EXIT_KNOWN, say, say_json
from desktop_app.errors import (
    GalleryDamaged,
    GalleryMissing,
    KnownError,
    NotAGallery,
    UsageError,
)
from desktop_app.services import backups
from desktop_app.services.backups import BackupLine
from desktop_app.services.privacy.protection import keys_at_hand
from desktop_app.services.runtime import gallery_path

_KINDS = {
    "day": "of the day",
    "hand": "by hand",
    "restore": "before a restoring",
    "migration": "before an update",
    "damaged": "a damaged gallery",
    "elsewhere": "elsewhere",
}


def run(options: Options) -> int:
    """Do what was asked for."""
    return _ACTS[options.arguments.act](options)


def way_out(error: GalleryDamaged | NotAGallery) -> str:
    """Return the command that puts the newest good backup in a damaged gallery's place."""
    path = error.params["path"]
    if not isinstance(path, Path):
        return ""
    try:
        good = backups.newest_good(path, keys=keys_at_hand())
    except KnownError:
        return ""
    if good is None:
        return "None of its backups can be used." if backups.list_backups(path) else ""
    return (
        f"The newest good one is of {good.backup.taken.astimezone():%Y-%m-%d %H:%M}, with "
        f"{_content(good)}: kenspeckle backup restore {shlex.quote(str(good.backup.path))} --yes"
    )


def _create(options: Options) -> int:
    arguments = options.arguments
    passphrase = new_passphrase() if arguments.passphrase else None
    with people_there_are(options) as people:
        if people is None:
            raise GalleryMissing(path=gallery_path(options.data_dir, options.gallery_given))
        target = None if arguments.file is None else arguments.file.expanduser()
        line = backups.create(people.file, target, passphrase=passphrase, overwrite=arguments.force)
        only_here = people.file.vault.is_sealed and passphrase is None and target is not None
    if arguments.json:
        say_json(_as_json(line))
    else:
        say(f"Backed up to “{line.backup.path}”: {_content(line)}.")
        if only_here:
            say(
                "It opens as the gallery does. If that is by this computer's keychain, it opens "
                "on no other; --passphrase adds a passphrase."
            )
    return 0 if line.trouble is None else EXIT_KNOWN


def _list(options: Options) -> int:
    lines = backups.list_backups(gallery_path(options.data_dir, options.gallery_given))
    if options.arguments.json:
        say_json([_as_json(line) for line in lines])
        return 0
    if not lines:
        say("There are no backups. “kenspeckle backup create” makes one.")
    for line in lines:
        say(f"{_words(line)}  {line.backup.path}")
    return 0


def _verify(options: Options) -> int:
    path = gallery_path(options.data_dir, options.gallery_given)
    files = [file.expanduser() for file in options.arguments.files]
    wanted = files or [
        line.backup.path
        for line in backups.list_backups(path)
        if line.backup.kind.value != "damaged"
    ]
    lines = [backups.verify(file, keys=keys_at_hand()) for file in wanted]
    if options.arguments.json:
        say_json([_as_json(line) for line in lines])
    else:
        if not lines:
            say("There are no backups.")
        for line in lines:
            say(f"{line.backup.path}: {_verdict(line)}")
    return EXIT_KNOWN if any(line.trouble for line in lines) else 0


def _restore(options: Options) -> int:
    arguments = options.arguments
    file = arguments.file.expanduser()
    if not arguments.yes:
        raise UsageError(
            reason="All people in the gallery would be replaced by those in the backup; what is "
            "there now becomes a backup first. Add --yes if that shall be."
        )
    path = gallery_path(options.data_dir, options.gallery_given)
    kept = _put_back(path, file)
    if arguments.json:
        say_json({"restored": str(file), "kept": None if kept is None else str(kept)})
    else:
        say(f"Restored from “{file}”.")
        if kept is not None:
            say(f"What was there before is in “{kept}”.")
    return 0


def _put_back(path: Path, file: Path) -> Path | None:
    """Restore into the gallery, instead of a broken one, or where there is none any more."""
    from db.gallery_file import GalleryFile

    # With the keys that open the backup, not those that open what it replaces.
    if is_missing(path):
        return with_keys(lambda keys: backups.replace_missing(path, file, keys=keys))
    try:
        gallery = with_keys(lambda keys: GalleryFile.open(path, keys=keys))
        try:
            return with_keys(lambda keys: backups.restore(gallery, file, keys=keys))
        finally:
            gallery.close()
    except (GalleryDamaged, NotAGallery):
        return with_keys(lambda keys: backups.replace_damaged(path, file, keys=keys))


def _words(line: BackupLine) -> str:
    backup = line.backup
    when = f"{backup.taken.astimezone():%Y-%m-%d %H:%M}"
    return f"{when}  {_KINDS[backup.kind]}, {_content(line)}, {backup.size / 1e6:.1f} MB"


def _content(line: BackupLine) -> str:
    if line.content is None:
        return str(line.trouble)
    count = line.content.people
    sealed = "sealed" if line.content.sealed else "not sealed"
    return f"{count} {'person' if count == 1 else 'people'}, {sealed}"


def _verdict(line: BackupLine) -> str:
    if line.trouble is not None:
        return str(line.trouble)
    if not line.opens:
        return f"sound, {_content(line)}; whether it opens cannot be tried without its key"
    return f"sound, {_content(line)}"


def _as_json(line: BackupLine) -> dict[str, Any]:
    backup, content = line.backup, line.content
    return {
        "file": str(backup.path),
        "taken": backup.taken.isoformat(),
        "kind": backup.kind.value,
        "bytes": backup.size,
        "people": None if content is None else content.people,
        "revision": None if content is None else content.revision,
        "sealed": None if content is None else content.sealed,
        "opens": line.opens,
        "trouble": None if line.trouble is None else _trouble(line.trouble),
    }


def _trouble(error: KnownError) -> dict[str, str]:
    return {"code": error.code, "sentence": str(error)}


_ACTS: dict[str, Callable[[Options], int]] = {
    "create": _create,
    "list": _list,
    "verify": _verify,
    "restore": _restore,
}
