"""Adding a person: from photo files and from faces that were picked already."""

from __future__ import annotations

import threading

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from desktop_app.recognition.people import Origin
from desktop_app.ui.enrolment.add_person import MOST_PHOTOS, AddPersonDialog
from desktop_app.ui.error_dialog import BugReport
from desktop_app.workers.background import BackgroundRunner


@pytest.fixture
def open_dialog(ready_context, qtbot):
    def open_it(**options) -> AddPersonDialog:
        dialog = AddPersonDialog(ready_context, **options)
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return open_it


@pytest.fixture
def enrolled(ready_context):
    """Name and number of pictures of everyone."""

    def ask() -> dict[str, int]:
        people = ready_context.people.people()
        return {person.identity.name: person.sample_count for person in people}

    return ask


def drop(dialog: AddPersonDialog, *paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    dialog.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_a_person_is_added_by_keyboard_alone(open_dialog, photo, somebody, enrolled, qtbot):
    path = photo("anna.png", somebody("Anna"))
    dialog = open_dialog()
    assert dialog.focusWidget() is dialog.choose_button
    qtbot.keyClick(dialog.choose_button, Qt.Key.Key_Space)
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.filesSelected.emit([str(path)])
    chooser.reject()
    assert dialog.focusWidget() is dialog.name
    qtbot.keyClicks(dialog.name, "Anna")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert enrolled() == {"Anna": 1}


@pytest.mark.parametrize("name", ["ليلى", "Fuchs 🦊", "Zoë", "李小龍", "R&D"])
def test_names_of_every_script_are_taken(open_dialog, somebody, enrolled, qtbot, name):
    dialog = open_dialog(faces=[somebody("x")], origin=Origin.LIVE)
    dialog.name.setText(name)
    assert name in dialog.summary.text()
    dialog.add_button.click()
    assert enrolled() == {name: 1}


def test_a_live_face_needs_only_a_name(open_dialog, somebody, ready_context, qtbot):
    dialog = open_dialog(faces=[somebody("x")], origin=Origin.LIVE)
    assert dialog.focusWidget() is dialog.name
    qtbot.keyClicks(dialog.name, "Anna")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    (person,) = ready_context.people.people()
    (sample,) = ready_context.people.samples(person.identity.id)
    assert sample.origin is Origin.LIVE


def test_adding_to_somebody_who_is_enrolled_is_said_before_it_is_done(
    open_dialog, photo, somebody, ready_context, enrolled
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    dialog = open_dialog()
    dialog.add_photos([photo(f"{n}.png", somebody("Anna", look=n)) for n in (1, 2, 3)])
    dialog.name.setText(" aNNa ")
    assert dialog.summary.text() == ("3 pictures will be added to Anna, who is enrolled already.")
    dialog.add_button.click()
    assert enrolled() == {"Anna": 4}


def test_a_face_that_is_known_already_is_recognised_and_added_to_its_owner(
    open_dialog, photo, somebody, ready_context, enrolled
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    dialog = open_dialog()
    dialog.add_photos([photo("who.png", somebody("Anna", look=5))])
    assert dialog.suggestion.text.text() == "This looks like Anna, who is enrolled already."
    dialog.name.setText("Bob")
    assert dialog.suggestion.isVisible()
    assert dialog.suggestion.button.text() == "Use &this name"
    dialog.suggestion.button.click()
    assert dialog.name.text() == "Anna"
    assert not dialog.suggestion.isVisible()
    dialog.add_button.click()
    assert enrolled() == {"Anna": 2}


def test_a_stranger_is_not_said_to_look_like_anybody(open_dialog, photo, somebody, ready_context):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    dialog = open_dialog()
    dialog.add_photos([photo("who.png", somebody("Zoë"))])
    assert not dialog.suggestion.isVisible()


def test_a_photo_without_a_face_says_so_and_cannot_be_added(open_dialog, photo):
    dialog = open_dialog()
    dialog.add_photos([photo("wall.png")])
    dialog.name.setText("Anna")
    (row,) = dialog.rows
    assert row.status.text().startswith("No face was found.")
    assert dialog.summary.text() == "There is no picture yet that can be added."
    assert not dialog.add_button.isEnabled()


def test_a_file_that_is_no_photo_is_refused_with_its_sentence(open_dialog, tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("not a picture")
    dialog = open_dialog()
    dialog.add_photos([path])
    (row,) = dialog.rows
    assert row.status.text().startswith(f"The photo “{path}” cannot be read")


def test_a_missing_file_is_refused_with_its_sentence(open_dialog, tmp_path):
    dialog = open_dialog()
    dialog.add_photos([tmp_path / "gone.jpg"])
    (row,) = dialog.rows
    assert "cannot be read" in row.status.text()


def test_a_poor_face_is_refused_until_it_is_allowed(open_dialog, photo, somebody, enrolled, qtbot):
    dialog = open_dialog()
    dialog.add_photos([photo("blurred.png", somebody("Anna", quality=0.1))])
    dialog.name.setText("Anna")
    (row,) = dialog.rows
    assert row.status.text() == "The face is blurred and would not be recognised well."
    assert not dialog.add_button.isEnabled()
    row.allow.setFocus()
    qtbot.keyClick(row.allow, Qt.Key.Key_Space)
    assert dialog.add_button.isEnabled()
    dialog.add_button.click()
    assert enrolled() == {"Anna": 1}


def test_of_several_faces_the_one_that_is_meant_is_clicked(
    open_dialog, photo, somebody, ready_context, qtbot
):
    dialog = open_dialog()
    both = (somebody("Anna"), somebody("Bob", left=100))
    dialog.add_photos([photo("both.png", *both)])
    dialog.name.setText("Bob")
    (row,) = dialog.rows
    assert row.status.text() == "There are 2 faces. Choose the one that is meant."
    assert not dialog.add_button.isEnabled()
    qtbot.mouseClick(row.face_buttons[1], Qt.MouseButton.LeftButton)
    dialog.add_button.click()
    (match,) = ready_context.gallery.search(somebody("Bob").embedding).candidates
    assert match.similarity > 0.99


def test_a_photo_can_be_left_out_and_chosen_again(open_dialog, photo, somebody):
    path = photo("anna.png", somebody("Anna"))
    dialog = open_dialog()
    dialog.add_photos([path])
    dialog.rows[0].leave_out.click()
    assert dialog.rows == ()
    dialog.add_photos([path])
    assert len(dialog.rows) == 1


def test_the_same_photo_twice_is_one_picture(open_dialog, photo, somebody):
    path = photo("anna.png", somebody("Anna"))
    dialog = open_dialog()
    dialog.add_photos([path, path])
    drop(dialog, path)
    assert len(dialog.rows) == 1


def test_a_folder_can_be_dropped(open_dialog, photo, somebody):
    folder = photo("folder/1.png", somebody("Anna")).parent
    photo("folder/2.png", somebody("Anna", look=2))
    dialog = open_dialog()
    drop(dialog, folder)
    assert [row.path.name for row in dialog.rows] == ["1.png", "2.png"]


def test_a_folder_without_photos_is_said(open_dialog, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    dialog = open_dialog()
    drop(dialog, folder)
    assert dialog.rows[0].status.text() == "There are no photos in this folder."
    assert "photo to go" not in dialog.summary.text()


def test_no_more_photos_are_read_than_help(open_dialog, photo, somebody, pipeline):
    paths = [photo(f"{n}.png", somebody("Anna", look=n)) for n in range(MOST_PHOTOS + 3)]
    dialog = open_dialog()
    dialog.add_photos(paths)
    assert pipeline.looks == MOST_PHOTOS
    assert f"Only the first {MOST_PHOTOS} photos" in dialog.hint.text()


def test_cancel_leaves_the_gallery_as_it_was(open_dialog, photo, somebody, enrolled, qtbot):
    dialog = open_dialog()
    dialog.add_photos([photo("anna.png", somebody("Anna"))])
    dialog.name.setText("Anna")
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert enrolled() == {}


@pytest.mark.parametrize("name", ["", "   ", "\u0007bell"])
def test_an_impossible_name_cannot_be_added(open_dialog, somebody, name):
    dialog = open_dialog(faces=[somebody("x")])
    dialog.name.setText(name)
    assert not dialog.add_button.isEnabled()


def test_when_saving_fails_it_is_said_and_nothing_typed_is_lost(
    open_dialog, somebody, ready_context, message_in, tmp_path
):
    dialog = open_dialog(faces=[somebody("x")])
    dialog.name.setText("Anna")
    ready_context.people._repository.close()
    (tmp_path / "gallery.db").unlink()
    (tmp_path / "gallery.db").mkdir()
    dialog.add_button.click()
    assert str(tmp_path / "gallery.db") in message_in(dialog).text()
    assert dialog.isVisible()
    assert dialog.name.text() == "Anna"
    assert dialog.add_button.isEnabled()


def test_photos_chosen_before_the_networks_are_loaded_wait_for_them(
    context, make_ready, photo, somebody, qtbot
):
    dialog = AddPersonDialog(context)
    qtbot.addWidget(dialog)
    dialog.add_photos([photo("anna.png", somebody("Anna"))])
    assert dialog.summary.text() == "Looking for faces: 1 photo to go…"
    make_ready()
    assert dialog.summary.text() == "1 picture is ready. Type the person’s name."


def test_a_picture_that_the_named_person_has_already_is_left_out(
    open_dialog, photo, somebody, ready_context, enrolled
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    dialog = open_dialog()
    dialog.add_photos(
        [photo("old.png", somebody("Anna")), photo("new.png", somebody("Anna", look=1))]
    )
    old, new = dialog.rows
    dialog.name.setText("Bob")
    assert dialog.summary.text() == "Bob will be enrolled with 2 pictures."
    dialog.name.setText("anna")
    assert old.status.text().endswith("enrolled already. It adds nothing and is left out.")
    assert dialog.summary.text() == (
        "1 picture will be added to Anna, who is enrolled already.\n"
        "1 of 2 pictures is left out; the reason stands beside it."
    )
    new.leave_out.click()
    assert not dialog.add_button.isEnabled()
    assert enrolled() == {"Anna": 1}


def test_a_live_face_that_was_just_added_is_not_added_again(open_dialog, somebody, ready_context):
    face = somebody("Anna")
    ready_context.enrol("Anna", [face], origin=Origin.LIVE)
    dialog = open_dialog(faces=[face], origin=Origin.LIVE)
    dialog.suggestion.button.click()
    said = dialog.rows[0].status.text()
    assert said.endswith("enrolled already. It adds nothing and is left out.")
    assert not dialog.add_button.isEnabled()
    dialog.name.clear()
    assert "enrolled" not in dialog.rows[0].status.text()


def test_a_copy_of_a_photo_is_left_out_until_the_first_is(open_dialog, photo, somebody):
    dialog = open_dialog()
    dialog.add_photos([photo("1.png", somebody("Anna")), photo("copy.png", somebody("Anna"))])
    first, copy = dialog.rows
    assert copy.status.text().endswith("listed already. It adds nothing and is left out.")
    assert dialog.summary.text() == "1 picture is ready. Type the person’s name."
    first.leave_out.click()
    assert copy.face is not None


@pytest.mark.parametrize("known_before", [True, False])
def test_what_keeps_photos_from_being_looked_at_is_said_until_it_is_put_right(
    context, make_ready, photo, somebody, qtbot, known_before
):
    if known_before:
        context.become_unusable("The model is missing.")
    dialog = AddPersonDialog(context)
    qtbot.addWidget(dialog)
    dialog.add_photos([photo("anna.png", somebody("Anna"))])
    if not known_before:
        context.become_unusable("The model is missing.")
    assert dialog.summary.text() == "The model is missing."
    make_ready()
    assert dialog.summary.text() == "1 picture is ready. Type the person’s name."


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_names_of_enrolled_people_are_offered_while_typing(
    open_dialog, somebody, ready_context, qtbot
):
    ready_context.enrol("Anna Lund", [somebody("Anna")], origin=Origin.PHOTO)
    dialog = open_dialog(faces=[somebody("x")])
    qtbot.keyClicks(dialog.name, "lund")
    completer = dialog.name.completer()
    assert completer.popup().isVisible()
    assert completer.currentCompletion() == "Anna Lund"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_enter_after_a_full_name_that_is_enrolled_adds_at_once(
    open_dialog, somebody, ready_context, enrolled, qtbot
):
    for name in ("Anna Lund", "Anna Lundgren"):
        ready_context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    dialog = open_dialog(faces=[somebody("Anna Lund", look=2)])
    qtbot.keyClicks(dialog.name, "Anna Lund")
    assert not dialog.name.completer().popup().isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert enrolled() == {"Anna Lund": 2, "Anna Lundgren": 1}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_enter_takes_what_was_typed_while_longer_names_are_offered(
    open_dialog, somebody, ready_context, enrolled, qtbot
):
    ready_context.enrol("Annabel", [somebody("Annabel")], origin=Origin.PHOTO)
    dialog = open_dialog(faces=[somebody("Anna")])
    qtbot.keyClicks(dialog.name, "Anna")
    popup = dialog.name.completer().popup()
    assert popup.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert enrolled() == {"Anna": 1, "Annabel": 1}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_enter_on_a_name_that_is_offered_picks_it(
    open_dialog, somebody, ready_context, enrolled, qtbot
):
    ready_context.enrol("Annabel", [somebody("Annabel")], origin=Origin.PHOTO)
    dialog = open_dialog(faces=[somebody("Anna")])
    qtbot.keyClicks(dialog.name, "Anna")
    popup = dialog.name.completer().popup()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert dialog.name.text() == "Annabel"
    assert dialog.isVisible()
    assert enrolled() == {"Annabel": 1}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_names_that_are_offered_stay_clear_of_the_field_when_it_moves(
    open_dialog, somebody, ready_context, qtbot
):
    ready_context.enrol("Annabel", [somebody("Annabel")], origin=Origin.PHOTO)
    dialog = open_dialog(faces=[somebody("Anna")])
    qtbot.keyClicks(dialog.name, "Anna")
    popup = dialog.name.completer().popup()
    dialog.name.move(dialog.name.x(), dialog.name.y() + dialog.name.height())
    field = dialog.name.rect().translated(dialog.name.mapToGlobal(dialog.name.rect().topLeft()))
    assert popup.isVisible()
    # Qt lets the frames of the two share two lines of pixels.
    assert popup.y() >= field.bottom() - 2


def test_pictures_of_two_people_under_one_name_are_doubted(open_dialog, photo, somebody):
    dialog = open_dialog()
    dialog.add_photos([photo("1.png", somebody("Anna")), photo("2.png", somebody("Anna", look=2))])
    assert not dialog.doubt.isVisible()
    dialog.add_photos([photo("3.png", somebody("Bob"))])
    assert dialog.doubt.isVisible()
    dialog.rows[2].leave_out.click()
    assert not dialog.doubt.isVisible()


def test_the_picture_that_does_not_look_like_the_others_is_marked(
    open_dialog, photo, somebody, qtbot
):
    dialog = open_dialog()
    dialog.add_photos(
        [
            photo("1.png", somebody("Anna")),
            photo("2.png", somebody("Bob")),
            photo("3.png", somebody("Anna", look=2)),
        ]
    )
    assert [row.doubt.text() for row in dialog.rows] == [
        "",
        "This face does not look like the others.",
        "",
    ]
    qtbot.waitUntil(dialog.rows[1].doubt.isVisible)
    assert dialog.doubt.text().startswith("The picture with the warning sign does not seem")
    dialog.rows[1].leave_out.click()
    assert not dialog.doubt.isVisible()


def test_of_two_pictures_that_differ_neither_is_marked(open_dialog, photo, somebody):
    dialog = open_dialog()
    dialog.add_photos([photo("1.png", somebody("Anna")), photo("2.png", somebody("Bob"))])
    assert dialog.doubt.text().startswith("These pictures do not all seem to show one person.")
    assert not any(row.doubt.isVisible() for row in dialog.rows)


def test_how_many_pictures_are_left_out_is_said_and_the_first_is_in_sight(
    open_dialog, photo, somebody, qtbot
):
    dialog = open_dialog()
    good = [photo(f"{n}.png", somebody("Anna", look=n)) for n in range(8)]
    dialog.add_photos([*good, *(photo(f"wall {n}.png") for n in range(5))])
    dialog.name.setText("Ann")
    assert dialog.summary.text() == (
        "Ann will be enrolled with 8 pictures.\n"
        "5 of 13 pictures are left out; the reasons stand beside them."
    )
    assert dialog.rows[8].status.text().startswith("No face was found.")
    qtbot.waitUntil(lambda: not dialog.rows[8].visibleRegion().isEmpty())
    assert dialog.rows[8].visibleRegion().boundingRect().height() == dialog.rows[8].height()
    assert dialog.rows[0].visibleRegion().isEmpty()
    # A row takes the room of what it says, and none for what it might.
    assert dialog.rows[8].height() <= 6 * dialog.fontMetrics().lineSpacing()


def test_what_is_being_saved_cannot_be_half_cancelled(ready_context, somebody, enrolled, qtbot):
    ready_context.database = BackgroundRunner("database")
    dialog = AddPersonDialog(ready_context, faces=[somebody("x")])
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.name.setText("Anna")
    with qtbot.waitSignal(dialog.finished):
        dialog.add_button.click()
        dialog.reject()
        assert dialog.isVisible()
    assert dialog.result() == AddPersonDialog.DialogCode.Accepted
    ready_context.database.close()
    assert enrolled() == {"Anna": 1}


def test_the_keyboard_reaches_everything_in_reading_order(open_dialog, photo, somebody, qtbot):
    dialog = open_dialog()
    dialog.add_photos(
        [
            photo("two.png", somebody("Anna"), somebody("Bob", left=100)),
            photo("poor.png", somebody("Zoë", quality=0.1)),
        ]
    )
    dialog.rows[0].choose(0)
    dialog.name.setText("Anna")
    qtbot.waitUntil(dialog.rows[1].allow.isVisible)
    dialog.choose_button.setFocus()
    reached = []
    for _ in range(8):
        reached.append(dialog.focusWidget())
        dialog.focusNextChild()
    first, second = dialog.rows
    # Of faces that exclude each other the chosen one is reached; arrow keys lead to the others.
    assert reached == [
        dialog.choose_button,
        first.face_buttons[0],
        first.leave_out,
        second.allow,
        second.leave_out,
        dialog.name,
        dialog.consent.unfold_button,
        dialog.add_button,
    ]
    assert all(widget.accessibleName() or widget.text() for widget in reached)


def test_a_face_is_chosen_by_keyboard(open_dialog, photo, somebody, qtbot):
    dialog = open_dialog()
    dialog.add_photos([photo("two.png", somebody("Anna"), somebody("Bob", left=100))])
    (row,) = dialog.rows
    row.face_buttons[0].setFocus()
    qtbot.keyClick(row.face_buttons[0], Qt.Key.Key_Space)
    assert row.face_buttons[0].isChecked()
    assert row.face is not None


def test_a_bug_while_reading_a_photo_is_reported_and_the_dialog_goes_on(
    open_dialog, photo, somebody, pipeline, tmp_path
):
    Image.new("RGB", (8, 8), (250, 250, 250)).save(tmp_path / "bug.png")
    dialog = open_dialog()
    # The stand-in has never seen this colour.
    dialog.add_photos([tmp_path / "bug.png", photo("anna.png", somebody("Anna"))])
    (report,) = dialog.findChildren(BugReport)
    assert "KeyError" in report.report.toPlainText()
    assert dialog.summary.text() == "1 picture is ready. Type the person’s name."


def test_a_dialog_closed_while_a_photo_is_read_is_not_called_back(
    ready_context, photo, somebody, pipeline, monkeypatch, qtbot
):
    ready_context.general = BackgroundRunner("general")
    reading, go_on = threading.Event(), threading.Event()

    def find_slowly(pixels):
        reading.set()
        assert go_on.wait(10)
        return [somebody("Anna")]

    monkeypatch.setattr(pipeline, "find_faces", find_slowly)
    dialog = AddPersonDialog(ready_context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    dialog.add_photos([photo("1.png"), photo("2.png")])
    assert reading.wait(10)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    heard = []
    ready_context.general.run(lambda: None, success=heard.append)
    go_on.set()
    # Answers come in order: what came before this one has been delivered by then.
    qtbot.waitUntil(lambda: heard == [None])
    ready_context.general.close()


def test_photos_in_capitals_are_offered_too(open_dialog):
    dialog = open_dialog()
    dialog.choose_button.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    photos = chooser.nameFilters()[0]
    assert "*.jpg" in photos
    assert "*.JPG" in photos
    chooser.reject()
