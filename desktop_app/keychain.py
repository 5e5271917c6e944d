"""The system's keychain, in which the key of a sealed gallery lies.

What counts as one is named here: Windows' Credential Manager, macOS' keychain, and on Linux the
Secret Service that GNOME, KDE or KeePassXC offer. keyring's own search is left alone. It takes in
whatever plug-ins are installed, files of plain text among them, chains several stores, and follows
variables and settings that are meant for developers' tools; another store tomorrow than today
would be a gallery that does not open.

A keychain may ask its owner before it answers, and some never answer: a Secret Service that is
locked, asked from a session without a screen, waits for ever. So every question has a time limit,
and these functions belong on the thread that owns the database, never on the window's.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from desktop_app.errors import KeychainRefused, NoKeychain

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
_log = logging.getLogger(__name__)

# What the entries are filed under, and what people see in their keychain's own window.
SERVICE = "Kenspeckle"
# Set to "off", it makes the application do as if the system had no keychain.
SWITCH = "KENSPECKLE_KEYCHAIN"

# Seconds to find out whether there is one; nobody is asked anything for that.
_PROBE = 10.0
# Seconds for an answer: somebody may have to find and type their password first.
_PATIENCE = 120.0


class Keychain(Protocol):
    """Keeps keys by name; each method raises ``KeychainRefused`` where it cannot be asked."""

    @property
    def name(self) -> str:
        """Which keychain it is; known without asking it."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the key of that name, None where there is none."""
        ...

    def set(self, name: str, key: bytes) -> None:
        """Keep a key, in place of the one of that name if there is one."""
        ...

    def delete(self, name: str) -> None:
        """Forget the key of that name; nothing happens where there is none."""
        ...


class SystemKeychain:
    """The keychain of whoever is logged in.

    Keys are kept as base64: every keychain takes text, and 44 characters stay far below the 1,280
    that fit into an entry of Windows.
    """

    def __init__(self, backend: KeyringBackend, *, patience: float = _PATIENCE) -> None:
        """Args: patience: seconds to wait for an answer. Use :func:`system_keychain` instead."""
        self._backend = backend
        self._patience = patience
        self._answer: Future[Any] | None = None
        self._given_up = False

    @property
    def name(self) -> str:
        """Which keychain it is, in keyring's words; known without asking it."""
        return str(self._backend.name)

    def get(self, name: str) -> bytes | None:
        """Return the key of that name, None where there is none, or something that is no key.

        Raises:
            KeychainRefused: it is locked, does not answer, or fails.

        """
        kept = self._ask(lambda: self._backend.get_password(SERVICE, name))
        if kept is None:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except ValueError:
            _log.warning("the keychain's entry “%s” is not a key", name)
            return None

    def set(self, name: str, key: bytes) -> None:
        """Keep a key, in place of the one of that name if there is one.

        Raises:
            KeychainRefused: it is locked, does not answer, or fails.

        """
        text = base64.b64encode(key).decode("ascii")
        self._ask(lambda: self._backend.set_password(SERVICE, name, text))

    def delete(self, name: str) -> None:
        """Forget the key of that name; nothing happens where there is none.

        Raises:
            KeychainRefused: it is locked, does not answer, or fails; the key may still be there.

        """
        from keyring.errors import PasswordDeleteError

        def forgotten() -> bool:
            # The same error says that there was nothing to delete and that it was not deleted.
            with contextlib.suppress(PasswordDeleteError):
                self._backend.delete_password(SERVICE, name)
            return self._backend.get_password(SERVICE, name) is None

        if not self._ask(forgotten):
            raise KeychainRefused(reason="it does not let go of an entry")

    def give_up(self) -> None:
        """Wait for no answer any more, now and from now on; from any thread.

        Whoever quits is not to wait for a prompt that nobody answers.
        """
        self._given_up = True
        answer = self._answer
        if answer is not None:
            with contextlib.suppress(InvalidStateError):
                answer.set_exception(TimeoutError())

    def _ask(self, question: Callable[[], T]) -> T:
        from keyring.errors import KeyringLocked

        answer: Future[T] = Future()
        self._answer = answer
        if self._given_up:
            raise KeychainRefused(reason="it does not answer")
        try:
            return _within(self._patience, question, answer=answer)
        except TimeoutError as error:
            raise KeychainRefused(reason="it does not answer") from error
        except KeyringLocked as error:
            raise KeychainRefused(reason="it is locked") from error
        except Exception as error:
            # Backends let through whatever their system's library raises.
            _log.warning("the keychain failed", exc_info=error)
            raise KeychainRefused(reason=str(error).rstrip(".") or type(error).__name__) from error
        finally:
            self._answer = None


