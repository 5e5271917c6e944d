"""In which order people are listed, and which of them: a small menu beside the search."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop_app.recognition.people import Person, name_key
from desktop_app.services.privacy.consent import REMINDER_DAYS, ends_soon, local_day
from desktop_app.ui.icons import icon
from desktop_app.ui.people.people_model import Condition, SortKey
from desktop_app.ui.words import isolated, on_a_button


class Order(enum.Enum):
    """What is compared."""

    NAME = "name"
    NEWEST = "newest"
    PICTURES = "pictures"
    SEEN = "seen"


class Kind(enum.Enum):
    """Who is listed, beside those of one group."""

    EVERYONE = "everyone"
    CONSENT = "consent ends soon"
    PICTURELESS = "cannot be recognised"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is listed.

    Attributes:
        order: how.
        kind: who.
        group: only those of this group; None for all groups.

    """

    order: Order = Order.NAME
    kind: Kind = Kind.EVERYONE
    group: str | None = None

    @property
    def condition(self) -> Condition | None:
        """Whether a person is listed; None where everyone is."""
        if self.group is not None:
            group = name_key(self.group)
            return lambda person: any(name_key(name) == group for name in person.groups)
        match self.kind:
            case Kind.EVERYONE:
                return None
            case Kind.CONSENT:
                today = local_day()
                return lambda person: person.consent.has_ended(today) or ends_soon(person, today)
            case Kind.PICTURELESS:
                return lambda person: not person.template_count

    def sort_key(self, seen: Mapping[int, datetime]) -> SortKey | None:
        """Return by what people are sorted; None by name. Args: seen: when last, by id."""
        match self.order:
            case Order.NAME:
                return None
            case Order.NEWEST:
                return lambda person: -person.created.timestamp()
            case Order.PICTURES:
                return lambda person: -person.sample_count
            case Order.SEEN:
                never = 0.0
                times = {who: -moment.timestamp() for who, moment in seen.items()}
                return lambda person: times.get(person.identity.id, never)


class OrderButton(QToolButton):
    """Opens the menu.

    Attributes:
        chosen: a :class:`Choice`.

    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = Choice()
        self._people: Iterable[Person] = ()
        self.setToolTip(self.tr("Sort people, or list only some of them"))
        self.setAccessibleName(self.tr("Sort and filter"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.setObjectName("orderButton")
        menu = QMenu(self)
        # Only then: who knows thousands of people has their groups looked up when they are asked.
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Draw the icon in the colours of the theme."""
        self.setIcon(icon("sort"))

    def set_people(self, people: Iterable[Person]) -> None:
        """Know whose groups can be chosen."""
        self._people = people

    def choose(self, **changes: object) -> None:
        """Choose, as the menu does."""
        values = {"order": self.choice.order, "kind": self.choice.kind, "group": self.choice.group}
        self.choice = Choice(**(values | changes))  # type: ignore[arg-type]
        self.chosen.emit(self.choice)

    def fill(self) -> None:
        """Put into the menu what can be chosen now."""
        menu = self.menu()
        menu.clear()
        orders, kinds = QActionGroup(menu), QActionGroup(menu)
        menu.addSection(self.tr("Sort by"))
        for order, text in (
            (Order.NAME, self.tr("&Name")),
            (Order.NEWEST, self.tr("N&ewest first")),
            (Order.PICTURES, self.tr("&Most pictures first")),
            (Order.SEEN, self.tr("&Seen lately first")),
        ):
            action = _radio(menu, orders, text, is_on=self.choice.order is order)
            action.triggered.connect(lambda _on=False, order=order: self.choose(order=order))
        menu.addSection(self.tr("List"))
        everyone = self.choice.group is None
        for kind, text in (
            (Kind.EVERYONE, self.tr("E&veryone")),
            (Kind.CONSENT, self.tr("Consent ends s&oon")),
            (Kind.PICTURELESS, self.tr("&Cannot be recognised")),
        ):
            action = _radio(menu, kinds, text, is_on=everyone and self.choice.kind is kind)
            action.triggered.connect(
                lambda _on=False, kind=kind: self.choose(kind=kind, group=None)
            )
        groups = {name_key(group): group for one in self._people for group in one.groups}
        if groups:
            menu.addSection(self.tr("Groups"))
        for key in sorted(groups):
            group = groups[key]
            text = on_a_button(group, self.fontMetrics())
            action = _radio(menu, kinds, text, is_on=self.choice.group == group)
            action.triggered.connect(
                lambda _on=False, group=group: self.choose(kind=Kind.EVERYONE, group=group)
            )

    @property
    def why_nobody(self) -> str:
        """Say why nobody is listed, though people are enrolled."""
        if self.choice.group is not None:
            text = self.tr("Nobody is in the group “{group}” any more.")
            return text.format(group=isolated(self.choice.group))
        if self.choice.kind is Kind.PICTURELESS:
            return self.tr("Everybody can be recognised.")
        return self.tr("Nobody’s consent ends in the next %n days.", "", REMINDER_DAYS)

    def words(self, count: int) -> str:
        """Say who is listed; empty where everyone is."""
        if self.choice.group is not None:
            text = self.tr("{group}: %n person(s)", "", count)
            return text.format(group=isolated(self.choice.group))
        match self.choice.kind:
            case Kind.EVERYONE:
                return ""
            case Kind.CONSENT:
                return self.tr("Consent ends soon: %n person(s)", "", count)
            case Kind.PICTURELESS:
                return self.tr("Cannot be recognised: %n person(s)", "", count)


def _radio(menu: QMenu, group: QActionGroup, text: str, *, is_on: bool) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(is_on)
    group.addAction(action)
    return action
