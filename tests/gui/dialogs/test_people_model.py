"""What the list of people asks of Qt and of the database, however many there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from desktop_app.recognition.people import Person
from desktop_app.recognition.types import Identity
from desktop_app.ui.people.people_model import PERSON_ROLE, PeopleModel
from desktop_app.ui.people.uniform_list import UniformList

COVER = Qt.ItemDataRole.DecorationRole


def person(number: int, name: str | None = None) -> Person:
    """Somebody whose cover has the number 1000 higher than theirs."""
    identity = Identity(number, name or f"Person {number:04}")
    return Person(identity, datetime(2026, 1, 1, tzinfo=UTC), 3, 3, 1000 + number)


def picture(shade: int = 0) -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(shade)
    return image


class Asked(list):
    """The batches of covers that a model has asked for."""

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        model.covers_wanted.connect(self.append)


@pytest.fixture
def model(qapp) -> PeopleModel:
    return PeopleModel()


@pytest.fixture
def asked(model) -> Asked:
    return Asked(model)


def look_at(model: PeopleModel, qapp, *rows: int) -> None:
    """Paint some lines, and let the model do what it does after that."""
    for row in rows:
        model.index(row).data(COVER)
    qapp.processEvents()


def shown(model: PeopleModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_whoever_scrolls_past_hundreds_gets_the_newest_first_and_waits_for_few(model, asked, qapp):
    model.set_people([person(number) for number in range(400)])
    look_at(model, qapp, *range(400))
    (first,) = asked
    assert first == [1000 + number for number in range(400 - len(first), 400)]
    assert len(first) < 40
    while asked[-1]:
        answered = len(asked)
        model.take_covers({sample_id: picture() for sample_id in asked[-1]})
        qapp.processEvents()
        if len(asked) == answered:
            break
    everything = [sample_id for batch in asked for sample_id in batch]
    assert len(everything) == len(set(everything)) < 200


def test_no_more_covers_are_asked_for_until_those_asked_for_have_come(model, asked, qapp):
    model.set_people([person(number) for number in range(60)])
    look_at(model, qapp, 0, 1)
    look_at(model, qapp, 30, 31)
    assert asked == [[1000, 1001]]
    model.take_covers({1000: picture(), 1001: picture()})
    qapp.processEvents()
    assert asked == [[1000, 1001], [1030, 1031]]


def test_a_cover_that_is_not_there_is_not_asked_for_again_until_people_change(model, asked, qapp):
    model.set_people([person(1)])
    look_at(model, qapp, 0)
    model.take_covers({})
    look_at(model, qapp, 0)
    assert asked == [[1001]]
    model.set_people([person(1)])
    look_at(model, qapp, 0)
    assert asked == [[1001], [1001]]


def test_a_cover_is_shown_by_whom_it_is_of_wherever_they_are_listed(model, asked, qapp):
    model.set_people([person(1, "Anna"), person(2, "Ben"), person(3, "Cara")])
    look_at(model, qapp, 0, 1, 2)
    model.look_for("ca")
    changed = []
    model.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    model.take_covers({1001: picture(), 1003: picture(0xFF0000FF)})
    assert changed == [(0, 0)]
    assert model.index(0).data(COVER).pixel(1, 1) == 0xFF0000FF
    model.look_for("")
    assert model.index(2).data(COVER).pixel(1, 1) == 0xFF0000FF


def test_no_picture_of_whoever_is_gone_is_kept(model, asked, qapp):
    model.set_people([person(1), person(2)])
    look_at(model, qapp, 0, 1)
    model.take_covers({1001: picture(), 1002: picture()})
    model.set_people([person(2)])
    model.set_people([person(1), person(2)])
    look_at(model, qapp, 0, 1)
    assert asked == [[1001, 1002], [1001]]


def test_in_another_gallery_other_pictures_have_the_same_numbers(model, asked, qapp):
    model.set_people([person(1)])
    look_at(model, qapp, 0)
    model.take_covers({1001: picture()})
    model.forget_covers()
    assert model.index(0).data(COVER) is None
    qapp.processEvents()
    assert asked == [[1001], [1001]]


def test_a_change_of_people_respects_what_is_looked_for(model):
    model.set_people([person(1, "Anna"), person(2, "Ben"), person(3, "Hanna")])
    model.look_for("ann")
    assert shown(model) == ["Anna", "Hanna"]
    model.set_people([person(1, "Anna"), person(2, "Dann"), person(3, "Hugo")])
    assert shown(model) == ["Anna", "Dann"]
    assert model.index(1).data(PERSON_ROLE).identity.id == 2
    assert model.row_of(2).row() == 1
    assert not model.row_of(3).isValid()
    assert len(model.people) == 3


def test_groups_and_notes_are_searched_and_names_come_first(model):
    anna, bea, cem = (person(number, name) for number, name in enumerate(("Anna", "Bea", "Cem"), 1))
    bea = replace(bea, note="Sister of Anna,\nwears glasses")
    cem = replace(cem, groups=("Büro", "Chor"))
    model.set_people([bea, cem, anna])
    for text, found in (
        ("anna", ["Anna", "Bea"]),
        ("glasses", ["Bea"]),
        ("buro", ["Cem"]),
        ("anna, wears", []),
        ("chor", ["Cem"]),
    ):
        model.look_for(text)
        assert shown(model) == found


def test_nothing_is_laid_out_anew_for_covers_or_another_name(model, qtbot, qapp):
    laid_out = []

    class Counting(UniformList):
        def doItemsLayout(self) -> None:  # noqa: N802 - Qt's
            laid_out.append(1)
            super().doItemsLayout()

    view = Counting()
    qtbot.addWidget(view)
    view.setModel(model)
    view.show()
    model.set_people([person(number) for number in range(200)])
    qapp.processEvents()
    assert laid_out
    laid_out.clear()
    model.take_covers({1000 + number: picture() for number in range(20)})
    model.set_people([person(number, f"Somebody {number:04}") for number in range(200)])
    qapp.processEvents()
    assert laid_out == []
    assert model.index(0).data() == "Somebody 0000"
    model.set_people([person(number) for number in range(100)])
    qapp.processEvents()
    assert laid_out
