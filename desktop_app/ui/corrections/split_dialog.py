"""Asks for the name of whoever is seen in pictures that were taken for somebody else's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.types import Identity
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.enrolment.name_field import NameField
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.words import isolated


class SplitDialog(QDialog):
    """Makes a new person of pictures; with the name of somebody enrolled, moves them there."""

    def __init__(
        self,
        context: AppContext,
        identity: Identity,
        sample_ids: Sequence[int],
        parent: QWidget | None = None,
    ) -> None:
        """Args: identity: whose they are at present. sample_ids: which."""
        super().__init__(parent)
        self._context = context
        self._identity = identity
        self._sample_ids = tuple(sample_ids)
        self.setWindowTitle(self.tr("New person"))
        self.name = NameField()
        change = context.last_change
        self.name.set_people(change.people if change is not None else ())
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Name"), self.name)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.rejected.connect(self.reject)
        self.take_button = buttons.addButton(
            self.tr("&Make a new person"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self._save)
        self.name.entered.connect(self._save)
        self.name.textChanged.connect(self._update)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.summary)
        layout.addStretch()
        layout.addWidget(buttons)
        # Only a button that is in the dialog already becomes its default.
        self.take_button.setDefault(True)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(letter * 60, line * 10)
        self._update()

    def _update(self) -> None:
        name, existing = self.name.name, self.name.existing
        is_same = existing is not None and existing.id == self._identity.id
        self.take_button.setEnabled(bool(name) and not is_same)
        self.take_button.setText(
            self.tr("&Move there")
            if existing is not None and not is_same
            else self.tr("&Make a new person")
        )
        self.summary.setText(self.name.complaint or self._what_happens(existing))

    def _what_happens(self, existing: Identity | None) -> str:
        count, owner = len(self._sample_ids), isolated(self._identity.name)
        if existing is None:
            text = self.tr(
                "%n picture(s) of {owner} will belong to somebody new, by this name.", "", count
            )
            return text.format(owner=owner)
        if existing.id == self._identity.id:
            return self.tr("They are {owner}’s already. Type another name.").format(owner=owner)
        text = self.tr(
            "{name} is enrolled already: %n picture(s) of {owner} will go there.", "", count
        )
        return text.format(name=isolated(existing.name), owner=owner)

    def _save(self) -> None:
        if not self.take_button.isEnabled():
            return
        sample_ids, name, existing = self._sample_ids, self.name.name, self.name.existing
        self.take_button.setEnabled(False)
        self._context.change_people(
            lambda people: (
                people.split(sample_ids, name=name)
                if existing is None
                else people.move_samples(sample_ids, to=existing.id)
            ),
            success=while_alive(self, lambda _change: self.accept()),
            failure=while_alive(self, self._fail),
        )

    def _fail(self, error: Exception) -> None:
        self._update()
        show_error(self, error)
