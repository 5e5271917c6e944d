from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from db.key_slots import (
    COST,
    Cost,
    Keys,
    Slot,
    SlotKind,
    entry_name,
    new_key,
    unwrap,
    wrap_for_keychain,
    wrap_for_passphrase,
)
from db.types import DamagedValueError
from desktop_app.errors import (
    KeychainRefused,
    KeyMissing,
    PassphraseNeeded,
    PassphraseWrong,
    UsageError,
)

KEY = bytes(range(32))
UID = "0123456789abcdef0123456789abcdef"
PATH = Path("people.kenspeckle")
# The real one takes half a second; what it costs is a slot's own matter.
CHEAP = Cost(memory=8 * 1024, iterations=1, lanes=1)


class Drawer:
    """A keychain in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.asked = 0

    def get(self, name: str) -> bytes | None:
        self.asked += 1
        return self.kept.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.kept[name] = key

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class LockedDrawer(Drawer):
    """Refuses to be asked."""

    def get(self, name: str) -> bytes | None:
        raise KeychainRefused(reason="it is locked")


class Forgetful(Drawer):
    """Says nothing and keeps nothing, as keyring's null backend does."""

    def set(self, name: str, key: bytes) -> None:
        pass


def by_passphrase(passphrase: str, *, key: bytes = KEY, cost: Cost = CHEAP) -> Slot:
    return wrap_for_passphrase(key, uid=UID, passphrase=passphrase, cost=cost)


def opened(*slots: Slot, uid: str = UID, **keys: object) -> bytes:
    return unwrap(slots, uid=uid, keys=Keys(**keys), path=PATH)  # type: ignore[arg-type]


def test_the_keychain_opens_what_was_wrapped_for_it() -> None:
    drawer = Drawer()
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    assert opened(slot, keychain=drawer) == KEY
    assert KEY not in drawer.kept.values()
    assert KEY not in slot.wrapped


def test_the_entry_in_the_keychain_tells_galleries_and_slots_apart() -> None:
    drawer = Drawer()
    slots = [wrap_for_keychain(KEY, uid=uid, keychain=drawer) for uid in (UID, UID, UID[::-1])]
    assert len(drawer.kept) == 3
    assert set(drawer.kept) == {
        entry_name(slots[0], uid=UID),
        entry_name(slots[1], uid=UID),
        entry_name(slots[2], uid=UID[::-1]),
    }
    for name in drawer.kept:
        word, uid, slot = name.split(" ")
        assert word == "gallery"
        assert uid in {UID, UID[::-1]}
        assert len(bytes.fromhex(slot)) == 4


def test_a_keychain_that_does_not_keep_what_it_is_given_gets_no_slot() -> None:
    with pytest.raises(KeychainRefused, match="does not give back"):
        wrap_for_keychain(KEY, uid=UID, keychain=Forgetful())


def test_another_computers_keychain_has_no_key() -> None:
    slot = wrap_for_keychain(KEY, uid=UID, keychain=Drawer())
    with pytest.raises(KeyMissing, match=r"people\.kenspeckle.*Nothing was changed"):
        opened(slot, keychain=Drawer())


def test_without_a_keychain_the_key_is_missing() -> None:
    slot = wrap_for_keychain(KEY, uid=UID, keychain=Drawer())
    with pytest.raises(KeyMissing):
        opened(slot)
    with pytest.raises(KeyMissing):
        opened(slot, passphrase="of no use here")


def test_a_locked_keychain_is_called_locked_and_not_without_the_key() -> None:
    slot = wrap_for_keychain(KEY, uid=UID, keychain=Drawer())
    with pytest.raises(KeychainRefused, match="it is locked"):
        opened(slot, keychain=LockedDrawer())


@pytest.mark.parametrize("wrong", [bytes(32), b"", b"short", bytes(33)])
def test_a_key_that_does_not_fit_its_slot_is_damage(wrong: bytes) -> None:
    drawer = Drawer()
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    drawer.set(entry_name(slot, uid=UID), wrong)
    with pytest.raises(DamagedValueError, match="do not fit"):
        opened(slot, keychain=drawer)


def test_a_passphrase_opens_what_was_wrapped_for_it() -> None:
    slot = by_passphrase("correct horse battery staple")
    assert opened(slot, passphrase="correct horse battery staple") == KEY
    assert KEY not in slot.wrapped


