"""All that is kept of one person: pictures, details, and the faces that are not them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.people import NegativeSample, Person, Sample
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.undo_actions import UndoActions
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.people.details_page import DetailsPage
from desktop_app.ui.people.negatives_page import NegativesPage
from desktop_app.ui.people.samples_page import SamplesPage
from desktop_app.ui.words import isolated, on_a_button


@dataclass(frozen=True, eq=False, slots=True)
class _Pictures:
    """All the pictures that the dialog shows of a person."""

    samples: list[Sample]
    outliers: frozenset[int]
    negatives: list[NegativeSample]


class PersonDialog(QDialog):
    """Keeps itself up to date; closes when the person is removed."""

    def __init__(
        self, context: AppContext, identity: Identity, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._identity = identity
        self._asked = 0
        self.bar = MessageBar(dismissable=True)
        self.samples = SamplesPage(context)
        self.details = DetailsPage(context)
        self.negatives = NegativesPage(context)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.samples, self.tr("&Pictures"))
        self.tabs.addTab(self.details, self.tr("&Details"))
        self.tabs.addTab(self.negatives, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Enter in a field takes what was typed; it does not close the window.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        # Where nothing moves under the mouse when it says something.
        self.bar.keep_room()
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(foot)
        line = self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(line * 42, line * 36).boundedTo(room))
        UndoActions(context, self, self.bar)

        self.samples.wait_for(identity)
        self._say_names(negatives=0)
        self._show_details(context.last_change)
        context.gallery_changed.connect(self._take)
        context.policy_changed.connect(self._load)
        self._load()

    def go_to(self, part: str) -> None:
        """Show one part: ``pictures``, ``notes`` or ``consent``."""
        if part == "pictures":
            self.tabs.setCurrentWidget(self.samples)
            return
        self.tabs.setCurrentWidget(self.details)
        self.details.go_to(self.details.note if part == "notes" else self.details.consent.by)

    def done(self, result: int) -> None:
        """Qt's. What was typed and not yet left is saved."""
        if self._is_there(self._context.last_change):
            self.details.save()
        super().done(result)

    def _is_there(self, change: GalleryChange | None) -> bool:
        return change is not None and self._identity.id in change.gallery.identities

    def _take(self, change: GalleryChange) -> None:
        if not self._is_there(change):
            self.reject()
            return
        self._identity = change.gallery.identities[self._identity.id]
        self._show_details(change)
        self._load()

    def _show_details(self, change: GalleryChange | None) -> None:
        if change is None:
            return
        groups: set[str] = set()
        found: Person | None = None
        for person in change.people:
            groups.update(person.groups)
            if person.identity.id == self._identity.id:
                found = person
        if found is not None:
            self.details.show_person(found, groups=groups)

    def _load(self) -> None:
        people, policy = self._context.people, self._context.policy
        if people is None or policy is None:
            return
        self._asked += 1
        asked = self._asked
        identity_id = self._identity.id
        self._context.database.run(
            lambda: _read(people, policy, identity_id),
            # An answer that a later question has overtaken is not shown.
            success=while_alive(
                self, lambda found: self._show(found) if asked == self._asked else None
            ),
            failure=while_alive(self, lambda error: show_error(self, error)),
        )

    def _show(self, found: _Pictures) -> None:
        self.samples.show_samples(self._identity, found.samples, outliers=found.outliers)
        self.negatives.show_negatives(self._identity, found.negatives)
        self._say_names(negatives=len(found.negatives))

    def _say_names(self, *, negatives: int) -> None:
        self.setWindowTitle(isolated(self._identity.name))
        short = on_a_button(self._identity.name, self.fontMetrics(), letters=18)
        text = self.tr("&Not {name} ({count})") if negatives else self.tr("&Not {name}")
        place = self.tabs.indexOf(self.negatives)
        self.tabs.setTabText(
            place, text.format(name=short, count=self.locale().toString(negatives))
        )


def _read(people: PeopleService, policy: DecisionPolicy, identity_id: int) -> _Pictures:
    return _Pictures(
        samples=people.samples(identity_id),
        outliers=people.outliers(identity_id, policy),
        negatives=people.negatives(identity_id),
    )
