"""The pictures of one person: those they are recognised by, and those that are not them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.people import NegativeSample, Sample
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.negatives_page import NegativesPage
from desktop_app.ui.samples_page import SamplesPage
from desktop_app.ui.words import isolated, on_a_button


@dataclass(frozen=True, eq=False, slots=True)
class _Pictures:
    """All that the dialog shows of a person."""

    samples: list[Sample]
    outliers: frozenset[int]
    negatives: list[NegativeSample]


class SamplesDialog(QDialog):
    """Keeps itself up to date; closes when the person is removed elsewhere."""

    def __init__(
        self, context: AppContext, identity: Identity, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._identity = identity
        self._asked = 0
        self.samples = SamplesPage(context)
        self.negatives = NegativesPage(context)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.samples, self.tr("&Pictures"))
        self.tabs.addTab(self.negatives, "")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        line = self.fontMetrics().lineSpacing()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(line * 42, line * 36).boundedTo(room))

        self.samples.wait_for(identity)
        self._say_names(negatives=0)
        context.gallery_changed.connect(self._take)
        context.policy_changed.connect(self._load)
        self._load()

    def _take(self, change: GalleryChange) -> None:
        identity = change.gallery.identities.get(self._identity.id)
        if identity is None:
            self.reject()
            return
        self._identity = identity
        self._load()

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
        name = isolated(self._identity.name)
        self.setWindowTitle(self.tr("Pictures of {name}").format(name=name))
        short = on_a_button(self._identity.name, self.fontMetrics(), letters=18)
        text = self.tr("&Not {name} ({count})") if negatives else self.tr("&Not {name}")
        self.tabs.setTabText(1, text.format(name=short, count=self.locale().toString(negatives)))


def _read(people: PeopleService, policy: DecisionPolicy, identity_id: int) -> _Pictures:
    return _Pictures(
        samples=people.samples(identity_id),
        outliers=people.outliers(identity_id, policy),
        negatives=people.negatives(identity_id),
    )
