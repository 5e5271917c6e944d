"""The window that imports people from a folder, driven as a user would."""

from __future__ import annotations

import csv
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QTableView

from db.staging import Staging
from desktop_app.errors import GalleryLocked, ModelMissing
from desktop_app.recognition.people import Origin
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.folder_import import FolderImport
from desktop_app.services.imports.layout import FolderPerson, LayoutNote, NoteKind, plan_folder
from desktop_app.ui.imports.import_dialog import ImportDialog
from desktop_app.ui.imports.import_models import PlanModel
from desktop_app.ui.imports.import_words import notes_words
from desktop_app.ui.imports.unfinished_import import UnfinishedImportOffer
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.message_bar import MessageBar
from desktop_app.vision.types import DetectedFace, Face


class Networks:
    """An import's own networks: those of the window's photos, which a test can hold up."""

    def __init__(self, known) -> None:
        self._known = known
        self.going = threading.Event()
        self.going.set()
        self.looks = 0
        self.closed = 0

    def find(self, pixels) -> list[DetectedFace]:
        self.looks += 1
        assert self.going.wait(30)
        self._faces = self._known.find_faces(pixels)
        return [DetectedFace(face.detection, face.landmarks) for face in self._faces]

    def describe(self, pixels, found: DetectedFace) -> Face:
        return next(face for face in self._faces if face.detection is found.detection)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def networks(pipeline) -> Networks:
    return Networks(pipeline)


@pytest.fixture
def folder(photo, somebody) -> Path:
    """Anna with two usable photos, Bea with one, Clara with none."""
    paths = [
        photo("people/Anna/1.png", somebody("Anna", look=1)),
        photo("people/Anna/2.png", somebody("Anna", look=2)),
        photo("people/Bea/1.png", somebody("Bea")),
        photo("people/Bea/2.png", somebody("Bea"), somebody("Carl", left=100)),
        photo("people/Clara/1.png"),
    ]
    return paths[0].parents[1]


@pytest.fixture
def dialog(qtbot, ready_context, networks) -> ImportDialog:
    dialog = ImportDialog(ready_context, load=lambda: networks)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    networks.going.set()
    dialog.leave()


def names(context) -> list[str]:
    return [person.identity.name for person in context.people.people()]


def click(qtbot, button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def imported(qtbot, dialog: ImportDialog, folder: Path) -> None:
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.report_page)


def lines(table: QTableView) -> list[tuple[str, ...]]:
    model = table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_a_folder_is_shown_before_anything_is_changed(dialog, folder, ready_context, somebody):
    ready_context.people.enrol("bea", [somebody("Bea", look=9)], origin=Origin.PHOTO)
    dialog.read_folder(folder)
    assert lines(dialog.plan_page.table) == [
        ("Anna", "New", "2"),
        ("Bea", "Enrolled already", "2"),
        ("Clara", "New", "1"),
    ]
    assert dialog.import_button.isEnabled()
    assert names(ready_context) == ["bea"]


def test_everybody_of_a_folder_is_imported_and_told_of(
    qtbot, dialog, folder, ready_context, networks
):
    changes = []
    ready_context.gallery_changed.connect(changes.append)
    imported(qtbot, dialog, folder)
    assert names(ready_context) == ["Anna", "Bea"]
    assert [change.act.count for change in changes] == [2]
    page = dialog.report_page
    assert "Clara" in page.summary.text()
    # Those that were refused come first; the rest can be asked for.
    assert [line[1] for line in lines(page.table)] == ["Bea/2.png", "Clara/1.png"]
    page.choice.setCurrentIndex(page.choice.count() - 1)
    assert [line[2] for line in lines(page.table)][:3] == ["Enrolled"] * 3
    assert len(lines(page.table)) == 5
    assert networks.closed == 1


