"""Importing a folder from the main window, and leaving in the middle of it."""

from __future__ import annotations

import threading

import pytest
from PIL import Image

import factories
from desktop_app.vision.types import DetectedFace, Face


class ImportNetworks:
    """An import's own networks: each photo shows one face, known by its colour."""

    def __init__(self, embedder: str) -> None:
        self._embedder = embedder
        self.looks = 0
        self.closed = 0
        self.going = threading.Event()

    def find(self, pixels) -> list[DetectedFace]:
        self.looks += 1
        assert self.going.wait(30)
        seed = int(pixels[0, 0, 0])
        self._face = factories.face(seed, look=factories.embedding(seed, embedder=self._embedder))
        return [DetectedFace(self._face.detection, self._face.landmarks)]

    def describe(self, pixels, found: DetectedFace) -> Face:
        return self._face

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def importing(catalog, monkeypatch) -> ImportNetworks:
    networks = ImportNetworks(catalog.embedder().key)
    monkeypatch.setattr("desktop_app.services.runtime.load_pipeline", lambda **_options: networks)
    monkeypatch.setattr("desktop_app.services.imports.folder_import._SAVE_EVERY", 0.0)
    yield networks
    networks.going.set()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "people"
    for number, name in enumerate(("Anna", "Bea", "Clara")):
        (folder / name).mkdir(parents=True)
        Image.new("RGB", (32, 24), (number, 0, 0)).save(folder / name / "1.png")
    return folder


def names(app) -> list[str]:
    return [person.identity.name for person in app.context.last_change.people]


def test_people_are_imported_beside_the_window_and_the_import_is_undone_in_one_step(
    qtbot, ready_app, importing, folder
):
    importing.going.set()
    app = ready_app()
    app.window.actions_by_name["import_folder"].trigger()
    dialog = app.window.doors.import_folder()
    qtbot.waitUntil(dialog.isVisible)
    assert not dialog.isModal()
    dialog.read_folder(folder)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.plan_page)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.report_page)
    assert names(app) == ["Anna", "Bea", "Clara"]
    app.context.change_people(lambda people: people.undo())
    qtbot.waitUntil(lambda: names(app) == [])


def test_whoever_leaves_in_the_middle_is_asked_at_the_next_start(
    qtbot, ready_app, importing, folder
):
    app = ready_app()
    dialog = app.window.doors.import_folder()
    dialog.read_folder(folder)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.plan_page)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: importing.looks == 1)
    worker = dialog._worker
    # The photo that is being looked at comes to its end while the window waits for it.
    timer = threading.Timer(0.2, importing.going.set)
    timer.start()
    app.window.close()
    timer.join()
    assert not worker.is_running
    assert importing.closed == 1

    again = ready_app()
    qtbot.waitUntil(lambda: "1 of 3 photos" in again.window.notice_bar.text)
    assert names(again) == []
    go_on, _discard = again.window.notice_bar.buttons
    go_on.click()
    dialog = again.window.doors.import_folder()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.plan_page)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.report_page)
    assert names(again) == ["Anna", "Bea", "Clara"]
    assert importing.looks == 3
