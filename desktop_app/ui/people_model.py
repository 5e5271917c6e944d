"""The list of enrolled people as Qt's views want it."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage

from desktop_app.recognition.people import Person
from desktop_app.ui.line_delegate import DETAIL_ROLE, SIGN_ROLE
from desktop_app.ui.words import isolated, names_in_a_sentence

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_COVERS_KEPT = 512
_COVERS_WANTED = 64
PERSON_ROLE = Qt.ItemDataRole.UserRole


class PeopleModel(QAbstractListModel):
    """Everyone, by name, with a cover picture that is fetched when it is first looked at.

    Attributes:
        cover_wanted: a ``Person`` whose cover is on screen and not loaded; answered by
            :meth:`set_cover`.
        rename_wanted: identity id and the name that was typed.

    """

    cover_wanted = Signal(object)
    rename_wanted = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._names: dict[int, str] = {}
        self._alike: Mapping[int, Sequence[int]] = {}
        self._covers: OrderedDict[int, QImage] = OrderedDict()
        self._wanted: OrderedDict[int, Person] = OrderedDict()
        # Not from within data(): what is painted must not change while it is painted.
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._ask_for_covers)

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone."""
        return self._people

    def set_people(self, people: Sequence[Person]) -> None:
        """Show these people."""
        people = tuple(people)
        self._names = {person.identity.id: person.identity.name for person in people}
        same_lines = [person.identity.id for person in people] == [
            person.identity.id for person in self._people
        ]
        if same_lines:
            self._people = people
            if people:
                self.dataChanged.emit(self.index(0), self.index(len(people) - 1))
            return
        self.beginResetModel()
        self._people = people
        self.endResetModel()

    def set_alike(self, alike: Mapping[int, Sequence[int]]) -> None:
        """Say who looks much like whom: identity ids of the others by identity id."""
        self._alike = alike
        if self._people:
            self.dataChanged.emit(self.index(0), self.index(len(self._people) - 1))

    def set_cover(self, sample_id: int, cover: QImage) -> None:
        """Keep a cover; the oldest is let go when there are many."""
        self._covers[sample_id] = cover
        while len(self._covers) > _COVERS_KEPT:
            self._covers.popitem(last=False)
        for row, person in enumerate(self._people):
            if person.cover_sample_id == sample_id:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def row_of(self, identity_id: int) -> QModelIndex:
        """Return the line of a person, or an invalid index."""
        for row, person in enumerate(self._people):
            if person.identity.id == identity_id:
                return self.index(row)
        return QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._people)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        person = self._people[index.row()]
        lookup: dict[int, Callable[[Person], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda person: person.identity.name,
            Qt.ItemDataRole.EditRole: lambda person: person.identity.name,
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.DecorationRole: self._cover,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            PERSON_ROLE: lambda person: person,
            DETAIL_ROLE: self._detail,
            SIGN_ROLE: lambda person: "alike" if self._looks_like(person) else None,
        }
        answer = lookup.get(role)
        return answer(person) if answer is not None else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's. The new name shows once the gallery has taken it."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        identity = self._people[index.row()].identity
        if value != identity.name:
            self.rename_wanted.emit(identity.id, value)
        return False

    def _detail(self, person: Person) -> str:
        return self._looks_like(person) or self._pictures(person)

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
        name, alike = person.identity.name, self._looks_like(person)
        if not alike:
            return name
        return self.tr(
            "{name}, {pictures}\n{alike}: named only when the difference is clear. More pictures "
            "of each help. If this is one person enrolled twice, remove one of the two."
        ).format(name=isolated(name), pictures=self._pictures(person), alike=alike)

    def _spoken(self, person: Person) -> str:
        alike = self._looks_like(person)
        text = self.tr("{name}, {pictures}, {alike}") if alike else self.tr("{name}, {pictures}")
        return text.format(name=person.identity.name, pictures=self._pictures(person), alike=alike)

    def _cover(self, person: Person) -> QImage | None:
        sample_id = person.cover_sample_id
        if sample_id is None:
            return None
        cover = self._covers.get(sample_id)
        if cover is None and sample_id not in self._wanted:
            self._wanted[sample_id] = person
            # Whoever scrolls past thousands of people waits only for those on screen.
            while len(self._wanted) > _COVERS_WANTED:
                self._wanted.popitem(last=False)
            self._ask.start()
        return cover

    def _ask_for_covers(self) -> None:
        wanted, self._wanted = self._wanted, OrderedDict()
        for person in wanted.values():
            self.cover_wanted.emit(person)


class PeopleFilter(QSortFilterProxyModel):
    """Those people whose name contains what was typed, in any script, with or without accents."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = ""

    def look_for(self, text: str) -> None:
        """Show only people whose name contains this; everyone for the empty text."""
        self._key = _search_key(" ".join(text.split()))
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Qt's."""
        name = self.sourceModel().index(source_row, 0, source_parent).data()
        return self._key in _search_key(name)


def _search_key(text: str) -> str:
    """Return what spellings with and without accents have in common."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
