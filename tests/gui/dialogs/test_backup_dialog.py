"""Backups in the window, with real files."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from db.key_slots import Keys
from db.repository import GalleryRepository
from desktop_app.errors import DiskFull, GalleryDamaged
from desktop_app.recognition.people import Origin
from desktop_app.services import backups
from desktop_app.services.people import PeopleService
from desktop_app.ui.backups.backup_dialog import BackupDialog
from desktop_app.ui.backups.backup_passphrase import AskPassphrase, NewPassphrase
from desktop_app.ui.backups.daily_backup import DailyBackup
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.backups import BackupsPage


@pytest.fixture
def people(ready_context, somebody):
    for name in ("Anna", "Bruno"):
        ready_context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    return ready_context.people


@pytest.fixture
def dialog(ready_context, people, qtbot):
    dialog = BackupDialog(ready_context)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def click(qtbot, button) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names(context) -> list[str]:
    return [person.identity.name for person in context.last_change.people]


def test_an_empty_list_offers_nothing_that_needs_a_backup(dialog) -> None:
    assert dialog.list.topLevelItemCount() == 0
    assert not dialog.restore_button.isEnabled()
    assert not dialog.verify_button.isEnabled()
    assert "beside the gallery" in dialog.hint.text()


def test_a_backup_is_made_checked_and_put_back(
    dialog, ready_context, people, qtbot, message_in, press
) -> None:
    click(qtbot, dialog.create_button)
    assert "is sound" in dialog.bar.text
    assert dialog.list.topLevelItem(0).text(2).startswith("2 ")
    ready_context.rename(people.find("Anna").id, "Hanna")
    assert names(ready_context) == ["Bruno", "Hanna"]

    click(qtbot, dialog.restore_button)
    press(message_in(dialog), "Put back")

    assert names(ready_context) == ["Anna", "Bruno"]
    assert ready_context.last_change.undoable is None
    assert dialog.list.topLevelItemCount() == 2
    assert "is back" in dialog.bar.text


def test_nothing_is_put_back_without_a_yes(
    dialog, ready_context, people, qtbot, message_in, press
) -> None:
    click(qtbot, dialog.create_button)
    ready_context.rename(people.find("Anna").id, "Hanna")
    click(qtbot, dialog.restore_button)

    press(message_in(dialog), "Cancel")

    assert names(ready_context) == ["Bruno", "Hanna"]


def test_a_broken_backup_is_shown_as_broken_and_cannot_be_put_back(
    dialog, ready_context, people, qtbot
) -> None:
    line = backups.create(people.file)
    data = bytearray(line.backup.path.read_bytes())
    data[4096:40960] = os.urandom(36864)
    line.backup.path.write_bytes(data)
    dialog._load()

    assert dialog.list.topLevelItem(0).text(4) == "Cannot be read"
    assert not dialog.restore_button.isEnabled()
    click(qtbot, dialog.verify_button)
    assert "cannot be used" in dialog.bar.text


def test_a_backup_goes_to_another_place(dialog, ready_context, qtbot, tmp_path) -> None:
    click(qtbot, dialog.elsewhere_button)
    (chooser,) = dialog.findChildren(QFileDialog)
    target = tmp_path / "stick" / "copy.db"
    chooser.fileSelected.emit(str(target))
    chooser.close()

    assert backups.verify(target, keys=Keys()).content.people == 2
    assert str(target) in dialog.bar.text


@pytest.fixture
def sealed(tmp_path, somebody):
    """A gallery that a passphrase opens, on another computer."""
    from desktop_app.services.privacy.protection import Protection

    repository = GalleryRepository.open(tmp_path / "sealed" / "gallery.db")
    service = PeopleService(repository, embedder="test", dimension=64)
    service.enrol("Sophie", [somebody("Sophie")], origin=Origin.PHOTO)
    Protection(service.file).seal(passphrase="a horse, a battery", in_keychain=False)
    yield service
    repository.close()


def test_the_passphrase_of_a_backup_is_asked_for_until_it_is_right(
    dialog, ready_context, sealed, qtbot, tmp_path, message_in, press
) -> None:
    stick = tmp_path / "stick.db"
    backups.create(sealed.file, stick)
    click(qtbot, dialog.file_button)
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(stick))
    chooser.close()
    press(message_in(dialog), "Put back")

    for typed in ("wrong", "a horse, a battery"):
        assert names(ready_context) == ["Anna", "Bruno"]
        asked = [one for one in dialog.findChildren(AskPassphrase) if one.isVisible()]
        qtbot.keyClicks(asked[0].field, typed)
        qtbot.keyClick(asked[0].field, Qt.Key.Key_Return)

    assert names(ready_context) == ["Sophie"]


def test_a_new_passphrase_is_typed_twice_or_not_at_all(qtbot, dialog) -> None:
    asking = NewPassphrase(dialog)
    asking.open()
    chosen = []
    asking.chosen.connect(chosen.append)
    assert asking.is_complete
    qtbot.keyClicks(asking.field, "correct")
    assert not asking.is_complete
    qtbot.keyClicks(asking.again, "correct")
    qtbot.keyClick(asking.again, Qt.Key.Key_Return)

    assert chosen == ["correct"]


def test_the_backup_of_the_day_is_made_unless_that_is_switched_off(ready_context, people) -> None:
    daily = DailyBackup(ready_context, ready_context)
    ready_context.change_settings(automatic_backups=False)
    daily.look()
    assert backups.list_backups(people.file.path) == []
    ready_context.change_settings(automatic_backups=True)
    daily.look()

    (line,) = backups.list_backups(people.file.path)
    assert line.backup.kind.value == "day"


@pytest.mark.parametrize("kind", [DiskFull, GalleryDamaged])
def test_a_backup_of_the_day_that_fails_is_said(ready_context, people, monkeypatch, kind) -> None:
    error = kind(path="gallery.db", reason="a page is broken", backups="backups")

    def fail(path):
        raise error

    monkeypatch.setattr(backups, "create_if_due", fail)
    daily = DailyBackup(ready_context, ready_context)
    told, damaged = [], []
    ready_context.failed.connect(told.append)
    daily.damage_found.connect(damaged.append)

    daily.look()

    assert (told, damaged) == (([], [error]) if kind is GalleryDamaged else ([error], []))


def test_the_settings_switch_it_off_and_lead_to_the_backups(ready_context, people, qtbot) -> None:
    settings = SettingsDialog(ready_context)
    qtbot.addWidget(settings)
    settings.show()
    page = settings.page(BackupsPage)
    page.automatic.setChecked(False)
    assert ready_context.settings.automatic_backups is False

    page.show_button.click()

    (dialog,) = settings.findChildren(BackupDialog)
    assert "switched off" in dialog.hint.text()
    dialog.close()