@pytest.mark.parametrize(
    ("typed_on_a_mac", "typed_elsewhere"),
    [
        ("Zu\u0308rich", "Z\u00fcrich"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00"),
        ("cafe\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467", "caf\u00e9 👨‍👩‍👧"),
    ],
)
def test_a_passphrase_is_the_same_however_a_system_composes_its_letters(
    typed_on_a_mac: str, typed_elsewhere: str
) -> None:
    assert typed_on_a_mac != typed_elsewhere
    assert opened(by_passphrase(typed_on_a_mac), passphrase=typed_elsewhere) == KEY
    assert opened(by_passphrase(typed_elsewhere), passphrase=typed_on_a_mac) == KEY


@pytest.mark.parametrize("other", ["zürich 🔑", "Zürich 🗝", "Zürich 🔑 ", "Zurich 🔑", "x"])
def test_another_passphrase_is_wrong(other: str) -> None:
    with pytest.raises(PassphraseWrong, match=r"people\.kenspeckle.*Nothing was changed"):
        opened(by_passphrase("Zürich 🔑"), passphrase=other)


def test_a_passphrase_that_was_not_text_to_begin_with_opens_too() -> None:
    # Bytes of a command line that are not UTF-8 arrive like this.
    assert opened(by_passphrase("caf\udce9"), passphrase="caf\udce9") == KEY


@pytest.mark.parametrize("nothing", ["", " ", "\t\n", "\u3000"])
def test_an_empty_passphrase_is_refused(nothing: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        by_passphrase(nothing)


@pytest.mark.parametrize("given", [None, ""])
def test_a_gallery_with_a_passphrase_asks_for_it(given: str | None) -> None:
    with pytest.raises(PassphraseNeeded, match=r"people\.kenspeckle.*Nothing was changed"):
        opened(by_passphrase("sesame"), passphrase=given)


def test_either_the_keychain_or_the_passphrase_opens_a_gallery_that_has_both() -> None:
    drawer = Drawer()
    slots = [by_passphrase("sesame"), wrap_for_keychain(KEY, uid=UID, keychain=drawer)]
    assert opened(*slots, keychain=drawer) == KEY
    assert opened(*slots, passphrase="sesame") == KEY


@pytest.mark.parametrize("elsewhere", [Drawer(), LockedDrawer()])
def test_where_the_keychain_does_not_help_the_passphrase_is_asked_for(elsewhere: Drawer) -> None:
    slots = [wrap_for_keychain(KEY, uid=UID, keychain=Drawer()), by_passphrase("sesame")]
    with pytest.raises(PassphraseNeeded):
        opened(*slots, keychain=elsewhere)
    assert opened(*slots, keychain=elsewhere, passphrase="sesame") == KEY


def test_a_wrong_passphrase_is_not_made_good_by_the_keychain() -> None:
    drawer = Drawer()
    slots = [wrap_for_keychain(KEY, uid=UID, keychain=drawer), by_passphrase("sesame")]
    drawer.asked = 0
    with pytest.raises(PassphraseWrong):
        opened(*slots, keychain=drawer, passphrase="Sesame")
    assert drawer.asked == 0


def test_a_passphrase_does_not_get_in_the_way_where_only_the_keychain_opens() -> None:
    drawer = Drawer()
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    assert opened(slot, keychain=drawer, passphrase="of another gallery") == KEY


def test_any_of_several_passphrases_opens() -> None:
    slots = [by_passphrase("first"), by_passphrase("second")]
    assert opened(*slots, passphrase="second") == KEY


def test_one_passphrase_makes_another_slot_each_time() -> None:
    first, second = by_passphrase("sesame"), by_passphrase("sesame")
    assert first.salt != second.salt
    assert first.wrapped != second.wrapped


def test_a_slot_of_another_gallery_does_not_open() -> None:
    drawer = Drawer()
    other = UID[::-1]
    with pytest.raises(PassphraseWrong):
        opened(by_passphrase("sesame"), uid=other, passphrase="sesame")
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    drawer.set(entry_name(slot, uid=other), drawer.kept[entry_name(slot, uid=UID)])
    with pytest.raises(DamagedValueError):
        opened(slot, uid=other, keychain=drawer)


def test_a_slot_altered_in_any_one_byte_does_not_open() -> None:
    drawer = Drawer()
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    for at in range(len(slot.wrapped)):
        altered = bytearray(slot.wrapped)
        altered[at] ^= 1
        with pytest.raises((DamagedValueError, KeyMissing)):
            opened(replace(slot, wrapped=bytes(altered)), keychain=drawer)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(memory=8 * 1024, iterations=1, lanes=1),
        Cost(memory=64 * 1024, iterations=3, lanes=4),
        Cost(memory=16 * 1024, iterations=2, lanes=16),
        COST,
    ],
)
def test_a_slot_opens_at_the_cost_that_it_was_made_at(cost: Cost) -> None:
    slot = by_passphrase("sesame", cost=cost)
    assert slot.cost is not None
    assert Cost.from_json(slot.cost) == cost
    assert opened(slot, passphrase="sesame") == KEY


def test_what_a_slot_costs_is_at_least_what_rfc_9106_recommends() -> None:
    assert COST.memory >= 64 * 1024
    assert COST.iterations >= 3
    assert COST.lanes == 4


