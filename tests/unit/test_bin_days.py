"""How long the bin keeps things, as a setting."""

from __future__ import annotations

import json

import pytest

from desktop_app.settings import BIN_DAYS, Settings, load_settings, save_settings


@pytest.mark.parametrize("days", BIN_DAYS)
def test_how_long_things_wait_in_the_bin_outlives_a_start(tmp_path, days):
    save_settings(Settings(bin_days=days), tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json").bin_days == days


@pytest.mark.parametrize("value", [-1, 1, 10_000, True, "7", None, 30.0])
def test_what_is_no_choice_of_ours_is_thirty_days_and_never_less(tmp_path, value):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"bin_days": value}))
    assert load_settings(path).bin_days == 30
