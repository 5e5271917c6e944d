"""What the settings say about how often a stranger may be given a name."""

from __future__ import annotations

import pytest

from desktop_app.recognition.decision import CalibratedPolicy, UncalibratedPolicy
from desktop_app.recognition.people import Origin
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.settings_pages.general import GeneralPage
from desktop_app.vision.manifest import Calibration


@pytest.fixture
def dialog(ready_context, qtbot):
    dialog = SettingsDialog(ready_context)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def page(dialog):
    return dialog.page(GeneralPage)


def calibrated(least_rate: float) -> CalibratedPolicy:
    return CalibratedPolicy(
        Calibration(
            measured_on="nothing: numbers for tests",
            false_match_rates=(1e-1, least_rate),
            similarities=(0.2, 0.6),
            false_non_match_rates=(0.0, 0.1),
        ),
        false_name_rate=1e-3,
    )


def test_without_people_the_settings_say_that_the_number_of_people_matters(page):
    assert "Nobody is enrolled yet" in page.meaning.text()
    assert "The more people are enrolled, the surer" in page.meaning.text()


def test_the_settings_count_the_people_it_holds_for_and_follow_the_gallery(
    page, ready_context, somebody
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    assert "of the one person enrolled now" in page.meaning.text()
    ready_context.enrol("Bob", [somebody("Bob"), somebody("Bob", look=2)], origin=Origin.PHOTO)
    assert "of the 2 people enrolled now" in page.meaning.text()
    assert page.meaning.text() in page.false_name_rate.accessibleDescription()


def test_a_rate_beyond_what_was_measured_is_said_to_be_an_estimate(page, ready_context, somebody):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    ready_context.use_policy(calibrated(least_rate=1e-4))
    assert "was measured on photos" in page.meaning.text()
    assert "estimated" not in page.meaning.text()
    ready_context.use_policy(calibrated(least_rate=1e-2))
    assert "estimated from commoner ones" in page.meaning.text()
    assert "was measured" not in page.meaning.text()


def test_an_embedder_that_nobody_measured_is_said_to_name_nobody(page, ready_context, somebody):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    ready_context.use_policy(UncalibratedPolicy())
    assert "names nobody" in page.meaning.text()


def test_people_are_shown_no_raw_similarity(page, ready_context, somebody):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    point = ready_context.policy.operating_point(ready_context.gallery.size)
    assert f"{point.identify:.2f}" not in page.meaning.text()


def test_before_the_networks_are_loaded_nothing_is_claimed(context, make_ready, qtbot):
    dialog = SettingsDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    page = dialog.page(GeneralPage)
    assert not page.meaning.isVisible()
    make_ready()
    assert page.meaning.isVisible()
    # Nothing of it is out of sight for that.
    qtbot.waitUntil(lambda: page.visibleRegion().boundingRect().size() == page.size())