def test_the_report_can_be_filtered_by_reason_and_saved(qtbot, dialog, folder, tmp_path):
    imported(qtbot, dialog, folder)
    page = dialog.report_page
    index = page.choice.findText("No face found", Qt.MatchFlag.MatchStartsWith)
    page.choice.setCurrentIndex(index)
    assert [line[0] for line in lines(page.table)] == ["Clara"]
    dialog.save_report(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 5


def test_the_longest_name_leaves_room_for_what_became_of_its_photos(qtbot, dialog, photo, somebody):
    name = "Anna " + "x" * 195
    path = photo(f"long/{name}/1.png", somebody("Bea"), somebody("Carl", left=100))
    photo(f"long/{name}/2.png", somebody("Anna"))
    imported(qtbot, dialog, path.parents[1])
    table = dialog.report_page.table
    qtbot.waitUntil(lambda: table.columnWidth(2) > 0)
    right = table.columnViewportPosition(2)
    assert right + table.fontMetrics().horizontalAdvance("Several faces") < table.viewport().width()
    assert table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == name


def test_one_file_that_is_no_photo_is_said_as_one():
    language = EnglishPlurals()
    QApplication.installTranslator(language)
    try:
        for count, words in ((1, "1 file left out, no photo"), (2, "2 files left out, no photos")):
            said = notes_words([LayoutNote(NoteKind.OTHER_FILES, "Anna", count=count)])
            assert said.endswith(words)
    finally:
        QApplication.removeTranslator(language)


def test_a_report_that_cannot_be_saved_is_said(
    qtbot, dialog, folder, tmp_path, message_in: Callable[..., QMessageBox]
):
    imported(qtbot, dialog, folder)
    dialog.save_report(tmp_path / "nowhere" / "report.csv")
    assert "cannot be written" in message_in(dialog).text()


def test_who_is_not_ticked_is_left_out(qtbot, dialog, folder, ready_context, networks):
    dialog.read_folder(folder)
    model = dialog.plan_page.model
    model.tick_none()
    assert not dialog.import_button.isEnabled()
    assert "Nobody" in dialog.plan_page.summary.text()
    model.setData(model.index(1, 0), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.report_page)
    assert names(ready_context) == ["Bea"]
    assert networks.looks == 2


def test_a_tick_is_set_by_the_keyboard(qtbot, dialog, folder):
    dialog.read_folder(folder)
    table = dialog.plan_page.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert dialog.plan_page.model.left_out == frozenset({"Anna"})
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert dialog.plan_page.model.left_out == frozenset()


def test_cancelling_leaves_everything_as_it_was(qtbot, dialog, folder, ready_context, networks):
    networks.going.clear()
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: networks.looks == 1)
    click(qtbot, dialog.cancel_button)
    assert not dialog.cancel_button.isEnabled()
    networks.going.set()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.choose_page)
    assert "everything is as it was" in dialog.choose_page.trouble.text()
    assert names(ready_context) == []
    assert Staging(ready_context.people.file).unfinished() == []
    assert dialog.isVisible()
    # And it can begin anew.
    imported(qtbot, dialog, folder)
    assert names(ready_context) == ["Anna", "Bea"]


@pytest.fixture
def cancelled_while_locked(qtbot, dialog, folder, ready_context, networks, monkeypatch):
    """Cancels an import that has staged a photo, while another process writes to the gallery.

    Returns that process's connection, for whatever thread.
    """
    monkeypatch.setattr("desktop_app.services.imports.folder_import._SAVE_EVERY", 0.0)
    job = _job(ready_context, folder, networks)
    with closing(job), closing(job.examine()) as examining:
        next(examining)
        next(examining)
    file, looks = ready_context.people.file, networks.looks
    assert Staging(file).unfinished()[0].examined
    with file.bare() as connection:
        connection.execute("PRAGMA busy_timeout = 0")
    networks.going.clear()
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: networks.looks > looks)
    path = file.path
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        click(qtbot, dialog.cancel_button)
        yield other


def test_cancelling_while_the_gallery_is_locked_says_what_is_still_there(
    qtbot, dialog, ready_context, networks, cancelled_while_locked
):
    networks.going.set()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.choose_page)
    assert "still in the gallery" in dialog.choose_page.trouble.text()
    cancelled_while_locked.execute("ROLLBACK")
    bar = MessageBar()
    qtbot.addWidget(bar)
    UnfinishedImportOffer(ready_context, bar, go_on=pytest.fail, parent=bar)
    ready_context.engine_ready.emit()
    click_hidden(bar, "Discard")
    assert Staging(ready_context.people.file).unfinished() == []


def test_what_a_cancelled_import_read_is_dropped_once_the_gallery_is_free(
    qtbot, dialog, ready_context, networks, cancelled_while_locked, monkeypatch
):
    call, refused = ready_context.database.call, []

    def free_it_after_the_first(work):
        try:
            return call(work)
        except GalleryLocked as error:
            refused.append(error)
            cancelled_while_locked.execute("ROLLBACK")
            raise

    monkeypatch.setattr(dialog._worker.job, "_call", free_it_after_the_first)
    networks.going.set()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.choose_page)
    assert len(refused) == 1
    assert "everything is as it was" in dialog.choose_page.trouble.text()
    assert Staging(ready_context.people.file).unfinished() == []


def test_progress_is_told_while_photos_are_read(qtbot, dialog, folder, networks):
    networks.going.clear()
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: "0 of 5" in dialog.progress_page.text.text())
    assert dialog.progress_page.bar.maximum() == 5


