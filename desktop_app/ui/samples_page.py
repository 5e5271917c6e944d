"""The pictures that a person is recognised by; those that do not fit are marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from desktop_app.recognition.people import Sample
from desktop_app.recognition.types import Identity
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.picture_list import Picture, PictureList, came_from
from desktop_app.ui.words import isolated


class SamplesPage(QWidget):
    """Shows a person's pictures, with a way to take a bad one out."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._identity = Identity(0, "")
        self._outliers: frozenset[int] = frozenset()
        self.summary = QLabel()
        self.doubt = QLabel()
        for label in (self.summary, self.doubt):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.doubt.hide()
        self.list = PictureList(take=self.tr("Remove this picture…"), several=False)
        self.list.setAccessibleName(self.tr("Pictures"))
        self.list.taking_wanted.connect(self._confirm_removal)
        self.remove_button = QPushButton(self.tr("&Remove this picture…"))
        self.remove_button.setAutoDefault(False)
        self.remove_button.clicked.connect(self._confirm_removal)
        self.list.itemSelectionChanged.connect(self._selection_changed)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.doubt)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._selection_changed()

    def wait_for(self, identity: Identity) -> None:
        """Say that the pictures of somebody are being fetched."""
        self._identity = identity
        text = self.tr("Getting the pictures of {name}…")
        self.summary.setText(text.format(name=isolated(identity.name)))

    def show_samples(
        self, identity: Identity, samples: Sequence[Sample], *, outliers: Collection[int]
    ) -> None:
        """Show a person's pictures.

        Args:
            identity: who.
            samples: the pictures.
            outliers: ids of those that do not look like the others.

        """
        self._identity = identity
        doubt = self.tr("Does not look like the others; is it really {name}?").format(
            name=isolated(identity.name)
        )
        self.list.show_pictures(
            [
                Picture(
                    sample.id,
                    sample.pixels,
                    self._caption(sample, doubtful=sample.id in outliers),
                    doubt if sample.id in outliers else "",
                )
                for sample in samples
            ]
        )
        new = [sample.id for sample in samples if sample.id in set(outliers) - self._outliers]
        if new:
            # What is to be done about it is at hand.
            self.list.go_to(new[0])
        self._outliers = frozenset(outliers)
        self._say_summary(len(samples))
        self._say_doubt(len(outliers))
        self._selection_changed()

    def _caption(self, sample: Sample, *, doubtful: bool) -> str:
        caption = came_from(sample.origin, sample.created)
        if not doubtful:
            return caption
        # No longer: there is little room beneath a picture. The whole sentence is its tip.
        return self.tr("{caption}\nUnlike the others").format(caption=caption)

    def _say_summary(self, count: int) -> None:
        if count == 0:
            text = self.tr(
                "{name} has no pictures and cannot be recognised. Add a person of the same name "
                "to give some."
            )
        elif count == 1:
            text = self.tr(
                "{name} is recognised by this picture. A second one in different light makes "
                "it surer."
            )
        else:
            text = self.tr("{name} is recognised by these %n pictures.", "", count)
        self.summary.setText(text.format(name=isolated(self._identity.name)))

    def _say_doubt(self, count: int) -> None:
        self.doubt.setVisible(bool(count))
        if count == 1:
            text = self.tr(
                "The picture with the warning sign does not look like the others. Is it really "
                "{name}? If not, remove it: others may be taken for {name} because of it."
            )
        else:
            text = self.tr(
                "%n pictures, those with the warning sign, do not look like the others. Are they "
                "really {name}? If not, remove them: others may be taken for {name} because of "
                "them.",
                "",
                count,
            )
        self.doubt.setText(text.format(name=isolated(self._identity.name)))

    def _selection_changed(self) -> None:
        self.remove_button.setEnabled(bool(self.list.chosen))

    def _confirm_removal(self) -> None:
        if not self.list.chosen:
            return
        (sample_id,) = self.list.chosen
        name = isolated(self._identity.name)
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(self.tr("Remove a picture"))
        box.setText(self.tr("Remove this picture of {name}?").format(name=name))
        consequence = self.tr(
            "The picture and what was learned from it are deleted from the gallery. "
            "This cannot be undone."
        )
        if self.list.count() == 1:
            consequence = self.tr(
                "It is the only one: {name} stays in the list but cannot be recognised any more. "
                "The picture and what was learned from it are deleted from the gallery. "
                "This cannot be undone."
            ).format(name=name)
        box.setInformativeText(consequence)
        remove = box.addButton(self.tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        remove.clicked.connect(
            lambda: self._context.remove_sample(
                sample_id, failure=while_alive(self, lambda error: show_error(self, error))
            )
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
