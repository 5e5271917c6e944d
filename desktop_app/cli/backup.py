"""``kenspeckle backup create|list|verify|restore``."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.cli.opened import people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.passphrases import new_passphrase, with_keys
from desktop_app.cli.terminal import EXIT_KNOWN, complain, remark, say, say_json
from desktop_app.errors import (
    BackupUnusable,
    FileNotWritable,
    GalleryDamaged,
    GalleryFromNewerVersion,
    GalleryMissing,
    KnownError,
    NotAGallery,
    PassphraseWrong,
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
        f"{_content(good)}: kenspeckle --gallery {shlex.quote(str(path))} "
        f"backup restore {shlex.quote(str(good.backup.path))} --yes"
    )


def _create(options: Options) -> int:
    arguments = options.arguments
    with people_there_are(options) as people:
        if people is None:
            raise GalleryMissing(path=gallery_path(options.data_dir, options.gallery_given))
        target = arguments.file
        if target is not None and not target.absolute().parent.is_dir():
            raise FileNotWritable(path=target, reason="there is no such folder")
        # Before it is asked for.
        if arguments.passphrase and not people.file.vault.is_sealed:
            raise UsageError(
                reason="The gallery is not sealed, so that a passphrase would keep nobody from "
                "its copy. Seal the gallery first: kenspeckle protection seal"
            )
        passphrase = new_passphrase() if arguments.passphrase else None
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
    if line.trouble is None:
        return 0
    complain(line.trouble)
    return EXIT_KNOWN


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
    wanted = options.arguments.files or [
        line.backup.path
        for line in backups.list_backups(path)
        if line.backup.kind.value != "damaged"
    ]
    found = [(file, _looked_through(file)) for file in wanted]
    if options.arguments.json:
        say_json([_verdict_json(file, line) for file, line in found])
    else:
        if not found:
            say("There are no backups. “kenspeckle backup create” makes one.")
        for file, line in found:
            say(f"{file}: {_verdict(line)}")
    bad = sum(isinstance(line, KnownError) or line.trouble is not None for _, line in found)
    if not bad:
        return 0
    of = "The backup" if len(found) == 1 else f"{bad} of {len(found)} backups"
    remark(f"{of} cannot be used as things are; what is wrong is on stdout.")
    return EXIT_KNOWN


def _looked_through(file: Path) -> BackupLine | BackupUnusable:
    """Verify a file; where it cannot even be looked at, return why."""
    from db.key_slots import Keys

    try:
        line = backups.verify(file, keys=keys_at_hand())
        if isinstance(line.trouble, PassphraseWrong):
            # That says nothing of the file, which may be sound or not.
            sound = backups.verify(file, keys=Keys())
            if sound.trouble is None:
                return replace(sound, trouble=line.trouble)
            return sound
    except BackupUnusable as error:
        return error
    return line


def _restore(options: Options) -> int:
    arguments = options.arguments
    file = arguments.file
    if not arguments.yes:
        raise UsageError(
            reason="All people in the gallery would be replaced by those in the backup; what is "
            "there now becomes a backup first. Add --yes if that shall be."
        )
    path = gallery_path(options.data_dir, options.gallery_given)
    # With the keys that open the backup, not those that open what it replaces.
    kept = with_keys(lambda keys: backups.put_back(path, file, keys=keys))
    if arguments.json:
        say_json({"restored": str(file), "kept": None if kept is None else str(kept)})
    else:
        say(f"Restored from “{file}”.")
        if kept is not None:
            say(f"What was there before is in “{kept}”.")
    return 0


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


def _verdict(line: BackupLine | BackupUnusable) -> str:
    trouble = line if isinstance(line, BackupUnusable) else line.trouble
    if isinstance(trouble, BackupUnusable):
        return f"cannot be used: {trouble.params['reason']}"
    if isinstance(trouble, GalleryFromNewerVersion):
        return "cannot be used: it was made by a newer version of Kenspeckle"
    assert isinstance(line, BackupLine)
    if isinstance(trouble, PassphraseWrong):
        return (
            f"sound, {_content(line)}; it opens by the passphrase that it was made with, which is "
            "not the one in KENSPECKLE_PASSPHRASE"
        )
    if trouble is not None:
        return str(trouble)
    if not line.opens:
        return (
            f"sound, {_content(line)}; whether it opens cannot be tried without its key, or its "
            "passphrase in KENSPECKLE_PASSPHRASE"
        )
    return f"sound, {_content(line)}"


def _verdict_json(file: Path, line: BackupLine | BackupUnusable) -> dict[str, Any]:
    if isinstance(line, BackupLine):
        return _as_json(line)
    unknown = ("taken", "kind", "bytes", "people", "revision", "sealed", "opens")
    return {"file": str(file), **dict.fromkeys(unknown), "trouble": _trouble(line)}


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
    sentence = str(error)
    if isinstance(error, PassphraseWrong):
        sentence = f"The backup “{error.params['path']}” has another passphrase."
    return {"code": error.code, "sentence": sentence}


_ACTS: dict[str, Callable[[Options], int]] = {
    "create": _create,
    "list": _list,
    "verify": _verify,
    "restore": _restore,
}
