"""How decisions are said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop_app.recognition.types import (
    Identified,
    Identity,
    Match,
    Reason,
    Unknown,
    Unsure,
    Unusable,
)
from desktop_app.ui.words import (
    confidence_words,
    decision_text,
    isolated,
    percent,
    problem_text,
    quality_text,
    reason_text,
)
from desktop_app.vision.types import Quality


def match(name: str, similarity: float = 0.6) -> Match:
    return Match(Identity(1, name), similarity)


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (Identified(match("Anna"), 0.984, ()), "Anna · almost certain, 98 %"),
        (Identified(match("Anna"), 0.7, ()), "Anna · likely, 70 %"),
        (Unsure((match("Anna"), match("Bob", 0.5)), 0.9), "Unsure: maybe Anna"),
        (
            Unsure((match("Zoe"), match("Ann Veneman")), 0.9, rivals=(match("Ann Veneman"),)),
            "Unsure: Zoe or Ann Veneman",
        ),
        (Unsure((match("Anna"),), None), "Unsure: maybe Anna"),
        (Unsure((), None), "Unsure: still looking"),
        (Unknown(match("Anna"), 0.9), "Unknown"),
        (Unknown(None, 1.0), "Unknown"),
        (Unusable(Reason.TOO_SMALL), "Too small to tell"),
    ],
)
def test_a_decision_is_said_in_one_line(qapp, decision, text):
    assert decision_text(decision) == text


def test_two_long_names_leave_a_label_short(qapp):
    one, other = match("Maximiliana Konstantinopoulou"), match("Ann-Katrin von Hohenberg")
    long = Unsure((one, other), 0.9, rivals=(other,))
    assert decision_text(long) == "Unsure: Maximiliana Konstan… or Ann-Katrin von Hohe…"


def test_no_face_is_said_to_be_certain():
    assert percent(0.99999) == "99"
    assert percent(1.0) == "99"
    assert percent(0.29) == "29"


def test_the_more_confident_the_stronger_the_words(qapp):
    steps = [confidence_words(value / 100) for value in range(101)]
    assert list(dict.fromkeys(steps)) == [
        "hardly",
        "perhaps",
        "likely",
        "very likely",
        "almost certain",
    ]


def test_an_arabic_name_does_not_turn_the_sentence_around_it(qapp):
    text = decision_text(Identified(match("ليلى"), 0.98, ()))
    assert text == "\u2068ليلى\u2069 · almost certain, 98 %"


def test_a_latin_name_is_set_apart_in_a_window_that_reads_from_right_to_left(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert isolated("Anna") == "\u2068Anna\u2069"
        assert isolated("ليلى") == "ليلى"
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("say", [reason_text, problem_text])
def test_each_reason_has_words_of_its_own(qapp, say):
    assert len({say(reason) for reason in Reason}) == len(Reason)


@pytest.mark.parametrize(
    ("quality", "text"),
    [
        (Quality(1, 1, 1, 1, 1), "Good picture"),
        (Quality(0.4, 0.5, 0.5, 0.5, 0.6), "Fair picture"),
        (Quality(0.01, 0.3, 0.5, 0.5, 0.5), "Poor picture: the face is small"),
        (Quality(0.5, 0.01, 0.3, 0.5, 0.5), "Poor picture: the face is blurred"),
        (Quality(0.5, 0.5, 0.5, 0.01, 0.3), "Poor picture: the face is turned away"),
    ],
)
def test_quality_is_said_with_what_is_wrong(qapp, quality, text):
    assert quality_text(quality) == text
