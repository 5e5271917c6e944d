"""The window as a whole: start, empty states, sources, errors, end."""

from __future__ import annotations

import sys
import threading

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QToolButton

from desktop_app.app import create_app
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, ModelMissing, SourceInvalid, StreamUnreachable
from desktop_app.settings import Settings, load_settings, save_settings, with_sources
from desktop_app.ui.live.source_chooser import StreamDialog
from desktop_app.workers.feed import LiveState


def dialogs(app) -> list[QDialog]:
    return [child for child in app.window.findChildren(QDialog) if child.isVisible()]


def button_of(bar, text: str):
    (button,) = [button for button in bar.buttons if button.text() == text]
    return button


def drop(window, *paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_the_first_start_shows_what_to_do_and_no_button_of_it_is_dead(ready_app):
    app = ready_app()
    assert app.window.pages.currentWidget() is app.window.welcome
    texts = [button.text() for button in app.window.welcome.buttons]
    assert texts == [
        "Add yourself with the camera",
        "Choose a camera",
        "Open a clip",
        "Open photos",
        "Add person",
    ]
    assert all(button.isEnabled() for button in app.window.welcome.buttons)


def test_cameras_are_offered_by_name_and_choosing_one_shows_it(qtbot, ready_app):
    app = ready_app()
    named = "USB camera"
    qtbot.waitUntil(
        lambda: named in [action.text() for action in app.window.menus.toolbar.actions()]
    )
    (action,) = [a for a in app.window.menus.toolbar.actions() if a.text() == named]
    action.trigger()
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    assert app.window.pages.currentWidget() is app.window.grid
    assert named in app.window.windowTitle()
    assert action.isChecked()


def test_the_source_is_remembered_and_shown_at_the_next_start(qtbot, ready_app, open_app, sources):
    first = ready_app()
    first.window.opener.open(SourceSpec.parse("camera:0"))
    qtbot.waitUntil(lambda: first.session.main.state is LiveState.PLAYING)
    first.window.close()
    second = open_app()
    qtbot.waitUntil(lambda: second.session.main.state is LiveState.PLAYING)
    assert str(second.session.main.spec) == "camera:0"


def test_sources_named_at_the_start_are_not_remembered_and_what_is_chosen_beside_them_is(
    qtbot, open_app
):
    first = open_app()
    first.window.opener.open(SourceSpec.parse("camera:0"))
    qtbot.waitUntil(lambda: first.context.settings.sources == ("camera:0",))
    first.window.close()
    second = open_app("camera:2", "camera:3")
    for feed in second.session.feeds:
        qtbot.waitUntil(lambda feed=feed: feed.state is LiveState.PLAYING)
    assert second.context.settings.sources == ("camera:0",)
    second.window.grid.tiles[0].start()
    qtbot.waitUntil(lambda: second.session.main.state is LiveState.PLAYING)
    assert second.context.settings.sources == ("camera:0",)
    second.window.opener.add(SourceSpec.parse("camera:4"))
    qtbot.waitUntil(lambda: second.context.settings.sources == ("camera:4",))
    second.window.close()


def test_remembered_sources_that_do_not_answer_are_remembered_until_their_tile_is_closed(
    qtbot, tmp_path, open_app, sources
):
    named = ("camera:0", "camera:2")
    path = tmp_path / "data" / "settings.json"
    save_settings(Settings(**with_sources(named)), path)
    for one in named:
        sources.refused[one] = CameraBusy(source=one)
    first = open_app()
    for feed in first.session.feeds:
        qtbot.waitUntil(lambda feed=feed: feed.state is LiveState.LOST)
    first.window.close()
    assert load_settings(path).sources == named
    second = open_app()
    qtbot.waitUntil(lambda: len(second.window.grid.tiles) == 2)
    second.window.grid.remove(second.window.grid.tiles[1])
    second.window.close()
    assert load_settings(path).sources == ("camera:0",)


def test_threads_take_turns_more_often_while_the_window_is_open_and_as_before_afterwards(open_app):
    before = sys.getswitchinterval()
    app = open_app()
    assert sys.getswitchinterval() < before
    app.window.close()
    assert sys.getswitchinterval() == before


def test_a_source_that_makes_no_sense_is_refused_before_a_window_opens(tmp_path):
    with pytest.raises(SourceInvalid):
        create_app(sources=["camera:0", "http://example.org/"], data_dir=tmp_path, exec_app=False)


def test_a_camera_in_use_is_said_in_a_sentence_with_a_way_to_try_again(qtbot, ready_app, sources):
    sources.refused["camera:0"] = CameraBusy(source="camera:0")
    app = ready_app("camera:0")
    bar = app.window.source_bar
    qtbot.waitUntil(lambda: "in use by another program" in bar.text)
    assert app.window.pages.currentWidget() is app.window.welcome
    assert app.window.actions_by_name["start"].isEnabled()
    assert app.context.settings.source is None
    del sources.refused["camera:0"]
    qtbot.mouseClick(button_of(bar, "Try again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    assert bar.isHidden()


def test_missing_models_leave_the_picture_running_and_can_be_loaded_again(
    qtbot, open_app, networks
):
    outcomes = [ModelMissing(path="sface.tflite"), networks]

    def load(_folder):
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    app = open_app("camera:0", load=load)
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: "sface.tflite" in bar.text)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    assert not app.context.is_ready
    assert app.context.trouble == bar.text
    qtbot.mouseClick(button_of(bar, "Try again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert app.context.trouble is None
    assert bar.isHidden()


def test_a_file_that_is_no_gallery_is_left_alone_and_another_can_be_chosen(
    qtbot, open_app, tmp_path
):
    other = tmp_path / "holiday.txt"
    other.write_text("not a database, and long enough to be looked at " * 20)
    before = other.read_bytes()
    app = open_app(gallery=other)
    bar = app.window.trouble_bar
    qtbot.waitUntil(lambda: "is not a Kenspeckle gallery" in bar.text)
    assert other.read_bytes() == before
    app.engine.open_gallery(tmp_path / "another.db")
    qtbot.waitUntil(lambda: app.context.is_ready)
    assert bar.isHidden()
    assert (tmp_path / "another.db").is_file()


def test_an_exception_that_nobody_caught_ends_in_a_report(qtbot, ready_app):
    app = ready_app()
    error = ZeroDivisionError("a mistake of ours")
    sys.excepthook(type(error), error, None)
    qtbot.waitUntil(lambda: len(dialogs(app)) == 1)
    assert "a mistake of ours" in dialogs(app)[0].report.toPlainText()


def test_an_exception_in_another_thread_ends_in_a_report(qtbot, ready_app):
    app = ready_app()

    def fail() -> None:
        raise LookupError("lost in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs(app)) == 1)
    assert "lost in a thread" in dialogs(app)[0].report.toPlainText()


def test_an_error_that_repeats_opens_one_box_even_after_that_was_closed(qtbot, ready_app):
    app = ready_app()
    for _ in range(3):
        app.context.failed.emit(RuntimeError("again and again"))
    assert len(dialogs(app)) == 1
    dialogs(app)[0].reject()
    app.context.failed.emit(RuntimeError("again and again"))
    assert dialogs(app) == []
    assert app.window.statusBar().currentMessage()


def test_the_hooks_are_given_back_when_the_window_closes(ready_app):
    before = (sys.excepthook, threading.excepthook)
    app = ready_app()
    assert sys.excepthook != before[0]
    app.window.close()
    assert (sys.excepthook, threading.excepthook) == before


def test_closing_stops_every_thread_and_closes_the_networks(
    qtbot, ready_app, networks, our_threads, sources
):
    app = ready_app("camera:0")
    qtbot.waitUntil(lambda: app.session.processed > 0)
    app.window.close()
    assert our_threads() == []
    assert networks.closed == 1
    assert sources.camera(0).closed == sources.camera(0).opened


def test_closing_while_the_networks_load_closes_them_all_the_same(open_app, networks, our_threads):
    may_load = threading.Event()
    loading = threading.Event()

    def load(_folder):
        loading.set()
        may_load.wait()
        return networks

    app = open_app(load=load)
    loading.wait()
    may_load.set()
    app.window.close()
    assert networks.closed == 1
    assert our_threads() == []


def test_what_was_chosen_last_is_saved_even_when_the_window_closes_at_once(ready_app):
    app = ready_app()
    app.context.change_settings(theme="dark")
    app.window.close()
    assert load_settings(app.context.data_dir.settings_file).theme == "dark"


def test_a_theme_is_put_on_at_once(qtbot, ready_app):
    app = ready_app()
    app.context.change_settings(theme="dark")
    assert app.window.palette().window().color().lightness() < 80
    app.context.change_settings(theme="light")
    assert app.window.palette().window().color().lightness() > 200


def test_a_rarer_false_name_makes_a_new_policy_for_the_stream(qtbot, open_app, recogniser):
    policies = []

    def make(_pipeline, policy):
        policies.append(policy)
        return recogniser

    app = open_app(recogniser=make)
    qtbot.waitUntil(lambda: app.context.is_ready)
    app.context.change_settings(false_name_rate=1e-4)
    assert len(policies) == 2
    assert app.context.policy is policies[1]


def test_a_clip_dropped_on_the_window_is_played(qtbot, ready_app, sources, tmp_path):
    app = ready_app()
    path = tmp_path / "party.mp4"
    sources.clip(path, frames=3)
    drop(app.window, path)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.ENDED)
    assert app.session.main.spec == SourceSpec.parse(str(path))


def test_photos_dropped_on_the_window_are_opened_in_a_window_of_their_own(
    qtbot, ready_app, tmp_path
):
    from PIL import Image

    app = ready_app()
    path = tmp_path / "party.png"
    Image.new("RGB", (64, 64), "gray").save(path)
    drop(app.window, path)
    (photos,) = [w for w in QApplication.topLevelWidgets() if type(w).__name__ == "PhotosWindow"]
    assert photos.isVisible()
    app.window.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(photos) or not photos.isVisible())


def test_every_control_has_a_name_that_can_be_read_out(ready_app):
    app = ready_app()
    nameless = [
        button
        for button in app.window.findChildren(QAbstractButton)
        if not (button.accessibleName() or button.text() or button.toolTip())
        # Qt's own, which opens what a narrow toolbar has no room for.
        and button.objectName() != "qt_toolbar_ext_button"
        and button.isVisible()
    ]
    assert nameless == []


def test_the_toolbar_can_be_reached_by_keyboard(ready_app):
    app = ready_app()
    buttons = [
        app.window.toolbar.widgetForAction(action)
        for action in app.window.toolbar.actions()
        if not action.isSeparator()
    ]
    assert all(isinstance(button, QToolButton) for button in buttons)
    assert all(button.focusPolicy() & Qt.FocusPolicy.TabFocus for button in buttons)


def test_a_shortcut_is_given_to_one_action_only(ready_app):
    app = ready_app()
    keys = [
        action.shortcut().toString()
        for action in app.window.actions_by_name.values()
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys))


def test_the_shortcut_list_names_every_shortcut(qtbot, ready_app):
    app = ready_app()
    app.window.actions_by_name["shortcuts"].trigger()
    (dialog,) = dialogs(app)
    listed = {dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())}
    with_keys = {
        action.iconText()
        for action in app.window.actions_by_name.values()
        if not action.shortcut().isEmpty()
    }
    assert with_keys <= listed


def test_the_list_of_people_is_hidden_and_shown_again(ready_app):
    app = ready_app()
    show = app.window.actions_by_name["show_people"]
    for visible in (not show.isChecked(), show.isChecked()):
        show.trigger()
        assert app.window.people.isVisible() is visible


def test_the_window_comes_back_as_large_as_it_was_left(ready_app, open_app):
    first = ready_app()
    first.window.resize(700, 500)
    first.window.close()
    second = open_app()
    assert (second.window.width(), second.window.height()) == (700, 500)


def test_the_window_fits_into_a_small_screen(qtbot, ready_app):
    app = ready_app()
    app.window.resize(640, 480)
    assert (app.window.width(), app.window.height()) == (640, 480)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://camera/stream", "has to begin with rtsp://"),
        ("", "An address begins with rtsp://, for example rtsp://"),
        ("192.168.1.20", "An address begins with rtsp://, for example rtsp://"),
        ("rtsp:///stream", "names no host"),
        ("rtsp://my camera/stream", "names no host"),
    ],
)
def test_an_address_that_cannot_be_a_camera_is_not_opened(qtbot, address, said):
    dialog = StreamDialog()
    qtbot.addWidget(dialog)
    dialog.address.setText(address)
    assert said in dialog.problem.text()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Open).isEnabled()


