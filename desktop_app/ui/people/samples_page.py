"""The pictures that a person is recognised by; those that do not fit are marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, Qt, QTime
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.recognition.people import Sample
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.person_chooser import choose_person
from desktop_app.ui.corrections.split_dialog import SplitDialog
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.photos.picture_list import Picture, PictureList, came_from
from desktop_app.ui.words import isolated, overall_text


class SamplesPage(QWidget):
    """Shows a person's pictures; those that are wrong can be moved, parted, or removed."""

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
        self.list = PictureList(take=self.tr("&Remove"), several=True)
        self.list.setAccessibleName(self.tr("Pictures"))
        self.list.taking_wanted.connect(self._remove)
        self.move_action = self._offer(self.tr("&Move to…"), self._move)
        self.split_action = self._offer(self.tr("New &person of these…"), self._split)
        self.move_button = _button(self.tr("&Move to…"), self._move)
        self.move_button.setToolTip(self.tr("The chosen pictures show somebody else."))
        self.split_button = _button(self.tr("&New person of these…"), self._split)
        self.split_button.setToolTip(
            self.tr("The chosen pictures show somebody who is not enrolled yet.")
        )
        self.remove_button = _button(self.tr("&Remove"), self._remove)
        self.remove_button.setToolTip(self.tr("Put the chosen pictures into the bin."))
        self.list.itemSelectionChanged.connect(self._selection_changed)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.doubt)
        layout.addWidget(self.list, 1)
        buttons = QWidget()
        # Beneath each other where a window is narrow, or words are long.
        row = FlowLayout(buttons)
        row.setSpacing(self.fontMetrics().lineSpacing() // 3)
        for button in (self.move_button, self.split_button, self.remove_button):
            row.addWidget(button)
        layout.addWidget(buttons)
        self._selection_changed()

    def _offer(self, text: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, self.list)
        action.triggered.connect(lambda _checked=False: act())
        self.list.insertAction(self.list.take_action, action)
        return action

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
                    _detail(sample),
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
                "{name}? If not, move or remove it: others may be taken for {name} because of it."
            )
        else:
            text = self.tr(
                "%n pictures, those with the warning sign, do not look like the others. Are they "
                "really {name}? If not, move or remove them: others may be taken for {name} "
                "because of them.",
                "",
                count,
            )
        self.doubt.setText(text.format(name=isolated(self._identity.name)))

    def _selection_changed(self) -> None:
        count = len(self.list.chosen)
        for button in (self.move_button, self.split_button, self.remove_button):
            button.setEnabled(bool(count))
        for action in (self.move_action, self.split_action):
            action.setEnabled(bool(count))
        whole = bool(count) and count == self.list.count()
        # Of all pictures, a new person would leave nobody behind: that is a new name.
        self.split_button.setEnabled(bool(count) and not whole)
        self.split_action.setEnabled(bool(count) and not whole)

    def _move(self) -> None:
        chosen = self.list.chosen
        if not chosen:
            return
        text = self.tr("To whom do %n picture(s) of {name} belong?", "", len(chosen))
        choose_person(
            self._context,
            self,
            question=text.format(name=isolated(self._identity.name)),
            choose=self.tr("&Move"),
            without=[self._identity.id],
            then=lambda person: self._change(
                lambda people: people.move_samples(chosen, to=person.identity.id)
            ),
        )

    def _split(self) -> None:
        if self.list.chosen and self.split_button.isEnabled():
            dialog = SplitDialog(self._context, self._identity, self.list.chosen, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _remove(self) -> None:
        chosen = self.list.chosen
        if chosen:
            self._change(lambda people: people.remove_samples(chosen))

    def _change(self, work: Callable[[PeopleService], GalleryChange]) -> None:
        self._context.change_people(
            work, failure=while_alive(self, lambda error: show_error(self, error))
        )


def _button(text: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _checked=False: act())
    return button


def _detail(sample: Sample) -> str:
    """Say how good a picture is, and when exactly it came."""
    local = sample.created.astimezone()
    when = QLocale().toString(
        QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute)),
        QLocale.FormatType.ShortFormat,
    )
    text = QCoreApplication.translate("SamplesPage", "{quality}, enrolled {when}")
    return text.format(quality=overall_text(sample.quality), when=when)
