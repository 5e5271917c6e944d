"""The pictures beside people's names, where the gallery becomes another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

import factories
from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.services.backups import create, restore
from desktop_app.ui.people.cover_loader import CoverLoader
from desktop_app.ui.people.people_model import PeopleModel


def a_sample(grey: int) -> NewSample:
    pixels = np.full((112, 112, 3), grey, np.uint8)
    return NewSample(pixels, factories.embedding(grey), 0.9, Origin.PHOTO)


def backup_of(name: str, *, grey: int, folder: Path) -> Path:
    backup = folder / f"{name}.db"
    with closing(GalleryRepository.open(folder / f"{name} gallery.db")) as repository:
        repository.acts.enrol(name, [a_sample(grey)])
        create(repository.file, backup)
    return backup


def test_in_another_gallery_nobody_gets_the_picture_of_who_had_the_same_number(
    ready_context, qtbot, tmp_path
):
    window, model = QWidget(), PeopleModel()
    qtbot.addWidget(window)
    loader = CoverLoader(ready_context, model, window)
    ready_context.gallery_changed.connect(lambda change: model.set_people(change.people))

    def cover():
        return model.data(model.index(0), Qt.ItemDataRole.DecorationRole)

    def put_back(backup: Path) -> None:
        def work(people):
            restore(people.file, backup)
            return people.reread(forget_steps=True)

        ready_context.change_people(work)

    def shade() -> int:
        qtbot.waitUntil(lambda: cover() is not None)
        return cover().pixelColor(10, 10).red()

    put_back(backup_of("Xaver", grey=200, folder=tmp_path))
    assert shade() > 150
    put_back(backup_of("Carl", grey=20, folder=tmp_path))
    assert model.data(model.index(0)) == "Carl"
    assert cover() is None
    assert shade() < 50
    assert loader.parent() is window