def test_an_address_of_a_network_camera_is_handed_over(qtbot):
    dialog = StreamDialog()
    qtbot.addWidget(dialog)
    dialog.address.setText(" rtsp://me:secret@10.0.0.7:554/live ")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [SourceSpec.parse("rtsp://me:secret@10.0.0.7:554/live")]
    assert dialog.problem.text() == ""


def test_an_address_that_failed_can_be_mended_and_one_that_worked_is_not_shown_again(
    qtbot, ready_app, sources
):
    app = ready_app()
    camera = "rtsp://me:secret@10.0.0.7/1"
    sources.refused[camera] = StreamUnreachable(source="rtsp://10.0.0.7/1")
    ask = app.window.actions_by_name["open_stream"].trigger

    ask()
    (dialog,) = dialogs(app)
    dialog.address.setText(camera)
    dialog.accept()
    qtbot.waitUntil(lambda: "10.0.0.7" in app.window.source_bar.text)
    ask()
    (dialog,) = dialogs(app)
    assert dialog.address.text() == camera
    dialog.reject()

    app.context.change_settings(source=camera)
    ask()
    (dialog,) = dialogs(app)
    assert dialog.address.text() == ""
    dialog.reject()


def test_a_password_of_a_network_camera_is_never_shown(ready_app):
    app = ready_app()
    spec = SourceSpec.parse("rtsp://me:secret@10.0.0.7:554/live")
    assert "secret" not in app.window.menus.toolbar.name_of(spec)


