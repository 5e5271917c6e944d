"""What is counted on the terminal."""

from __future__ import annotations

import pytest

from desktop_app.cli.terminal import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 backups"), (1, "1 backup"), (1234, "1,234 backups")]
)
def test_one_thing_is_said_as_one(count, words):
    assert counted(count, "backup") == words


def test_people_are_no_persons():
    assert counted(1, "person", "people") == "1 person"
    assert counted(2, "person", "people") == "2 people"
