"""Exporting and erasing somebody in the window, with real files."""

from __future__ import annotations

import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QMessageBox, QWidget

from desktop_app.recognition.people import Origin
from desktop_app.services import backups
from desktop_app.services.privacy.person_export import file_name_for
from desktop_app.ui.privacy.person_erasure import ErasureDialog, erase_person
from desktop_app.ui.privacy.person_export import export_person


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def anna(ready_context, somebody):
    looks = [somebody("Anna", look=look) for look in range(3)]
    done = []
    ready_context.enrol("Änna Grün", looks, origin=Origin.PHOTO, success=done.append)
    ready_context.enrol("Bruno", [somebody("Bruno")], origin=Origin.PHOTO)
    return done[0].identity


@pytest.fixture
def erasing(ready_context, anna, window, qtbot):
    erase_person(ready_context, window, anna)
    (dialog,) = window.findChildren(ErasureDialog)
    return dialog


def test_nobody_is_erased_before_their_name_is_typed(erasing, qtbot, service) -> None:
    assert "3 picture" in erasing.name.accessibleDescription()
    assert not erasing.erase_button.isEnabled()
    erasing.name.insert("Änna")
    qtbot.keyClick(erasing.name, Qt.Key.Key_Return)
    assert not erasing.erase_button.isEnabled()
    assert service.find("Änna Grün") is not None


def test_the_keyboard_alone_erases_somebody_and_shows_the_proof(
    erasing, qtbot, service, ready_context, tmp_path
) -> None:
    backups.create(service.file)
    ready_context.change_people(lambda people: people.set_note(erasing._identity.id, "x"))
    erasing.name.insert("änna grün")

    qtbot.keyClick(erasing.name, Qt.Key.Key_Return)

    assert erasing.isVisible()
    proof = erasing.result_text.toPlainText()
    assert "Nothing was found." in proof
    assert "byte for byte" in proof
    assert [person.identity.name for person in ready_context.last_change.people] == ["Bruno"]
    assert ready_context.last_change.undoable is None
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert "Änna".encode() not in file.read_bytes()
    close = erasing.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    qtbot.waitUntil(close.hasFocus)
    qtbot.keyClick(close, Qt.Key.Key_Return)
    assert not erasing.isVisible()


def test_a_source_called_after_them_is_forgotten_in_the_window_too(
    ready_context, erasing, qtbot
) -> None:
    ready_context.change_settings(source="/home/Änna Grün/clip.mp4")
    erasing.name.insert("Änna Grün")

    qtbot.mouseClick(erasing.erase_button, Qt.MouseButton.LeftButton)

    assert ready_context.settings.source is None
    assert "Nothing was found." in erasing.result_text.toPlainText()


def test_what_is_found_in_a_file_of_ones_own_is_named(erasing, qtbot, tmp_path) -> None:
    (tmp_path / "invitations.txt").write_text("Änna Grün\n", encoding="utf-8")
    erasing.name.insert("Änna Grün")

    qtbot.mouseClick(erasing.erase_button, Qt.MouseButton.LeftButton)

    assert "invitations.txt" in erasing.result_text.toPlainText()


def test_an_export_is_written_where_somebody_says_and_is_said_not_to_be_sealed(
    ready_context, anna, window, qtbot, message_in, tmp_path
) -> None:
    export_person(ready_context, window, anna)
    (dialog,) = window.findChildren(QFileDialog)
    target = tmp_path / "anna.zip"
    dialog.fileSelected.emit(str(target))

    box = message_in(window)
    assert "not sealed" in box.informativeText()
    assert str(target) in box.text()
    with zipfile.ZipFile(target) as archive:
        assert sum(name.startswith("pictures/") for name in archive.namelist()) == 3
    box.close()
    dialog.close()


def test_an_export_asks_the_database_for_a_picture_at_a_time(
    ready_context, anna, window, message_in, tmp_path, monkeypatch
) -> None:
    asked = []
    call, run = ready_context.database.call, ready_context.database.run

    def counted(work):
        asked.append("call")
        return call(work)

    def counted_run(work, **callbacks):
        asked.append("run")
        return run(work, **callbacks)

    monkeypatch.setattr(ready_context.database, "call", counted)
    monkeypatch.setattr(ready_context.database, "run", counted_run)
    export_person(ready_context, window, anna)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "anna.zip"))

    # What there is, and three pictures.
    assert asked == ["call"] * 4
    message_in(window).close()
    dialog.close()


def test_an_export_to_where_nothing_can_be_written_says_so(
    ready_context, anna, window, qtbot, message_in, tmp_path
) -> None:
    export_person(ready_context, window, anna)
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "no such folder" / "anna.zip"))

    box: QMessageBox = message_in(window)
    assert "cannot be written" in box.text()
    box.close()
    dialog.close()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Anna Berg", "Anna Berg.zip"),
        ("../../etc/passwd", "etc passwd.zip"),
        ('a<b>:"c"|?*', "a b c.zip"),
        ("CON", "person CON.zip"),
        ("...", "person.zip"),
        ("Zoë 李 👩‍🚀", "Zoë 李 👩 🚀.zip"),
        ("x" * 200, "x" * 80 + ".zip"),
    ],
)
def test_a_name_of_any_characters_gives_a_file_name_that_every_system_takes(name, file) -> None:
    assert file_name_for(name) == file
