"""Real windows, driven as a user would; only cameras and networks are stood in for."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import factories
from desktop_app.app import create_app
from desktop_app.capture.devices import Camera
from desktop_app.capture.frame import Frame
from desktop_app.capture.source import SourceSpec
from desktop_app.capture.synthetic import SyntheticSource
from desktop_app.errors import CameraLost
from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.types import Decision, Unknown
from desktop_app.services.identification import decide_face
from desktop_app.services.live import FrameResult, TrackView
from desktop_app.vision.effort import Effort
from desktop_app.vision.types import DetectedFace, Embedding, Face

# How long a test waits for what must happen, milliseconds. A busy machine takes its time, and what
# loads beside the window stands behind it; nothing is asserted about how long it takes.
_PATIENCE = 30_000
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    assert _wait.__kwdefaults__ is not None
    _wait.__kwdefaults__["timeout"] = _PATIENCE

_OURS = ("capture", "recognition", "database", "general", "models")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="open real windows on this screen")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--headed", default=False):
        # Set, not removed: the root's conftest only fills in what is missing.
        os.environ["QT_QPA_PLATFORM"] = os.environ.get("KENSPECKLE_TEST_PLATFORM", "xcb")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # The offscreen plug-in says what it cannot do: smallest sizes, raising a window.
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support", extend=True))


class Camera30:
    """A live source at its own pace, which the test can pull out, hang, and plug in again."""

    def __init__(self, spec: SourceSpec) -> None:
        self.spec = spec
        self.plugged = threading.Event()
        self.plugged.set()
        self.flowing = threading.Event()
        self.flowing.set()
        self.stuck = threading.Event()
        self.opened = 0
        self.closed = 0
        self._pace = threading.Event()

    def source(self) -> PacedSource:
        return PacedSource(self)

    def pull_out(self) -> None:
        self.plugged.clear()

    def plug_in(self) -> None:
        self.plugged.set()

    def hang(self) -> None:
        """From now on ``read`` does not return."""
        self.flowing.clear()

    def let_go(self) -> None:
        self.flowing.set()

    def tick(self) -> None:
        self._pace.wait(0.005)


class PacedSource(SyntheticSource):
    """One opening of a camera."""

    def __init__(self, camera: Camera30) -> None:
        super().__init__(source_id=str(camera.spec), size=(160, 120))
        self._camera = camera
        self._last: Frame | None = None

    def open(self) -> None:
        if not self._camera.plugged.is_set():
            raise CameraLost(source=self.source_id)
        super().open()
        self._camera.opened += 1

    def read(self) -> Frame | None:
        self._camera.flowing.wait()
        if not self._camera.plugged.is_set():
            raise CameraLost(source=self.source_id)
        self._camera.tick()
        frame = super().read()
        if self._camera.stuck.is_set() and self._last is not None:
            return dataclasses.replace(frame, pixels=self._last.pixels)
        self._last = frame
        return frame

    def close(self) -> None:
        super().close()
        self._camera.closed += 1


class Sources:
    """What can be opened: a camera for each number, and clips of as many frames as told."""

    def __init__(self) -> None:
        self.clips: dict[str, int] = {}
        self.cameras: dict[str, Camera30] = {}
        self.refused: dict[str, Exception] = {}

    def camera(self, number: int = 0) -> Camera30:
        spec = SourceSpec.parse(f"camera:{number}")
        return self.cameras.setdefault(str(spec), Camera30(spec))

    def clip(self, path: Path, *, frames: int) -> str:
        self.clips[str(path)] = frames
        return str(path)

    def __call__(self, spec: SourceSpec):
        if str(spec) in self.refused:
            raise self.refused[str(spec)]
        if spec.is_live:
            return self.camera(int(spec.address)).source()
        return SyntheticSource(
            self.clips[spec.address], size=(160, 120), frame_rate=100, source_id=spec.address
        )


class OneFace:
    """Stands in for the live recogniser: sees one face, in the same place of every frame.

    It says what it is told to say, or with a policy, what that says.
    """

    def __init__(self, embedder: str) -> None:
        self.decision: Decision = Unknown(best=None, confidence=0.9)
        self.face: Face = factories.face(
            1, box=(40, 20, 100, 95), look=factories.embedding(1, embedder=embedder)
        )
        self.frames: list[int] = []
        self.galleries: list[Gallery] = []
        self.resets = 0
        self.error: Exception | None = None
        self.policy: DecisionPolicy | None = None
        self.probe: Embedding | None = None

    def process(self, frame: Frame, gallery: Gallery) -> FrameResult:
        if self.error is not None:
            raise self.error
        self.frames.append(frame.index)
        self.galleries.append(gallery)
        if self.policy is not None:
            self.decision = decide_face(self.face, gallery, self.policy)
        view = TrackView(
            id=7,
            box=self.face.detection.box,
            decision=self.decision,
            face=self.face,
            coasting=False,
            probe=self.probe,
        )
        return FrameResult(frame, (view,), 0.001)

    def settle(self, frame: Frame, gallery: Gallery) -> FrameResult:
        return self.process(frame, gallery)

    def reset(self) -> None:
        self.resets += 1


class Networks:
    """Stands in for the networks where a test is not about them."""

    def __init__(self, embedder) -> None:
        self.embedder = embedder
        self.closed = 0

    def find_faces(self, pixels: np.ndarray) -> list[Face]:
        return []

    def find(self, pixels: np.ndarray, *, effort: Effort, expected=None) -> list[DetectedFace]:
        return []

    def find_near(self, pixels: np.ndarray, expected) -> list[DetectedFace]:
        return []

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def sources() -> Sources:
    return Sources()


@pytest.fixture
def recogniser(catalog) -> OneFace:
    return OneFace(catalog.embedder().key)


@pytest.fixture
def networks(catalog) -> Networks:
    return Networks(catalog.embedder())


@pytest.fixture
def our_threads() -> Callable[[], list[str]]:
    """Names the threads of ours that are alive."""

    def alive() -> list[str]:
        return [t.name for t in threading.enumerate() if t.name.startswith(_OURS)]

    return alive


@pytest.fixture
def open_app(
    qtbot, tmp_path, sources, recogniser, networks, our_threads
) -> Iterator[Callable[..., object]]:
    """Opens the application; it is closed after the test, and must leave nothing behind."""
    from desktop_app.ui.parts import Parts

    opened = []

    def open_it(*named: str | None, **changes):
        settings = {
            "source_for": sources,
            "cameras": lambda: [Camera(0, "Front camera"), Camera(2, "USB camera")],
            "load": lambda _folder: networks,
            "recogniser": lambda _pipeline, _policy: recogniser,
        }
        gallery = changes.pop("gallery", None)
        settings.update(changes)
        app = create_app(
            sources=[source for source in named if source is not None],
            data_dir=tmp_path / "data",
            gallery=gallery,
            parts=Parts(**settings),
            exec_app=False,
        )
        opened.append(app)
        qtbot.addWidget(app.window)
        qtbot.waitExposed(app.window)
        return app

    yield open_it
    for camera in sources.cameras.values():
        camera.let_go()
    for app in opened:
        app.window.close()
        app.shutdown()
    qtbot.waitUntil(lambda: not our_threads())


@pytest.fixture
def ready_app(qtbot, open_app) -> Callable[..., object]:
    """Opens the application and waits until faces can be recognised."""

    def open_it(source: str | None = None, **changes):
        app = open_app(source, **changes)
        qtbot.waitUntil(lambda: app.context.is_ready)
        return app

    return open_it
