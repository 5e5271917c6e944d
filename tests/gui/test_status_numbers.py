"""The numbers at the foot of the window, where there is little room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow

from desktop_app.ui.status import StatusNumbers


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.statusBar().setSizeGripEnabled(False)
    window.resize(1200, 200)
    window.show()
    return window


@pytest.fixture
def numbers(window):
    numbers = StatusNumbers(
        window.statusBar(), shown=lambda: 30, recognised=lambda: 12, faces=lambda: 3
    )
    numbers.start()
    numbers.show_people(1200)
    numbers.refresh()
    yield numbers
    numbers.stop(showing=False)


def labels(numbers: StatusNumbers) -> list[QLabel]:
    return [numbers.people, numbers.faces, numbers.rate, numbers.recognition]


def seen(numbers: StatusNumbers) -> list[bool]:
    return [label.isVisible() for label in labels(numbers)]


def test_where_there_is_room_every_number_is_shown(numbers):
    assert seen(numbers) == [True] * 4


@pytest.mark.parametrize("width", [400, 300, 200])
def test_in_a_narrow_window_no_number_is_cut_off(window, numbers, qtbot, width):
    font = window.statusBar().font()
    font.setPointSizeF(1.6 * font.pointSizeF())
    window.statusBar().setFont(font)
    window.resize(width, 200)
    assert window.width() == width
    qtbot.waitUntil(lambda: window.statusBar().width() == width)
    qtbot.waitUntil(
        lambda: all(
            label.width() >= label.sizeHint().width()
            for label in labels(numbers)
            if label.isVisible()
        )
    )
    # The least important go first.
    assert seen(numbers) == sorted(seen(numbers), reverse=True)
    assert seen(numbers) != [True] * 4


def test_the_numbers_come_back_with_the_room(window, numbers, qtbot):
    window.resize(200, 200)
    assert seen(numbers) != [True] * 4
    window.resize(1200, 200)
    assert seen(numbers) == [True] * 4


def test_a_message_is_whole_and_the_numbers_make_room_for_it(window, numbers, qtbot):
    window.resize(640, 200)
    window.statusBar().showMessage("A message of some length, which is to be read to its end.")
    needed = window.statusBar().fontMetrics().horizontalAdvance(window.statusBar().currentMessage())
    qtbot.waitUntil(
        lambda: all(label.x() >= needed for label in labels(numbers) if label.isVisible())
    )
    assert not numbers.recognition.isVisible()
    window.statusBar().clearMessage()
    assert numbers.people.isVisible()
