"""The dialog that adds a person by the camera, driven by keyboard; the networks are stood in for.

With the real ones it is driven in test_camera_enrolment_real.py.
"""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

import factories
from desktop_app.recognition.people import Origin
from desktop_app.services.guidance.poses import Wanted
from desktop_app.ui.camera.dialog import CameraEnrolmentDialog
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.vision.effort import LIVE
from desktop_app.vision.types import DetectedFace, Pose
from desktop_app.workers.feed import LiveState

POSES = {
    Wanted.STRAIGHT: Pose(0, 0, 0),
    Wanted.LEFT: Pose(18, 0, 0),
    Wanted.RIGHT: Pose(-18, 0, 0),
    Wanted.UP: Pose(0, 15, 0),
    Wanted.DOWN: Pose(0, -15, 0),
    Wanted.FAR_LEFT: Pose(40, 0, 0),
    Wanted.FAR_RIGHT: Pose(-40, 0, 0),
}


class Obedient:
    """Stands in for the networks: sees a face that is held as the test says."""

    def __init__(self, embedder) -> None:
        self.embedder = embedder
        self.closed = 0
        self.person = factories.embedding(1, embedder=embedder.key)
        self.held: Wanted | None = Wanted.STRAIGHT
        self.shade = 120

    @property
    def face(self):
        number = list(POSES).index(self.held)
        # Looks of one person: alike, and none of them just like another.
        look = factories.at_similarity(self.person, 0.9, seed=100 + number)
        made = factories.face(box=(56, 32, 104, 92), look=look)
        points = made.landmarks.points
        middle = points.mean(axis=0)
        return dataclasses.replace(
            made,
            landmarks=dataclasses.replace(
                made.landmarks, points=middle + 2 * (points - middle), pose=POSES[self.held]
            ),
        )

    def find_faces(self, pixels):
        return [] if self.held is None else [self.face]

    def find(self, pixels, *, effort, expected=None):
        return [DetectedFace(one.detection, one.landmarks) for one in self.find_faces(pixels)]

    def find_near(self, pixels, expected):
        return self.find(pixels, effort=LIVE)

    def look_at(self, pixels, found):
        return [self.describe(pixels, one, effort=LIVE) for one in found]

    def describe(self, pixels, found, *, effort):
        return self.face

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def networks(catalog) -> Obedient:
    return Obedient(catalog.embedder())


@pytest.fixture
def press(qtbot):
    """Presses a key where the keyboard is."""

    def do(key, modifier=Qt.KeyboardModifier.NoModifier):
        widget = QApplication.focusWidget()
        assert widget is not None
        qtbot.keyClick(widget, key, modifier)

    return do


@pytest.fixture
def open_mirror(qtbot):
    """Opens the dialog by its key, and waits until it has the keyboard."""

    def do(app) -> CameraEnrolmentDialog:
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
        return dialog

    return do


@pytest.fixture
def pose(qtbot, networks):
    """Holds poses one after the other, as they are asked for."""

    def do(dialog, *wanted: Wanted) -> None:
        for one in wanted:
            before = len(dialog.guide.enrolment.kept)
            networks.held = one
            qtbot.waitUntil(
                lambda before=before: len(dialog.guide.enrolment.kept) == before + 1, timeout=10000
            )

    return do


def test_a_new_user_is_enrolled_by_keyboard_alone_and_then_recognised(
    qtbot, ready_app, open_mirror, pose, press, recogniser, networks
):
    app = ready_app()
    dialog = open_mirror(app)
    assert app.session.main.spec is None or str(app.session.main.spec) == "camera:0"
    pose(dialog, *POSES)
    qtbot.waitUntil(dialog.name.hasFocus)
    qtbot.keyClicks(dialog.name, "Anna Kivi")
    assert dialog.summary.text() == "Anna Kivi will be enrolled with 7 pictures."
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(app.context.last_change.people) == 1)
    (person,) = app.context.last_change.people
    assert (person.identity.name, person.sample_count) == ("Anna Kivi", 7)
    qtbot.waitUntil(lambda: not app.window.findChildren(CameraEnrolmentDialog))
    assert app.window.pages.currentWidget() is app.window.grid
    # The live picture goes on, and looks people up in the gallery that has Anna.
    recogniser.policy = app.context.policy
    recogniser.face = dataclasses.replace(
        recogniser.face, embedding=factories.at_similarity(networks.person, 0.95)
    )
    qtbot.waitUntil(lambda: len(app.window.view.faces()) == 1)
    qtbot.waitUntil(lambda: "Anna Kivi" in app.window.view.accessibleDescription(), timeout=10000)


def test_pictures_come_from_the_camera(qtbot, ready_app, open_mirror, pose):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    dialog.name.setText("Anna")
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.context.gallery.size.people == 1)
    ((identity,), people) = (app.context.gallery.identities.values(), app.context.people)
    origins = []
    app.context.database.run(
        lambda: [sample.origin for sample in people.samples(identity.id)], success=origins.extend
    )
    qtbot.waitUntil(lambda: origins == [Origin.LIVE])


