"""The bar that says what is the matter."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.message_bar import MessageBar

LONG = (
    "The gallery “/home/somebody/.local/share/kenspeckle/gallery.db” is damaged (database disk "
    "image is malformed). Nothing was written to it; backups, if there are any, lie beside it."
)
CHOICES = (
    ("Put back the backup of 22 November 2026 22:07 (44 people)", lambda: None),
    ("Try again", lambda: None),
    ("Choose another gallery…", lambda: None),
)


@pytest.fixture
def window(qtbot):
    window = QWidget()
    window.bar = MessageBar(dismissable=True)
    window.rest = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(window.bar)
    column.addWidget(window.rest, 1)
    window.resize(700, 500)
    qtbot.addWidget(window)
    window.show()
    return window


def text_of(bar: MessageBar):
    return bar._text


def test_long_text_is_not_squeezed_beside_its_buttons(window):
    window.bar.warn(LONG, *CHOICES)
    window.layout().activate()
    text = text_of(window.bar)
    assert text.width() > window.bar.width() * 0.8
    for button in window.bar.buttons:
        assert button.y() >= text.geometry().bottom()
        assert window.bar.rect().contains(button.geometry())


def test_short_text_has_its_button_beside_it(window):
    window.bar.tell("Anna was removed.", ("Undo", lambda: None))
    window.layout().activate()
    (button,) = window.bar.buttons
    assert button.x() > text_of(window.bar).geometry().right()


def test_buttons_go_back_beside_the_text_once_there_is_room(window, qtbot):
    window.bar.warn(LONG, *CHOICES)
    window.layout().activate()
    last = window.bar.buttons[-1]
    window.resize(2400, 500)
    qtbot.waitUntil(lambda: last.x() > text_of(window.bar).geometry().right())
    window.resize(500, 500)
    qtbot.waitUntil(lambda: last.y() >= text_of(window.bar).geometry().bottom())
    window.bar.tell("Done.")
    assert window.bar.buttons == ()


def test_a_bar_that_keeps_its_room_moves_nothing(window, qtbot):
    window.bar.keep_room()
    window.layout().activate()
    place = window.rest.geometry()
    window.bar.tell("Anna was removed.", ("Undo", lambda: None))
    window.layout().activate()
    assert window.bar.isVisible()
    assert window.rest.geometry() == place
