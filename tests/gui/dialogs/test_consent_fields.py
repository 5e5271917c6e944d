"""Consent at enrolment: folded away until somebody wants it."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from desktop_app.recognition.people import Consent, Origin
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.privacy.consent_fields import ConsentFields


@pytest.fixture
def dialog(ready_context, qtbot, somebody):
    dialog = AddPersonDialog(ready_context, faces=[somebody("Anna")])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.name.setText("Anna")
    return dialog


def test_nobody_who_enrols_is_asked_for_consent(dialog, ready_context, qtbot):
    assert not dialog.consent.by.isVisible()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == Consent()


def test_consent_is_kept_with_the_enrolment_by_keyboard_alone(dialog, ready_context, qtbot):
    dialog.name.setFocus()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.consent.unfold_button
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    assert dialog.focusWidget() is dialog.consent.by
    qtbot.keyClicks(dialog.consent.by, "her mother")
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.consent.given.check
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    qtbot.keyClick(dialog.consent.by, Qt.Key.Key_Return)
    (anna,) = ready_context.last_change.people
    assert anna.consent == Consent("her mother", local_day(), None)


def test_looking_at_the_fields_keeps_no_consent(dialog, ready_context, qtbot):
    dialog.consent.unfold_button.click()
    assert not dialog.consent.given.check.isChecked()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == Consent()


def test_what_nobody_said_of_a_consent_is_not_kept(dialog, ready_context, qtbot):
    dialog.consent.unfold_button.click()
    qtbot.keyClicks(dialog.consent.by, "her mother")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == Consent("her mother", None, None)


def test_looking_at_the_fields_keeps_the_consent_of_somebody_who_is_enrolled(
    dialog, ready_context, qtbot, somebody
):
    consent = Consent("Anna", date(2026, 1, 1), date(2090, 1, 1))
    ready_context.enrol("Anna", [somebody("Anna", look=5)], origin=Origin.PHOTO, consent=consent)
    dialog.consent.unfold_button.click()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == consent


def test_fields_that_were_folded_again_count_for_nothing(dialog, ready_context, qtbot):
    dialog.consent.unfold_button.click()
    qtbot.keyClicks(dialog.consent.by, "her mother")
    dialog.consent.unfold_button.click()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == Consent()


def test_pictures_that_are_added_leave_the_consent_as_it_is(ready_context, qtbot, somebody, dialog):
    consent = Consent("Anna", date(2026, 1, 1), date(2090, 1, 1))
    ready_context.enrol("Anna", [somebody("Anna", look=5)], origin=Origin.PHOTO, consent=consent)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ready_context.last_change.people[0].consent == consent


def test_an_end_is_offered_in_a_year_and_counts_once_it_is_ticked(qtbot):
    fields = ConsentFields()
    qtbot.addWidget(fields)
    fields.show()
    assert fields.consent.until is None
    assert not fields.until.field.isEnabled()
    fields.until.check.click()
    assert fields.consent.until.year == local_day().year + 1


def test_what_is_shown_is_what_is_read(qtbot):
    fields = ConsentFields()
    qtbot.addWidget(fields)
    for consent in (Consent("Anna", date(2026, 1, 2), date(2027, 3, 4)), Consent()):
        fields.show_consent(consent)
        assert fields.consent == consent
