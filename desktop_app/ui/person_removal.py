"""Asks whether somebody is really to be removed, and says what goes with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.recognition.people import Person
from desktop_app.ui.words import isolated

_CONTEXT = "PeoplePanel"


def ask_to_remove(person: Person, parent: QWidget, *, remove: Callable[[], object]) -> None:
    """Open the question and return at once; ``remove`` is called on a yes."""
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate(_CONTEXT, "Remove a person"))
    box.setText(translate(_CONTEXT, "Remove {name}?").format(name=isolated(person.identity.name)))
    box.setInformativeText(_what_is_deleted(person))
    yes = box.addButton(translate(_CONTEXT, "&Remove"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    yes.clicked.connect(lambda _checked: remove())
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _what_is_deleted(person: Person) -> str:
    if person.sample_count == 1:
        return QCoreApplication.translate(
            _CONTEXT,
            "The name, 1 picture and what was learned from it are deleted from the gallery. "
            "This cannot be undone. The photo it came from stays where it is.",
        )
    return QCoreApplication.translate(
        _CONTEXT,
        "The name, %n pictures and what was learned from them are deleted from the gallery. "
        "This cannot be undone. The photos they came from stay where they are.",
        None,
        person.sample_count,
    )
