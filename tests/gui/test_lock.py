"""A sealed gallery in the window: unlocking, locking, and being locked when nobody is there."""

from __future__ import annotations

import gc
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

import factories
from db.gallery_file import GalleryFile
from db.key_slots import Cost, Keys
from db.repository import GalleryRepository
from db.vault import SealedVault
from desktop_app.recognition.events import EventChange, EventState, Outcome
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.recognition.types import Identified, Identity, Match
from desktop_app.services.history.log import History
from desktop_app.services.privacy.protection import Protection
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.ui.locking.idle import IdleWatch
from desktop_app.ui.locking.keys_dialog import KeysDialog
from desktop_app.ui.photos.photos_window import PhotosWindow
from desktop_app.ui.privacy.bin_dialog import BinDialog

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
def path(tmp_path, catalog):
    """A gallery with Anna in it, where the application looks for it."""
    path = tmp_path / "data" / "gallery.db"
    look = factories.embedding(1, embedder=catalog.embedder().key)
    with closing(GalleryRepository.open(path)) as repository:
        pixels = np.full((112, 112, 3), 90, np.uint8)
        repository.acts.enrol("Anna", [NewSample(pixels, look, 0.9, Origin.PHOTO)])
    return path


@pytest.fixture
def sealed(path):
    """The same, sealed with a passphrase."""
    change(path, Keys(), lambda protection: protection.seal(passphrase=PASSPHRASE))
    return path


@pytest.fixture
def keychain(monkeypatch):
    keychain = DictKeychain()
    monkeypatch.setattr("desktop_app.keychain.system_keychain", lambda: keychain)
    return keychain


def change(path, keys, act) -> None:
    with closing(GalleryFile.open(path, keys=keys)) as file:
        act(Protection(file))


def type_passphrase(app, qtbot, text: str) -> None:
    """As somebody without a mouse does: the field has the focus already."""
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())
    QTest.keyClicks(app.window.unlock_card.field, text)
    QTest.keyClick(app.window.unlock_card.field, Qt.Key.Key_Return)


def unlock(app, qtbot) -> None:
    type_passphrase(app, qtbot, PASSPHRASE)
    qtbot.waitUntil(lambda: app.context.is_ready)


def names(app) -> list[str]:
    return [person.identity.name for person in app.window.people._model.people]


def lock(app, qtbot) -> None:
    app.window.actions_by_name["lock"].trigger()
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())


def test_a_sealed_gallery_is_unlocked_by_the_keyboard_alone(qtbot, open_app, sealed, caplog):
    app = open_app()
    card = app.window.unlock_card
    qtbot.waitUntil(card.isVisible)
    assert "sealed" in card.text
    assert app.window.trouble_bar.isHidden()
    # It is as it should be, and nothing for the terminal.
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert QApplication.focusWidget() in (card.field, None)
    assert app.window.focusWidget() is card.field
    assert not card.button.isEnabled()
    unlock(app, qtbot)
    assert names(app) == ["Anna"]
    assert card.isHidden()


def test_a_wrong_passphrase_is_said_there_and_the_next_one_opens(qtbot, open_app, sealed):
    app = open_app()
    card = app.window.unlock_card
    type_passphrase(app, qtbot, "four words")
    qtbot.waitUntil(lambda: bool(card.trouble))
    assert "not the passphrase" in card.trouble
    assert card.field.text() == ""
    assert app.window.focusWidget() is card.field
    unlock(app, qtbot)
    assert card.isHidden()


def test_the_picture_goes_on_without_names_meanwhile(qtbot, open_app, sealed, recogniser):
    app = open_app("camera:0")
    qtbot.waitUntil(lambda: app.window.view.frames_painted > 5)
    assert app.window.unlock_card.isVisible()
    assert recogniser.frames == []
    unlock(app, qtbot)
    qtbot.waitUntil(lambda: len(recogniser.frames) > 2)


def test_what_is_typed_is_dots_to_the_eye_and_to_a_screen_reader(qtbot, open_app, sealed, caplog):
    app = open_app()
    card = app.window.unlock_card
    qtbot.waitUntil(card.isVisible)
    QTest.keyClicks(card.field, PASSPHRASE)
    spoken = QAccessible.queryAccessibleInterface(card.field)
    assert PASSPHRASE not in spoken.text(QAccessible.Text.Value)
    assert card.field.echoMode() is QLineEdit.EchoMode.Password
    card.field.show_box.setChecked(True)
    assert card.field.displayText() == PASSPHRASE
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert card.field.text() == ""
    assert card.field.echoMode() is QLineEdit.EchoMode.Password
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert not card.field.isUndoAvailable()
    assert PASSPHRASE not in caplog.text


