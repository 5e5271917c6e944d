"""Fields for who agreed to be recognised, when, and until when."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import LONGEST_NAME, Consent
from desktop_app.services.privacy.consent import local_day

# What is offered first as the end of a consent.
_USUAL_YEARS = 1


class ConsentFields(QWidget):
    """Three fields; where they fold, one button until somebody wants them.

    Nothing is filled in beforehand: a consent is kept as somebody said it, or not at all.

    Attributes:
        changed: somebody changed a field, or folded or unfolded them.

    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, folded: bool = False) -> None:
        """Args: folded: only a button is seen at first, and nothing is asked for."""
        super().__init__(parent)
        self._folds = folded
        self.unfold_button = QToolButton()
        self.unfold_button.setText(self.tr("Cons&ent…"))
        self.unfold_button.setToolTip(
            self.tr("Keep who agreed that this person is recognised, and until when.")
        )
        self.unfold_button.setCheckable(True)
        self.unfold_button.setAutoRaise(True)
        self.unfold_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.unfold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.unfold_button.setVisible(folded)
        self.unfold_button.toggled.connect(self._unfold)
        self.by = QLineEdit()
        self.by.setMaxLength(LONGEST_NAME)
        self.by.setPlaceholderText(self.tr("The person, or who speaks for them"))
        self.given = OptionalDay(self.tr("Ag&reed on"))
        self.until = OptionalDay(self.tr("Holds &until"))
        self._fields = QWidget()
        form = QFormLayout(self._fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Who agreed"), self.by)
        form.addRow(self.given)
        form.addRow(self.until)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.unfold_button)
        layout.addWidget(self._fields)
        self.clear()
        self._unfold(open_=not folded)
        self.by.textEdited.connect(lambda _text: self.changed.emit())
        self.given.changed.connect(self.changed)
        self.until.changed.connect(self.changed)

    @property
    def consent(self) -> Consent | None:
        """What the fields say; where they fold, None while nobody has said anything."""
        if self._fields.isHidden():
            return None
        consent = Consent(self.by.text().strip(), self.given.day, self.until.day)
        return None if self._folds and consent == Consent() else consent

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches, in reading order."""
        days = (self.given.check, self.given.field, self.until.check, self.until.field)
        return (self.unfold_button, self.by, *days)

    def show_consent(self, consent: Consent) -> None:
        """Show what is known."""
        self.by.setText(consent.by)
        self.given.show_day(consent.given, otherwise=local_day())
        self.until.show_day(consent.until, otherwise=_usual_end())

    def clear(self) -> None:
        """Say nothing; today is offered to whoever ticks when it was given."""
        self.show_consent(Consent())

    def _unfold(self, open_: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._fields.setVisible(open_)
        arrow = Qt.ArrowType.DownArrow if open_ else self._closed_arrow()
        self.unfold_button.setArrowType(arrow)
        if open_ and not self.unfold_button.isHidden():
            self.by.setFocus()
        self.changed.emit()

    def _closed_arrow(self) -> Qt.ArrowType:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            return Qt.ArrowType.LeftArrow
        return Qt.ArrowType.RightArrow


class OptionalDay(QWidget):
    """A day that may be left open.

    Attributes:
        changed: somebody chose another day, or none.

    """

    changed = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = QCheckBox(label)
        self.field = QDateEdit()
        self.field.setCalendarPopup(True)
        self.field.setAccessibleName(label.replace("&", ""))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.check)
        row.addWidget(self.field)
        row.addStretch()
        self.check.toggled.connect(self.field.setEnabled)
        # Not toggled and dateChanged: what the program shows is not what somebody chose.
        self.check.clicked.connect(lambda _checked: self.changed.emit())
        self.field.userDateChanged.connect(self._chosen)
        self._shows = False

    @property
    def day(self) -> date | None:
        """The day; None where none is chosen."""
        if not self.check.isChecked():
            return None
        day = self.field.date()
        return date(day.year(), day.month(), day.day())

    def show_day(self, day: date | None, *, otherwise: date) -> None:
        """Show a day; where there is none, ``otherwise`` is what is offered."""
        shown = otherwise if day is None else day
        self._shows = True
        self.field.setDate(QDate(shown.year, shown.month, shown.day))
        self._shows = False
        self.check.setChecked(day is not None)
        self.field.setEnabled(day is not None)

    def _chosen(self, _day: QDate) -> None:
        if not self._shows:
            self.changed.emit()


def _usual_end() -> date:
    end = QDate.currentDate().addYears(_USUAL_YEARS)
    return date(end.year(), end.month(), end.day())
