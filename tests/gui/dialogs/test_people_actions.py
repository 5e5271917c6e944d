"""What is done with people in the panel: sort, list some, merge, groups, several at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog

from db.events import EventLog
from desktop_app.recognition.events import EventChange, EventState, Outcome
from desktop_app.recognition.people import Consent, Origin
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.corrections.merge_dialog import MergeDialog
from desktop_app.ui.corrections.person_chooser import PersonChooser
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.line_delegate import DETAIL_ROLE, SIGN_ROLE
from desktop_app.ui.people.group_dialog import GroupDialog
from desktop_app.ui.people.people_order import Kind, Order
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.ui.people.person_dialog import PersonDialog
from desktop_app.ui.privacy.consent_words import consent_line

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _plurals(qapp):
    # Not the application’s own: a later window would find it, removed, and put none in place.
    plurals = EnglishPlurals()
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.fixture
def panel(ready_context, qtbot):
    panel = PeoplePanel(ready_context)
    qtbot.addWidget(panel)
    panel.resize(320, 500)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def people(ready_context, panel, somebody):
    """Four people with as many pictures each; their ids by name."""
    ids = {}
    for name, pictures in (("Anna", 2), ("Bea", 4), ("Cem", 1), ("Dora", 3)):
        faces = [somebody(name, look=look) for look in range(pictures)]
        ready_context.enrol(name, faces, origin=Origin.PHOTO)
        ids[name] = ready_context.last_change.identity.id
    return ids


def names(panel: PeoplePanel) -> list[str]:
    model = panel.view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def open_dialog(panel: PeoplePanel, kind: type[QDialog]):
    (dialog,) = [one for one in panel.findChildren(kind) if one.isVisible()]
    return dialog


def click(panel: PeoplePanel, qtbot, name: str, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    index = panel.view.model().index(names(panel).index(name), 0)
    place = panel.view.visualRect(index).topLeft() + QPoint(5, 5)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, modifier, pos=place)


def pick(panel: PeoplePanel, text: str) -> None:
    """Choose from the menu beside the search."""
    panel.order_button.fill()
    (action,) = [
        one for one in panel.order_button.menu().actions() if one.text().replace("&", "") == text
    ]
    action.trigger()


# Order and filter


def test_people_are_sorted_as_the_menu_says(panel, people):
    assert names(panel) == ["Anna", "Bea", "Cem", "Dora"]
    pick(panel, "Most pictures first")
    assert names(panel) == ["Bea", "Dora", "Anna", "Cem"]
    pick(panel, "Newest first")
    assert names(panel) == ["Dora", "Cem", "Bea", "Anna"]
    pick(panel, "Name")
    assert names(panel) == ["Anna", "Bea", "Cem", "Dora"]


def test_whoever_was_seen_last_comes_first(panel, people, ready_context):
    now = datetime.now(UTC)
    seen = [
        EventChange(EventState(key, people[name], moment, moment, "Camera", Outcome.NAMED, 0.9))
        for key, (name, moment) in enumerate(
            (("Cem", now - timedelta(hours=2)), ("Dora", now - timedelta(minutes=1)))
        )
    ]
    EventLog(ready_context.people.file).write(seen)
    pick(panel, "Seen lately first")
    assert names(panel) == ["Dora", "Cem", "Anna", "Bea"]


def test_an_order_holds_for_whoever_comes_later(panel, people, ready_context, somebody):
    panel.order_button.choose(order=Order.PICTURES)
    faces = [somebody("Eva", look=look) for look in range(5)]
    ready_context.enrol("Eva", faces, origin=Origin.PHOTO)
    assert names(panel)[0] == "Eva"


def test_only_one_group_is_listed_and_everyone_again(panel, people, ready_context, qtbot):
    ready_context.change_people(
        lambda service: service.add_to_groups([people["Anna"], people["Dora"]], ["Class 4b"])
    )
    pick(panel, "Class 4b")
    assert names(panel) == ["Anna", "Dora"]
    assert panel.only_text.text() == "Class 4b: 2 people"
    panel.search.setText("do")
    assert names(panel) == ["Dora"]
    panel.search.clear()
    qtbot.mouseClick(panel.everyone_button, Qt.MouseButton.LeftButton)
    assert names(panel) == ["Anna", "Bea", "Cem", "Dora"]
    assert not panel.only_text.isVisible()


def test_a_group_that_is_gone_says_so_and_leads_back(panel, people, ready_context):
    ready_context.change_people(lambda service: service.set_groups(people["Anna"], ["Chess"]))
    pick(panel, "Chess")
    ready_context.undo()
    assert names(panel) == []
    assert panel._nobody_found.text() == "Nobody is in the group “Chess” any more."
    assert panel.everyone_button.isVisible()


def test_the_line_that_a_consent_ends_is_short_enough_for_the_panel(people, ready_context):
    until = date(2026, 11, 27)
    ready_context.change_people(
        lambda service: service.set_consent(people["Bea"], Consent("", None, until))
    )
    (bea,) = [one for one in ready_context.last_change.people if one.identity.name == "Bea"]
    ends = consent_line(bea, until - timedelta(days=3))
    ended = consent_line(bea, until + timedelta(days=90))
    assert "November" not in ends
    assert "Nov" in ends
    assert "2026" not in ends
    assert "November" not in ended
    assert "2026" in ended


def test_a_consent_that_ends_soon_bears_a_sign_and_words_and_can_be_listed(
    panel, people, ready_context
):
    soon = Consent("", None, local_day() + timedelta(days=3))
    late = Consent("", None, local_day() + timedelta(days=300))
    ready_context.change_people(lambda service: service.set_consent(people["Bea"], soon))
    ready_context.change_people(lambda service: service.set_consent(people["Cem"], late))
    index = panel.view.model().index(1, 0)
    assert index.data(SIGN_ROLE) == "consent"
    assert index.data(DETAIL_ROLE).startswith("Consent ends on ")
    assert "Consent ends on " in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert panel.view.model().index(2, 0).data(SIGN_ROLE) is None
    panel.list_ending_consents()
    assert panel.order_button.choice.kind is Kind.CONSENT
    assert names(panel) == ["Bea"]


# Several at once


def test_several_people_are_removed_by_key_and_come_back_in_one_step(
    panel, people, ready_context, qtbot
):
    click(panel, qtbot, "Anna")
    click(panel, qtbot, "Cem", CONTROL)
    assert [person.identity.name for person in panel.chosen] == ["Anna", "Cem"]
    assert not panel.actions_of_chosen.rename.isEnabled()
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == ["Bea", "Dora"]
    ready_context.undo()
    assert names(panel) == ["Anna", "Bea", "Cem", "Dora"]


def test_several_people_join_a_group(panel, people, ready_context, qtbot):
    click(panel, qtbot, "Anna")
    click(panel, qtbot, "Bea", SHIFT)
    panel.actions_of_chosen.group.trigger()
    dialog = open_dialog(panel, GroupDialog)
    assert not dialog.add_button.isEnabled()
    qtbot.keyClicks(dialog.field, "Class 4b")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    groups = [person.groups for person in ready_context.last_change.people]
    assert groups == [("Class 4b",), ("Class 4b",), (), ()]
    # They stay chosen for the next thing that is to be done with them.
    assert [person.identity.name for person in panel.chosen] == ["Anna", "Bea"]


def test_what_is_chosen_stays_chosen_when_others_change(panel, people, ready_context, qtbot):
    click(panel, qtbot, "Bea")
    click(panel, qtbot, "Dora", CONTROL)
    ready_context.remove(people["Anna"])
    assert [person.identity.name for person in panel.chosen] == ["Bea", "Dora"]


# Merge


def test_two_are_merged_into_the_one_whose_name_is_to_stay(panel, people, ready_context, qtbot):
    click(panel, qtbot, "Anna")
    click(panel, qtbot, "Bea", CONTROL)
    qtbot.keyClick(panel.view, Qt.Key.Key_M, CONTROL | SHIFT)
    dialog = open_dialog(panel, MergeDialog)
    # Whoever has the most pictures stays unless somebody says otherwise.
    assert dialog.staying.identity.name == "Bea"
    dialog.choices[people["Anna"]].setChecked(True)
    assert "Anna gets all 6 pictures" in dialog.summary.text()
    qtbot.mouseClick(dialog.merge_button, Qt.MouseButton.LeftButton)
    assert names(panel) == ["Anna", "Cem", "Dora"]
    assert panel.selected.identity.name == "Anna"
    assert panel.selected.sample_count == 6
    assert ready_context.last_change.act.names == ("Bea", "Anna")
    ready_context.undo()
    assert names(panel) == ["Anna", "Bea", "Cem", "Dora"]


def test_one_is_merged_into_somebody_who_is_chosen(panel, people, qtbot):
    click(panel, qtbot, "Cem")
    panel.actions_of_chosen.merge.trigger()
    chooser = open_dialog(panel, PersonChooser)
    qtbot.keyClick(chooser.search, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    dialog = open_dialog(panel, MergeDialog)
    assert dialog.staying.identity.name == "Bea"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert names(panel) == ["Anna", "Bea", "Dora"]


def test_a_merge_says_which_consent_will_hold(panel, people, ready_context):
    today = local_day()
    ready_context.change_people(
        lambda service: service.set_consent(people["Anna"], Consent("Her mother", None, today))
    )
    by_name = {person.identity.name: person for person in ready_context.last_change.people}
    panel.actions_of_chosen._merge_people([by_name["Anna"], by_name["Bea"]])
    dialog = open_dialog(panel, MergeDialog)
    assert dialog.staying.identity.name == "Bea"
    assert "Her mother agreed that Bea is recognised. That holds until" in dialog.summary.text()
    dialog.choices[people["Anna"]].setChecked(True)
    assert "agreed" not in dialog.summary.text()


def test_people_who_do_not_look_like_one_are_warned_of(panel, people, ready_context, somebody):
    actions = panel.actions_of_chosen
    faces = [somebody("Anna", look=7)]
    ready_context.enrol("Anna again", faces, origin=Origin.PHOTO)
    by_name = {person.identity.name: person for person in ready_context.last_change.people}
    actions._merge_people([by_name["Anna"], by_name["Anna again"]])
    dialog = open_dialog(panel, MergeDialog)
    assert dialog.warning.isHidden()
    dialog.reject()
    actions._merge_people([by_name["Anna"], by_name["Anna again"], by_name["Cem"]])
    dialog = open_dialog(panel, MergeDialog)
    assert dialog.warning.text.startswith("Cem and Anna do not look like one person.")
    dialog.choices[by_name["Cem"].identity.id].setChecked(True)
    assert dialog.warning.text.startswith("Anna, Anna again and Cem do not look")


def test_a_merge_closes_when_one_of_them_is_removed_elsewhere(panel, people, ready_context, qtbot):
    click(panel, qtbot, "Anna")
    click(panel, qtbot, "Bea", CONTROL)
    panel.actions_of_chosen.merge.trigger()
    dialog = open_dialog(panel, MergeDialog)
    ready_context.remove(people["Bea"])
    assert not dialog.isVisible()


def test_whoever_looks_much_like_somebody_is_offered_to_be_merged_with(
    panel, people, ready_context, somebody, qtbot
):
    ready_context.enrol("Anna again", [somebody("Anna", look=0)], origin=Origin.PHOTO)
    model = panel.view.model()
    qtbot.waitUntil(lambda: model.index(0, 0).data(SIGN_ROLE) == "alike")
    click(panel, qtbot, "Anna")
    menu = panel.more_button.menu()
    panel.actions_of_chosen.fill(menu)
    (action,) = [one for one in menu.actions() if one.text() == "Merge with Anna again…"]
    action.trigger()
    dialog = open_dialog(panel, MergeDialog)
    assert set(dialog.choices) == {people["Anna"], ready_context.last_change.identity.id}


# The window of one person


@pytest.mark.parametrize(
    ("action", "focused"),
    [("notes", lambda dialog: dialog.details.note), ("consent", lambda d: d.details.consent.by)],
)
def test_the_menu_leads_to_the_field_that_it_names(panel, people, qtbot, action, focused):
    click(panel, qtbot, "Anna")
    getattr(panel.actions_of_chosen, action).trigger()
    dialog = open_dialog(panel, PersonDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.focusWidget() is focused(dialog)


def test_enter_opens_the_pictures_of_whoever_is_chosen(panel, people, qtbot):
    click(panel, qtbot, "Dora")
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    dialog = open_dialog(panel, PersonDialog)
    assert dialog.tabs.currentWidget() is dialog.samples
    assert dialog.samples.list.count() == 3


def test_the_search_of_a_chooser_says_when_nobody_fits(panel, people, qtbot):
    click(panel, qtbot, "Cem")
    panel.actions_of_chosen.merge.trigger()
    chooser = open_dialog(panel, PersonChooser)
    qtbot.keyClicks(chooser.search, "xyz")
    assert not chooser.choose_button.isEnabled()
    assert chooser.nobody.text() == "No name, group or note contains “xyz”."
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    assert chooser.isVisible()
