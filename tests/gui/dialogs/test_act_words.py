"""How acts are named, in the menu and in the bar."""

from __future__ import annotations

import pytest

from desktop_app.services.undo import Act, ActKind
from desktop_app.ui.corrections.act_words import (
    done_text,
    name_of_act,
    redo_text,
    undo_text,
    undone_text,
)
from desktop_app.ui.language import EnglishPlurals


@pytest.fixture(autouse=True)
def _plurals(qapp):
    # Not the application’s own: a later window would find it, removed, and put none in place.
    plurals = EnglishPlurals()
    qapp.installTranslator(plurals)
    yield
    qapp.removeTranslator(plurals)


@pytest.mark.parametrize(
    ("act", "named", "done"),
    [
        (
            Act(ActKind.RENAME, ("Anna", "Bea")),
            "renaming Anna to Bea",
            "Anna is called Bea now.",
        ),
        (
            Act(ActKind.REMOVE, ("Anna", "Bea")),
            "removing Anna, Bea",
            "Anna, Bea are in the bin now.",
        ),
        (
            Act(ActKind.MERGE, ("Anna", "Bea", "Cem")),
            "merging Anna, Bea into Cem",
            "Anna, Bea merged into Cem.",
        ),
        (
            Act(ActKind.MOVE, ("Anna",), 3),
            "moving 3 pictures to Anna",
            "3 pictures moved to Anna.",
        ),
        (
            Act(ActKind.REMOVE_SAMPLES, (), 1),
            "removing 1 picture",
            "1 picture put into the bin.",
        ),
        (Act(ActKind.IMPORT, (), 2), "adding 2 people from a folder", None),
    ],
)
def test_an_act_is_named_with_whom_it_was_about(act, named, done):
    assert name_of_act(act) == named
    assert undo_text(act) == f"&Undo {named}"
    assert redo_text(act) == f"&Redo {named}"
    assert undone_text(act) == f"Undone: {named}."
    assert done is None or done_text(act) == done


@pytest.mark.parametrize("kind", list(ActKind))
def test_each_kind_has_words_of_its_own_without_a_place_left_open(kind):
    others = [other for other in ActKind if other is not kind]
    for say in (name_of_act, done_text):
        text = say(Act(kind, ("Anna", "Bea"), 2))
        assert not set("{}%()") & set(text)
        assert text not in [say(Act(other, ("Anna", "Bea"), 2)) for other in others]


def test_a_name_with_braces_or_an_ampersand_is_shown_as_it_is():
    act = Act(ActKind.REMOVE, ("{name} & Co",))
    assert done_text(act) == "{name} & Co is in the bin now."
    assert undo_text(act) == "&Undo removing {name} && Co"


def test_long_names_leave_a_menu_narrow():
    act = Act(ActKind.RENAME, ("A" * 200, "B" * 200))
    assert len(undo_text(act)) < 80
    assert "A" * 200 in done_text(act)
