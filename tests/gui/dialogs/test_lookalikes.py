"""People who are hard to tell apart: in the people panel, and where they are enrolled."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.recognition.people import Origin
from desktop_app.recognition.types import Unknown
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.line_delegate import DETAIL_ROLE, SIGN_ROLE
from desktop_app.ui.live.face_actions import FaceActions
from desktop_app.ui.live.seen_face import SeenFace
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.people import lookalikes
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.vision.types import Embedding, Face
from desktop_app.workers.background import BackgroundRunner


def with_vector(face: Face, vector: np.ndarray) -> Face:
    unit = (vector / np.linalg.norm(vector)).astype(np.float32)
    return dataclasses.replace(face, embedding=Embedding(unit, face.embedding.embedder))


@pytest.fixture
def twin() -> Callable[[Face, float, int], Face]:
    """Makes faces of somebody else that resemble a face as much as asked for."""

    def make(face: Face, similarity: float, seed: int = 5) -> Face:
        base = face.embedding.vector.astype(np.float64)
        other = np.random.default_rng(seed).normal(size=base.shape)
        other -= (other @ base) * base
        other /= np.linalg.norm(other)
        vector = similarity * base + np.sqrt(1 - similarity**2) * other
        return with_vector(face, vector)

    return make


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A change is looked at as soon as the window comes to it."""
    monkeypatch.setattr(lookalikes, "_SOON", 0)


@pytest.fixture
def panel(ready_context, qtbot):
    panel = PeoplePanel(ready_context)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def data(panel: PeoplePanel, role: int) -> dict[str, object]:
    QApplication.processEvents()
    model = panel.view.model()
    rows = [model.index(row, 0) for row in range(model.rowCount())]
    return {index.data(): index.data(role) for index in rows}


