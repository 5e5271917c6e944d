"""The whole window: undo, the bin and consents, also from one start to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

import factories
from db.repository import GalleryRepository
from desktop_app.recognition.people import Consent, Origin
from desktop_app.services.people import PeopleService
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.people.person_dialog import PersonDialog
from desktop_app.ui.privacy.bin_dialog import BinDialog

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def gallery(tmp_path, catalog):
    """A gallery with Anna and Bea, and a way to change it before the window opens."""
    path = tmp_path / "gallery.db"
    embedder = catalog.embedder()

    def change(work) -> None:
        repository = GalleryRepository.open(path)
        work(PeopleService(repository, embedder=embedder.key, dimension=embedder.dimension))
        repository.close()

    def enrol(service: PeopleService) -> None:
        for number, name in enumerate(("Anna", "Bea")):
            look = factories.embedding(number, embedder=embedder.key)
            service.enrol(name, [factories.face(number, look=look)], origin=Origin.PHOTO)

    change(enrol)
    return path, change


def listed(app) -> list[str]:
    change = app.context.last_change
    return [] if change is None else [person.identity.name for person in change.people]


def bins(app) -> list[BinDialog]:
    return [one for one in app.window.findChildren(BinDialog) if one.isVisible()]


def test_a_removal_is_undone_by_key_wherever_the_keyboard_is_in_the_window(
    qtbot, ready_app, gallery
):
    app = ready_app(gallery=gallery[0])
    qtbot.waitUntil(lambda: listed(app) == ["Anna", "Bea"])
    app.window.activateWindow()
    app.window.people.show()
    app.window.people.select(app.context.last_change.people[0].identity.id)
    app.window.people.view.setFocus()
    qtbot.keyClick(app.window.people.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: listed(app) == ["Bea"])
    assert app.window.notice_bar.text == "Anna is in the bin now."
    assert app.window.actions_by_name["undo"].text() == "&Undo removing Anna"
    qtbot.keyClick(app.window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: listed(app) == ["Anna", "Bea"])


def test_what_was_removed_before_the_last_start_is_put_back_from_the_menu(
    qtbot, ready_app, gallery
):
    path, change = gallery
    change(lambda service: service.remove(service.find("Anna").id))
    app = ready_app(gallery=path)
    qtbot.waitUntil(lambda: listed(app) == ["Bea"])
    app.window.actions_by_name["bin"].trigger()
    qtbot.waitUntil(lambda: len(bins(app)) == 1)
    dialog = bins(app)[0]
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1)
    qtbot.mouseClick(dialog.put_back_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: listed(app) == ["Anna", "Bea"])
    # Said where it was done.
    assert dialog.bar.text == "Anna is back."


def test_whose_consent_has_ended_is_in_the_bin_right_after_the_start_and_can_be_kept(
    qtbot, ready_app, gallery
):
    path, change = gallery
    yesterday = local_day() - timedelta(days=1)
    change(
        lambda service: service.set_consent(
            service.find("Anna").id, Consent("Anna", None, yesterday)
        )
    )
    app = ready_app(gallery=path)
    bar = app.window.notice_bar
    qtbot.waitUntil(lambda: "Anna is in the bin now." in bar.text)
    assert listed(app) == ["Bea"]
    (keep,) = [button for button in bar.buttons if button.text() == "&Keep…"]
    qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: listed(app) == ["Anna", "Bea"])
    qtbot.waitUntil(lambda: bool(app.window.people.findChildren(PersonDialog)))
    (dialog,) = app.window.people.findChildren(PersonDialog)
    assert dialog.tabs.currentWidget() is dialog.details
    dialog.details.consent.until.check.click()
    dialog.reject()
    qtbot.waitUntil(lambda: app.context.last_change.people[0].consent.until is None)


def test_a_consent_that_ends_soon_is_reminded_of_at_the_start(qtbot, ready_app, gallery):
    path, change = gallery
    soon = Consent("", None, local_day() + timedelta(days=2))
    for name in ("Anna", "Bea"):
        change(lambda service, name=name: service.set_consent(service.find(name).id, soon))
    app = ready_app(gallery=path)
    bar = app.window.notice_bar
    qtbot.waitUntil(lambda: "The consent of Anna, Bea ends soon" in bar.text)
    app.window.people.hide()
    (show,) = [button for button in bar.buttons if button.text() == "&Show them"]
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert app.window.people.isVisible()
    assert app.window.people.only_text.text() == "Consent ends soon: 2 people"