@pytest.mark.parametrize(
    "hostile",
    [
        {"memory": 100 * 1024 * 1024},
        {"memory": 1024 * 1024 + 1},
        {"memory": 1},
        {"memory": 0},
        {"memory": -1},
        {"memory": 10**30},
        {"memory": 65536.0},
        {"memory": True},
        {"memory": "65536"},
        {"memory": None},
        {"memory": [65536]},
        {"iterations": 0},
        {"iterations": 11},
        {"iterations": 2**32 - 1},
        {"iterations": True},
        {"lanes": 0},
        {"lanes": 17},
        {"lanes": 2**24},
        {"algorithm": "md5"},
        {"algorithm": None},
    ],
)
def test_a_hostile_cost_is_refused_before_any_work(
    hostile: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = by_passphrase("sesame")
    assert slot.cost is not None
    cost = json.dumps(json.loads(slot.cost) | hostile)

    def work(*_: object, **__: object) -> None:
        raise AssertionError("it was worked on")

    monkeypatch.setattr("db.key_slots._derive", work)
    with pytest.raises(DamagedValueError):
        opened(replace(slot, cost=cost), passphrase="sesame")


@pytest.mark.parametrize(
    "cost",
    [
        None,
        5,
        b"{}",
        "",
        "{",
        "{}",
        "null",
        "[1, 2, 3]",
        '"memory"',
        "[" * 100_000,
        '{"memory": ' + "9" * 5000 + "}",
        '{"algorithm": "argon2id", "memory": 65536, "iterations": 3}',
        '{"algorithm": "argon2id", "memory": NaN, "iterations": 3, "lanes": 4}',
    ],
)
def test_a_cost_that_is_none_is_damage(cost: object) -> None:
    with pytest.raises(DamagedValueError):
        opened(replace(by_passphrase("sesame"), cost=cost), passphrase="sesame")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"salt": None},
        {"salt": b""},
        {"salt": bytes(1_000_000)},
        {"salt": "sixteen letters!"},
        {"wrapped": b""},
        {"wrapped": bytes(59)},
        {"wrapped": bytes(1_000_000)},
        {"wrapped": None},
        {"kind": "fingerprint"},
        {"kind": None},
    ],
)
def test_a_slot_of_another_shape_is_damage(change: dict[str, object]) -> None:
    slot = replace(by_passphrase("sesame"), **change)  # type: ignore[arg-type]
    with pytest.raises(DamagedValueError):
        opened(slot, passphrase="sesame")


def test_a_slots_kind_may_be_the_word_that_lies_in_the_file() -> None:
    slot = replace(by_passphrase("sesame"), kind="passphrase")  # type: ignore[arg-type]
    assert opened(slot, passphrase="sesame") == KEY


def test_damage_is_told_even_where_another_slot_would_open() -> None:
    drawer = Drawer()
    slot = wrap_for_keychain(KEY, uid=UID, keychain=drawer)
    with pytest.raises(DamagedValueError):
        opened(slot, replace(by_passphrase("sesame"), cost="{}"), keychain=drawer)


def test_more_slots_than_are_ever_made_are_not_tried() -> None:
    slot = by_passphrase("sesame")
    assert opened(*[slot] * 8, passphrase="sesame") == KEY
    with pytest.raises(DamagedValueError, match="more key slots"):
        opened(*[slot] * 9, passphrase="sesame")


def test_too_little_memory_is_a_trouble_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.kdf import argon2

    class Exhausted:
        def __init__(self, **_: object) -> None:
            pass

        def derive(self, _: bytes) -> bytes:
            raise MemoryError

    slot = by_passphrase("sesame")
    monkeypatch.setattr(argon2, "Argon2id", Exhausted)
    with pytest.raises(OSError, match="8 MiB of memory") as trouble:
        opened(slot, passphrase="sesame")
    assert trouble.value.errno == errno.ENOMEM


def test_a_key_of_another_length_is_not_wrapped() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        by_passphrase("sesame", key=bytes(16))
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_for_keychain(bytes(16), uid=UID, keychain=Drawer())


def test_new_keys_are_never_alike() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(key) for key in keys} == {32}


def test_keys_show_no_passphrase() -> None:
    keys = Keys(passphrase="open sesame")
    assert "sesame" not in repr(keys)
    assert "sesame" not in str(keys)


def test_a_slot_that_was_made_long_ago_still_opens() -> None:
    slot = Slot(
        SlotKind.PASSPHRASE,
        wrapped=bytes.fromhex(
            "4ee667ea4d44d0c060d7c0d63c57272b1afa8a5d4cbd708b6e8aa26a9834"
            "cf321fd96df5a7eef9576bb17a0b20c519cd7083815d096c2e499116ab3a"
        ),
        salt=bytes.fromhex("fc2e1465b8fb50e38c5a4f8ed5cb4fa2"),
        # Another cost than today's in each number: all three are the slot's.
        cost='{"algorithm": "argon2id", "memory": 16384, "iterations": 2, "lanes": 3}',
    )
    assert opened(slot, passphrase="Zürich 🔑") == KEY
