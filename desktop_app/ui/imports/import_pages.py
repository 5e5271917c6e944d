"""The pages of the window that imports a folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.staging import Imported
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.layout import FolderPlan
from desktop_app.services.imports.progress import ImportProgress
from desktop_app.services.imports.report import Outcome, PhotoReport, count_of, counts_by_code
from desktop_app.ui.imports.import_models import PlanModel, ReportFilter, ReportModel
from desktop_app.ui.imports.import_words import (
    end_summary,
    notes_words,
    plan_summary,
    progress_words,
    refusal_words,
)

# Room for the name of a person, and for that of a photo; where there is more, its middle is left
# out, and its tip has it whole.
_LETTERS = 30


class ChoosePage(QWidget):
    """Says what kind of folder is wanted.

    Attributes:
        choose_button: opens the dialog that chooses one.

    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = _text(
            self.tr(
                "Choose a folder that has a folder of photos for each person, called by the "
                "person’s name. Photos called “Anna 1.jpg”, “Anna 2.jpg” will do as well. You can "
                "also drop the folder here.\n\n"
                "Nobody is enrolled before you have seen who would be."
            )
        )
        self.trouble = _text()
        self.trouble.hide()
        self.choose_button = QPushButton(self.tr("&Choose a folder…"))
        self.choose_button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self.text)
        layout.addWidget(self.trouble)
        layout.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addStretch(2)

    def say(self, trouble: str) -> None:
        """Say why a folder cannot be imported; the empty text takes that back."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))


class PlanPage(QWidget):
    """Who would be imported; who is not ticked is left out.

    Attributes:
        ticked: somebody was ticked, or is no more.

    """

    ticked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PlanModel(self)
        self.model.ticked.connect(self._say_summary)
        self.summary, self.notes = _text(), _text()
        self.table = _table(self.model, self.tr("People in the folder"), stretched=0)
        all_button = QPushButton(self.tr("Tick &all"))
        all_button.clicked.connect(self.model.tick_all)
        none_button = QPushButton(self.tr("Tick &nobody"))
        none_button.clicked.connect(self.model.tick_none)
        for button in (all_button, none_button):
            button.setAutoDefault(False)
        self.low_quality = QCheckBox(self.tr("Take faces too that would be recognised &badly"))
        self.largest = QCheckBox(
            self.tr("Where a photo shows several faces, take one that is clearly the &largest")
        )
        ticks = QHBoxLayout()
        ticks.addWidget(self.summary, 1)
        ticks.addWidget(all_button)
        ticks.addWidget(none_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(ticks)
        for widget in (self.table, self.notes, self.low_quality, self.largest):
            layout.addWidget(widget)
        layout.setStretch(1, 1)

    @property
    def rules(self) -> ImportRules:
        """Which faces are to be taken."""
        return ImportRules(
            allow_low_quality=self.low_quality.isChecked(), take_largest=self.largest.isChecked()
        )

    def show_plan(
        self, plan: FolderPlan, *, enrolled: frozenset[str], left_out: frozenset[str]
    ) -> None:
        """Show who is in a folder."""
        self.model.show(plan.people, enrolled=enrolled, left_out=left_out)
        self.notes.setText(notes_words(plan.notes))
        self.notes.setVisible(bool(plan.notes))

    def _say_summary(self) -> None:
        people, new, photos = self.model.counts
        self.summary.setText(plan_summary(people=people, new=new, photos=photos))
        self.ticked.emit()


class ProgressPage(QWidget):
    """How far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = _text()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Photos read"))
        self.advice = _text(
            self.tr(
                "You can go on working meanwhile. Nobody is enrolled before all photos were read; "
                "if you cancel, everything is as it was."
            )
        )
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for widget in (self.text, self.bar, self.advice):
            layout.addWidget(widget)
        layout.addStretch(2)

    def wait(self, text: str) -> None:
        """Say what is waited for, where nobody knows how long."""
        self.bar.setRange(0, 0)
        self.text.setText(text)

    def show_progress(self, progress: ImportProgress) -> None:
        """Say how far it is."""
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(progress.done)
        self.text.setText(progress_words(progress))


class ReportPage(QWidget):
    """What became of each photo.

    Attributes:
        save_button: writes it to a file.

    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = _text()
        self.model = ReportModel(self)
        self.filter = ReportFilter(self.model, self)
        self.table = _table(self.filter, self.tr("Photos"), stretched=2)
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Which photos are listed"))
        self.choice.currentIndexChanged.connect(self._look_for)
        self.save_button = QPushButton(self.tr("&Save report…"))
        self.save_button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.choice, 1)
        row.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.summary)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    def show_reports(self, reports: Sequence[PhotoReport], imported: Imported) -> None:
        """Show what became of all photos; those that were refused come first."""
        self.summary.setText(end_summary(imported, reports))
        self.model.show(reports)
        self.choice.clear()
        refused = count_of(reports, Outcome.REFUSED)
        if refused:
            self._add(self.tr("Refused"), refused, (Outcome.REFUSED, None))
            for code, count in counts_by_code(reports).items():
                self._add(refusal_words(code), count, (Outcome.REFUSED, code))
        self._add(self.tr("All photos"), len(reports), (None, None))
        # What became of a photo is in sight, however long a name or a path is.
        widest = self.table.fontMetrics().averageCharWidth() * _LETTERS
        for column in (0, 1):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(widest, self.table.columnWidth(column)))

    def _add(self, words: str, count: int, wanted: tuple[Outcome | None, str | None]) -> None:
        text = self.tr("{what} ({count})")
        self.choice.addItem(text.format(what=words, count=QLocale().toString(count)), wanted)

    def _look_for(self, index: int) -> None:
        if index >= 0:
            self.filter.look_for(*self.choice.itemData(index))


def _text(text: str = "") -> QLabel:
    label = QLabel(text)
    # A name or a path may look like markup, and must be shown as it is.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _table(model: PlanModel | ReportFilter, name: str, *, stretched: int) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    # One height for all: thousands of lines need not be measured.
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(round(table.fontMetrics().lineSpacing() * 1.6))
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    return table
