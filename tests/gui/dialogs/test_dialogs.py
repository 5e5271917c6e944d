"""Settings, About, and how errors are shown."""

from __future__ import annotations

import sys

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt, QTranslator, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QTreeWidget, QWidget

from desktop_app import __version__
from desktop_app.errors import CameraBusy, PhotoUnreadable
from desktop_app.settings import FALSE_NAME_RATES, THEMES, load_settings
from desktop_app.ui.about_dialog import AboutDialog, libraries, licence_texts
from desktop_app.ui.alive import while_alive
from desktop_app.ui.error_dialog import BugReport, sentence_for, show_error
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.general import GeneralPage

ON_LINUX = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere the system itself opens folders"
)


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    return parent


@pytest.fixture
def settings_dialog(ready_context, qtbot):
    dialog = SettingsDialog(ready_context)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def general_page(settings_dialog):
    return settings_dialog.page(GeneralPage)


def choices(box) -> list[object]:
    return [box.itemData(row) for row in range(box.count())]


def bug() -> Exception:
    try:
        return 1 / 0
    except ZeroDivisionError as error:
        return error


def test_a_known_error_is_its_sentence(parent, message_in):
    show_error(parent, CameraBusy(source="camera:0"))
    assert message_in(parent).text().startswith("The camera “camera:0” is there but gives no")


def test_a_path_that_looks_like_markup_is_shown_as_it_is(parent, message_in):
    show_error(parent, PhotoUnreadable(path="<b>{x}</b>.jpg", reason="no"))
    box = message_in(parent)
    assert "<b>{x}</b>.jpg" in box.text()
    assert box.textFormat() is Qt.TextFormat.PlainText