def test_the_welcome_page_leads_there_with_one_click(qtbot, ready_app):
    app = ready_app()
    qtbot.mouseClick(app.window.welcome.buttons[0], Qt.MouseButton.LeftButton)
    assert app.window.findChildren(CameraEnrolmentDialog)


def test_so_does_the_empty_list_of_people(qtbot, ready_app):
    app = ready_app()
    qtbot.mouseClick(app.window.people.nobody.camera_button, Qt.MouseButton.LeftButton)
    assert app.window.findChildren(CameraEnrolmentDialog)


def test_escape_leaves_nothing_neither_people_nor_an_open_camera(
    qtbot, ready_app, open_mirror, pose, press, sources
):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.IDLE)
    qtbot.waitUntil(lambda: sources.camera(0).closed == sources.camera(0).opened)
    assert app.context.gallery.size.people == 0
    assert app.context.settings.source is None


def test_cancelled_over_a_picture_that_was_there_leaves_that_picture(
    qtbot, ready_app, open_mirror, press
):
    app = ready_app("camera:2")
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    open_mirror(app)
    press(Qt.Key.Key_Escape)
    assert app.session.main.state is LiveState.PLAYING
    assert str(app.session.main.spec) == "camera:2"


def test_recognition_rests_meanwhile_and_goes_on_afterwards(
    qtbot, ready_app, open_mirror, pose, press
):
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: app.session.processed > 3)
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    rested = app.session.processed
    pose(dialog, Wanted.LEFT)
    assert app.session.processed == rested
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: app.session.processed > rested)


def test_space_takes_a_picture_by_hand_and_the_skip_button_has_a_key(
    qtbot, ready_app, open_mirror, networks, pose, press
):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    qtbot.waitUntil(lambda: dialog.hint.text() == "Turn your head a little to your left.")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: dialog.hint.text() == "Turn your head a little to your right.")
    dialog.view.setFocus()
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(dialog.guide.enrolment.shots) == 2)
    assert dialog.guide.enrolment.shots[1].wanted is None


def test_tab_goes_through_everything_in_reading_order(qtbot, ready_app, open_mirror, pose, press):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    dialog.shots.view.setCurrentRow(0)
    dialog.name.setText("Anna")
    reached = []
    for _ in range(10):
        reached.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
    assert reached == [
        dialog.view,
        dialog.take_button,
        dialog.skip_button,
        dialog.source.button,
        *dialog.shots.controls,
        dialog.name,
        dialog.consent.unfold_button,
        dialog.add_button,
    ]
    assert QApplication.focusWidget() is dialog.cancel_button
    assert all(widget.accessibleName() or widget.text() for widget in reached)


def test_a_shot_is_left_out_and_another_taken_again_by_keyboard(
    qtbot, ready_app, open_mirror, networks, pose, press
):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT, Wanted.LEFT)
    dialog.shots.view.setFocus()
    dialog.shots.view.setCurrentRow(1)
    press(Qt.Key.Key_R)
    assert dialog.view.hasFocus()
    assert "Kept until the new one is good" in dialog.shots.view.item(1).text()
    old = dialog.guide.enrolment.shots[1].face
    qtbot.waitUntil(
        lambda: old not in [shot.face for shot in dialog.guide.enrolment.shots], timeout=10000
    )
    assert len(dialog.guide.enrolment.kept) == 2
    dialog.shots.view.setFocus()
    dialog.shots.view.setCurrentRow(0)
    press(Qt.Key.Key_Delete)
    assert [shot.wanted for shot in dialog.guide.enrolment.kept] == [Wanted.LEFT]


def test_hints_are_said_for_screen_readers_as_well(qtbot, ready_app, open_mirror, networks):
    networks.held = None
    dialog = open_mirror(ready_app())
    said = "Look into the camera, with your face in the oval."
    qtbot.waitUntil(lambda: dialog.hint.text() == said)
    assert dialog.view.accessibleDescription() == said


def test_left_is_the_subjects_and_the_arrow_points_there_in_a_mirror(
    qtbot, ready_app, open_mirror, pose
):
    app = ready_app()
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    qtbot.waitUntil(lambda: dialog.view.arrow() is not None)
    assert dialog.view.mirrored
    assert dialog.view.arrow() == (-1.0, 0.0)
    app.context.change_settings(mirror=False)
    qtbot.waitUntil(lambda: dialog.view.arrow() == (1.0, 0.0))


