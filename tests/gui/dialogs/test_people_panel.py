"""The people panel on a real gallery file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from db.repository import GalleryRepository
from desktop_app.recognition.people import Origin
from desktop_app.services.people import PeopleService
from desktop_app.ui.line_delegate import DETAIL_ROLE
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.ui.people.person_dialog import PersonDialog


@pytest.fixture
def panel(context, qtbot):
    panel = PeoplePanel(context)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def names(panel: PeoplePanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def details(panel: PeoplePanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data(DETAIL_ROLE) for row in range(model.rowCount())]


def editor_of(panel: PeoplePanel) -> QLineEdit:
    (editor,) = panel.view.viewport().findChildren(QLineEdit)
    return editor


def test_an_empty_gallery_teaches_and_offers_to_add_a_person(panel, make_ready, qtbot):
    make_ready()
    assert panel.nobody.photos_button.isVisible()
    with qtbot.waitSignal(panel.add_requested):
        qtbot.mouseClick(panel.nobody.photos_button, Qt.MouseButton.LeftButton)


def test_before_the_gallery_is_open_the_panel_does_not_say_that_nobody_is_enrolled(panel):
    assert not panel.nobody.photos_button.isVisible()
    assert not panel.view.isVisible()


def test_people_are_listed_by_name_with_their_number_of_pictures(
    panel, make_ready, context, somebody
):
    make_ready()
    context.enrol("Zoë", [somebody("1")], origin=Origin.PHOTO)
    context.enrol("anna", [somebody("2"), somebody("3")], origin=Origin.PHOTO)
    assert names(panel) == ["anna", "Zoë"]
    assert details(panel) == ["2 pictures", "1 picture"]


def test_whoever_was_just_enrolled_is_selected(panel, make_ready, context, somebody):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    context.enrol("Bob", [somebody("2")], origin=Origin.PHOTO)
    assert panel.selected.identity.name == "Bob"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ANN", ["Anna"]),
        ("ليل", ["ليلى"]),
        ("zoe\u0308", ["Zoë"]),
        ("ZOE", ["Zoë"]),
        ("ánna", ["Anna"]),
        ("🦊", ["Fuchs 🦊"]),
        ("nobody", []),
        ("", ["Anna", "Fuchs 🦊", "Zoë", "ليلى"]),
    ],
)
def test_search_as_you_type_finds_names_in_any_script(
    panel, make_ready, context, typed, found, somebody
):
    make_ready()
    for name in ["Anna", "Fuchs 🦊", "Zoë", "ليلى"]:
        context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    panel.search.setText(typed)
    assert names(panel) == found
    assert panel.view.isVisible() == bool(found)


def test_nobody_can_be_changed_while_a_search_finds_nobody(panel, make_ready, context, somebody):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    assert panel.more_button.isEnabled()
    panel.search.setText("Bob")
    assert not panel.more_button.isEnabled()
    assert not panel.actions_of_chosen.remove.isEnabled()


def test_escape_empties_the_search(panel, make_ready, context, qtbot, somebody):
    make_ready()
    for name in ["Anna", "Gül"]:
        context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "gul")
    assert names(panel) == ["Gül"]
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert names(panel) == ["Anna", "Gül"]


def test_f2_renames_in_place(panel, make_ready, context, qtbot, somebody):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    panel.actions_of_chosen.rename.trigger()
    editor = editor_of(panel)
    editor.selectAll()
    qtbot.keyClicks(editor, "Hannah")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == ["Hannah"])
    assert context.gallery.identities[panel.selected.identity.id].name == "Hannah"


def test_a_name_that_is_taken_is_refused_with_its_sentence(
    panel, make_ready, context, qtbot, message_in, somebody
):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    context.enrol("Bob", [somebody("2")], origin=Origin.PHOTO)
    panel.actions_of_chosen.rename.trigger()
    editor = editor_of(panel)
    editor.selectAll()
    qtbot.keyClicks(editor, "anna")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "There is a person called “Anna” already" in message_in(panel).text()
    assert names(panel) == ["Anna", "Bob"]


def test_the_delete_key_puts_a_person_into_the_bin_without_a_question(
    panel, make_ready, context, qtbot, somebody
):
    make_ready()
    context.enrol("Anna", [somebody("1"), somebody("2")], origin=Origin.PHOTO)
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == []
    assert panel.nobody.photos_button.isVisible()
    assert [thing.identity.name for thing in context.people.bin()] == ["Anna"]
    context.undo()
    assert names(panel) == ["Anna"]


def test_delete_down_delete_removes_neighbours(panel, make_ready, context, qtbot, somebody):
    make_ready()
    for name in ("Anna", "Bea", "Cem", "Dora", "Egon"):
        context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    panel.view.setCurrentIndex(panel.view.model().index(1, 0))
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.selected.identity.name == "Cem"
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == ["Anna", "Cem", "Egon"]
    assert [person.identity.name for person in panel.chosen] == ["Egon"]
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    # There is nobody below.
    assert [person.identity.name for person in panel.chosen] == ["Cem"]


def test_a_cover_is_fetched_once_it_is_looked_at(panel, make_ready, context, qtbot, somebody):
    make_ready()
    context.enrol("Anna", [somebody("7")], origin=Origin.PHOTO)
    index = panel.view.model().index(0, 0)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None)
    cover = index.data(Qt.ItemDataRole.DecorationRole)
    assert cover.pixelColor(5, 5).red() == somebody("7").aligned.pixels[0, 0, 0]


def test_what_another_process_enrolled_appears_and_the_selection_stays(
    panel, make_ready, context, somebody, tmp_path
):
    make_ready()
    context.enrol("Bob", [somebody("Bob")], origin=Origin.PHOTO)
    other = GalleryRepository.open(tmp_path / "gallery.db")
    PeopleService(other, embedder="test", dimension=64).enrol(
        "Anna", [somebody("Anna")], origin=Origin.PHOTO
    )
    other.close()
    context.refresh()
    assert names(panel) == ["Anna", "Bob"]
    assert panel.selected.identity.name == "Bob"


def test_only_one_picture_is_taken_out_of_a_persons_pictures(
    panel, make_ready, context, qtbot, somebody
):
    make_ready()
    context.enrol("Anna", [somebody("1"), somebody("2")], origin=Origin.LIVE)
    panel.actions_of_chosen.open.trigger()
    (dialog,) = panel.findChildren(PersonDialog)
    assert dialog.samples.list.count() == 2
    assert "From the camera" in dialog.samples.list.item(0).text()
    qtbot.mouseClick(dialog.samples.remove_button, Qt.MouseButton.LeftButton)
    assert dialog.samples.list.count() == 1
    assert details(panel) == ["1 picture"]


def test_whoever_loses_the_last_picture_is_said_to_be_unrecognisable_until_an_undo(
    panel, make_ready, context, qtbot, somebody
):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    panel.actions_of_chosen.open.trigger()
    (dialog,) = panel.findChildren(PersonDialog)
    qtbot.mouseClick(dialog.samples.remove_button, Qt.MouseButton.LeftButton)
    assert "cannot be recognised" in dialog.samples.summary.text()
    assert details(panel) == ["No picture: cannot be recognised"]
    assert not dialog.samples.remove_button.isEnabled()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog.samples.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert details(panel) == ["1 picture"]


def test_the_pictures_close_when_their_person_is_removed(
    panel, make_ready, context, qtbot, somebody
):
    make_ready()
    context.enrol("Anna", [somebody("1")], origin=Origin.PHOTO)
    panel.actions_of_chosen.open.trigger()
    (dialog,) = panel.findChildren(PersonDialog)
    with qtbot.waitSignal(dialog.finished):
        context.remove(panel.selected.identity.id)


def test_a_click_selects_and_the_keyboard_reaches_everything(
    panel, make_ready, context, qtbot, somebody
):
    make_ready()
    for name in ["Anna", "Bob"]:
        context.enrol(name, [somebody(name)], origin=Origin.PHOTO)
    rectangle = panel.view.visualRect(panel.view.model().index(0, 0))
    qtbot.mouseClick(
        panel.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=rectangle.topLeft() + QPoint(5, 5),
    )
    assert panel.selected.identity.name == "Anna"
    panel.search.setFocus()
    reached = []
    for _ in range(5):
        reached.append(panel.focusWidget())
        panel.focusNextChild()
    assert reached == [
        panel.search,
        panel.order_button,
        panel.view,
        panel.add_button,
        panel.more_button,
    ]
    assert all(widget.accessibleName() or widget.text() for widget in reached)
    assert panel.view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