def test_an_error_that_repeats_is_shown_once(parent):
    for _ in range(5):
        show_error(parent, CameraBusy(source="camera:0"))
    show_error(parent, CameraBusy(source="camera:1"))
    boxes = [box for box in parent.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 2


def test_an_error_that_was_dismissed_is_shown_when_it_comes_again(parent, message_in):
    show_error(parent, CameraBusy(source="camera:0"))
    message_in(parent).accept()
    show_error(parent, CameraBusy(source="camera:0"))
    assert message_in(parent).isVisible()


def test_a_bug_is_a_report_with_its_traceback_that_can_be_copied(parent, qtbot):
    show_error(parent, bug())
    (report,) = parent.findChildren(BugReport)
    qtbot.mouseClick(report.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: division by zero" in copied
    assert "in bug" in copied
    assert f"Kenspeckle {__version__}" in copied
    assert report.copy_button.text() == "Copied"


def test_an_error_without_a_window_is_still_shown(qapp):
    show_error(None, CameraBusy(source="camera:7"))
    (box,) = [
        widget
        for widget in qapp.topLevelWidgets()
        if isinstance(widget, QMessageBox) and "camera:7" in widget.text()
    ]
    assert box.isVisible()
    box.accept()


def test_the_sentence_for_a_bug_shows_no_jargon():
    assert sentence_for(bug()) == (
        "Something unexpected went wrong. What was saved before is safe."
    )


def test_settings_show_what_holds_and_offer_all_there_is(general_page):
    assert general_page.theme.currentData() == "system"
    assert general_page.false_name_rate.currentData() == 1e-3
    assert general_page.mirror.isChecked()
    assert choices(general_page.theme) == list(THEMES)
    assert choices(general_page.false_name_rate) == list(FALSE_NAME_RATES)


def test_a_change_of_settings_holds_at_once_and_after_a_restart(general_page, ready_context, qtbot):
    with qtbot.waitSignal(ready_context.settings_changed):
        general_page.theme.setFocus()
        qtbot.keyClicks(general_page.theme, "Dark")
        general_page.theme.activated.emit(general_page.theme.currentIndex())
    qtbot.keyClick(general_page.mirror, Qt.Key.Key_Space)
    general_page.false_name_rate.setCurrentIndex(2)
    general_page.false_name_rate.activated.emit(2)
    saved = load_settings(ready_context.data_dir.settings_file)
    assert (saved.theme, saved.mirror, saved.false_name_rate) == ("dark", False, 1e-4)


def test_a_setting_changed_elsewhere_is_shown(general_page, ready_context):
    ready_context.change_settings(mirror=False, theme="light")
    assert not general_page.mirror.isChecked()
    assert general_page.theme.currentData() == "light"


def test_the_data_folder_is_shown_and_can_be_copied(general_page, ready_context, qtbot):
    qtbot.mouseClick(general_page.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(ready_context.data_dir.root)
    assert general_page.folder.text() == str(ready_context.data_dir.root)


def test_about_says_version_licences_and_that_it_stays_offline(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Apache License" in licence_texts()[0]
    assert len(licence_texts()) == 2
    rows = [
        table.topLevelItem(row).text(0)
        for table in dialog.findChildren(QTreeWidget)
        for row in range(table.topLevelItemCount())
    ]
    assert {"sface", "yunet", "face_landmarker", "mediapipe", "PySide6_Essentials"} <= set(rows)


def test_every_library_in_about_has_a_version_and_a_licence():
    assert all(version and licence for _name, version, licence in libraries())


@pytest.fixture
def opened_urls():
    """What Qt is asked to open; nothing is opened."""
    receiver = UrlReceiver()
    QDesktopServices.setUrlHandler("file", receiver, "take")
    yield receiver.urls
    QDesktopServices.unsetUrlHandler("file")


class UrlReceiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


def test_the_pages_of_the_settings_are_turned_with_the_keyboard(settings_dialog, qtbot):
    titles = [settings_dialog.tabs.tabText(tab) for tab in range(settings_dialog.tabs.count())]
    assert titles[0] == "&General"
    assert len({title.split("&")[1][0] for title in titles}) == len(titles)
    settings_dialog.activateWindow()
    for _ in titles[1:]:
        qtbot.keyClick(settings_dialog.tabs, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert settings_dialog.tabs.currentIndex() == len(titles) - 1


@ON_LINUX
def test_qt_is_not_asked_to_open_a_folder_where_no_program_does(
    general_page, opened_urls, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SNAP", raising=False)
    qtbot.mouseClick(general_page.open_button, Qt.MouseButton.LeftButton)
    assert general_page.open_button.text() == "No program opens folders here"
    assert not general_page.open_button.isEnabled()
    # It would say so on stderr.
    assert opened_urls == []


@ON_LINUX
def test_the_data_folder_is_opened_where_a_program_does(
    general_page, ready_context, opened_urls, qtbot, monkeypatch, tmp_path
):
    launcher = tmp_path / "xdg-open"
    launcher.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    qtbot.mouseClick(general_page.open_button, Qt.MouseButton.LeftButton)
    assert [url.toLocalFile() for url in opened_urls] == [str(ready_context.data_dir.root)]


def test_escape_closes_about_and_settings(ready_context, qtbot):
    for dialog in (AboutDialog(), SettingsDialog(ready_context)):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


class Backwards(QTranslator):
    """A language in which each sentence of the errors is written backwards, word by word."""

    def translate(self, context, source, disambiguation=None, n=-1):
        return " ".join(reversed(source.split())) if context == "KnownError" else None

    def isEmpty(self):  # noqa: N802 - Qt's name
        return False


def test_an_error_is_translated_before_its_places_are_filled(qapp):
    language = Backwards()
    qapp.installTranslator(language)
    try:
        said = sentence_for(PhotoUnreadable(path="a b.jpg", reason="it is empty"))
    finally:
        qapp.removeTranslator(language)
    assert said.endswith("“a b.jpg” photo The")


def test_an_answer_for_a_window_that_is_gone_is_dropped(qapp):
    heard = []
    window = QWidget()
    answer = while_alive(window, heard.append)
    answer("while it is there")
    shiboken6.delete(window)
    answer("after it is gone")
    assert heard == ["while it is there"]
