"""The photo shown large: going from one to the next, and what is painted of its faces."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPalette

from desktop_app.recognition.people import Origin
from desktop_app.ui.photos import photos_window
from desktop_app.ui.photos.photos_window import PhotosWindow
from desktop_app.workers.background import BackgroundRunner


@pytest.fixture
def window(ready_context, qtbot):
    window = PhotosWindow(ready_context)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def held_up(ready_context):
    """From now on nothing is read until the event is set."""
    go = threading.Event()
    runner = BackgroundRunner("general")
    ready_context.general = runner
    runner.run(go.wait)
    yield go
    go.set()
    runner.close()


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The names of the photos that were read to be shown."""
    names: list[str] = []
    load = photos_window.load_photo

    def read(entry):
        names.append(entry.path.name)
        return load(entry)

    monkeypatch.setattr(photos_window, "load_photo", read)
    return names


def go_to(window: PhotosWindow, row: int) -> None:
    window.list.setCurrentIndex(window.model.index(row))


def picture_of(window: PhotosWindow) -> np.ndarray:
    """What is painted of the list of faces, shape (h, w, 4)."""
    image = window.pane.faces.viewport().grab().toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()


def test_a_photo_of_many_faces_gives_way_to_one_of_fewer(window, photo, somebody, ready_context):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    many = photo("many.png", *(somebody(name, left=90) for name in ("A", "B", "C", "D")))
    window.open_photos([many, photo("one.png", somebody("Anna", look=2))])
    for row in range(4):
        go_to(window, 0)
        window.pane.faces.setCurrentRow(row)
        go_to(window, 1)
        assert window.pane.faces.count() == 1
        assert window.pane.not_button.text() == "N&ot Anna"


def test_until_a_photo_is_read_nothing_can_be_done_about_the_faces_of_the_one_before(
    window, photo, somebody, ready_context, request, qtbot
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    window.open_photos(
        [photo("1.png", somebody("Anna", look=2)), photo("2.png", somebody("Anna", look=3))]
    )
    assert window.pane.not_button.isVisible()
    go = request.getfixturevalue("held_up")
    go_to(window, 1)
    assert window.pane.path is None
    assert not window.pane.not_button.isVisible()
    assert not window.pane.name_button.isEnabled()
    assert window.pane.faces.count() == 0
    assert window.pane.who.text() == "Reading the photo…"
    # The right photo is in sight all the same, as its line in the list shows it.
    seen = window.pane.view.grab().toImage().pixelColor(window.pane.view.rect().center())
    assert (seen.red(), seen.green(), seen.blue()) == (2, 14, 200)
    go.set()
    qtbot.waitUntil(lambda: window.pane.path is not None)
    assert window.pane.path.name == "2.png"
    assert window.pane.not_button.isVisible()
    assert window.pane.who.text() == "Anna"


def test_of_the_photos_that_an_arrow_key_runs_past_only_the_last_is_read(
    window, photo, somebody, reads, request, qtbot
):
    window.open_photos([photo(f"{n:02}.png", somebody("Anna")) for n in range(11)])
    reads.clear()
    go = request.getfixturevalue("held_up")
    for row in range(1, 11):
        go_to(window, row)
    go.set()
    qtbot.waitUntil(lambda: window.pane.path is not None)
    assert reads == ["10.png"]
    assert window.pane.path.name == "10.png"


def test_whoever_comes_back_to_a_photo_is_shown_it(window, photo, somebody, request, qtbot):
    window.open_photos([photo(f"{n}.png", somebody("Anna")) for n in range(2)])
    go = request.getfixturevalue("held_up")
    for row in (1, 0, 1, 0):
        go_to(window, row)
    go.set()
    qtbot.waitUntil(lambda: window.pane.path is not None)
    assert window.pane.path.name == "0.png"


def test_a_shorter_text_leaves_nothing_of_the_longer_one_behind(window, photo, somebody):
    window.open_photos([photo("1.png", somebody("Anna"), somebody("Bob", left=90))])
    faces = window.pane.faces
    place = faces.visualItemRect(faces.item(0))
    faces.item(0).setText("Maximiliana Augusta · almost certain, 98 %")
    assert faces.visualItemRect(faces.item(0)) == place
    faces.item(0).setText("Unknown")
    assert faces.visualItemRect(faces.item(0)) == place


def test_a_chosen_face_wears_a_frame_and_keeps_its_colours(window, photo, somebody):
    window.open_photos([photo("1.png", somebody("Anna"), somebody("Bob", left=90))])
    faces = window.pane.faces
    faces.setCurrentRow(0)
    chosen = picture_of(window)
    faces.setCurrentRow(1)
    other = picture_of(window)
    place = faces.visualItemRect(faces.item(0))
    ratio = chosen.shape[1] / faces.viewport().width()
    left, top = round(place.left() * ratio), round(place.top() * ratio)
    accent = faces.palette().color(QPalette.ColorRole.Highlight)
    assert tuple(chosen[top + 1, left + 20, :3]) == (accent.red(), accent.green(), accent.blue())
    assert tuple(other[top + 1, left + 20, :3]) != tuple(chosen[top + 1, left + 20, :3])
    middle = round(place.center().x() * ratio)
    down = top + round(faces.iconSize().height() / 2 * ratio)
    assert np.array_equal(chosen[down, middle], other[down, middle])
