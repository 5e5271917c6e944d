"""Makes one person of several: says what happens, and asks whose name stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import Consent, Person
from desktop_app.services.likeness import unlike
from desktop_app.services.people import GalleryChange
from desktop_app.services.privacy.consent import local_day
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.imaging import thumbnail
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.people.cover_loader import cover_size
from desktop_app.ui.privacy.consent_words import consent_sentences
from desktop_app.ui.words import isolated, names_in_a_sentence, on_a_button


class MergeDialog(QDialog):
    """One step, which can be undone as a whole."""

    def __init__(
        self,
        context: AppContext,
        people: Sequence[Person],
        parent: QWidget | None = None,
        *,
        into: Person | None = None,
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            people: two at least.
            parent: Qt's.
            into: who of them stays at first; by default whoever has the most pictures.

        """
        super().__init__(parent)
        self._context = context
        self._people = {person.identity.id: person for person in people}
        first = into or max(people, key=lambda person: person.sample_count)
        self.setWindowTitle(self.tr("Merge people"))
        question = _sentence(self.tr("Which name stays?"))
        self.choices: dict[int, QRadioButton] = {}
        self._covers: dict[int | None, QLabel] = {}
        self._group = QButtonGroup(self)
        self.warning = MessageBar()
        self.summary = _sentence("")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.merge_button = buttons.addButton(
            self.tr("&Merge"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self._merge)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.warning)
        layout.addWidget(question)
        layout.addWidget(self._make_list(), 1)
        layout.addWidget(self.summary)
        layout.addWidget(buttons)
        # Only a button that is in the dialog already becomes its default.
        self.merge_button.setDefault(True)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.setMinimumWidth(letter * 56)
        height = line * (16 + 5 * min(len(people), 4))
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(letter * 66, height).boundedTo(room))
        self.choices[first.identity.id].setChecked(True)
        self.choices[first.identity.id].setFocus()
        self._group.idToggled.connect(lambda _id, checked: self._say() if checked else None)
        context.gallery_changed.connect(self._take)
        self._say()
        self._load_covers()

    @property
    def staying(self) -> Person:
        """Whose name stays."""
        return self._people[self._group.checkedId()]

    @property
    def leaving(self) -> list[Person]:
        """The others."""
        return [one for key, one in self._people.items() if key != self._group.checkedId()]

    def _make_list(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        side = self.fontMetrics().lineSpacing() * 4
        for key, person in self._people.items():
            choice = QRadioButton(on_a_button(person.identity.name, self.fontMetrics()))
            pictures = self._pictures(person)
            choice.setAccessibleName(
                self.tr("{name}, {pictures}").format(name=person.identity.name, pictures=pictures)
            )
            self._group.addButton(choice, key)
            self.choices[key] = choice
            cover = QLabel()
            cover.setFixedSize(side, side)
            cover.setScaledContents(True)
            self._covers[person.cover_sample_id] = cover
            detail = QLabel(pictures)
            row = QHBoxLayout()
            row.addWidget(cover)
            row.addWidget(choice, 1)
            row.addWidget(detail)
            column.addLayout(row)
        column.addStretch()
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _pictures(self, person: Person) -> str:
        if person.sample_count == 1:
            return self.tr("1 picture")
        return self.tr("%n pictures", "", person.sample_count)

    def _say(self) -> None:
        staying, leaving = self.staying, self.leaving
        total = sum(person.sample_count for person in self._people.values())
        names = names_in_a_sentence([person.identity.name for person in leaving])
        text = self.tr(
            "{name} gets all %n picture(s), the faces that were said not to be one of them, notes, "
            "groups and history. {others} will no longer be listed. One undo parts them again.",
            "",
            total,
        )
        text = text.format(name=isolated(staying.identity.name), others=names)
        consent = reduce(Consent.joined_with, [one.consent for one in (staying, *leaving)])
        if consent != staying.consent:
            more = consent_sentences(staying.identity.name, consent, local_day())
            text = f"{text}\n{more}"
        self.summary.setText(text)
        self._say_doubt()

    def _say_doubt(self) -> None:
        gallery, policy = self._context.gallery, self._context.policy
        if gallery is None or policy is None:
            return
        others = unlike(gallery, policy, self._people, other=self.staying.identity.id)
        if not others:
            self.warning.clear()
            return
        names = names_in_a_sentence([self._people[key].identity.name for key in others])
        text = self.tr(
            "{others} and {name} do not look like one person. Merged, all of them would be "
            "recognised as {name}."
        )
        self.warning.warn(text.format(others=names, name=isolated(self.staying.identity.name)))

    def _take(self, change: GalleryChange) -> None:
        # Who is to be merged is gone, or was merged just now.
        if not self._people.keys() <= change.gallery.identities.keys():
            self.reject()

    def _merge(self) -> None:
        leaving = [person.identity.id for person in self.leaving]
        into = self.staying.identity.id
        self.merge_button.setEnabled(False)
        self._context.change_people(
            lambda people: people.merge(*leaving, into=into),
            failure=while_alive(self, self._fail),
        )

    def _fail(self, error: Exception) -> None:
        self.merge_button.setEnabled(True)
        show_error(self, error)

    def _load_covers(self) -> None:
        service = self._context.people
        if service is None:
            return
        wanted = [key for key in self._covers if key is not None]
        size = cover_size(self)

        def work() -> dict[int, QImage]:
            found = service.pictures(wanted)
            return {key: thumbnail(pixels, size) for key, pixels in found.items()}

        self._context.database.run(work, success=while_alive(self, self._show_covers))

    def _show_covers(self, covers: dict[int, QImage]) -> None:
        for key, cover in covers.items():
            self._covers[key].setPixmap(QPixmap.fromImage(cover))


def _sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
