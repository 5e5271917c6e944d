"""Names as they are stored."""

from __future__ import annotations

import pytest

from desktop_app.errors import InvalidName
from desktop_app.recognition.people import clean_name

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("control", BIDI_CONTROLS)
def test_what_turns_the_writing_direction_is_left_out_of_a_name(control):
    assert clean_name(f"{control}An{control}na{control}") == "Anna"


def test_a_name_of_nothing_but_writing_directions_is_refused():
    with pytest.raises(InvalidName):
        clean_name(BIDI_CONTROLS)


@pytest.mark.parametrize("name", ["नर\u200dक", "می\u200cخواهم", "👩\u200d🔬 Anna", "ليلى", "משה"])
def test_joiners_and_every_script_stay(name):
    assert clean_name(name) == name
