import numpy as np
import pytest

import factories
from desktop_app.cli.output import (
    box_json,
    decision_json,
    decision_sentence,
    face_json,
)
from desktop_app.recognition.types import Identified, Reason, Unknown, Unsure, Unusable
from desktop_app.services.identification import FaceResult

ANNA, BEN = factories.match("Anna", 0.71239), factories.match("Ben", 0.3, number=2)
IDENTIFIED = Identified(ANNA, 0.98765, (ANNA, BEN))


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (IDENTIFIED, ("identified", "Anna", 0.7124, 0.9877)),
        (Unsure((ANNA, BEN), 0.9, share=0.5), ("unsure", None, 0.7124, 0.5)),
        (Unsure((), None), ("unsure", None, None, None)),
        (Unknown(BEN, 0.9, (BEN,)), ("unknown", None, 0.3, 0.9)),
        (Unknown(None, 1.0), ("unknown", None, None, 1.0)),
        (Unusable(Reason.TOO_SMALL), ("unusable", None, None, None)),
    ],
)
def test_programs_read_a_name_only_where_it_is_certain(decision, said):
    keys = ("decision", "name", "similarity")
    assert decision_json(decision) == dict(zip(keys, said[:3], strict=True))
    read = face_json(FaceResult(factories.face(), decision))
    assert {key: read[key] for key in (*keys, "confidence")} == {
        **decision_json(decision),
        "confidence": said[3],
    }


def test_programs_read_a_face_with_all_candidates_best_first():
    face = factories.face(box=(1.04, 2.0, 101.0, 122.0), score=0.91234, overall=0.75)
    read = face_json(FaceResult(face, IDENTIFIED))
    assert (read["box"], read["score"], read["quality"]) == ([1.0, 2.0, 101.0, 122.0], 0.9123, 0.75)
    assert read["candidates"] == [
        {"name": "Anna", "similarity": 0.7124},
        {"name": "Ben", "similarity": 0.3},
    ]


def test_a_box_is_four_plain_numbers():
    box = box_json(np.array([1, 2.25, 3, 4], np.float32))
    assert box == [1.0, 2.2, 3.0, 4.0]
    assert {type(value) for value in box} == {float}


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (IDENTIFIED, "Anna (99%)"),
        (Unsure((ANNA,), 0.5), "unsure, perhaps Anna"),
        (Unsure((), None), "unsure"),
        (Unknown(ANNA, 0.9, (ANNA,)), "unknown"),
        (Unusable(Reason.TURNED_AWAY), "cannot be judged: turned away"),
    ],
)
def test_people_read_no_name_as_certain_that_is_not(decision, sentence):
    assert decision_sentence(decision) == sentence
