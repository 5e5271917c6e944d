"""Enrolling from the live picture: the face is described anew, beside the window, before that."""

from __future__ import annotations

import dataclasses
import threading

import pytest
from PySide6.QtCore import Qt

import factories
from desktop_app.capture.source import SourceSpec
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.vision.effort import LIVE
from desktop_app.vision.pipeline import PipelineClosed
from desktop_app.vision.types import DetectedFace


class CarefulNetworks:
    """Stands in for the networks: takes its time over the one face there is."""

    def __init__(self, embedder, better) -> None:
        self.embedder = embedder
        self.better = better
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.error: Exception | None = None
        self.closed = 0
        self.frames = []

    def find(self, pixels, *, effort, expected=None):
        self.frames.append(pixels)
        # Not for ever: the window of a test that failed is closed, and waits for this.
        self.may_answer.wait(timeout=10)
        if self.error is not None:
            raise self.error
        return [DetectedFace(self.better.detection, self.better.landmarks)]

    def find_near(self, pixels, expected):
        return self.find(pixels, effort=LIVE)

    def look_at(self, pixels, found):
        return [self.describe(pixels, one, effort=LIVE) for one in found]

    def describe(self, pixels, found, *, effort):
        return self.better

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def networks(catalog, recogniser):
    face = recogniser.face
    look = factories.at_similarity(face.embedding, 0.9)
    return CarefulNetworks(catalog.embedder(), dataclasses.replace(face, embedding=look))


@pytest.fixture
def watching(qtbot, ready_app):
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: len(app.window.view.faces()) == 1)
    return app


@pytest.fixture
def click(qtbot, watching):
    """Clicks the face, and returns the dialog that opens."""

    def do() -> AddPersonDialog:
        view = watching.window.view
        ((_, box),) = view.faces()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
        (dialog,) = [d for d in watching.window.findChildren(AddPersonDialog) if d.isVisible()]
        return dialog

    return do


def add(qtbot, app, dialog: AddPersonDialog):
    """Enrols Anna, and returns her one template."""
    dialog.name.setText("Anna")
    qtbot.waitUntil(dialog.add_button.isEnabled)
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.context.gallery.size.templates == 1)
    return app.context.gallery.matrix[0]


def test_what_is_enrolled_is_the_face_described_anew(qtbot, watching, networks, click):
    template = add(qtbot, watching, click())
    assert template @ networks.better.embedding.vector == pytest.approx(1.0, abs=1e-5)


def test_the_picture_goes_on_while_the_face_is_described_and_add_waits_for_it(
    qtbot, watching, networks, click
):
    networks.may_answer.clear()
    dialog = click()
    dialog.name.setText("Anna")
    (row,) = dialog.rows
    assert row.status.text() == "Looking at the face once more…"
    painted = watching.window.view.frames_painted
    qtbot.waitUntil(lambda: watching.window.view.frames_painted > painted + 3)
    assert not dialog.add_button.isEnabled()
    networks.may_answer.set()
    qtbot.waitUntil(dialog.add_button.isEnabled)
    assert row.face is networks.better


def test_another_source_meanwhile_does_not_change_what_is_enrolled(
    qtbot, watching, networks, sources, click
):
    networks.may_answer.clear()
    view = watching.window.view
    ((track, _),) = view.faces()
    # There may be a newer result, which is not shown yet.
    clicked = view.frame_of(track)
    dialog = click()
    qtbot.waitUntil(lambda: bool(networks.frames))
    assert networks.frames[0] is clicked.pixels
    watching.window.open_source(SourceSpec.parse("camera:2"))
    qtbot.waitUntil(lambda: str(watching.session.main.spec) == "camera:2")
    networks.may_answer.set()
    template = add(qtbot, watching, dialog)
    assert template @ networks.better.embedding.vector == pytest.approx(1.0, abs=1e-5)


def test_networks_that_were_closed_meanwhile_leave_the_face_as_it_was_seen(
    qtbot, watching, networks, recogniser, click
):
    networks.error = PipelineClosed()
    template = add(qtbot, watching, click())
    assert template @ recogniser.face.embedding.vector == pytest.approx(1.0, abs=1e-5)


def test_a_dialog_that_was_closed_meanwhile_is_left_alone(qtbot, watching, networks, click):
    networks.may_answer.clear()
    dialog = click()
    dialog.reject()
    qtbot.waitUntil(lambda: not watching.window.findChildren(AddPersonDialog))
    done = []
    networks.may_answer.set()
    # Behind the description on the same thread: when it has answered, so has the other.
    watching.general.run(lambda: None, success=done.append)
    qtbot.waitUntil(lambda: done == [None])
    assert watching.context.gallery.size.people == 0


def test_a_description_that_fails_is_reported_and_the_face_as_it_was_seen_can_be_added(
    qtbot, watching, networks, recogniser, click
):
    networks.error = RuntimeError("no such tensor")
    told = []
    watching.context.failed.connect(told.append)
    dialog = click()
    (row,) = dialog.rows
    qtbot.waitUntil(lambda: row.face is recogniser.face)
    assert told == [networks.error]
