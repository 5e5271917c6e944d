"""Whether the machine runs on its battery, as psutil tells."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

from desktop_app.power import runs_on_battery


@pytest.fixture
def says(monkeypatch):
    """Has psutil answer something, or raise it."""

    def say(answer: object) -> None:
        def sensors_battery() -> object:
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(psutil, "sensors_battery", sensors_battery, raising=False)

    return say


@pytest.mark.parametrize(
    ("plugged", "expected"), [(False, True), (True, False), (None, None)], ids=str
)
def test_a_machine_whose_charger_is_not_plugged_in_runs_on_its_battery(says, plugged, expected):
    says(SimpleNamespace(percent=50, secsleft=3600, power_plugged=plugged))
    assert runs_on_battery() is expected


def test_a_machine_without_a_battery_does_not_run_on_one(says):
    says(None)
    assert runs_on_battery() is None


@pytest.mark.parametrize(
    "error", [FileNotFoundError(), RuntimeError("no such sensor"), ValueError("not a number")]
)
def test_a_battery_that_cannot_be_asked_is_none(says, error):
    says(error)
    assert runs_on_battery() is None


def test_a_system_of_which_psutil_knows_no_batteries_has_none(monkeypatch):
    monkeypatch.delattr(psutil, "sensors_battery", raising=False)
    assert runs_on_battery() is None
