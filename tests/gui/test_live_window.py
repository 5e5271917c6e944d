"""The live picture in the window: frames, faces, freeze, loss and return of a camera, clips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog

import factories
from desktop_app.errors import CameraBusy
from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Identified, Identity, Match
from desktop_app.workers.feed import LiveState


def centre_of_the_face(app) -> QPoint:
    ((_, box),) = app.window.view.faces()
    return box.center().toPoint()


def add_dialog(app) -> QDialog | None:
    from desktop_app.ui.enrolment.add_person import AddPersonDialog

    found = [d for d in app.window.findChildren(AddPersonDialog) if d.isVisible()]
    return found[0] if found else None


@pytest.fixture
def watching(qtbot, ready_app):
    """The application with a camera on, and its face marked."""
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: len(app.window.view.faces()) == 1)
    return app


@pytest.fixture
def ended(qtbot, ready_app, sources, tmp_path):
    """The application after a clip of ten frames."""
    app = ready_app(sources.clip(tmp_path / "clip.mp4", frames=10))
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.ENDED)
    return app


def test_the_picture_goes_on_before_the_networks_are_loaded(qtbot, open_app, networks):
    import threading

    may_load = threading.Event()

    def load(_folder):
        may_load.wait()
        return networks

    app = open_app("camera:0", load=load)
    qtbot.waitUntil(lambda: app.window.view.frames_painted > 3)
    assert not app.context.is_ready
    may_load.set()
    qtbot.waitUntil(lambda: len(app.window.view.faces()) == 1)


def test_clicking_a_face_opens_the_dialog_with_that_face(qtbot, watching, recogniser):
    qtbot.mouseClick(
        watching.window.view, Qt.MouseButton.LeftButton, pos=centre_of_the_face(watching)
    )
    dialog = add_dialog(watching)
    assert dialog is not None
    assert len(dialog.rows) == 1


def test_a_face_can_be_added_from_the_live_picture(qtbot, watching):
    qtbot.mouseClick(
        watching.window.view, Qt.MouseButton.LeftButton, pos=centre_of_the_face(watching)
    )
    dialog = add_dialog(watching)
    qtbot.keyClicks(dialog.name, "Anna")
    qtbot.waitUntil(dialog.add_button.isEnabled)
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(watching.context.last_change.people) == 1)
    assert watching.context.gallery.size.people == 1
    (person,) = watching.context.last_change.people
    assert person.identity.name == "Anna"
    samples = []
    watching.database.run(
        lambda: watching.context.people.samples(person.identity.id), success=samples.extend
    )
    qtbot.waitUntil(lambda: bool(samples))
    assert [sample.origin for sample in samples] == [Origin.LIVE]


def test_a_click_beside_every_face_opens_nothing(qtbot, watching):
    area = watching.window.view.picture_area()
    qtbot.mouseClick(
        watching.window.view,
        Qt.MouseButton.LeftButton,
        pos=area.bottomLeft().toPoint() + QPoint(3, -3),
    )
    assert add_dialog(watching) is None


def test_a_face_can_be_chosen_by_keyboard(qtbot, watching):
    view = watching.window.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert "Press Enter" in view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert add_dialog(watching) is not None


def test_a_frozen_picture_stands_still_and_its_faces_can_be_clicked(qtbot, watching):
    action = watching.window.actions_by_name["freeze"]
    action.trigger()
    assert watching.session.main.state is LiveState.FROZEN
    # One frame may have been on its way.
    qtbot.waitUntil(
        lambda: (
            watching.session.main.result is not None
            and watching.session.main.result.frame is watching.window.view.frame
        )
    )
    frozen = watching.window.view.frame
    reads = watching.session.main._current.frames_read
    qtbot.waitUntil(lambda: watching.session.main._current.frames_read > reads + 10)
    assert watching.window.view.frame is frozen
    qtbot.mouseClick(
        watching.window.view, Qt.MouseButton.LeftButton, pos=centre_of_the_face(watching)
    )
    assert add_dialog(watching) is not None
    action.trigger()
    qtbot.waitUntil(lambda: watching.window.view.frame is not frozen)
    assert watching.session.main.state is LiveState.PLAYING


def test_a_clip_that_ends_stays_on_its_last_frame_says_so_and_can_be_played_again(qtbot, ended):
    assert ended.window.view.frame.index == 9
    assert "has ended" in ended.window.source_bar.text
    (replay,) = ended.window.source_bar.buttons
    indices = []
    ended.session.main.frame_ready.connect(lambda: indices.append(ended.session.main.frame.index))
    qtbot.mouseClick(replay, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: indices[-1:] == [9] and len(indices) > 1)
    assert indices[0] < 9
    qtbot.waitUntil(lambda: ended.session.main.state is LiveState.ENDED)


def test_the_last_frame_of_a_clip_is_recognised(qtbot, ended, recogniser):
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [9])
    qtbot.waitUntil(lambda: len(ended.window.view.faces()) == 1)


def test_a_picture_that_stands_still_is_looked_at_again_after_somebody_was_enrolled(
    qtbot, ended, recogniser
):
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [9])
    before = ended.context.gallery
    done = []
    ended.context.enrol("Anna", [recogniser.face], origin=Origin.CLIP, success=done.append)
    qtbot.waitUntil(lambda: bool(done))
    qtbot.waitUntil(lambda: recogniser.galleries[-1] is ended.context.gallery)
    assert recogniser.galleries[-1] is not before
    assert recogniser.frames[-1] == 9


def test_tracks_are_forgotten_when_a_clip_begins_again(qtbot, ended, recogniser):
    qtbot.waitUntil(lambda: recogniser.frames[-1:] == [9])
    resets = recogniser.resets
    ended.session.main.replay()
    qtbot.waitUntil(lambda: recogniser.resets == resets + 1)


def test_a_camera_that_is_pulled_out_is_said_to_be_lost_and_comes_back(qtbot, watching, sources):
    last = watching.window.view.frame
    names = watching.window.menus.toolbar
    qtbot.waitUntil(lambda: names.name_of(watching.session.main.spec) == "Front camera")
    sources.camera(0).pull_out()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.LOST)
    assert "“Front camera” stopped sending pictures" in watching.window.source_bar.text
    assert "Trying again" in watching.window.source_bar.aside
    assert watching.window.view.frame is not None
    sources.camera(0).plug_in()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)
    qtbot.waitUntil(lambda: watching.window.view.frame is not last)
    assert watching.window.source_bar.isHidden()


def test_a_camera_that_hangs_is_said_to_be_lost_and_goes_on_when_it_wakes(qtbot, watching, sources):
    sources.camera(0).hang()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.LOST)
    sources.camera(0).let_go()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)


def test_the_old_source_stays_when_the_new_one_cannot_be_opened(qtbot, watching, sources):
    sources.refused["camera:2"] = CameraBusy(source="camera:2")
    watching.window.menus.toolbar.chosen.emit(watching.session.main.spec.parse("camera:2"))
    qtbot.waitUntil(lambda: "“USB camera” is there" in watching.window.source_bar.text)
    assert watching.session.main.state is LiveState.PLAYING
    shown = watching.window.view.frames_painted
    qtbot.waitUntil(lambda: watching.window.view.frames_painted > shown)
    assert watching.window.view.frame.source_id == "camera:0"


def test_the_old_source_is_closed_once_the_new_one_shows_a_picture(qtbot, watching, sources):
    sources.camera(2)
    watching.window.open_source(watching.session.main.spec.parse("camera:2"))
    qtbot.waitUntil(lambda: watching.window.view.frame.source_id == "camera:2")
    qtbot.waitUntil(lambda: sources.camera(0).closed == sources.camera(0).opened)


def test_stop_lets_go_of_the_camera_and_start_takes_it_again(qtbot, watching, sources):
    watching.window.actions_by_name["stop"].trigger()
    assert watching.session.main.state is LiveState.IDLE
    assert watching.window.pages.currentWidget() is watching.window.welcome
    qtbot.waitUntil(lambda: sources.camera(0).closed == sources.camera(0).opened)
    assert watching.window.actions_by_name["start"].isEnabled()
    watching.window.actions_by_name["start"].trigger()
    qtbot.waitUntil(lambda: watching.session.main.state is LiveState.PLAYING)


def test_only_a_camera_is_mirrored(qtbot, ready_app, sources, tmp_path):
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: len(app.window.view.faces()) == 1)
    ((_, mirrored),) = app.window.view.faces()
    app.context.change_settings(mirror=False)
    ((_, plain),) = app.window.view.faces()
    width = app.window.view.width()
    assert mirrored.center().x() == pytest.approx(width - plain.center().x(), abs=0.5)
    app.context.change_settings(mirror=True)
    app.window.open_source(
        app.session.main.spec.parse(sources.clip(tmp_path / "clip.mp4", frames=5))
    )
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.ENDED)
    assert not app.window.view.mirrored


def test_a_name_is_read_out_with_the_picture(qtbot, watching, recogniser):
    anna = Match(Identity(1, "Anna"), 0.8)
    recogniser.decision = Identified(anna, 0.985, (anna,))
    view = watching.window.view
    qtbot.waitUntil(lambda: "Anna · almost certain, 98 %" in view.accessibleDescription())


def test_a_frame_that_cannot_be_recognised_does_not_stop_the_picture(qtbot, watching, recogniser):
    recogniser.error = RuntimeError("the networks stumbled")

    def reports() -> list[QDialog]:
        return [d for d in watching.window.findChildren(QDialog) if d.isVisible()]

    qtbot.waitUntil(lambda: len(reports()) == 1)
    shown = watching.window.view.frames_painted
    qtbot.waitUntil(lambda: watching.window.view.frames_painted > shown + 3)
    recogniser.error = None
    processed = watching.session.processed
    qtbot.waitUntil(lambda: watching.session.processed > processed)


def test_boxes_are_dropped_when_recognition_stands_still(watching):
    view = watching.window.view
    watching.session.main.stop()
    view.show_frame(factories.frame(0, timestamp=0.0))
    result = watching.session.main.result
    assert result is None
    assert view.faces() == []


def test_the_numbers_at_the_foot_say_what_runs(qtbot, watching):
    qtbot.waitUntil(lambda: watching.window.numbers.faces.text() == "1 face")
    assert watching.window.numbers.people.text() == "0 people enrolled"
    assert "frames a second" in watching.window.numbers.rate.text()
