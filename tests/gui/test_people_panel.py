"""The people panel on a real gallery file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QMessageBox, QWidget

from db.repository import GalleryRepository
from desktop_app.paths import DataDir
from desktop_app.recognition.people import Origin
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.people_model import Role
from desktop_app.ui.people_panel import PeoplePanel
from desktop_app.ui.samples_dialog import SamplesDialog
from desktop_app.vision.types import (
    AlignedFace,
    Detection,
    Embedding,
    Face,
    Landmarks,
    Pose,
    Quality,
)
from desktop_app.workers.background import BackgroundRunner

DIMENSION = 8


class NoPipeline:
    """The panel never looks for faces."""


class NoPolicy:
    """Nor decides."""


def face(seed: int) -> Face:
    rng = np.random.default_rng(seed)
    vector = rng.normal(size=DIMENSION).astype(np.float32)
    vector /= np.linalg.norm(vector)
    points = np.array([[20, 30], [60, 30], [40, 50], [25, 70], [55, 70]], np.float32)
    return Face(
        detection=Detection(np.array([0, 0, 80, 100], np.float32), 0.9),
        landmarks=Landmarks(points, Pose(0, 0, 0)),
        quality=Quality(1, 1, 1, 1, 1),
        aligned=AlignedFace(
            np.full((112, 112, 3), 10 * seed % 255, np.uint8), np.eye(2, 3, dtype=np.float64)
        ),
        embedding=Embedding(vector, "test"),
    )


@pytest.fixture
def service(tmp_path):
    repository = GalleryRepository.open(tmp_path / "gallery.db")
    yield PeopleService(repository, embedder="test", dimension=DIMENSION)
    repository.close()


@pytest.fixture
def context(tmp_path, qapp):
    return AppContext(
        data_dir=DataDir(tmp_path),
        settings=Settings(),
        database=BackgroundRunner("database", inline=True),
        general=BackgroundRunner("general", inline=True),
    )


@pytest.fixture
def ready(context, service):
    """The context once the gallery is open."""

    def make_ready() -> None:
        context.become_ready(
            pipeline=NoPipeline(),
            policy=NoPolicy(),
            people=service,
            change=GalleryChange(service.gallery, service.people()),
        )

    return make_ready


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
    return [model.index(row, 0).data(Role.DETAIL) for row in range(model.rowCount())]


def box_of(parent: QWidget) -> QMessageBox:
    (box,) = [box for box in parent.findChildren(QMessageBox) if box.isVisible()]
    return box


def press(box: QMessageBox, text: str, qtbot) -> None:
    (button,) = [b for b in box.buttons() if b.text().replace("&", "") == text]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def editor_of(panel: PeoplePanel) -> QLineEdit:
    (editor,) = panel.view.viewport().findChildren(QLineEdit)
    return editor


def test_an_empty_gallery_teaches_and_offers_to_add_a_person(panel, ready, qtbot):
    ready()
    assert panel.empty_add_button.isVisible()
    with qtbot.waitSignal(panel.add_requested):
        qtbot.mouseClick(panel.empty_add_button, Qt.MouseButton.LeftButton)


def test_before_the_gallery_is_open_the_panel_does_not_say_that_nobody_is_enrolled(panel):
    assert not panel.empty_add_button.isVisible()
    assert not panel.view.isVisible()


def test_people_are_listed_by_name_with_their_number_of_pictures(panel, ready, context):
    ready()
    context.enrol("Zoë", [face(1)], origin=Origin.PHOTO)
    context.enrol("anna", [face(2), face(3)], origin=Origin.PHOTO)
    assert names(panel) == ["anna", "Zoë"]
    assert details(panel) == ["2 pictures", "1 picture"]


def test_whoever_was_just_enrolled_is_selected(panel, ready, context):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    context.enrol("Bob", [face(2)], origin=Origin.PHOTO)
    assert panel.selected.identity.name == "Bob"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ANN", ["Anna"]),
        ("ليل", ["ليلى"]),
        ("zoe\u0308", ["Zoë"]),
        ("🦊", ["Fuchs 🦊"]),
        ("nobody", []),
        ("", ["Anna", "Fuchs 🦊", "Zoë", "ليلى"]),
    ],
)
def test_search_as_you_type_finds_names_in_any_script(panel, ready, context, qtbot, typed, found):
    ready()
    for seed, name in enumerate(["Anna", "Fuchs 🦊", "Zoë", "ليلى"]):
        context.enrol(name, [face(seed)], origin=Origin.PHOTO)
    panel.search.setText(typed)
    assert names(panel) == found
    assert panel.view.isVisible() == bool(found)


def test_f2_renames_in_place(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    panel.rename_action.trigger()
    editor = editor_of(panel)
    editor.selectAll()
    qtbot.keyClicks(editor, "Hannah")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == ["Hannah"])
    assert context.gallery.identities[panel.selected.identity.id].name == "Hannah"


def test_a_name_that_is_taken_is_refused_with_its_sentence(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    context.enrol("Bob", [face(2)], origin=Origin.PHOTO)
    panel.rename_action.trigger()
    editor = editor_of(panel)
    editor.selectAll()
    qtbot.keyClicks(editor, "anna")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.findChildren(QMessageBox)))
    assert "There is a person called “Anna” already" in box_of(panel).text()
    assert names(panel) == ["Anna", "Bob"]


def test_removal_says_what_is_deleted_and_waits_for_a_yes(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1), face(2)], origin=Origin.PHOTO)
    panel.remove_action.trigger()
    box = box_of(panel)
    assert box.text() == "Remove Anna?"
    assert "2 pictures" in box.informativeText()
    assert "cannot be undone" in box.informativeText()
    assert names(panel) == ["Anna"]
    press(box, "Remove", qtbot)
    assert names(panel) == []
    assert panel.empty_add_button.isVisible()


def test_enter_in_the_confirmation_of_a_removal_removes_nobody(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    panel.remove_action.trigger()
    qtbot.keyClick(box_of(panel), Qt.Key.Key_Return)
    assert names(panel) == ["Anna"]


def test_a_cover_is_fetched_once_it_is_looked_at(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(7)], origin=Origin.PHOTO)
    index = panel.view.model().index(0, 0)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None)
    cover = index.data(Qt.ItemDataRole.DecorationRole)
    assert cover.pixelColor(5, 5).red() == 70


def test_a_change_elsewhere_keeps_the_selection(panel, ready, context, service):
    ready()
    context.enrol("Bob", [face(1)], origin=Origin.PHOTO)
    service.enrol("Anna", [face(2)], origin=Origin.PHOTO)
    context.refresh()
    context.gallery_changed.emit(GalleryChange(service.gallery, service.people()))
    assert names(panel) == ["Anna", "Bob"]
    assert panel.selected.identity.name == "Bob"


def test_only_one_picture_is_taken_out_of_a_persons_pictures(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1), face(2)], origin=Origin.LIVE)
    panel.samples_action.trigger()
    (dialog,) = panel.findChildren(SamplesDialog)
    assert dialog.list.count() == 2
    assert "From the camera" in dialog.list.item(0).text()
    qtbot.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    press(box_of(dialog), "Remove", qtbot)
    assert dialog.list.count() == 1
    assert details(panel) == ["1 picture"]


def test_the_last_picture_goes_only_after_a_warning_that_nothing_is_left(
    panel, ready, context, qtbot
):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    panel.samples_action.trigger()
    (dialog,) = panel.findChildren(SamplesDialog)
    qtbot.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
    box = box_of(dialog)
    assert "cannot be recognised any more" in box.informativeText()
    press(box, "Remove", qtbot)
    assert details(panel) == ["No picture: cannot be recognised"]
    assert not dialog.remove_button.isEnabled()


def test_the_pictures_close_when_their_person_is_removed(panel, ready, context, qtbot):
    ready()
    context.enrol("Anna", [face(1)], origin=Origin.PHOTO)
    panel.samples_action.trigger()
    (dialog,) = panel.findChildren(SamplesDialog)
    with qtbot.waitSignal(dialog.finished):
        context.remove(panel.selected.identity.id)


def test_a_click_selects_and_the_keyboard_reaches_everything(panel, ready, context, qtbot):
    ready()
    for seed, name in enumerate(["Anna", "Bob"]):
        context.enrol(name, [face(seed)], origin=Origin.PHOTO)
    rectangle = panel.view.visualRect(panel.view.model().index(0, 0))
    qtbot.mouseClick(
        panel.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=rectangle.topLeft() + QPoint(5, 5),
    )
    assert panel.selected.identity.name == "Anna"
    panel.search.setFocus()
    reached = []
    for _ in range(4):
        reached.append(panel.focusWidget())
        panel.focusNextChild()
    assert reached == [panel.search, panel.view, panel.add_button, panel.more_button]
    assert all(widget.accessibleName() or widget.text() for widget in reached)
    assert panel.view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
