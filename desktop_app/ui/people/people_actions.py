"""What can be done with the people who are chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.recognition.people import Person
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.merge_dialog import MergeDialog
from desktop_app.ui.corrections.person_chooser import choose_person
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.people.group_dialog import GroupDialog
from desktop_app.ui.people.person_dialog import PersonDialog
from desktop_app.ui.words import isolated, on_a_button

MERGE_KEYS = "Ctrl+Shift+M"
# Of those whom somebody looks much like, so many are offered to be merged with.
_MOST_ALIKE = 3


class PeopleActions(QObject):
    """Actions with keys, and the menu that they are in; they follow who is chosen.

    Attributes:
        naming_wanted: the name of the one who is chosen is to be typed in the list.

    """

    naming_wanted = Signal()

    def __init__(
        self, context: AppContext, window: QWidget, *, alike: Callable[[int], Sequence[int]]
    ) -> None:
        """Args: window: owns the dialogs. alike: ids of those whom somebody looks much like."""
        super().__init__(window)
        self._context = context
        self._window = window
        self._alike = alike
        self._chosen: tuple[Person, ...] = ()
        self.open = self._action(self.tr("&Open"), self._open)
        self.rename = self._action(self.tr("Re&name"), self.naming_wanted.emit, "F2")
        self.notes = self._action(self.tr("No&tes and groups…"), lambda: self._open("notes"))
        self.consent = self._action(self.tr("&Consent…"), lambda: self._open("consent"))
        self.group = self._action(self.tr("Add to a &group…"), self._add_to_group)
        self.merge = self._action(self.tr("&Merge into…"), self._merge, MERGE_KEYS)
        self.export = self._action(self.tr("E&xport everything…"), self._export)
        self.erase = self._action(self.tr("&Erase for good…"), self._erase)
        self.remove = self._action(self.tr("&Remove"), self._remove, "Del")
        self._of_one = (
            self.open,
            self.rename,
            self.notes,
            self.consent,
            self.export,
            self.erase,
        )
        self.keys = (self.rename, self.merge, self.remove)
        self.choose(())

    @property
    def chosen(self) -> tuple[Person, ...]:
        """Who is chosen."""
        return self._chosen

    def choose(self, people: Sequence[Person]) -> None:
        """Be about these people."""
        self._chosen = tuple(people)
        one, several = len(people) == 1, len(people) > 1
        for action in self._of_one:
            action.setEnabled(one)
            action.setVisible(not several)
        self.group.setEnabled(bool(people))
        self.merge.setEnabled(bool(people))
        self.merge.setText(self.tr("&Merge…") if several else self.tr("&Merge into…"))
        self.remove.setEnabled(bool(people))

    def fill(self, menu: QMenu) -> None:
        """Put into a menu what can be done now."""
        menu.clear()
        menu.addActions([self.open, self.rename, self.notes, self.consent, self.group])
        menu.addSeparator()
        menu.addAction(self.merge)
        for other in self._others_alike():
            name = on_a_button(other.identity.name, self._window.fontMetrics())
            action = menu.addAction(self.tr("Merge with {name}…").format(name=name))
            action.triggered.connect(
                lambda _checked=False, other=other: self._merge_people([*self._chosen, other])
            )
        menu.addSeparator()
        menu.addActions([self.export, self.remove, self.erase])

    def open_person(self, identity: Identity, *, part: str = "pictures") -> None:
        """Open a person's window. Args: part: ``pictures``, ``notes`` or ``consent``."""
        dialog = PersonDialog(self._context, identity, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        dialog.go_to(part)

    def _action(self, text: str, act: Callable[[], object], keys: str | None = None) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False: act())
        return action

    def _open(self, part: str = "pictures") -> None:
        if len(self._chosen) == 1:
            self.open_person(self._chosen[0].identity, part=part)

    def _others_alike(self) -> list[Person]:
        change = self._context.last_change
        if len(self._chosen) != 1 or change is None:
            return []
        wanted = self._alike(self._chosen[0].identity.id)[:_MOST_ALIKE]
        if not wanted:
            return []
        people = {person.identity.id: person for person in change.people}
        return [people[key] for key in wanted if key in people]

    def _merge(self) -> None:
        if len(self._chosen) > 1:
            self._merge_people(self._chosen)
            return
        (person,) = self._chosen
        text = self.tr("Who is the same person as {name}?")
        choose_person(
            self._context,
            self._window,
            question=text.format(name=isolated(person.identity.name)),
            choose=self.tr("&Merge into…"),
            without=[person.identity.id],
            then=lambda other: self._merge_people([person, other], into=other),
        )

    def _merge_people(self, people: Sequence[Person], *, into: Person | None = None) -> None:
        dialog = MergeDialog(self._context, people, self._window, into=into)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _add_to_group(self) -> None:
        change, ids = self._context.last_change, [one.identity.id for one in self._chosen]
        known = {group for one in change.people for group in one.groups} if change else set()
        dialog = GroupDialog(
            self._chosen,
            self._window,
            known=sorted(known),
            then=lambda group: self._change(lambda people: people.add_to_groups(ids, [group])),
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _export(self) -> None:
        from desktop_app.ui.privacy.person_export import export_person

        export_person(self._context, self._window, self._chosen[0].identity)

    def _erase(self) -> None:
        from desktop_app.ui.privacy.person_erasure import erase_person

        erase_person(self._context, self._window, self._chosen[0].identity)

    def _remove(self) -> None:
        ids = [person.identity.id for person in self._chosen]
        self._change(lambda people: people.remove(*ids))

    def _change(self, work: Callable[[PeopleService], GalleryChange]) -> None:
        self._context.change_people(
            work, failure=while_alive(self, lambda error: show_error(self._window, error))
        )
