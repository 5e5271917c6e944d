"""``kenspeckle protection``: who can open the gallery, and changes of that."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop_app.cli.opened import is_missing
from desktop_app.cli.options import Options
from desktop_app.cli.passphrases import new_passphrase, passphrase_of, with_keys
from desktop_app.cli.terminal import say, say_json
from desktop_app.errors import GalleryMissing, UsageError
from desktop_app.keychain import system_keychain
from desktop_app.services.privacy.protection import Protection, ProtectionState
from desktop_app.services.runtime import gallery_path

_SEALED_BY = {
    (False, False): "by nothing that is here: the key is not in this computer’s keychain any more",
    (True, False): "by this computer’s keychain",
    (False, True): "by its passphrase",
    (True, True): "by this computer’s keychain, and by its passphrase",
}


class _Opened:
    """A gallery that is open for a command."""

    def __init__(self, path: Path, protection: Protection, *, typed: str | None) -> None:
        self.path = path
        self.protection = protection
        self._typed = typed

    def passphrase(self) -> str:
        """Return the gallery's, which was given to open it, or is asked for now."""
        return self._typed or passphrase_of(self.path)


def run(options: Options) -> int:
    """Do what was asked for."""
    arguments = options.arguments
    path = gallery_path(options.data_dir, options.gallery_given)
    if is_missing(path):
        if arguments.act != "status" or options.gallery_given is not None:
            raise GalleryMissing(path=path)
        return _say_what_comes(options, path)
    if arguments.act == "seal":
        _refuse_sealed(path)
    with _opened(path) as opened:
        left = _ACTS[arguments.act](opened, options)
        state = opened.protection.state()
    if arguments.json:
        say_json(_as_json(path, state))
    else:
        _say(path, state)
        _say_left(left)
    return 0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[_Opened]:
    from db.gallery_file import GalleryFile

    file = with_keys(lambda keys: GalleryFile.open(path, keys=keys))
    try:
        yield _Opened(path, Protection(file), typed=file.keys.passphrase)
    finally:
        file.close()


def _refuse_sealed(path: Path) -> None:
    """Refuse to seal what is sealed, before anybody is asked for a passphrase."""
    from db.rekeying import slots_of

    if slots_of(path):
        raise UsageError(
            reason="The gallery is sealed already. “kenspeckle protection rotate” gives it a new "
            "key, “kenspeckle protection passphrase” a passphrase, or another one."
        )


def _seal(opened: _Opened, options: Options) -> Sequence[Path]:
    arguments = options.arguments
    wants_one = arguments.passphrase or arguments.no_keychain
    return opened.protection.seal(
        passphrase=new_passphrase() if wants_one else None,
        in_keychain=not arguments.no_keychain,
    )


def _rotate(opened: _Opened, options: Options) -> Sequence[Path]:
    state = opened.protection.state()
    return opened.protection.rotate(
        passphrase=opened.passphrase() if state.by_passphrase else None,
        forget_old=options.arguments.forget_old_keys,
    )


def _passphrase(opened: _Opened, options: Options) -> Sequence[Path]:
    if options.arguments.remove:
        return opened.protection.remove_passphrase()
    current = opened.passphrase() if opened.protection.state().asks_to_change else None
    return opened.protection.set_passphrase(new_passphrase(), current=current)


def _unseal(opened: _Opened, options: Options) -> Sequence[Path]:
    if not options.arguments.yes:
        raise UsageError(
            reason="Unsealed, the gallery shows its faces to everybody who gets the file; add "
            "--yes if it shall."
        )
    current = opened.passphrase() if opened.protection.state().asks_to_change else None
    return opened.protection.unseal(current=current)


def _drop_backups(opened: _Opened, options: Options) -> Sequence[Path]:
    if not options.arguments.yes:
        raise UsageError(reason="A backup that is deleted is gone for good; add --yes if it shall.")
    count = opened.protection.drop_backups()
    if not options.arguments.json:
        say(f"{count} {'backup' if count == 1 else 'backups'} deleted.")
    return ()


_ACTS: dict[str, Callable[[_Opened, Options], Sequence[Path]]] = {
    "status": lambda _opened, _options: (),
    "seal": _seal,
    "rotate": _rotate,
    "passphrase": _passphrase,
    "unseal": _unseal,
    "drop-backups": _drop_backups,
}


def _say_what_comes(options: Options, path: Path) -> int:
    keychain = system_keychain()
    name = None if keychain is None else keychain.name
    if options.arguments.json:
        nothing = ProtectionState(
            is_sealed=False,
            by_keychain=False,
            by_passphrase=False,
            keychain=name,
            backups=0,
            apart=(),
        )
        say_json(_as_json(path, nothing))
    elif name is None:
        say("There is no gallery yet. It will not be sealed, because there is no keychain here.")
    else:
        say(f"There is no gallery yet. It will be sealed; its key will be kept by: {name}.")
    return 0


def _say(gallery: Path, state: ProtectionState) -> None:
    if state.is_sealed:
        by = _SEALED_BY[state.by_keychain, state.by_passphrase]
        say(f"The gallery “{gallery}” is sealed. It opens {by}.")
    else:
        say(
            f"The gallery “{gallery}” is open: whoever gets the file can see the faces in it. "
            "“kenspeckle protection seal” seals it."
        )
    say(f"keychain: {state.keychain or 'none'}")
    say(f"backups: {state.backups}")
    if state.apart:
        say("These backups are not sealed by the same keys:")
    for backup in state.apart:
        stays = "" if backup in state.to_drop else " (in use, or a damaged gallery set aside)"
        say(f"  {backup}{stays}")
    if state.to_drop:
        say("“kenspeckle protection drop-backups” deletes those that are neither in use nor aside.")
    if state.not_overwritten:
        say(
            "What these files held before their key was changed can still be read in them, because "
            "another window or command uses them. It is overwritten at the next start; close the "
            "others, and run “kenspeckle protection status”:"
        )
    for path in state.not_overwritten:
        say(f"  {path}")


def _say_left(left: Sequence[Path]) -> None:
    if left:
        say("They could not be changed: they are damaged, or open by another key.")


def _as_json(path: Path, state: ProtectionState) -> dict[str, object]:
    return {
        "gallery": str(path),
        "sealed": state.is_sealed,
        "opens_by_keychain": state.by_keychain,
        "opens_by_passphrase": state.by_passphrase,
        "keychain": state.keychain,
        "backups": state.backups,
        "backups_apart": [str(backup) for backup in state.apart],
        "not_overwritten": [str(path) for path in state.not_overwritten],
    }