def test_people_who_look_alike_bear_a_sign_and_the_others_name(
    panel, ready_context, somebody, twin
):
    anna = somebody("Anna")
    ready_context.enrol("Anna", [anna], origin=Origin.PHOTO)
    ready_context.enrol("Carla", [somebody("Carla")], origin=Origin.PHOTO)
    assert data(panel, SIGN_ROLE) == {"Anna": None, "Carla": None}
    ready_context.enrol("Berta", [twin(anna, 0.8)], origin=Origin.PHOTO)
    assert data(panel, SIGN_ROLE) == {"Anna": "alike", "Berta": "alike", "Carla": None}
    assert data(panel, DETAIL_ROLE) == {
        "Anna": "Looks much like Berta",
        "Berta": "Looks much like Anna",
        "Carla": "1 picture",
    }
    tip = data(panel, Qt.ItemDataRole.ToolTipRole)["Anna"]
    assert "named only when the difference is clear" in tip
    assert "If this is one person enrolled twice, merge the two." in tip
    spoken = data(panel, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken["Anna"] == "Anna, 1 picture, Looks much like Berta"


def test_the_sign_goes_with_the_person_it_is_about(panel, ready_context, somebody, twin):
    anna = somebody("Anna")
    ready_context.enrol("Anna", [anna], origin=Origin.PHOTO)
    ready_context.enrol("Berta", [twin(anna, 0.8)], origin=Origin.PHOTO)
    (berta,) = [p for p in ready_context.people.people() if p.identity.name == "Berta"]
    ready_context.rename(berta.identity.id, "Bertha")
    assert data(panel, DETAIL_ROLE)["Anna"] == "Looks much like Bertha"
    ready_context.remove(berta.identity.id)
    assert data(panel, DETAIL_ROLE) == {"Anna": "1 picture"}
    assert data(panel, SIGN_ROLE) == {"Anna": None}


def test_the_most_alike_are_named_first_and_many_are_counted(panel, ready_context, somebody, twin):
    anna = somebody("Anna")
    ready_context.enrol("Anna", [anna], origin=Origin.PHOTO)
    for name, similarity in (("B", 0.75), ("C", 0.9), ("D", 0.8), ("E", 0.7)):
        ready_context.enrol(name, [twin(anna, similarity, ord(name))], origin=Origin.PHOTO)
    said = data(panel, DETAIL_ROLE)["Anna"]
    assert said.startswith("Looks much like C, D")
    assert "E" not in said
    assert "1 other" in said


def test_an_answer_that_a_change_has_overtaken_is_dropped_and_asked_for_anew(
    panel, ready_context, somebody, twin, qtbot
):
    anna = somebody("Anna")
    ready_context.enrol("Anna", [anna], origin=Origin.PHOTO)
    ready_context.general = BackgroundRunner("general")
    service, find = ready_context.people, ready_context.people.lookalikes
    searches = []
    found, may_answer = threading.Event(), threading.Event()

    def slowly(*args, **more):
        searches.append(threading.current_thread())
        pairs = find(*args, **more)
        found.set()
        may_answer.wait()
        return pairs

    service.lookalikes = slowly
    ready_context.enrol("Carla", [somebody("Carla")], origin=Origin.PHOTO)
    qtbot.waitUntil(found.is_set)
    for look in range(5):
        ready_context.enrol("Berta", [twin(anna, 0.8, look)], origin=Origin.PHOTO)
    may_answer.set()
    qtbot.waitUntil(lambda: data(panel, SIGN_ROLE)["Anna"] == "alike")
    # One for Carla, and one for all that came while it ran.
    assert len(searches) == 2
    assert threading.main_thread() not in searches
    ready_context.general.close()


def test_a_negative_or_a_new_name_does_not_ask_for_all_likenesses_again(
    panel, ready_context, somebody
):
    ready_context.enrol("Anna", [somebody("Anna")], origin=Origin.PHOTO)
    QApplication.processEvents()
    service, asked = ready_context.people, []
    service.lookalikes = lambda *_args, **_more: asked.append(1) or ()
    anna = ready_context.last_change.identity
    ready_context.add_negative(anna.id, somebody("Zoë"), origin=Origin.PHOTO)
    ready_context.rename(anna.id, "Hannah")
    QApplication.processEvents()
    assert asked == []
    ready_context.enrol("Hannah", [somebody("Anna", look=3)], origin=Origin.PHOTO)
    QApplication.processEvents()
    assert asked == [1]


@pytest.fixture
def bar(qtbot):
    bar = MessageBar(dismissable=True)
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def enrol(ready_context, bar, qtbot):
    """Enrols through the dialog that a click on an unknown face opens."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    actions = FaceActions(ready_context, window, bar)

    def do(name: str, face: Face) -> None:
        seen = SeenFace(face, Unknown(best=None, confidence=0.9), Origin.LIVE)
        actions.click(seen, window.pos())
        (dialog,) = [d for d in window.findChildren(AddPersonDialog) if d.isVisible()]
        dialog.name.setText(name)
        qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)

    return do


def test_enrolling_somebody_who_looks_like_somebody_is_said(enrol, bar, somebody, twin):
    anna = somebody("Anna")
    enrol("Anna", anna)
    assert bar.isHidden()
    enrol("Berta", twin(anna, 0.8))
    assert bar.text == (
        "Berta and Anna look much alike. Both will be named only when the difference is clear. "
        "More pictures of each help. If they are one person enrolled twice, merge the two."
    )


def test_who_looked_alike_before_is_not_said_again_when_pictures_are_added(
    enrol, bar, somebody, twin
):
    anna = somebody("Anna")
    enrol("Anna", anna)
    enrol("Berta", twin(anna, 0.8))
    bar.clear()
    enrol("Anna", somebody("Anna", look=4))
    assert bar.isHidden()


def test_enrolling_somebody_who_looks_like_several_names_them(enrol, bar, somebody, twin):
    anna = somebody("Anna")
    berta = twin(anna, 0.8)
    enrol("Anna", anna)
    enrol("Berta", berta)
    bar.clear()
    between = anna.embedding.vector + berta.embedding.vector
    enrol("Carla", with_vector(anna, between))
    assert bar.text.startswith("Carla looks much like ")
    assert "Anna" in bar.text
    assert "Berta" in bar.text
    assert "Each of them will be named only when the difference is clear" in bar.text
    assert "If two of them are one person enrolled twice" in bar.text