def test_the_source_menu_names_each_way_once(qtbot, ready_app):
    app = ready_app()
    (menu,) = [
        action.menu()
        for action in app.window.menuBar().actions()
        if action.text().replace("&", "") == "Source"
    ]
    app.window.menus.cameras.look_for_cameras()
    beside = {action.text() for action in menu.actions() if action.text()}
    cameras, *_others = [action.menu() for action in menu.actions() if action.menu() is not None]
    assert beside.isdisjoint(action.text() for action in cameras.actions() if action.text())
    # The toolbar has but one menu.
    assert app.window.actions_by_name["open_clip"] in app.window.menus.toolbar.actions()


def test_a_remembered_network_camera_that_does_not_answer_stays_as_another_source_is_added(
    qtbot, tmp_path, open_app, sources
):
    stream = "rtsp://me:secret@10.0.0.7:554/live"
    path = tmp_path / "data" / "settings.json"
    save_settings(Settings(**with_sources([stream])), path)
    sources.refused[stream] = StreamUnreachable(source=SourceSpec.parse(stream).label)
    app = open_app()
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.LOST)
    app.window.opener.add(SourceSpec.parse("camera:0"))
    qtbot.waitUntil(lambda: app.context.settings.sources == (stream, "camera:0"))
    app.window.close()
    assert load_settings(path).sources == (stream, "camera:0")
