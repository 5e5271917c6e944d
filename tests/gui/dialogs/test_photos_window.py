"""Opening photos and folders, and naming who is in them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QLocale, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identified, Unknown
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.line_delegate import DETAIL_ROLE
from desktop_app.ui.photos.photos_window import PhotosWindow
from desktop_app.workers.background import BackgroundRunner


@pytest.fixture
def window(ready_context, qtbot):
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    return window


def lines(window: PhotosWindow) -> list[tuple[str, str]]:
    model = window.model
    return [
        (model.index(row).data(), model.index(row).data(DETAIL_ROLE))
        for row in range(model.rowCount())
    ]


def click_face(window: PhotosWindow, number: int) -> None:
    view = window.pane.view
    where = QPointF(view.face_area(number).center())
    view.mouseReleaseEvent(
        QMouseEvent(
            QEvent.Type.MouseButtonRelease,
            where,
            view.mapToGlobal(where),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def open_dialog(window: PhotosWindow) -> AddPersonDialog:
    (dialog,) = window.findChildren(AddPersonDialog)
    return dialog


def test_an_empty_window_says_what_to_do(window):
    assert "open photos or a whole folder" in window.message.text()
    assert window.message.isVisible()
    assert window.open_button.isVisible()


def test_each_photo_is_listed_with_who_is_in_it(window, photo, somebody, ready_context):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    window.open_photos(
        [
            photo("both.png", somebody("Anna", look=2), somebody("Zoë", left=100)),
            photo("wall.png"),
        ]
    )
    assert lines(window) == [
        ("both.png", QLocale().createSeparatedList(["Anna", "1 unknown"])),
        ("wall.png", "No face was found"),
    ]
    assert window.status.text() == "2 photos"


def test_a_folder_is_opened_with_its_folders(window, photo, somebody):
    photo("folder/a.png", somebody("Anna"))
    inner = photo("folder/inner/b.png", somebody("Bob"))
    window.open_photos([inner.parent.parent])
    assert [name for name, _ in lines(window)] == ["a.png", "b.png"]


def test_an_unreadable_photo_is_listed_with_its_sentence_and_the_rest_goes_on(
    window, photo, somebody, tmp_path
):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 broken")
    window.open_photos([broken, photo("good.png", somebody("Anna"))])
    assert len(lines(window)) == 2
    assert lines(window)[0] == ("broken.jpg", "Cannot be shown")
    assert "broken.jpg” cannot be read" in window.message.text()
    assert lines(window)[1] == ("good.png", "1 unknown")


def test_the_first_photo_is_shown_with_its_faces(window, photo, somebody):
    window.open_photos([photo("two.png", somebody("A"), somebody("B", left=100))])
    assert window.pane.isVisible()
    assert window.pane.faces.count() == 2
    assert window.pane.faces.item(0).text() == "Unknown"


def test_naming_a_face_names_it_in_all_photos_without_reading_them_again(
    window, photo, somebody, ready_context, pipeline, qtbot
):
    window.open_photos([photo("1.png", somebody("Anna")), photo("2.png", somebody("Anna", look=2))])
    assert [who for _, who in lines(window)] == ["1 unknown", "1 unknown"]
    looks = pipeline.looks
    click_face(window, 0)
    dialog = open_dialog(window)
    qtbot.keyClicks(dialog.name, "Anna")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert [who for _, who in lines(window)] == ["Anna", "Anna"]
    assert window.pane.faces.item(0).text().startswith("Anna · almost certain")
    assert pipeline.looks == looks


def test_the_enrolled_picture_is_cut_from_the_photo_once_more(
    window, photo, somebody, ready_context, qtbot
):
    path = photo("1.png", somebody("Anna"))
    window.open_photos([path])
    assert all(
        result.face.aligned.pixels.size == 0
        for entry in window.model.entries
        for result in entry.faces
    )
    window.pane.name_button.click()
    dialog = open_dialog(window)
    dialog.name.setText("Anna")
    dialog.add_button.click()
    (person,) = ready_context.people.people()
    (sample,) = ready_context.people.samples(person.identity.id)
    assert sample.pixels.shape == (112, 112, 3)
    # The stand-in's transform leaves everything where it is: the photo's own colour.
    assert tuple(sample.pixels[0, 0]) == (1, 7, 200)


def test_a_face_is_named_by_keyboard_alone(window, photo, somebody, qtbot):
    window.open_photos([photo("1.png", somebody("Anna"))])
    window.pane.faces.setFocus()
    qtbot.keyClick(window.pane.faces, Qt.Key.Key_Return)
    assert open_dialog(window).isVisible()


def test_removing_a_person_makes_them_unknown_again(window, photo, somebody, ready_context):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    window.open_photos([photo("1.png", somebody("Anna", look=2))])
    (entry,) = window.model.entries
    assert isinstance(entry.faces[0].decision, Identified)
    ready_context.remove(entry.faces[0].decision.match.identity.id)
    assert isinstance(window.model.entries[0].faces[0].decision, Unknown)


def test_a_photo_opened_twice_is_looked_at_once(window, photo, somebody, pipeline):
    path = photo("1.png", somebody("Anna"))
    other = photo("2.png", somebody("Bob"))
    window.open_photos([path, other])
    window.open_photos([other])
    assert pipeline.looks == 2
    assert window.list.currentIndex().data() == "2.png"


def test_a_photo_that_has_gone_since_is_said(window, photo, somebody):
    first, second = photo("1.png", somebody("Anna")), photo("2.png", somebody("Bob"))
    window.open_photos([first, second])
    second.unlink()
    window.list.setCurrentIndex(window.model.index(1))
    assert "2.png” cannot be read" in window.message.text()


def test_a_folder_without_photos_is_said(window, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    window.open_photos([folder])
    assert window.status.text() == "There are no photos in “empty”."
    assert not window.stop_button.isVisible()


def test_stopping_keeps_what_was_looked_at_and_looks_no_further(
    ready_context, photo, somebody, pipeline, qtbot
):
    ready_context.general = BackgroundRunner("general")
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.model.rowsInserted):
        window.open_photos([photo(f"{n}.png", somebody("Anna")) for n in range(40)])
    assert window.stop_button.isVisible()
    qtbot.mouseClick(window.stop_button, Qt.MouseButton.LeftButton)
    ready_context.general.drain()
    assert 0 < window.model.rowCount() < 40
    assert not window.stop_button.isVisible()
    assert "stay in the list" in window.status.text()


def test_photos_that_wait_for_an_engine_that_failed_say_why(context, make_ready, photo, qtbot):
    window = PhotosWindow(context)
    qtbot.addWidget(window)
    window.show()
    window.open_photos([photo("1.png")])
    assert window.status.text() == "Getting ready…"
    context.become_unusable("The models are missing.")
    assert window.message.text() == "The models are missing."
    assert window.status.text() == ""
    assert not window.progress.isVisible()
    make_ready()
    assert lines(window) == [("1.png", "No face was found")]
    assert window.status.text() == "1 photo"


def test_a_window_opened_after_the_engine_failed_says_why(context, photo, qtbot):
    context.become_unusable("The models are missing.")
    window = PhotosWindow(context)
    qtbot.addWidget(window)
    window.show()
    window.open_photos([photo("1.png")])
    assert window.message.text() == "The models are missing."
    assert window.message.isVisible()


def test_delete_takes_a_photo_out_of_the_list_and_leaves_its_file(window, photo, qtbot):
    first, second, third = (photo(f"{n}.png") for n in range(3))
    window.open_photos([first, second, third])
    window.list.setCurrentIndex(window.model.index(1))
    window.list.setFocus()
    qtbot.keyClick(window.list, Qt.Key.Key_Delete)
    assert [name for name, _ in lines(window)] == ["0.png", "2.png"]
    assert second.is_file()
    assert window.model.row_of(third) == 1
    assert window.pane.path == third
    assert window.status.text() == "2 photos"
    window.open_photos([second])
    assert [name for name, _ in lines(window)] == ["0.png", "2.png", "1.png"]


def test_when_the_last_photo_is_taken_out_the_window_says_again_what_to_do(window, photo, qtbot):
    window.open_photos([photo("1.png")])
    window.list.setFocus()
    qtbot.keyClick(window.list, Qt.Key.Key_Delete)
    assert window.model.rowCount() == 0
    assert "open photos or a whole folder" in window.message.text()
    assert window.message.isVisible()
    assert not window.list.isVisible()


def test_a_photo_taken_out_while_it_is_decided_on_again_stays_out(
    window, photo, somebody, ready_context, qtbot
):
    path = photo("1.png", somebody("Anna"))
    window.open_photos([path, photo("2.png")])
    ready_context.general = BackgroundRunner("general")
    ready_context.enrol("Bob", [somebody("Bob")], origin=Origin.PHOTO)
    window.list.setCurrentIndex(window.model.index(0))
    window.list.remove_action.trigger()
    later: list[None] = []
    ready_context.general.run(lambda: None, success=later.append)
    qtbot.waitUntil(lambda: bool(later))
    assert [name for name, _ in lines(window)] == ["2.png"]
    ready_context.general.close()


def test_the_first_of_photos_that_are_added_later_is_in_sight(window, photo, qtbot):
    window.open_photos([photo(f"{n:02}.png") for n in range(60)])
    assert window.list.currentIndex().row() == 0
    qtbot.waitUntil(lambda: window.list.viewport().width() > 0)
    photo("later/a.png")
    folder = photo("later/b.png").parent
    window.open_photos([folder])
    assert window.list.currentIndex().data() == "a.png"
    shown = window.list.visualRect(window.list.currentIndex())
    assert window.list.viewport().rect().contains(shown)


def test_photos_still_being_looked_at_do_not_pass_for_those_added_later(
    ready_context, photo, qtbot
):
    ready_context.general = BackgroundRunner("general")
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    window.open_photos([photo(f"{n}.png") for n in range(9)])
    window.open_photos([photo("later.png")])
    qtbot.waitUntil(lambda: window.model.rowCount() == 10)
    assert window.list.currentIndex().data() == "later.png"
    ready_context.general.close()


@pytest.fixture
def large_letters(qapp):
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(2 * before.pointSizeF())
    qapp.setFont(larger)
    yield
    qapp.setFont(before)


@pytest.mark.usefixtures("large_letters")
def test_with_large_letters_the_window_still_fits_on_the_screen(
    ready_context, photo, somebody, qtbot
):
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    window.open_photos([photo("1.png", somebody("Anna"))])
    window._stop()
    qtbot.waitUntil(window.pane.name_button.isVisible)
    room = window.screen().availableSize()
    assert window.width() < room.width()
    assert window.height() < room.height()
    assert window.minimumSizeHint().width() <= 640
    assert window.minimumSizeHint().height() <= 480
