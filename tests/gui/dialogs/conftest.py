"""A context with a real gallery file, and photos whose faces are known beforehand."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from db.repository import GalleryRepository
from desktop_app.paths import DataDir
from desktop_app.recognition.decision import CalibratedPolicy
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.vision.manifest import Calibration
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

DIMENSION = 64
CALIBRATION = Calibration(
    measured_on="nothing: numbers for tests",
    false_match_rates=(1e-1, 1e-3, 1e-5, 1e-7),
    similarities=(0.2, 0.4, 0.6, 0.7),
    false_non_match_rates=(0.0, 0.05, 0.2, 0.5),
)


def face_of(who: str, *, look: int = 0, quality: float = 1.0, left: float = 0.0) -> Face:
    """A face of somebody; the looks of one person are much alike, those of two are not."""
    rng = np.random.default_rng(zlib.crc32(who.encode()))
    vector = rng.normal(size=DIMENSION)
    # Two looks at 0.86 on average: below 0.94, from where on a second picture adds nothing.
    vector += 0.4 * np.random.default_rng(zlib.crc32(f"{who} {look}".encode())).normal(
        size=DIMENSION
    )
    points = np.array([[20, 30], [60, 30], [40, 50], [25, 70], [55, 70]], np.float32)
    shade = zlib.crc32(f"{who}{look}".encode()) % 200 + 40
    return Face(
        detection=Detection(np.array([left, 0, left + 80, 100], np.float32), 0.9),
        landmarks=Landmarks(points + np.array([left, 0], np.float32), Pose(0, 0, 0)),
        quality=Quality(1, quality**5, 1, 1, 1),
        aligned=AlignedFace(
            np.full((112, 112, 3), shade, np.uint8), np.eye(2, 3, dtype=np.float64)
        ),
        embedding=Embedding((vector / np.linalg.norm(vector)).astype(np.float32), "test"),
    )


class KnownFaces:
    """Stands in for the networks: recognises the test's photos by their colour."""

    def __init__(self) -> None:
        self._faces: dict[tuple[int, ...], list[Face]] = {}
        self.looks = 0

    def learn(self, colour: tuple[int, int, int], faces: Sequence[Face]) -> None:
        self._faces[colour] = list(faces)

    def find_faces(self, pixels: np.ndarray) -> list[Face]:
        self.looks += 1
        return self._faces[tuple(int(value) for value in pixels[-1, -1])]


@pytest.fixture
def somebody() -> Callable[..., Face]:
    return face_of


@pytest.fixture
def pipeline() -> KnownFaces:
    return KnownFaces()


@pytest.fixture
def photo(tmp_path, pipeline) -> Callable[..., Path]:
    """Writes a photo file in which the pipeline finds the given faces."""
    folder = tmp_path / "photos"
    folder.mkdir()
    count = 0

    def write(name: str, *faces: Face) -> Path:
        nonlocal count
        count += 1
        colour = (count, 7 * count % 256, 200)
        pipeline.learn(colour, faces)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (320, 200), colour).save(path)
        return path

    return write


@pytest.fixture
def service(tmp_path):
    repository = GalleryRepository.open(tmp_path / "gallery.db")
    yield PeopleService(repository, embedder="test", dimension=DIMENSION)
    repository.close()


@pytest.fixture
def context(tmp_path, qapp) -> AppContext:
    """The context before the engine is ready; all work is done at once, in this thread."""
    return AppContext(
        data_dir=DataDir(tmp_path),
        settings=Settings(),
        database=BackgroundRunner("database", inline=True),
        general=BackgroundRunner("general", inline=True),
    )


@pytest.fixture
def make_ready(context, service, pipeline) -> Callable[[], None]:
    """Opens the gallery and loads the engine."""

    def ready() -> None:
        context.become_ready(
            pipeline=pipeline,
            policy=CalibratedPolicy(CALIBRATION, false_name_rate=1e-3),
            people=service,
            change=GalleryChange(service.gallery, service.people()),
        )

    return ready


@pytest.fixture
def ready_context(context, make_ready) -> AppContext:
    make_ready()
    return context


@pytest.fixture
def message_in(qtbot) -> Callable[[QWidget], QMessageBox]:
    """Finds the one message box that is open over a window."""

    def find(parent: QWidget) -> QMessageBox:
        def visible() -> list[QMessageBox]:
            return [box for box in parent.findChildren(QMessageBox) if box.isVisible()]

        qtbot.waitUntil(lambda: len(visible()) == 1)
        return visible()[0]

    return find


@pytest.fixture
def press(qtbot) -> Callable[[QMessageBox, str], None]:
    """Clicks a message box's button by its text."""

    def click(box: QMessageBox, text: str) -> None:
        (button,) = [b for b in box.buttons() if b.text().replace("&", "") == text]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    return click
