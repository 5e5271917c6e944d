"""The settings' page on who can open the gallery."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from db.backups import BackupKind, backup_name, copy_gallery
from db.gallery_file import GalleryFile
from db.key_slots import Cost, Keys
from db.rekeying import rekey
from desktop_app.errors import KeyMissing, PassphraseNeeded
from desktop_app.recognition.people import Origin
from desktop_app.services.privacy.protection import keys_at_hand
from desktop_app.settings import load_settings
from desktop_app.ui.locking.keys_dialog import KeysDialog
from desktop_app.ui.locking.unsealed_notice import UnsealedNotice
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.protection import ProtectionPage

PASSPHRASE = "four words by heart"


class DictKeychain:
    name = "a dictionary"

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.entries.get(name)

    def set(self, name: str, key: bytes) -> None:
        self.entries[name] = key

    def delete(self, name: str) -> None:
        self.entries.pop(name, None)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(
        "db.key_slots.wrap_for_passphrase.__kwdefaults__",
        {"cost": Cost(memory=8 * 1024, iterations=1, lanes=1)},
    )


@pytest.fixture
def keychain(monkeypatch):
    keychain = DictKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    return keychain


@pytest.fixture
def context(ready_context, somebody):
    ready_context.people.file.use_keys(keys_at_hand())
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    return ready_context


@pytest.fixture
def open_page(qtbot, context):
    dialogs = []

    def open_it() -> ProtectionPage:
        dialogs.append(SettingsDialog(context, page=ProtectionPage))
        qtbot.addWidget(dialogs[-1])
        dialogs[-1].show()
        return dialogs[-1].page(ProtectionPage)

    yield open_it
    dialogs.clear()


def shown(page) -> list[str]:
    buttons = (*page._buttons, page.drop_button)
    return [button.text().replace("&", "") for button in buttons if button.isVisible()]


def dialog_of(page) -> KeysDialog:
    (dialog,) = [dialog for dialog in page.findChildren(KeysDialog) if dialog.isVisible()]
    return dialog


def is_shut(path, **keys) -> bool:
    try:
        GalleryFile.open(path, keys=Keys(**keys)).close()
    except (PassphraseNeeded, KeyMissing):
        return True
    return False


def set_passphrase(page, text: str, *, current: str = "") -> None:
    page.passphrase_button.click()
    dialog = dialog_of(page)
    QTest.keyClicks(dialog.current, current)
    QTest.keyClicks(dialog.new, text)
    QTest.keyClicks(dialog.again, text)
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)


def test_where_there_is_a_keychain_one_button_seals(open_page, context, keychain):
    page = open_page()
    assert "not sealed" in page.words.text()
    assert shown(page) == ["Seal the gallery…", "Seal it with a passphrase…"]
    page.seal_button.click()
    dialog_of(page).act_button.click()
    assert "in this computer’s keychain" in page.words.text()
    assert shown(page) == ["Add a passphrase…", "Make a new key…", "Unseal it…"]
    path = context.people.file.path
    assert is_shut(path)
    assert not is_shut(path, keychain=keychain)


def test_what_somebody_who_reads_keeps_in_the_clear_is_said(
    open_page, context, keychain, monkeypatch
):
    monkeypatch.setattr("db.rekeying.rekey.__kwdefaults__", {**rekey.__kwdefaults__, "patience": 0})
    page = open_page()
    assert page.not_overwritten.isHidden()
    with closing(sqlite3.connect(context.people.file.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM samples").fetchone()
        page.seal_button.click()
        dialog_of(page).act_button.click()
        assert "can still be read in 1 file" in page.not_overwritten.text()
        assert page.not_overwritten.isVisible()
    assert open_page().not_overwritten.isHidden()


def test_where_there_is_none_a_passphrase_seals(open_page, context):
    page = open_page()
    assert shown(page) == ["Seal it with a passphrase…"]
    set_passphrase(page, PASSPHRASE)
    assert "by its passphrase only" in page.words.text()
    assert is_shut(context.people.file.path)
    assert not is_shut(context.people.file.path, passphrase=PASSPHRASE)
    assert len(context.people.samples(1)) == 1


def test_two_different_ones_or_none_at_all_seal_nothing(open_page):
    page = open_page()
    page.passphrase_button.click()
    dialog = dialog_of(page)
    assert not dialog.act_button.isEnabled()
    QTest.keyClicks(dialog.new, PASSPHRASE)
    QTest.keyClicks(dialog.again, PASSPHRASE[:-1])
    assert "not the same" in dialog.hint.text()
    assert not dialog.act_button.isEnabled()
    QTest.keyClicks(dialog.again, PASSPHRASE[-1])
    assert "long enough" in dialog.hint.text()
    assert dialog.act_button.isEnabled()
    dialog.new.setText("   ")
    dialog.again.setText("   ")
    assert not dialog.act_button.isEnabled()


def test_a_wrong_passphrase_is_said_in_the_dialog_and_changes_nothing(open_page, context):
    page = open_page()
    set_passphrase(page, PASSPHRASE)
    set_passphrase(page, "another one", current="a guess")
    dialog = dialog_of(page)
    assert "another passphrase" in dialog.trouble.text()
    assert dialog.current.text() == ""
    assert not is_shut(context.people.file.path, passphrase=PASSPHRASE)
    QTest.keyClicks(dialog.current, PASSPHRASE)
    dialog.act_button.click()
    assert not is_shut(context.people.file.path, passphrase="another one")


def test_the_passphrase_is_removed_where_the_keychain_is_left(open_page, context, keychain):
    page = open_page()
    page.seal_button.click()
    dialog_of(page).act_button.click()
    set_passphrase(page, PASSPHRASE)
    assert "and by its passphrase" in page.words.text()
    assert "Remove the passphrase…" in shown(page)
    page.remove_button.click()
    dialog_of(page).act_button.click()
    assert "Remove the passphrase…" not in shown(page)
    assert is_shut(context.people.file.path, passphrase=PASSPHRASE)


def test_a_new_key_is_made_with_the_passphrase_that_there_is(open_page, context):
    page = open_page()
    set_passphrase(page, PASSPHRASE)
    before = context.people.file.path.read_bytes()
    page.rotate_button.click()
    dialog = dialog_of(page)
    assert not dialog.act_button.isEnabled()
    QTest.keyClicks(dialog.current, PASSPHRASE)
    dialog.act_button.click()
    assert context.people.file.path.read_bytes() != before
    assert not is_shut(context.people.file.path, passphrase=PASSPHRASE)


def test_unsealing_asks_for_the_passphrase_and_can_be_called_off(open_page, context):
    page = open_page()
    set_passphrase(page, PASSPHRASE)
    page.unseal_button.click()
    dialog = dialog_of(page)
    QTest.keyClicks(dialog.current, PASSPHRASE)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert is_shut(context.people.file.path)
    page.unseal_button.click()
    dialog = dialog_of(page)
    QTest.keyClicks(dialog.current, PASSPHRASE)
    dialog.act_button.click()
    assert not is_shut(context.people.file.path)
    assert "not sealed" in page.words.text()


def test_backups_that_could_not_follow_are_said_and_can_be_deleted(open_page, context):
    path = context.people.file.path
    backup = backup_name(path, BackupKind.BY_HAND)
    copy_gallery(path, backup)
    backup.write_bytes(backup.read_bytes()[:-40_000])
    page = open_page()
    set_passphrase(page, PASSPHRASE)
    assert "1 backup" in page.backups.text()
    page.drop_button.click()
    dialog_of(page).act_button.click()
    assert not backup.exists()
    assert not page.backups.isVisible()


def test_when_to_lock_is_kept(open_page, context):
    page = open_page()
    page.lock_after.setCurrentIndex(page.lock_after.findData(15))
    page.lock_after.activated.emit(page.lock_after.currentIndex())
    assert load_settings(context.data_dir.settings_file).lock_after_minutes == 15


def test_a_gallery_that_is_not_sealed_is_said_until_it_is_sent_away(
    qtbot, context, make_ready, monkeypatch
):
    bar, asked = MessageBar(dismissable=True), []
    qtbot.addWidget(bar)
    UnsealedNotice(context, bar, seal=lambda: asked.append(True), parent=bar)
    make_ready()
    assert "not sealed" in bar.text
    bar.buttons[0].click()
    assert asked == [True]
    bar.dismiss_button.click()
    assert bar.text == ""
    make_ready()
    assert bar.text == ""
    assert load_settings(context.data_dir.settings_file).told_unsealed


def test_that_it_is_not_sealed_is_said_once_the_bar_says_nothing_else(qtbot, context, make_ready):
    bar = MessageBar(dismissable=True)
    qtbot.addWidget(bar)
    UnsealedNotice(context, bar, seal=lambda: None, parent=bar)
    bar.tell("An import was cut short.")
    make_ready()
    assert bar.text == "An import was cut short."
    bar.dismiss_button.click()
    qtbot.waitUntil(lambda: "not sealed" in bar.text)
    bar.dismiss_button.click()
    bar.tell("Something else.")
    bar.clear()
    QApplication.processEvents()
    assert bar.text == ""


def test_once_it_is_sealed_that_is_not_said_any_more(qtbot, context, make_ready, open_page):
    bar = MessageBar(dismissable=True)
    qtbot.addWidget(bar)
    UnsealedNotice(context, bar, seal=lambda: None, parent=bar)
    make_ready()
    set_passphrase(open_page(), PASSPHRASE)
    assert bar.text == ""
    make_ready()
    assert bar.text == ""


def test_settings_of_a_locked_window_change_no_keys(open_page, context):
    page = open_page()
    set_passphrase(page, PASSPHRASE)
    context.forget_people()
    context.become_unusable("Kenspeckle is locked.")
    assert shown(page) == []
    with closing(SettingsDialog(context, page=ProtectionPage)) as again:
        assert again.page(ProtectionPage).words.text() == "Kenspeckle is locked."


@pytest.mark.parametrize("kept", ["7", "-5", "true", '"5"'])
def test_minutes_that_are_not_offered_never_lock(tmp_path, kept):
    path = tmp_path / "settings.json"
    path.write_text(f'{{"version": 1, "lock_after_minutes": {kept}}}')
    assert load_settings(path).lock_after_minutes == 0


def letters_of(texts) -> list[str]:
    found = [re.search("&([^&])", text) for text in texts]
    return [match[1].casefold() for match in found if match]


def test_no_letter_of_a_page_is_that_of_another_thing_or_of_a_tab(open_page, context, keychain):
    page = open_page()
    page.seal_button.click()
    dialog_of(page).act_button.click()
    set_passphrase(page, PASSPHRASE)
    tabs = page.window().tabs
    of_tabs = letters_of(tabs.tabText(number) for number in range(tabs.count()))
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        widgets = tabs.widget(number).findChildren(QAbstractButton)
        widgets += tabs.widget(number).findChildren(QLabel)
        letters = letters_of(
            widget.text()
            for widget in widgets
            if widget.isVisible() and (isinstance(widget, QAbstractButton) or widget.buddy())
        )
        assert sorted(letters + of_tabs) == sorted(set(letters + of_tabs)), tabs.tabText(number)


def test_a_short_passphrase_is_warned_of_and_asked_about(open_page, context, message_in, press):
    page = open_page()
    page.passphrase_button.click()
    dialog = dialog_of(page)
    QTest.keyClicks(dialog.new, "abc")
    QTest.keyClicks(dialog.again, "abc")
    assert dialog.warning_sign.isVisible()
    assert dialog.hint.foregroundRole() is QPalette.ColorRole.WindowText
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    press(message_in(dialog), "Choose a longer one")
    assert not context.people.file.vault.is_sealed
    assert dialog.isVisible()
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    press(message_in(dialog), "Use it all the same")
    assert context.people.file.vault.is_sealed


def test_a_long_passphrase_is_neither_warned_of_nor_asked_about(open_page, context):
    page = open_page()
    page.passphrase_button.click()
    dialog = dialog_of(page)
    QTest.keyClicks(dialog.new, PASSPHRASE)
    assert not dialog.warning_sign.isVisible()
    QTest.keyClicks(dialog.again, PASSPHRASE)
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    assert context.people.file.vault.is_sealed
