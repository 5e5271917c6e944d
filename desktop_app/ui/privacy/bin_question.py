"""Asks whether something is really to be deleted for good: nothing brings it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.recognition.people import Binned
from desktop_app.ui.words import isolated

translate = QCoreApplication.translate


def ask_to_delete(
    things: Sequence[Binned], parent: QWidget, *, delete: Callable[[], object]
) -> None:
    """Open the question and return at once; ``delete`` is called on a yes."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(translate("BinDialog", "Delete for good"))
    box.setText(_question(things))
    box.setInformativeText(translate("BinDialog", "This cannot be undone."))
    yes = box.addButton(translate("BinDialog", "&Delete"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    yes.clicked.connect(lambda _checked=False: delete())
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _question(things: Sequence[Binned]) -> str:
    if len(things) > 1:
        count, people = len(things), sum(thing.sample_id is None for thing in things)
        pictures = count - people
        if not pictures:
            return translate("BinDialog", "Delete %n person(s) for good?", None, people)
        if not people:
            return translate("BinDialog", "Delete %n picture(s) for good?", None, pictures)
        return translate("BinDialog", "Delete these %n people and pictures for good?", None, count)
    (thing,) = things
    text = (
        translate("BinDialog", "Delete {name} for good, with all pictures?")
        if thing.sample_id is None
        else translate("BinDialog", "Delete this picture of {name} for good?")
    )
    return text.format(name=isolated(thing.identity.name))
