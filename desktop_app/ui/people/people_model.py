"""The list of enrolled people as Qt's views want it."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QStringListModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage

from desktop_app.recognition.people import Person
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.line_delegate import DETAIL_ROLE, SIGN_ROLE
from desktop_app.ui.privacy.consent_words import consent_line
from desktop_app.ui.words import isolated, names_in_a_sentence

Index = QModelIndex | QPersistentModelIndex
SortKey = Callable[[Person], Any]
Condition = Callable[[Person], bool]
_COVERS_KEPT = 512
_COVERS_WANTED = 128
# Asked for at once: fewer would cost a question each, more would keep those on screen waiting.
_COVERS_ASKED = 16
PERSON_ROLE = Qt.ItemDataRole.UserRole


class PeopleModel(QStringListModel):
    """Everyone, or those who are looked for, with a cover that is fetched when it is looked at.

    Thousands of people are to open as fast as fifty, so nothing here is asked by Qt about each
    of them. It filters by itself, because a proxy would ask about everybody at each letter that is
    typed. And its base class, a list of empty texts, tells Qt how many lines there are, which Qt
    wants to know twice a line whenever it lays them out.

    Attributes:
        covers_wanted: a list of the ids of samples whose pictures are on screen and not loaded;
            answered by :meth:`take_covers`. Nothing more is wanted meanwhile.
        rename_wanted: identity id and the name that was typed.

    """

    covers_wanted = Signal(list)
    rename_wanted = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._shown: list[Person] = []
        # Of those shown.
        self._rows: dict[int, int] = {}
        self._rows_by_cover: dict[int | None, int] = {}
        self._names: dict[int, str] = {}
        self._sought = ""
        self._by: SortKey | None = None
        self._only: Condition | None = None
        # Everybody's name, and groups with the note; None until somebody is looked for.
        self._search_keys: list[tuple[str, str]] | None = None
        self._alike: Mapping[int, Sequence[int]] = {}
        self._covers: OrderedDict[int, QImage] = OrderedDict()
        self._wanted: dict[int, None] = {}
        self._asked: set[int] = set()
        self._missing: set[int] = set()
        # Not from within data(): what is painted must not change while it is painted.
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_for_covers)

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone, whoever is looked for."""
        return self._people

    @property
    def shown_ids(self) -> list[int]:
        """Identity ids of those who are shown, in the order of the list."""
        return list(self._rows)

    def set_people(self, people: Sequence[Person]) -> None:
        """Show these people."""
        self._people = tuple(people)
        self._names = {person.identity.id: person.identity.name for person in self._people}
        # Nothing is kept of whoever is gone.
        covers = {person.cover_sample_id for person in self._people}
        for sample_id in self._covers.keys() - covers:
            del self._covers[sample_id]
        self._missing.clear()
        self._search_keys = None
        self._arrange()

    def look_for(self, text: str) -> None:
        """Show only people whose name, groups or note contain this; everyone for the empty text.

        Texts are compared in any script, with or without accents. Whose name contains it comes
        first.
        """
        self._sought = _search_key(" ".join(text.split()))
        self._arrange()

    def arrange(self, *, by: SortKey | None, only: Condition | None) -> None:
        """Show people in another order, or only some of them.

        Args:
            by: whose value is lower comes first; by name where it is None.
            only: who is shown; everyone where it is None.

        """
        self._by, self._only = by, only
        self._arrange()

    def set_alike(self, alike: Mapping[int, Sequence[int]]) -> None:
        """Say who looks much like whom: identity ids of the others by identity id."""
        self._alike = alike
        self._all_changed()

    def take_covers(self, covers: Mapping[int, QImage]) -> None:
        """Take what was wanted, by the sample's id; what is not among them there is not."""
        self._missing |= self._asked - covers.keys()
        self._asked = set()
        self._covers.update(covers)
        while len(self._covers) > _COVERS_KEPT:
            self._covers.popitem(last=False)
        for sample_id in covers:
            row = self._rows_by_cover.get(sample_id)
            if row is not None:
                self.dataChanged.emit(
                    self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole]
                )
        if self._wanted:
            self._ask.start()

    def forget_covers(self) -> None:
        """Load all covers again: in another gallery, other pictures have the same ids."""
        self._covers.clear()
        self._wanted.clear()
        self._missing.clear()
        self._all_changed()

    def row_of(self, identity_id: int) -> QModelIndex:
        """Return the line of a person, or an invalid index where they are not shown."""
        row = self._rows.get(identity_id)
        return QModelIndex() if row is None else self.index(row)

    def _arrange(self) -> None:
        """Find out who is shown, and where."""
        shown = self._found() if self._sought else list(self._people)
        if self._only is not None:
            shown = list(filter(self._only, shown))
        if self._by is not None:
            shown.sort(key=self._by)
        rows = {person.identity.id: row for row, person in enumerate(shown)}
        by_cover = {person.cover_sample_id: row for row, person in enumerate(shown)}
        if list(rows) == list(self._rows):
            self._shown, self._rows_by_cover = shown, by_cover
            self._all_changed()
            return
        self._shown, self._rows, self._rows_by_cover = shown, rows, by_cover
        self.setStringList([""] * len(shown))

    def _all_changed(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def _found(self) -> list[Person]:
        if self._search_keys is None:
            self._search_keys = [
                (
                    _search_key(person.identity.name),
                    # A line each: what is looked for has none, so it is never found across two.
                    _search_key("\n".join((*person.groups, *person.note.splitlines()))),
                )
                for person in self._people
            ]
        by_name, by_more = [], []
        for person, (name, more) in zip(self._people, self._search_keys, strict=True):
            if self._sought in name:
                by_name.append(person)
            elif self._sought in more:
                by_more.append(person)
        return by_name + by_more

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        person = self._shown[index.row()]
        lookup: dict[int, Callable[[Person], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda person: person.identity.name,
            Qt.ItemDataRole.EditRole: lambda person: person.identity.name,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.DecorationRole: self._cover,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            PERSON_ROLE: lambda person: person,
            DETAIL_ROLE: self._detail,
            SIGN_ROLE: self._sign,
        }
        answer = lookup.get(role)
        return answer(person) if answer is not None else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's. The new name shows once the gallery has taken it."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        identity = self._shown[index.row()].identity
        if value != identity.name:
            self.rename_wanted.emit(identity.id, value)
        return False

    def _sign(self, person: Person) -> str | None:
        if consent_line(person, local_day()):
            return "consent"
        return "alike" if self._looks_like(person) else None

    def _detail(self, person: Person) -> str:
        return (
            consent_line(person, local_day()) or self._looks_like(person) or self._pictures(person)
        )

    def _pictures(self, person: Person) -> str:
        if not person.sample_count:
            return self.tr("No picture: cannot be recognised")
        if not person.template_count:
            return self.tr("Enrolled with another model: add new pictures")
        if person.sample_count == 1:
            return self.tr("1 picture")
        return self.tr("%n pictures", "", person.sample_count)

    def _looks_like(self, person: Person) -> str:
        """Say whom somebody is hard to tell from; empty where there is nobody."""
        names = [
            self._names[other]
            for other in self._alike.get(person.identity.id, ())
            # Who is gone, or came meanwhile: the next look tells.
            if other in self._names
        ]
        if not names:
            return ""
        return self.tr("Looks much like {others}").format(others=names_in_a_sentence(names))

    def _tip(self, person: Person) -> str:
        lines = [self._alike_tip(person) or person.identity.name]
        if person.groups:
            text = self.tr("Groups: {groups}")
            lines.append(text.format(groups=names_in_a_sentence(person.groups)))
        lines.append(consent_line(person, local_day()))
        return "\n".join(filter(None, lines))

    def _alike_tip(self, person: Person) -> str:
        alike = self._looks_like(person)
        if not alike:
            return ""
        return self.tr(
            "{name}, {pictures}\n{alike}: named only when the difference is clear. More pictures "
            "of each help. If this is one person enrolled twice, merge the two."
        ).format(name=isolated(person.identity.name), pictures=self._pictures(person), alike=alike)

    def _spoken(self, person: Person) -> str:
        details = (
            self._pictures(person),
            consent_line(person, local_day()),
            self._looks_like(person),
        )
        return ", ".join(filter(None, (person.identity.name, *details)))

    def _cover(self, person: Person) -> QImage | None:
        sample_id = person.cover_sample_id
        if sample_id is None:
            return None
        cover = self._covers.get(sample_id)
        if cover is None and not (sample_id in self._asked or sample_id in self._missing):
            # The newest last, also of those that were wanted before.
            self._wanted.pop(sample_id, None)
            self._wanted[sample_id] = None
            if not self._asked:
                self._ask.start()
        return cover

    def _ask_for_covers(self) -> None:
        # Whoever scrolls past thousands of people waits only for those on screen.
        wanted = list(self._wanted)[-_COVERS_WANTED:]
        asked, later = wanted[-_COVERS_ASKED:], wanted[:-_COVERS_ASKED]
        self._wanted = dict.fromkeys(later)
        self._asked = set(asked)
        self.covers_wanted.emit(asked)


def _search_key(text: str) -> str:
    """Return what spellings with and without accents have in common."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
