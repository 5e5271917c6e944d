"""Several sources in one window: opened, arranged, chosen, enlarged, closed and remembered."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from desktop_app.capture.devices import Camera
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, UsageError
from desktop_app.services.privacy.erasure import without_sources_of
from desktop_app.settings import Settings, load_settings, save_settings, with_sources
from desktop_app.ui.camera.dialog import CameraEnrolmentDialog
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.live.source_chooser import StreamDialog
from desktop_app.ui.live.tile_note import TileNote
from desktop_app.ui.live.tiling import places
from desktop_app.workers.feed import LiveState

FRONT, USB = SourceSpec.parse("camera:0"), SourceSpec.parse("camera:2")


def source(number: int) -> SourceSpec:
    return SourceSpec.parse(f"camera:{number}")


@pytest.fixture
def watch(qtbot, ready_app):
    """Opens the application with cameras beside each other, and waits for a face in each."""

    def do(*specs: SourceSpec):
        app = ready_app()
        for spec in specs:
            app.window.opener.add(spec)
        for tile in app.window.grid.tiles:
            qtbot.waitUntil(lambda tile=tile: len(tile.view.faces()) == 1)
        app.window.activateWindow()
        qtbot.waitUntil(app.window.isActiveWindow)
        return app

    return do


def tiles(app):
    return app.window.grid.tiles


def rim_colours(tile) -> set[int]:
    """The colours along the left edge of a tile."""
    image: QImage = tile.grab().toImage()
    return {image.pixel(0, y) for y in range(4, image.height() - 4)}


def test_one_source_has_no_frame_no_name_and_no_button(watch):
    app = watch(FRONT)
    (tile,) = tiles(app)
    assert tile.head.isHidden()
    assert tile.view.size() == app.window.pages.size()
    assert not app.window.actions_by_name["close_source"].isVisible()
    assert not app.window.actions_by_name["enlarge"].isVisible()


def test_a_camera_chosen_as_another_source_is_shown_beside_the_first(qtbot, watch):
    app = watch(FRONT)
    more = app.window.menus.more
    more.look_for_cameras()
    qtbot.waitUntil(lambda: "USB camera" in [action.text() for action in more.actions()])
    (action,) = [action for action in more.actions() if action.text() == "USB camera"]
    action.trigger()
    first, second = tiles(app)
    qtbot.waitUntil(lambda: len(second.view.faces()) == 1)
    assert first.feed.state is second.feed.state is LiveState.PLAYING
    assert [tile.head.name for tile in tiles(app)] == ["Front camera", "USB camera"]
    assert not first.geometry().intersects(second.geometry())


def test_a_source_is_not_shown_twice(watch):
    app = watch(FRONT, USB)
    app.window.opener.add(FRONT)
    assert len(tiles(app)) == 2
    assert "Front camera” is shown already" in app.window.notice_bar.text
    assert app.window.grid.chosen is tiles(app)[0]
    app.window.open_source(USB)
    assert tiles(app)[0].feed.spec == FRONT


def test_a_source_that_a_picture_may_go_back_to_is_not_opened_beside_it(watch, sources):
    app = watch(FRONT)
    sources.camera(0).hang()
    sources.camera(2).hang()
    app.window.open_source(SourceSpec.parse("camera:0@1920x1080"))
    app.window.open_source(USB)
    app.window.opener.add(FRONT)
    assert len(tiles(app)) == 1
    assert "Front camera” is shown already" in app.window.notice_bar.text


def test_another_source_is_shown_alone_where_there_is_none(qtbot, ready_app):
    app = ready_app()
    app.window.opener.add(USB)
    qtbot.waitUntil(lambda: app.session.main.state is LiveState.PLAYING)
    assert len(tiles(app)) == 1


def test_no_two_entries_of_the_menu_of_sources_have_the_same_key(ready_app):
    app = ready_app()
    entries = app.window.menus.choose.associatedObjects()[0].actions()
    texts = [entry.text() for entry in entries if "&" in entry.text()]
    keys = [text[text.index("&") + 1].upper() for text in texts]
    assert len(keys) > 5
    assert sorted(keys) == sorted(set(keys)), texts


def test_more_than_nine_sources_are_refused(ready_app):
    app = ready_app("camera:0")
    for number in range(1, 10):
        app.window.opener.add(source(number))
    assert len(tiles(app)) == 9
    assert "no room for more" in app.window.notice_bar.text
    offer = app.window.menus.more.menuAction()
    assert not offer.isEnabled()
    assert "no room for more" in offer.toolTip()
    shown_in = [menu for menu in offer.associatedObjects() if isinstance(menu, QMenu)]
    assert len(shown_in) == 2
    assert all(menu.toolTipsVisible() for menu in shown_in)
    app.window.grid.remove(tiles(app)[0])
    assert app.window.notice_bar.text == ""
    assert offer.isEnabled()
    assert "no room" not in offer.toolTip()


def test_a_source_is_not_said_to_be_shown_any_more_once_it_is_closed(watch):
    app = watch(FRONT, USB)
    app.window.opener.add(FRONT)
    app.window.grid.remove(tiles(app)[0])
    assert app.window.notice_bar.text == ""


@pytest.mark.parametrize(
    ("count", "size", "columns"),
    [
        (1, (1600, 900), 1),
        (2, (1600, 900), 2),
        (2, (900, 1600), 1),
        (3, (1600, 900), 2),
        (4, (1600, 900), 2),
        (5, (1600, 900), 3),
        (6, (1600, 900), 3),
        (7, (1600, 900), 3),
        (9, (1600, 900), 3),
        (3, (2400, 450), 3),
    ],
)
def test_pictures_share_the_room_so_that_they_are_as_large_as_can_be(count, size, columns):
    area = QRect(0, 0, *size)
    rects = places([16 / 9] * count, area, head=0, gap=4)
    assert len({rect.left() for rect in rects[:columns]}) == columns
    assert len({rect.top() for rect in rects}) == -(-count // columns)
    assert all(area.contains(rect) for rect in rects)
    assert not any(a.intersects(b) for n, a in enumerate(rects) for b in rects[:n])


def test_a_last_row_that_is_not_full_stands_in_the_middle():
    *_, last = places([1.5] * 3, QRect(0, 0, 600, 400), head=0, gap=0)
    assert last.left() == 600 - last.right() - 1


def test_nine_sources_fit_into_the_smallest_window(watch):
    app = watch(*(source(number) for number in range(9)))
    app.window.resize(640, 480)
    assert (app.window.width(), app.window.height()) == (640, 480)
    room = app.window.grid.rect()
    assert all(room.contains(tile.geometry()) for tile in tiles(app))
    assert all(tile.rect().contains(tile.view.geometry()) for tile in tiles(app))


def test_a_click_chooses_a_picture_which_is_then_marked_and_meant(qtbot, watch):
    app = watch(FRONT, USB)
    first, second = tiles(app)
    assert app.window.grid.chosen is second
    qtbot.mouseClick(first.view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert app.window.grid.chosen is first
    assert app.window.windowTitle() == "Front camera – Kenspeckle"
    assert first.head.label.font().bold()
    assert not second.head.label.font().bold()
    assert rim_colours(first).isdisjoint(rim_colours(second))
    app.window.actions_by_name["freeze"].trigger()
    assert first.feed.state is LiveState.FROZEN
    assert second.feed.state is LiveState.PLAYING


def test_a_picture_opened_beside_the_one_with_the_keyboard_takes_it(qtbot, watch):
    app = watch(FRONT)
    (first,) = tiles(app)
    first.view.setFocus()
    app.window.opener.add(USB)
    second = tiles(app)[1]
    assert app.window.grid.chosen is second
    assert second.view.hasFocus()
    qtbot.keyClick(second.view, Qt.Key.Key_Return)
    assert app.window.grid.enlarged is second


@pytest.mark.parametrize("has_keyboard", ["picture", "button"])
def test_a_source_added_through_a_dialog_is_the_chosen_one_and_has_the_keyboard(
    qtbot, watch, has_keyboard
):
    app = watch(FRONT)
    (first,) = tiles(app)
    (first.view if has_keyboard == "picture" else app.window.source_button).setFocus()
    dialog = StreamDialog(app.window, address="rtsp://192.168.1.20/stream")
    dialog.chosen.connect(lambda _spec: app.window.opener.add(USB))
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.accept()
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow)
    second = tiles(app)[1]
    assert app.window.grid.chosen is second
    assert second.view.hasFocus()


def test_a_picture_opened_while_the_keyboard_is_elsewhere_leaves_it_there(watch):
    app = watch(FRONT)
    app.window.source_button.setFocus()
    app.window.opener.add(USB)
    assert app.window.source_button.hasFocus()


def test_the_actions_follow_the_chosen_picture(qtbot, watch):
    app = watch(FRONT, USB)
    freeze = app.window.actions_by_name["freeze"]
    freeze.trigger()
    assert freeze.isChecked()
    app.window.grid.step(1)
    assert not freeze.isChecked()
    app.window.grid.step(1)
    assert freeze.isChecked()


def test_another_source_takes_the_place_of_the_chosen_one(qtbot, watch):
    app = watch(FRONT, USB)
    app.window.open_source(source(5))
    qtbot.waitUntil(lambda: tiles(app)[1].feed.spec == source(5))
    assert tiles(app)[0].feed.spec == FRONT


def test_a_face_in_any_picture_can_be_named(qtbot, watch):
    app = watch(FRONT, USB)
    for tile in tiles(app):
        ((_, box),) = tile.view.faces()
        qtbot.mouseClick(tile.view, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
        (dialog,) = [d for d in app.window.findChildren(AddPersonDialog) if d.isVisible()]
        dialog.reject()
    assert app.window.grid.chosen is tiles(app)[1]


def test_somebody_is_added_from_the_chosen_camera(qtbot, watch):
    app = watch(FRONT, USB)
    app.window.actions_by_name["add_from_camera"].trigger()
    (dialog,) = app.window.findChildren(CameraEnrolmentDialog)
    shown = dialog.view._frame
    assert shown is not None
    assert shown.source_id == "camera:2"
    dialog.reject()
    assert tiles(app)[1].feed.state is LiveState.PLAYING


def test_a_camera_shown_elsewhere_is_not_taken_to_add_somebody(qtbot, watch):
    app = watch(FRONT, USB)
    app.window.actions_by_name["add_from_camera"].trigger()
    (dialog,) = app.window.findChildren(CameraEnrolmentDialog)
    menu = dialog.source.button.menu()
    menu.chosen.emit(FRONT)
    assert "is shown beside this source already" in dialog.source.bar.text
    menu.chosen.emit(source(5))
    second = tiles(app)[1]
    qtbot.waitUntil(lambda: second.feed.spec == source(5))
    dialog.reject()
    assert tiles(app)[0].feed.spec == FRONT


def test_a_double_click_enlarges_a_picture_and_shows_all_again(qtbot, watch):
    app = watch(FRONT, USB)
    first, second = tiles(app)
    corner = QPoint(2, 2)
    qtbot.mouseDClick(first.view, Qt.MouseButton.LeftButton, pos=corner)
    assert not first.isHidden()
    assert second.isHidden()
    assert first.size() == app.window.grid.size()
    assert app.window.actions_by_name["enlarge"].isChecked()
    qtbot.mouseDClick(first.view, Qt.MouseButton.LeftButton, pos=corner)
    assert not second.isHidden()
    app.window.actions_by_name["enlarge"].trigger()
    qtbot.mouseClick(first.head.all_button, Qt.MouseButton.LeftButton)
    assert not second.isHidden()
    assert not app.window.actions_by_name["enlarge"].isChecked()


def test_pictures_are_chosen_enlarged_and_closed_by_keyboard(qtbot, watch):
    app = watch(FRONT, USB)
    grid = app.window.grid
    first, second = tiles(app)
    second.view.setFocus()
    qtbot.keyClick(second.view, Qt.Key.Key_Down)
    assert first.view.hasFocus()
    assert grid.chosen is first
    qtbot.keyClick(first.view, Qt.Key.Key_Return)
    assert grid.enlarged is first
    qtbot.keyClick(first.view, Qt.Key.Key_Escape)
    assert grid.enlarged is None
    qtbot.keyClick(app.window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: tiles(app) == (second,))
    assert second.view.hasFocus()


def test_enter_on_the_button_that_closes_a_picture_closes_it(qtbot, watch):
    app = watch(FRONT, USB)
    first, second = tiles(app)
    second.head.close_button.setFocus()
    qtbot.keyClick(second.head.close_button, Qt.Key.Key_Return)
    assert tiles(app) == (first,)


def test_a_menu_keeps_its_highlighted_entry_when_the_cameras_are_found(ready_app):
    app = ready_app()
    more = app.window.menus.more
    front, usb = Camera(0, "Front camera"), Camera(2, "USB camera")
    more.show_cameras([usb])
    more.popup(QPoint(0, 0))
    for text in ("USB camera", "C&lip…"):
        (entry,) = [entry for entry in more.actions() if entry.text() == text]
        more.setActiveAction(entry)
        more.show_cameras([front, usb])
        assert more.activeAction().text() == text
    more.close()


def test_enter_on_a_face_means_the_face(qtbot, watch):
    app = watch(FRONT, USB)
    view = tiles(app)[1].view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert app.window.grid.enlarged is None
    assert [d for d in app.window.findChildren(AddPersonDialog) if d.isVisible()]


@pytest.mark.parametrize("closed", [0, 1])
def test_a_picture_that_is_closed_lets_go_of_its_camera_and_the_other_is_alone(
    qtbot, watch, sources, closed
):
    app = watch(FRONT, USB)
    leaving, staying = tiles(app)[closed], tiles(app)[1 - closed]
    spec = leaving.feed.spec
    with qtbot.waitSignal(leaving.destroyed):
        qtbot.mouseClick(leaving.head.close_button, Qt.MouseButton.LeftButton)
    camera = sources.camera(int(spec.address))
    qtbot.waitUntil(lambda: camera.closed == camera.opened)
    assert tiles(app) == (staying,)
    assert staying.head.isHidden()
    assert staying.size() == app.window.pages.size()
    assert app.context.settings.sources == (str(staying.feed.spec),)
    painted = app.window.grid.frames_painted
    qtbot.waitUntil(lambda: app.window.grid.frames_painted > painted + 3)


def test_a_picture_that_is_alone_again_says_what_is_wrong_above_it(qtbot, watch, sources):
    app = watch(FRONT, USB)
    app.window.grid.remove(tiles(app)[0])
    sources.camera(2).pull_out()
    qtbot.waitUntil(lambda: "stopped sending pictures" in app.window.source_bar.text)
    (tile,) = tiles(app)
    assert app.window.source_bar.isVisible()
    assert not tile.isAncestorOf(app.window.source_bar)


def test_each_picture_says_its_own_trouble(qtbot, watch, sources):
    app = watch(FRONT, USB)
    first, second = tiles(app)
    sources.camera(2).pull_out()
    qtbot.waitUntil(lambda: "USB camera” stopped" in second.bar.text)
    assert second.isAncestorOf(second.bar)
    assert second.bar.isVisible()
    assert first.bar.isHidden()
    painted = first.view.frames_painted
    qtbot.waitUntil(lambda: first.view.frames_painted > painted + 3)


def test_a_small_picture_says_its_trouble_in_a_line_and_an_enlarged_one_what_can_be_done(
    qtbot, watch, sources
):
    app = watch(*(source(number) for number in range(6)))
    app.window.resize(640, 480)
    last = tiles(app)[-1]
    sources.camera(5).pull_out()
    (note,) = last.findChildren(TileNote)
    qtbot.waitUntil(note.isVisible)
    assert not last.bar.isVisible()
    assert "stopped sending pictures" in note.toolTip()
    qtbot.waitUntil(lambda: note.label.text().startswith("Trying"))
    assert note.height() < last.view.height()
    app.window.grid.enlarge(last)
    assert last.bar.isVisible()
    assert not note.isVisible()


def test_a_source_that_cannot_be_opened_says_so_in_its_place_and_is_not_remembered(
    qtbot, watch, sources
):
    app = watch(FRONT)
    sources.refused[str(USB)] = CameraBusy(source=str(USB))
    app.window.opener.add(USB)
    second = tiles(app)[1]
    qtbot.waitUntil(lambda: "in use by another program" in second.bar.text)
    assert app.context.settings.sources == ("camera:0",)
    del sources.refused[str(USB)]
    (again,) = [button for button in second.bar.buttons if button.text() == "Try again"]
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: second.feed.state is LiveState.PLAYING)


def test_a_stopped_picture_says_so_and_can_be_started_again(qtbot, watch):
    app = watch(FRONT, USB)
    second = tiles(app)[1]
    app.window.actions_by_name["stop"].trigger()
    app.window.grid.say_names()
    assert second.bar.text == "Stopped."
    assert second.head.name == "USB camera"
    (start,) = second.bar.buttons
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: second.feed.state is LiveState.PLAYING)
    assert second.bar.isHidden()


def test_all_sources_are_shown_again_at_the_next_start(qtbot, watch, open_app):
    first = watch(FRONT, USB)
    first.window.close()
    again = open_app()
    for tile in tiles(again):
        qtbot.waitUntil(lambda tile=tile: tile.feed.state is LiveState.PLAYING)
    assert [tile.feed.spec for tile in tiles(again)] == [FRONT, USB]
    assert again.window.grid.chosen is tiles(again)[0]


def test_sources_that_are_named_at_the_start_are_shown_side_by_side_and_none_twice(qtbot, open_app):
    app = open_app("camera:2", "camera:0", "camera:2@640x480")
    for tile in tiles(app):
        qtbot.waitUntil(lambda tile=tile: tile.feed.state is LiveState.PLAYING)
    assert [str(tile.feed.spec) for tile in tiles(app)] == ["camera:2", "camera:0"]
    assert app.window.grid.chosen is tiles(app)[0]


def test_more_sources_at_the_start_than_there_is_room_for_are_refused(open_app):
    with pytest.raises(UsageError, match="has room for 9 sources, and 10 were named"):
        open_app(*(f"camera:{number}" for number in range(10)))


def test_a_camera_that_is_away_at_one_start_is_not_forgotten(qtbot, watch, open_app, sources):
    first = watch(FRONT, USB)
    first.window.close()
    sources.refused[str(USB)] = CameraBusy(source=str(USB))
    again = open_app()
    qtbot.waitUntil(lambda: tiles(again)[0].feed.state is LiveState.PLAYING)
    qtbot.waitUntil(lambda: "in use" in tiles(again)[1].bar.text)
    again.window.close()
    stored = load_settings(again.context.data_dir.settings_file)
    assert stored.sources == ("camera:0", "camera:2")


def test_what_is_taken_out_of_the_settings_is_not_put_back(qtbot, watch):
    app = watch(FRONT, USB)
    app.context.change_settings(more_sources=())
    app.window.actions_by_name["freeze"].trigger()
    assert app.context.settings.sources == ("camera:0",)


def test_the_numbers_are_those_of_all_sources(qtbot, watch):
    app = watch(FRONT, USB)
    qtbot.waitUntil(lambda: app.window.numbers.faces.text() == "2 faces")
    before = app.window.grid.frames_painted
    app.window.grid.remove(tiles(app)[0])
    assert app.window.grid.frames_painted >= before


def test_each_picture_has_a_name_that_can_be_read_out(watch):
    app = watch(FRONT, USB)
    assert [tile.view.accessibleName() for tile in tiles(app)] == [
        "Live picture of Front camera",
        "Live picture of USB camera",
    ]
    assert tiles(app)[1].head.close_button.accessibleName() == "Close USB camera"


def test_the_keyboard_goes_from_picture_to_picture_in_reading_order(watch):
    app = watch(FRONT, USB)
    first, second = tiles(app)
    place, order = first.view, []
    while place is not second.head.close_button:
        order.append(place)
        place = place.nextInFocusChain()
    reached = [one for one in order if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    shown = [one for one in reached if one.isVisible()]
    assert shown == [first.view, first.head.close_button, second.view]


def test_only_cameras_are_mirrored_each_in_its_place(qtbot, watch, sources, tmp_path):
    app = watch(FRONT)
    clip = SourceSpec.parse(sources.clip(tmp_path / "party.mp4", frames=5))
    app.window.opener.add(clip)
    first, second = tiles(app)
    qtbot.waitUntil(lambda: second.feed.state is LiveState.ENDED)
    assert (first.view.mirrored, second.view.mirrored) == (True, False)


def test_sources_come_back_as_they_were_saved_and_those_called_after_somebody_go(tmp_path):
    sources = ("camera:0", "/clips/Anna Kivi.mp4", "rtsp://10.0.0.7/1")
    settings = Settings().with_changes(**with_sources(sources))
    save_settings(settings, tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json") == settings
    assert settings.sources == sources
    assert without_sources_of(settings, ["Anna Kivi"]).sources == (sources[0], sources[2])
    first = settings.with_changes(**with_sources(sources[1:]))
    assert without_sources_of(first, ["Anna Kivi"]).source == sources[2]


def test_sources_that_are_none_are_passed_over(ready_app, tmp_path):
    (tmp_path / "data").mkdir()
    stored = {"version": 1, "source": "camera:0", "more_sources": ["http://x/", "camera:0", ""]}
    (tmp_path / "data" / "settings.json").write_text(json.dumps(stored))
    app = ready_app()
    assert [tile.wanted for tile in tiles(app)] == [FRONT]