def test_when_the_application_is_left_what_was_read_is_kept_and_offered_at_the_next_start(
    qtbot, dialog, folder, ready_context, networks, monkeypatch
):
    monkeypatch.setattr("desktop_app.services.imports.folder_import._SAVE_EVERY", 0.0)
    networks.going.clear()
    dialog.read_folder(folder)
    dialog.plan_page.model.setData(
        dialog.plan_page.model.index(2, 0),
        Qt.CheckState.Unchecked.value,
        Qt.ItemDataRole.CheckStateRole,
    )
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: networks.looks == 1)
    dialog._worker.stop()
    networks.going.set()
    dialog.leave()
    assert names(ready_context) == []

    bar, taken = MessageBar(), []
    qtbot.addWidget(bar)
    UnfinishedImportOffer(ready_context, bar, go_on=taken.append, parent=bar)
    ready_context.engine_ready.emit()
    assert "1 of 4 photos" in bar.text
    click_hidden(bar, "Go on…")
    (unfinished,) = taken
    again = ImportDialog(ready_context, load=lambda: networks)
    qtbot.addWidget(again)
    again.show()
    again.go_on_with(unfinished)
    assert again.plan_page.model.left_out == frozenset({"Clara"})
    click(qtbot, again.import_button)
    qtbot.waitUntil(lambda: again.pages.currentWidget() is again.report_page)
    assert names(ready_context) == ["Anna", "Bea"]
    assert networks.looks == 4


def click_hidden(bar: MessageBar, text: str) -> None:
    (button,) = [one for one in bar.buttons if one.text().replace("&", "") == text]
    button.click()


def test_what_was_cut_short_can_be_discarded_at_the_next_start(
    qtbot, folder, ready_context, networks
):
    left = _cut_short(ready_context, folder, networks)
    bar = MessageBar()
    qtbot.addWidget(bar)
    UnfinishedImportOffer(ready_context, bar, go_on=pytest.fail, parent=bar)
    ready_context.engine_ready.emit()
    click_hidden(bar, "Discard")
    assert bar.isHidden()
    assert Staging(ready_context.people.file).unfinished() == []
    assert left


def test_an_import_that_is_under_way_elsewhere_is_not_offered_and_keeps_others_out(
    qtbot, dialog, folder, ready_context, networks, message_in
):
    job = _job(ready_context, folder, networks)
    with closing(job), closing(job.examine()) as examining:
        next(examining)
        bar = MessageBar()
        qtbot.addWidget(bar)
        UnfinishedImportOffer(ready_context, bar, go_on=pytest.fail, parent=bar)
        ready_context.engine_ready.emit()
        assert bar.text == ""
        dialog.read_folder(folder)
        click(qtbot, dialog.import_button)
        box = message_in(dialog)
        assert "by another window or command" in box.text()
        box.accept()
        assert dialog.pages.currentWidget() is dialog.plan_page


def test_networks_that_cannot_be_loaded_are_said_and_the_plan_stays(
    qtbot, ready_context, folder, message_in
):
    def fail():
        raise ModelMissing(path="face.tflite")

    dialog = ImportDialog(ready_context, load=fail)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    assert "face.tflite" in message_in(dialog).text()
    assert dialog.pages.currentWidget() is dialog.plan_page


def test_a_folder_that_cannot_be_used_is_said_and_another_can_be_chosen(dialog, tmp_path):
    dialog.read_folder(tmp_path / "nowhere")
    assert "there is no such folder" in dialog.choose_page.trouble.text()
    (tmp_path / "empty").mkdir()
    dialog.read_folder(tmp_path / "empty")
    assert "no photos of people" in dialog.choose_page.trouble.text()
    assert dialog.choose_page.choose_button.isVisible()


def test_a_folder_can_be_dropped(dialog, folder):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(event)
    assert dialog.pages.currentWidget() is dialog.plan_page


def test_five_thousand_people_are_shown_without_looking_at_each(qtbot, qtmodeltester):
    people = [FolderPerson(f"Person {n:04}", (Path(f"{n}.jpg"),)) for n in range(5000)]
    model = PlanModel()
    asked = 0
    data = model.data

    def count(*arguments):
        nonlocal asked
        asked += 1
        return data(*arguments)

    model.data = count
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(400, 400)
    view.show()
    model.show(people, enrolled=frozenset())
    view.grab()
    assert 0 < asked < 2000
    model.data = data
    assert model.counts == (5000, 5000, 5000)
    model.show(people[:20], enrolled=frozenset())
    qtmodeltester.check(model)


def _job(context, folder: Path, networks: Networks) -> FolderImport:
    return FolderImport(
        plan_folder(folder),
        file=context.people.file,
        gallery=context.people.gallery,
        pipeline=networks,
        rules=ImportRules(),
    )


def _cut_short(context, folder: Path, networks: Networks) -> int:
    job = _job(context, folder, networks)
    with closing(job):
        return len(list(job.examine()))


def test_by_the_keyboard_alone_a_plan_is_carried_out_and_the_window_closed(
    qtbot, dialog, folder, ready_context
):
    dialog.read_folder(folder)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.report_page)
    assert names(ready_context) == ["Anna", "Bea"]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.show()
    assert dialog.pages.currentWidget() is dialog.choose_page


def test_closing_the_window_while_photos_are_read_is_cancelling(
    qtbot, dialog, folder, ready_context, networks
):
    networks.going.clear()
    dialog.read_folder(folder)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: networks.looks == 1)
    dialog.close()
    assert dialog.isVisible()
    networks.going.set()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.choose_page)
    assert Staging(ready_context.people.file).unfinished() == []
    dialog.close()
    assert not dialog.isVisible()
