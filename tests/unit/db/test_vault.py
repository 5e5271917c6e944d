from __future__ import annotations

import itertools

import pytest

from db.types import DamagedValueError
from db.vault import KEY_BYTES, OVERHEAD, OpenVault, Purpose, SealedVault, Vault

KEY = bytes(range(KEY_BYTES))
UID = "0123456789abcdef0123456789abcdef"
TEMPLATE = bytes(range(256)) * 2


@pytest.fixture
def vault() -> SealedVault:
    return SealedVault(KEY, uid=UID)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("data", [b"", b"\0", TEMPLATE, b"\x89PNG" * 10_000])
def test_what_is_sealed_comes_back_as_it_was(
    vault: SealedVault, purpose: Purpose, data: bytes
) -> None:
    sealed = vault.seal(data, purpose)
    assert len(sealed) == len(data) + OVERHEAD
    assert SealedVault(KEY, uid=UID).unseal(sealed, purpose) == data


def test_nothing_of_a_value_can_be_read_in_its_sealed_form(vault: SealedVault) -> None:
    sealed = vault.seal(TEMPLATE, Purpose.TEMPLATE)
    pieces = (TEMPLATE[at : at + 4] for at in range(0, len(TEMPLATE) - 4, 4))
    assert not any(piece in sealed for piece in pieces)


def test_one_value_is_never_sealed_twice_alike(vault: SealedVault) -> None:
    sealed = [vault.seal(TEMPLATE, Purpose.TEMPLATE) for _ in range(1000)]
    assert len({value[:12] for value in sealed}) == len(sealed)
    assert len({value[12:] for value in sealed}) == len(sealed)


def test_a_value_altered_in_any_one_byte_is_damaged(vault: SealedVault) -> None:
    sealed = vault.seal(TEMPLATE, Purpose.TEMPLATE)
    for at, bit in itertools.product(range(len(sealed)), (0x01, 0x80)):
        altered = bytearray(sealed)
        altered[at] ^= bit
        with pytest.raises(DamagedValueError, match="a sealed template was altered"):
            vault.unseal(bytes(altered), Purpose.TEMPLATE)


@pytest.mark.parametrize("length", [0, 1, 12, 27, 28, 100, 539])
def test_a_value_cut_short_is_damaged(vault: SealedVault, length: int) -> None:
    sealed = vault.seal(TEMPLATE, Purpose.TEMPLATE)
    assert length < len(sealed)
    with pytest.raises(DamagedValueError):
        vault.unseal(sealed[:length], Purpose.TEMPLATE)


def test_a_value_with_something_behind_it_is_damaged(vault: SealedVault) -> None:
    with pytest.raises(DamagedValueError):
        vault.unseal(vault.seal(TEMPLATE, Purpose.TEMPLATE) + b"\0", Purpose.TEMPLATE)


@pytest.mark.parametrize("value", [None, "text", 5])
def test_a_value_of_another_type_is_damaged(vault: SealedVault, value: object) -> None:
    with pytest.raises(DamagedValueError):
        vault.unseal(value, Purpose.TEMPLATE)  # type: ignore[arg-type]


def test_a_value_opens_for_no_other_purpose(vault: SealedVault) -> None:
    for purpose, other in itertools.permutations(Purpose, 2):
        with pytest.raises(DamagedValueError):
            vault.unseal(vault.seal(TEMPLATE, purpose), other)


def test_a_value_of_another_gallery_does_not_open(vault: SealedVault) -> None:
    elsewhere = SealedVault(KEY, uid=UID[::-1]).seal(TEMPLATE, Purpose.TEMPLATE)
    with pytest.raises(DamagedValueError):
        vault.unseal(elsewhere, Purpose.TEMPLATE)


def test_a_value_does_not_open_with_another_key(vault: SealedVault) -> None:
    sealed = vault.seal(TEMPLATE, Purpose.TEMPLATE)
    with pytest.raises(DamagedValueError):
        SealedVault(KEY[::-1], uid=UID).unseal(sealed, Purpose.TEMPLATE)


def test_a_value_that_was_never_sealed_does_not_open_in_a_sealed_vault(
    vault: SealedVault,
) -> None:
    with pytest.raises(DamagedValueError):
        vault.unseal(TEMPLATE, Purpose.TEMPLATE)


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="expected a key of 32 bytes"):
        SealedVault(bytes(length), uid=UID)


def test_neither_the_vault_nor_its_parts_show_the_key(vault: SealedVault) -> None:
    assert KEY.hex() not in repr(vault)
    assert KEY not in (value for value in vars(vault).values())


def test_an_open_vault_leaves_values_as_they_are() -> None:
    vault: Vault = OpenVault()
    assert not vault.is_sealed
    assert vault.seal(TEMPLATE, Purpose.SAMPLE) == TEMPLATE
    assert vault.unseal(TEMPLATE, Purpose.SAMPLE) == TEMPLATE


def test_the_words_that_are_sealed_along_have_not_changed() -> None:
    # Galleries out there are sealed with them: any other word locks their owners out.
    assert {purpose.name: purpose.value for purpose in Purpose} == {
        "TEMPLATE": "template",
        "SAMPLE": "sample",
        "NEGATIVE": "negative",
        "NEGATIVE_IMAGE": "negative image",
        "EVENT": "event",
        "EVENT_IMAGE": "event image",
        "STAGED": "staged",
        "STAGED_IMAGE": "staged image",
    }


def test_a_value_that_was_sealed_long_ago_still_opens(vault: SealedVault) -> None:
    sealed = bytes.fromhex(
        "0a393de47aab8c417147e8552e691e64aa9b73b884dd2db8450a508a1888dc37beb9967e47a5"
    )
    assert vault.unseal(sealed, Purpose.TEMPLATE) == b"a template"
