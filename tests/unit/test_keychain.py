from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError, PasswordSetError

from desktop_app import keychain
from desktop_app.errors import KeychainRefused
from desktop_app.keychain import SERVICE, SWITCH, SystemKeychain, system_keychain

KEY = bytes(range(32))
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is Linux's")


class Entries:
    """Does what a backend of keyring does, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        if (service, name) not in self.kept:
            raise PasswordDeleteError("No such password!")
        del self.kept[service, name]


class Failing(Entries):
    """Raises whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, name: str) -> str | None:
        raise self.error

    def set_password(self, service: str, name: str, text: str) -> None:
        raise self.error

    def delete_password(self, service: str, name: str) -> None:
        raise self.error


class Silent(Entries):
    """Never answers, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def get_password(self, service: str, name: str) -> str | None:
        self.over.wait()
        return None

    set_password = delete_password = get_password  # type: ignore[assignment]


class Clinging(Entries):
    """Refuses to delete what it has."""

    def delete_password(self, service: str, name: str) -> None:
        raise PasswordDeleteError("Can't delete password in keychain")


@contextlib.contextmanager
def silent_bus(path: Path, *, authenticates: bool) -> Iterator[str]:
    """Give the address of a bus that takes callers in and then says nothing more."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        callers = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                caller = server.accept()[0]
                callers.append(caller)
                if authenticates:
                    while b"AUTH" not in caller.recv(1024):
                        pass
                    caller.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")

        serving = threading.Thread(target=serve)
        serving.start()
        yield f"unix:path={path}"
        server.shutdown(socket.SHUT_RDWR)
        serving.join()
        for caller in callers:
            caller.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As outside of tests: the keychain is not switched off."""
    monkeypatch.delenv(SWITCH, raising=False)
    return monkeypatch


def test_a_key_comes_back_as_it_was_kept() -> None:
    here = SystemKeychain(Entries())  # type: ignore[arg-type]
    here.set("gallery a", KEY)
    here.set("gallery b", KEY[::-1])
    assert here.get("gallery a") == KEY
    assert here.get("gallery b") == KEY[::-1]


def test_a_key_that_is_kept_again_takes_the_place_of_the_old_one() -> None:
    here = SystemKeychain(Entries())  # type: ignore[arg-type]
    here.set("gallery", KEY)
    here.set("gallery", KEY[::-1])
    assert here.get("gallery") == KEY[::-1]


def test_an_entry_fits_into_every_systems_keychain() -> None:
    entries = Entries()
    SystemKeychain(entries).set("gallery", KEY)  # type: ignore[arg-type]
    text = entries.kept[SERVICE, "gallery"]
    assert base64.b64decode(text) == KEY
    # Windows takes 2,560 bytes of UTF-16, and no keychain takes less.
    assert len(text.encode("utf-16-le")) < 2560


def test_a_key_that_was_never_kept_is_none() -> None:
    assert SystemKeychain(Entries()).get("gallery") is None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["not a key at all", "Schlüssel", "abc"])
def test_an_entry_that_is_no_key_is_none(text: str) -> None:
    entries = Entries()
    entries.kept[SERVICE, "gallery"] = text
    assert SystemKeychain(entries).get("gallery") is None  # type: ignore[arg-type]


def test_a_deleted_key_is_gone_and_may_be_deleted_again() -> None:
    here = SystemKeychain(Entries())  # type: ignore[arg-type]
    here.set("gallery", KEY)
    here.delete("gallery")
    assert here.get("gallery") is None
    here.delete("gallery")


def test_a_key_that_cannot_be_deleted_is_no_deleted_key() -> None:
    here = SystemKeychain(Clinging())  # type: ignore[arg-type]
    here.set("gallery", KEY)
    with pytest.raises(KeychainRefused, match="let go"):
        here.delete("gallery")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyringLocked("Failed to unlock the collection!"), "it is locked"),
        (KeyringError("Can't get password: (-25308, 'Unknown Error')"), "-25308"),
        (PasswordSetError("Cancelled by user."), "Cancelled by user. Nothing"),
        (OSError(1783, "The stub received bad data"), "The stub received bad data"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_whatever_goes_wrong_in_a_keychain_is_a_known_trouble(
    error: Exception, reason: str
) -> None:
    here = SystemKeychain(Failing(error))  # type: ignore[arg-type]
    for ask in (
        lambda: here.get("gallery"),
        lambda: here.set("gallery", KEY),
        lambda: here.delete("gallery"),
    ):
        with pytest.raises(KeychainRefused) as refused:
            ask()
        assert reason in str(refused.value)


def test_a_keychain_that_never_answers_is_not_waited_for() -> None:
    silent = Silent()
    here = SystemKeychain(silent, patience=0.05)  # type: ignore[arg-type]
    try:
        with pytest.raises(KeychainRefused, match="does not answer"):
            here.get("gallery")
    finally:
        silent.over.set()


def test_a_keychain_that_never_answers_keeps_nobody_from_quitting() -> None:
    program = (
        "import threading\n"
        "from desktop_app.keychain import _within\n"
        "try: _within(0.05, threading.Event().wait)\n"
        "except TimeoutError: print('given up')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "given up\n"


def test_tests_do_not_touch_the_keychain_of_whoever_runs_them() -> None:
    assert os.environ[SWITCH] == "off"
    assert system_keychain() is None


def test_the_switch_is_off_in_capitals_too(asked: pytest.MonkeyPatch) -> None:
    asked.setattr(keychain, "_backend", Entries)
    assert isinstance(system_keychain(), SystemKeychain)
    asked.setenv(SWITCH, "OFF")
    assert system_keychain() is None


@linux_only
def test_without_a_bus_there_is_no_keychain(asked: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert system_keychain() is None
    for address in (f"unix:path={tmp_path / 'nobody'}", "autolaunch:", "nonsense"):
        asked.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert system_keychain() is None


@linux_only
@pytest.mark.parametrize("authenticates", [False, True])
def test_a_bus_that_says_nothing_is_no_keychain(tmp_path: Path, authenticates: bool) -> None:
    # In a process of its own, because jeepney leaves the socket to the collector.
    program = (
        "from desktop_app import keychain\n"
        "keychain._PROBE = 0.5\n"
        "print(keychain.system_keychain())\n"
    )
    with silent_bus(tmp_path / "bus", authenticates=authenticates) as address:
        environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address, SWITCH: ""}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout == "None\n"


@linux_only
def test_stores_that_only_keyring_would_choose_do_not_count(
    asked: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    (tmp_path / "plain_text_store.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 20\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password): pass\n"
    )
    asked.syspath_prepend(tmp_path)
    asked.setenv("PYTHON_KEYRING_BACKEND", "plain_text_store.Keyring")
    import keyring.core

    chosen = keyring.core.load_env()
    assert chosen is not None
    assert chosen.priority == 20
    assert system_keychain() is None


def test_asking_whether_there_is_a_keychain_asks_it_nothing(asked: pytest.MonkeyPatch) -> None:
    asked.setattr(keychain, "_backend", lambda: Failing(AssertionError("it was asked")))
    assert isinstance(system_keychain(), SystemKeychain)


def test_importing_the_module_does_not_load_keyring() -> None:
    program = (
        "import sys, desktop_app.keychain, db.vault, db.key_slots\n"
        "print([name for name in ('keyring', 'secretstorage', 'cryptography')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"