def test_the_variable_opens_it_unasked(ready_app, sealed, monkeypatch):
    monkeypatch.setenv("KENSPECKLE_PASSPHRASE", PASSPHRASE)
    app = ready_app()
    assert app.window.unlock_card.isHidden()


def test_locking_forgets_who_is_enrolled_and_the_key(qtbot, open_app, sealed, recogniser):
    app = open_app("camera:0")
    recogniser.decision = Identified(Match(Identity(1, "Anna"), 0.9, None), 0.99, ())
    unlock(app, qtbot)
    qtbot.waitUntil(lambda: bool(app.window.view.faces()))
    lock(app, qtbot)
    assert names(app) == []
    assert app.context.people is None
    assert app.session.main.result is None
    assert app.window.numbers.people.text() == ""
    assert app.window.view.faces() == []
    gc.collect()
    assert [thing for thing in gc.get_objects() if isinstance(thing, SealedVault)] == []
    seen = app.session.processed
    shown = app.window.view.frames_painted
    qtbot.waitUntil(lambda: app.window.view.frames_painted > shown + 10)
    assert app.session.processed <= seen + 1
    assert app.window.view.faces() == []
    unlock(app, qtbot)
    assert names(app) == ["Anna"]
    qtbot.waitUntil(lambda: bool(app.window.view.faces()))


def test_locked_a_wrong_passphrase_does_not_let_in_even_where_the_keychain_would(
    qtbot, ready_app, path, keychain
):
    change(path, Keys(keychain=keychain), lambda it: it.seal(passphrase=PASSPHRASE))
    app = ready_app()
    assert app.window.unlock_card.isHidden()
    lock(app, qtbot)
    card = app.window.unlock_card
    assert card.field.isVisible()
    type_passphrase(app, qtbot, "a guess")
    qtbot.waitUntil(lambda: bool(card.trouble))
    assert app.context.people is None
    unlock(app, qtbot)


def test_a_gallery_that_opens_by_the_keychain_alone_is_unlocked_by_one_click(
    qtbot, ready_app, path, keychain
):
    change(path, Keys(keychain=keychain), lambda it: it.seal())
    app = ready_app()
    lock(app, qtbot)
    card = app.window.unlock_card
    assert not card.field.isVisible()
    assert "keychain" in card.text
    assert app.window.focusWidget() is card.button
    QTest.keyClick(card.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert names(app) == ["Anna"]


def test_a_key_that_is_gone_meanwhile_is_said_and_can_be_tried_again(
    qtbot, ready_app, path, keychain
):
    change(path, Keys(keychain=keychain), lambda it: it.seal())
    app = ready_app()
    lock(app, qtbot)
    kept, keychain.entries = keychain.entries, {}
    card = app.window.unlock_card
    card.button.click()
    qtbot.waitUntil(lambda: bool(card.trouble))
    assert "not in the keychain" in card.trouble
    keychain.entries = kept
    card.button.click()
    qtbot.waitUntil(lambda: app.context.is_ready)


def test_a_locked_gallery_that_is_damaged_meanwhile_is_said_to_be(qtbot, ready_app, path, keychain):
    change(path, Keys(keychain=keychain), lambda it: it.seal())
    app = ready_app()
    lock(app, qtbot)
    content = bytearray(path.read_bytes())
    content[4096:16384] = bytes(12288)
    path.write_bytes(content)
    app.window.unlock_card.button.click()
    qtbot.waitUntil(lambda: "damaged" in app.window.trouble_bar.text)
    assert app.window.unlock_card.isHidden()


def test_locked_no_other_gallery_is_offered(qtbot, open_app, sealed):
    app = open_app()
    card = app.window.unlock_card
    qtbot.waitUntil(card.isVisible)
    assert card.other_button.isVisible()
    unlock(app, qtbot)
    lock(app, qtbot)
    assert not card.other_button.isVisible()


def test_an_open_gallery_cannot_be_locked(ready_app, path):
    app = ready_app()
    assert not app.window.actions_by_name["lock"].isEnabled()
    app.lock.lock()
    assert app.context.is_ready


def test_who_was_seen_before_it_locked_is_in_the_history_and_nobody_is_added_while_it_is(
    qtbot, open_app, sealed, recogniser
):
    def events() -> list[str]:
        keys = Keys(passphrase=PASSPHRASE)
        with closing(GalleryFile.open(sealed, keys=keys)) as file:
            return [event.identity.name for event in History(file).page()]

    app = open_app("camera:0")
    match = Match(Identity(1, "Anna"), 0.9, None)
    recogniser.decision = Identified(match, 0.99, (match,))
    settled = []
    app.history.arrived.connect(settled.append)
    unlock(app, qtbot)
    qtbot.waitUntil(lambda: bool(settled))
    lock(app, qtbot)
    assert events() == ["Anna"]
    app.history.tick()
    shown = app.window.view.frames_painted
    qtbot.waitUntil(lambda: app.window.view.frames_painted > shown + 10)
    assert events() == ["Anna"]
    unlock(app, qtbot)
    qtbot.waitUntil(lambda: app.session.main.result is not None)


def test_other_windows_are_closed_and_that_is_said_afterwards(qtbot, open_app, sealed, tmp_path):
    app = open_app()
    unlock(app, qtbot)
    photo = tmp_path / "photo.png"
    from PIL import Image

    Image.new("RGB", (60, 60)).save(photo)
    app.window.doors.open_photos([photo])
    app.window.doors.add_person()
    qtbot.waitUntil(lambda: bool(app.window.doors.photos_open))
    lock(app, qtbot)
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [app.window]
    unlock(app, qtbot)
    assert "was not kept" in app.window.notice_bar.text
    (again,) = app.window.notice_bar.buttons
    again.click()
    qtbot.waitUntil(lambda: app.window.doors.photos_open == (photo,))


def test_nothing_is_locked_before_an_import_is_done(qtbot, open_app, sealed, monkeypatch):
    app = open_app()
    unlock(app, qtbot)
    doors = type(app.window.doors)
    with monkeypatch.context() as patched:
        patched.setattr(doors, "is_importing", property(lambda _self: True))
        app.lock.lock()
        assert "import" in app.window.notice_bar.text
        assert app.context.is_ready
    app.lock._look_again()
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())