def test_somebody_who_is_enrolled_is_recognised_and_can_be_added_to(
    qtbot, ready_app, open_mirror, networks, pose, press
):
    app = ready_app()
    app.context.enrol(
        "Anna",
        [factories.face(look=factories.at_similarity(networks.person, 0.93, seed=7))],
        origin=Origin.PHOTO,
    )
    qtbot.waitUntil(lambda: app.context.gallery.size.people == 1)
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT, Wanted.LEFT)
    assert dialog.suggestion.isVisible()
    assert dialog.suggestion.text.text() == "This looks like Anna, who is enrolled already."
    dialog.suggestion.button.setFocus()
    press(Qt.Key.Key_Space)
    assert dialog.name.text() == "Anna"
    assert not dialog.suggestion.isVisible()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: app.context.gallery.size.templates == 3)
    assert app.context.gallery.size.people == 1


def test_without_a_camera_it_says_so_and_leads_to_photos(qtbot, ready_app, open_mirror):
    app = ready_app(cameras=list)
    dialog = open_mirror(app)
    qtbot.waitUntil(lambda: "No camera was found" in dialog.source.bar.text)
    (photos,) = [b for b in dialog.source.bar.buttons if "photos" in b.text()]
    qtbot.mouseClick(photos, Qt.MouseButton.LeftButton)
    assert app.window.findChildren(AddPersonDialog)
    qtbot.waitUntil(lambda: not app.window.findChildren(CameraEnrolmentDialog))


def test_a_camera_that_cannot_be_opened_is_said_with_what_else_there_is(
    qtbot, ready_app, open_mirror, sources
):
    sources.camera(0).pull_out()
    dialog = open_mirror(ready_app())
    qtbot.waitUntil(lambda: bool(dialog.source.bar.buttons))
    assert "Check its cable" in dialog.source.bar.text


def test_a_camera_that_is_lost_is_said_and_it_goes_on_once_it_is_back(
    qtbot, ready_app, open_mirror, sources, pose
):
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    dialog = open_mirror(app)
    pose(dialog, Wanted.STRAIGHT)
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: "as soon as the picture is back" in dialog.source.bar.text)
    sources.camera(0).plug_in()
    qtbot.waitUntil(lambda: dialog.source.bar.isHidden(), timeout=10000)
    pose(dialog, Wanted.LEFT)
    assert len(dialog.guide.enrolment.kept) == 2


def test_a_clip_that_ends_says_so_and_what_was_taken_can_be_added(
    qtbot, tmp_path, ready_app, open_mirror, sources
):
    clip = sources.clip(tmp_path / "clip.mp4", frames=200)
    app = ready_app(clip)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    dialog = open_mirror(app)
    qtbot.waitUntil(lambda: "The clip has ended" in dialog.source.bar.text, timeout=10000)
    assert not dialog.view.mirrored
    assert len(dialog.guide.enrolment.kept) == 1
    assert dialog.source.bar.text == "The clip has ended. What was taken can be added."
    assert dialog.hint.text() == "The clip has ended. Type the name and press Enter."
    dialog.name.setText("Anna")
    assert dialog.add_button.isEnabled()


def test_a_clip_that_ends_without_a_picture_promises_none_and_asks_for_none(
    qtbot, tmp_path, ready_app, open_mirror, sources
):
    app = ready_app(sources.clip(tmp_path / "clip.mp4", frames=200))
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    dialog = open_mirror(app)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.ENDED, timeout=10000)
    for shot in dialog.guide.enrolment.shots:
        dialog.guide.leave_out(shot)
    assert "no picture was taken" in dialog.source.bar.text
    assert dialog.hint.text() == "Play the clip again, or choose another source."


def test_it_waits_for_the_networks(qtbot, open_app, networks):
    import threading

    may_load = threading.Event()

    def load(_folder):
        may_load.wait(timeout=10)
        return networks

    app = open_app(load=load)
    app.window.findChild(QAction, "add_from_camera").trigger()
    (dialog,) = app.window.findChildren(CameraEnrolmentDialog)
    assert dialog.hint.text() == "Getting ready to recognise faces…"
    may_load.set()
    qtbot.waitUntil(lambda: len(dialog.guide.enrolment.kept) == 1, timeout=10000)


def test_the_window_can_be_closed_while_somebody_is_being_enrolled(qtbot, ready_app, open_mirror):
    app = ready_app()
    dialog = open_mirror(app)
    qtbot.waitUntil(lambda: len(dialog.guide.enrolment.kept) == 1, timeout=10000)
    app.window.close()
    assert app.session.main.state is LiveState.IDLE


def test_several_people_are_asked_to_be_one(qtbot, ready_app, open_mirror, networks, monkeypatch):
    two = [
        DetectedFace(one.detection, one.landmarks) for one in (factories.face(1), factories.face(2))
    ]
    monkeypatch.setattr(networks, "find", lambda pixels, *, effort: two)
    dialog = open_mirror(ready_app())
    qtbot.waitUntil(lambda: dialog.hint.text() == "Only one person, please.")