class KeychainWhenNeeded:
    """The system's keychain, not looked for before a key is asked of it.

    Finding one takes a tenth of a second, which an open gallery needs not wait for.
    """

    def __init__(self) -> None:
        self._found: Keychain | None = None
        self._has_looked = False
        self._given_up = False

    @property
    def is_there(self) -> bool:
        """Whether this system has one."""
        return self._look() is not None

    @property
    def name(self) -> str:
        """Which keychain it is; "none" where there is none."""
        found = self._look()
        return "none" if found is None else found.name

    def get(self, name: str) -> bytes | None:
        """Return the key of that name, None where there is none, or no keychain.

        Raises:
            KeychainRefused: it is locked, does not answer, or fails.

        """
        found = self._look()
        return None if found is None else found.get(name)

    def set(self, name: str, key: bytes) -> None:
        """Keep a key.

        Raises:
            NoKeychain: there is none.
            KeychainRefused: it is locked, does not answer, or fails.

        """
        found = self._look()
        if found is None:
            raise NoKeychain
        found.set(name, key)

    def delete(self, name: str) -> None:
        """Forget a key; nothing happens where there is no keychain.

        Raises:
            KeychainRefused: it is locked, does not answer, or fails; the key may still be there.

        """
        found = self._look()
        if found is not None:
            found.delete(name)

    def give_up(self) -> None:
        """Wait for no answer any more, now and from now on; from any thread."""
        self._given_up = True
        if isinstance(self._found, SystemKeychain):
            self._found.give_up()

    def _look(self) -> Keychain | None:
        if not self._has_looked:
            self._found = system_keychain()
            self._has_looked = True
            if self._given_up:
                self.give_up()
        return self._found


def keychain_there_is(keychain: Keychain | None) -> Keychain | None:
    """Return a keychain, None where it is one that this system turns out not to have."""
    if isinstance(keychain, KeychainWhenNeeded) and not keychain.is_there:
        return None
    return keychain


def system_keychain() -> Keychain | None:
    """Return the system's keychain, or None where there is none or it is switched off.

    Takes a few milliseconds where all is well and at most some seconds; asks nobody anything.
    """
    if os.environ.get(SWITCH, "").strip().lower() == "off":
        return None
    try:
        backend = _within(_PROBE, _backend)
    except Exception as error:  # noqa: BLE001 - a system can lack it in ways that nobody listed
        _log.info("no keychain: %s", error or type(error).__name__)
        return None
    return None if backend is None else SystemKeychain(backend)


def _backend() -> KeyringBackend | None:
    """Return the one that this system itself guards."""
    if sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as Backend
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Backend
    else:
        from keyring.backends.SecretService import Keyring as Backend
    return Backend() if Backend.viable else None  # type: ignore[no-untyped-call]


def _within(seconds: float, question: Callable[[], T], *, answer: Future[T] | None = None) -> T:
    """Return the answer to a question that may never be answered.

    The thread that still waits for it then keeps nobody from quitting.

    Args:
        seconds: how long to wait.
        question: asked on a thread of its own.
        answer: where it goes, if somebody else may put an end to the waiting.

    Raises:
        TimeoutError: it took longer.

    """
    given: Future[T] = Future() if answer is None else answer

    def ask() -> None:
        # Somebody may have given it up meanwhile.
        with contextlib.suppress(InvalidStateError):
            try:
                given.set_result(question())
            except InvalidStateError:
                raise
            except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
                given.set_exception(error)

    Thread(target=ask, name="keychain", daemon=True).start()
    return given.result(timeout=seconds)
