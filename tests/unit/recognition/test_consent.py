"""What somebody agreed to, where two people turn out to be one."""

from __future__ import annotations

from datetime import date

import pytest

from desktop_app.recognition.people import NO_CONSENT, Consent

SPRING, SUMMER, WINTER = date(2026, 4, 1), date(2026, 7, 1), date(2026, 12, 1)


def test_of_two_consents_the_later_day_and_the_earlier_end_hold():
    joined = Consent("Anna", SPRING, WINTER).joined_with(Consent("Her mother", SUMMER, SUMMER))
    assert joined == Consent("Anna; Her mother", SUMMER, SUMMER)


def test_an_end_holds_beside_a_consent_without_one():
    endless, ends = Consent("Anna", SPRING), Consent("Anna", SPRING, SUMMER)
    assert endless.joined_with(ends) == ends
    assert ends.joined_with(endless) == ends


@pytest.mark.parametrize("consent", [NO_CONSENT, Consent("Anna", SPRING, SUMMER), Consent("Anna")])
def test_where_nothing_is_known_of_one_the_other_holds(consent):
    assert NO_CONSENT.joined_with(consent) == consent
    assert consent.joined_with(NO_CONSENT) == consent


def test_whoever_agreed_twice_is_named_once():
    both = Consent("Berg, Anna").joined_with(Consent("Berg, Bea"))
    assert both.by == "Berg, Anna; Berg, Bea"
    assert both.joined_with(Consent("Berg, Bea")).by == both.by
    assert Consent("").joined_with(Consent("", SPRING)).by == ""