def test_a_dialog_in_the_middle_of_something_is_waited_for(qtbot, open_app, sealed):
    app = open_app()
    unlock(app, qtbot)
    dialog = KeysDialog(app.window, title="Key", text="A new one.", act="Make it")
    dialog.open()
    dialog.act_button.click()
    box = QMessageBox(app.window)
    for text in ("One", "Other"):
        box.addButton(text, QMessageBox.ButtonRole.ActionRole)
    box.open()
    app.lock.lock()
    assert not box.isVisible()
    assert "under way" in app.window.notice_bar.text
    assert app.context.is_ready
    dialog.accept()
    app.lock._look_again()
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())
    unlock(app, qtbot)
    assert "was not kept" in app.window.notice_bar.text


def test_an_import_that_runs_is_known(open_app, sealed, qtbot, monkeypatch):
    app = open_app()
    unlock(app, qtbot)
    dialog = app.window.doors.import_folder()
    assert not app.window.doors.is_importing
    monkeypatch.setattr(type(dialog), "is_busy", property(lambda _self: True))
    assert app.window.doors.is_importing
    monkeypatch.undo()


def test_what_is_saved_while_it_locks_shows_nobody(qtbot, open_app, sealed):
    app = open_app()
    unlock(app, qtbot)
    app.context.rename(1, "Bea")
    lock(app, qtbot)
    assert names(app) == []
    assert app.context.last_change is None
    unlock(app, qtbot)
    assert names(app) == ["Bea"]


def test_a_passphrase_changed_elsewhere_asks_for_the_new_one_and_loses_nothing(
    qtbot, open_app, sealed
):
    app = open_app()
    unlock(app, qtbot)
    app.window.doors.add_person()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not app.window]
    dialog.name.setText("Somebody new")
    change(
        sealed,
        Keys(passphrase=PASSPHRASE),
        lambda it: it.set_passphrase("another one", current=PASSPHRASE),
    )
    app.context.refresh()
    type_passphrase(app, qtbot, "another one")
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert dialog.isVisible()
    assert dialog.name.text() == "Somebody new"
    assert names(app) == ["Anna"]


