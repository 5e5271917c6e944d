"""The dialog that adds a person by the camera, driven by keyboard, with the real networks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.services.runtime import load_pipeline
from desktop_app.ui.camera.dialog import CameraEnrolmentDialog
from desktop_app.ui.parts import Parts
from posing import Posing, film

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory, astronaut, pipeline) -> Path:
    """Somebody turns her head as she is asked to: a clip in place of the camera."""
    from desktop_app.opencv import cv2

    (face,) = pipeline.find_faces(astronaut)
    path = tmp_path_factory.mktemp("clips") / "posing.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15.0, (640, 480))
    for frame in film(Posing(astronaut, face), holding=1.4):
        writer.write(frame.pixels[..., ::-1].copy())
    writer.release()
    return path


def enrol_by_keyboard(qtbot, app, *, name: str, at_least: int) -> None:
    """Wait until there are pictures, type a name, press Enter."""
    qtbot.waitUntil(lambda: app.context.is_ready, timeout=30000)
    qtbot.waitUntil(lambda: app.session.main.frame is not None, timeout=10000)
    app.window.activateWindow()
    qtbot.keyClick(
        app.window,
        Qt.Key.Key_N,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    (dialog,) = app.window.findChildren(CameraEnrolmentDialog)
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.view.hasFocus)
    qtbot.waitUntil(lambda: len(dialog.guide.enrolment.kept) >= at_least, timeout=60000)
    qtbot.keyClick(dialog, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert dialog.name.hasFocus()
    qtbot.keyClicks(dialog.name, name)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: app.context.gallery.size.people == 1)


def recognised(app, name: str) -> bool:
    return name in app.window.view.accessibleDescription()


@pytest.fixture
def open_real(open_app, catalog):
    """Opens the application with its own networks and clips."""

    def do(source: str):
        own = Parts()
        return open_app(
            source,
            source_for=own.source_for,
            load=lambda _folder: load_pipeline(catalog=catalog),
            recogniser=own.recogniser,
        )

    return do


def test_from_opening_to_being_recognised_by_keyboard_alone(qtbot, open_real, clip):
    app = open_real(str(clip))
    enrol_by_keyboard(qtbot, app, name="Eileen Collins", at_least=4)
    assert app.context.gallery.size.templates >= 4
    app.session.main.replay()
    qtbot.waitUntil(lambda: recognised(app, "Eileen Collins"), timeout=20000)


def test_a_man_who_sits_still_in_a_clip_is_enrolled_and_recognised(
    qtbot, open_real, evaluation_data
):
    video = evaluation_data / "videos" / "one_man_webcam_528x592.mp4"
    if not video.is_file():
        pytest.skip("the clip is not here")
    app = open_real(str(video))
    enrol_by_keyboard(qtbot, app, name="Somebody", at_least=1)
    app.session.main.replay()
    qtbot.waitUntil(lambda: recognised(app, "Somebody"), timeout=20000)
