"""Asks for passphrases on a terminal, without showing them; never takes one from the arguments."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_app.cli.terminal import complain
from desktop_app.errors import PassphraseNeeded, PassphraseWrong, UsageError
from desktop_app.services.privacy.protection import NEW_PASSPHRASE, keys_at_hand

if TYPE_CHECKING:
    from db.key_slots import Keys

T = TypeVar("T")

_TRIES = 3


def with_keys(open_it: Callable[[Keys], T]) -> T:
    """Open a gallery with what there is, and ask for its passphrase where that is not enough.

    Args:
        open_it: opens it with the keys that it is given.

    Raises:
        PassphraseNeeded: nobody can be asked, or nobody answered.
        PassphraseWrong: the one in ``KENSPECKLE_PASSPHRASE`` is another, or all that were typed.

    """
    keys = keys_at_hand()
    try:
        return open_it(keys)
    except PassphraseNeeded as error:
        path = error.params["path"]
        assert isinstance(path, Path)
        for _ in range(_TRIES - 1):
            try:
                return open_it(keys_at_hand(passphrase_of(path), keychain=keys.keychain))
            except PassphraseWrong as wrong:
                complain(wrong)
        return open_it(keys_at_hand(passphrase_of(path), keychain=keys.keychain))


def passphrase_of(path: Path) -> str:
    """Ask for a gallery's passphrase.

    Raises:
        PassphraseNeeded: nobody can be asked, or nobody answered.

    """
    given = _ask(f"Passphrase of “{path}”: ") if _has_somebody() else None
    if not given:
        raise PassphraseNeeded(path=path)
    return given


def new_passphrase() -> str:
    """Return a passphrase that is to be: ``KENSPECKLE_NEW_PASSPHRASE``, or asked for twice.

    Raises:
        UsageError: nobody can be asked, or two different ones were typed.

    """
    given = os.environ.get(NEW_PASSPHRASE)
    if given:
        return given
    if not _has_somebody():
        raise UsageError(
            reason=f"The new passphrase is asked for on a terminal, or taken from the variable "
            f"{NEW_PASSPHRASE}; there is neither."
        )
    first = _ask("New passphrase: ")
    if first and first != _ask("The same again: "):
        raise UsageError(reason="The two are not the same. Nothing was changed; try again.")
    return first or ""


def _has_somebody() -> bool:
    # Where either is a file or a pipe, what is typed could show, or the question would not.
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: str) -> str | None:
    try:
        return getpass.getpass(question, stream=sys.stderr)
    except EOFError:
        return None