def test_shut_out_no_window_names_anybody(qtbot, open_app, sealed, tmp_path):
    app = open_app()
    unlock(app, qtbot)
    now = datetime.now(UTC)
    state = EventState(1, None, now, now, "camera:0", Outcome.UNKNOWN)
    History(app.context.people.file).write([EventChange(state)])
    windows = app.window.doors
    windows.history()
    windows.open_photos([])
    windows.bin()
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not app.window]
    (history,) = [w for w in others if isinstance(w, HistoryWindow)]
    (photos,) = [w for w in others if isinstance(w, PhotosWindow)]
    (bin_dialog,) = [w for w in others if isinstance(w, BinDialog)]
    qtbot.waitUntil(lambda: history.model.rowCount() == 1)
    app.context.remove(1)
    qtbot.waitUntil(lambda: bool(bin_dialog.list.topLevelItemCount()))
    for bar in (app.window.notice_bar, history.notice_bar, photos.notice_bar, bin_dialog.bar):
        bar.tell("Undone: removing Anna.")
    change(
        sealed,
        Keys(passphrase=PASSPHRASE),
        lambda it: it.set_passphrase("another one", current=PASSPHRASE),
    )
    app.context.refresh()
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())
    for bar in (app.window.notice_bar, history.notice_bar, photos.notice_bar, bin_dialog.bar):
        assert bar.text == ""
    assert history.model.rowCount() == 0
    assert "another passphrase" in history.empty.sentence.text()
    assert not history.save_button.isEnabled()
    assert bin_dialog.list.topLevelItemCount() == 0
    assert "another passphrase" in bin_dialog.hint.text()
    assert not bin_dialog.days.isEnabled()
    type_passphrase(app, qtbot, "another one")
    qtbot.waitUntil(lambda: app.context.is_ready)
    qtbot.waitUntil(lambda: history.model.rowCount() == 1)
    qtbot.waitUntil(lambda: bool(bin_dialog.list.topLevelItemCount()))
    assert history.save_button.isEnabled()
    assert bin_dialog.days.isEnabled()


def test_locked_history_and_bin_say_so_and_offer_nothing(qtbot, open_app, sealed):
    app = open_app()
    unlock(app, qtbot)
    lock(app, qtbot)
    for name in ("history", "bin"):
        app.window.actions_by_name[name].trigger()
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not app.window]
    (history,) = [w for w in others if isinstance(w, HistoryWindow)]
    (bin_dialog,) = [w for w in others if isinstance(w, BinDialog)]
    assert "locked" in history.empty.sentence.text()
    assert not history.filters.isEnabled()
    assert not history.save_button.isEnabled()
    assert "locked" in bin_dialog.hint.text()
    assert not bin_dialog.days.isEnabled()
    assert app.window.people._loading.text() == "People are listed here once the gallery is open."
    assert app.window.numbers.people.text() == ""


def test_the_settings_opened_once_are_no_hindrance_to_locking(qtbot, open_app, sealed):
    app = open_app()
    unlock(app, qtbot)
    app.window.doors.protection()
    # What a slot raises fails the test.
    lock(app, qtbot)
    unlock(app, qtbot)
    lock(app, qtbot)


def test_quitting_does_not_wait_for_a_keychain_that_does_not_answer(
    qtbot, open_app, path, keychain, monkeypatch
):
    import threading

    from desktop_app.keychain import SystemKeychain

    change(path, Keys(keychain=keychain), lambda it: it.seal())
    asked, never = threading.Event(), threading.Event()

    class Silent:
        name = "silent"

        def get_password(self, _service, _name):
            asked.set()
            never.wait()

    monkeypatch.setattr(
        "desktop_app.keychain.system_keychain", lambda: SystemKeychain(Silent(), patience=1e4)
    )
    app = open_app()
    qtbot.waitUntil(asked.is_set)
    app.window.close()
    app.shutdown()
    assert not app.database._executor._threads or all(
        not thread.is_alive() for thread in app.database._executor._threads
    )
    never.set()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_it_locks_when_nobody_has_touched_it_for_as_long_as_was_chosen(qtbot, open_app, sealed):
    app = open_app()
    unlock(app, qtbot)
    watch, clock = app.lock._idle, Clock()
    watch._clocks = (clock, lambda: 0.0)
    clock.seconds = 10_000.0
    watch.look()
    assert app.context.is_ready
    app.context.change_settings(lock_after_minutes=5)
    clock.seconds += 299
    watch.look()
    assert app.context.is_ready
    QTest.keyClick(app.window, Qt.Key.Key_Shift)
    clock.seconds += 299
    watch.look()
    assert app.context.is_ready
    clock.seconds += 1
    watch.look()
    qtbot.waitUntil(lambda: app.window.unlock_card.isVisible())
    assert app.context.people is None


def test_time_that_the_computer_slept_counts_by_either_clock(qtbot, qapp):
    awake, wall = Clock(), Clock()
    watch = IdleWatch(qapp, clocks=(awake, wall))
    rung = []
    watch.idle.connect(lambda: rung.append(True))
    watch.watch(seconds=300)
    wall.seconds = 300
    watch.look()
    assert rung == [True]
    # Put back by an hour, the other still counts.
    wall.seconds, awake.seconds = -3600, 300
    watch.look()
    assert rung == [True, True]
    watch.watch(seconds=0)
    watch.look()
    assert rung == [True, True]
    watch.deleteLater()
