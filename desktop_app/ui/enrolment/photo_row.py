"""One photo in the dialog that adds a person: what was found in it, and which face is meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services.enrolment import main_faces, quality_problem
from desktop_app.ui.flow_layout import FlowLayout
from desktop_app.ui.icons import icon_pixmap
from desktop_app.ui.imaging import to_pixmap
from desktop_app.ui.words import problem_text, quality_text
from desktop_app.vision.types import Face


class FaceButton(QToolButton):
    """A face that can be chosen; the chosen one wears a frame and a tick."""

    def __init__(self, face: Face, *, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setIcon(QIcon(to_pixmap(face.aligned.pixels)))
        self.setIconSize(QSize(side, side))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(frame, 3))
        painter.drawRect(self.rect().adjusted(2, 2, -2, -2))
        badge = self.fontMetrics().height()
        corner = self.rect().adjusted(4, 4, -4, -4)
        corner.setTop(corner.bottom() - badge)
        corner.setLeft(corner.right() - badge)
        painter.fillRect(corner, frame)
        painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "✓")


class PhotoRow(QFrame):
    """A photo on its way into the gallery.

    Attributes:
        changed: another face is meant, or none.
        left_out: the user does not want this photo.

    """

    changed = Signal()
    left_out = Signal()

    def __init__(
        self, label: str, *, path: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self._label = label
        self._faces: tuple[Face, ...] = ()
        self._chosen: Face | None = None
        self._problem = ""
        self._refusal = ""
        self._doubt = ""
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._side = self.fontMetrics().lineSpacing() * 4

        title = _text(label)
        title.setToolTip(str(path) if path is not None else "")
        self.status = _text()
        self.allow = QCheckBox(self.tr("Use it all the same"))
        self.allow.setAccessibleName(self.tr("Use {photo} all the same").format(photo=label))
        self.allow.hide()
        self.allow.toggled.connect(self._say)
        self.leave_out = QToolButton()
        self.leave_out.setAutoRaise(True)
        self.leave_out.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.leave_out.setText("×")
        self.leave_out.setToolTip(self.tr("Leave this picture out"))
        self.leave_out.setAccessibleName(self.tr("Leave {photo} out").format(photo=label))
        self.leave_out.clicked.connect(self.left_out)

        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._picture.hide()
        self._choice = FlowLayout()
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._choose_clicked)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(self.status)
        words.addWidget(self._make_doubt())
        words.addLayout(self._choice)
        words.addWidget(self.allow)
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)
        layout.addWidget(self.leave_out, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _make_doubt(self) -> QWidget:
        self._sign = QLabel()
        self.doubt = _text()
        # A layout of hidden things would take room all the same.
        self._doubted = QWidget()
        line = QHBoxLayout(self._doubted)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._sign)
        line.addWidget(self.doubt, 1)
        self._doubted.hide()
        return self._doubted

    @property
    def needs_attention(self) -> bool:
        """Whether nothing of this photo is used as things stand, or what is used is doubted."""
        return self.face is None or bool(self._doubt)

    @property
    def face(self) -> Face | None:
        """The face to enrol; None while nothing here can be used."""
        return None if self._refusal else self.usable_face

    @property
    def usable_face(self) -> Face | None:
        """The face that is meant, also where it was refused; None where it cannot be used."""
        if self._chosen is None:
            return None
        if quality_problem(self._chosen) is not None and not self.allow.isChecked():
            return None
        return self._chosen

    @property
    def face_buttons(self) -> list[FaceButton]:
        """The faces to choose from, where there are several."""
        return [button for button in self._group.buttons() if isinstance(button, FaceButton)]

    @property
    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        return [*self.face_buttons, self.allow, self.leave_out]

    def show_faces(self, faces: Sequence[Face]) -> None:
        """Show what was found; one that is alone, or far in front, is the one that is meant."""
        self._faces = tuple(faces)
        self._problem = ""
        main = main_faces(faces)
        if len(main) == 1:
            self._chosen = main[0]
        if len(self._faces) == 1:
            self._picture.setPixmap(
                to_pixmap(self._faces[0].aligned.pixels).scaled(
                    self._side,
                    self._side,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            self._picture.show()
        else:
            for number, face in enumerate(self._faces):
                button = FaceButton(face, side=self._side)
                button.setAccessibleName(
                    self.tr("Face {number} of {count} in {photo}: {quality}").format(
                        number=number + 1,
                        count=len(self._faces),
                        photo=self._label,
                        quality=self._quality(face),
                    )
                )
                button.setToolTip(self._quality(face))
                button.setChecked(face is self._chosen)
                self._group.addButton(button, number)
                self._choice.addWidget(button)
        self._say()

    def wait_for_better(self) -> None:
        """Use nothing of this picture until :meth:`show_faces` brings the face described anew."""
        self._chosen = None
        self.show_problem(self.tr("Looking at the face once more…"))

    def show_problem(self, sentence: str) -> None:
        """Say why nothing of this photo can be used."""
        self._problem = sentence
        self._say()

    def refuse(self, sentence: str) -> None:
        """Say why the face that is meant is not wanted; the empty text takes that back."""
        self._refusal = sentence
        self._describe()

    def call_in_doubt(self, sentence: str) -> None:
        """Say why somebody should look at the face again; the empty text takes that back."""
        self._doubt = sentence
        self.doubt.setText(sentence)
        self._doubted.setVisible(bool(sentence))
        self._draw_sign()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._doubt:
            self._draw_sign()

    def _draw_sign(self) -> None:
        self._sign.setPixmap(
            icon_pixmap(
                "warning",
                size=self.fontMetrics().height(),
                colour=self.palette().windowText().color(),
                ratio=self.devicePixelRatioF(),
            )
        )

    def choose(self, number: int) -> None:
        """Choose one of several faces, counted from 0."""
        self._group.button(number).setChecked(True)
        self._chosen = self._faces[number]
        self.allow.setChecked(False)
        self._say()

    def _choose_clicked(self) -> None:
        self.choose(self._group.checkedId())

    def _quality(self, face: Face) -> str:
        problem = quality_problem(face)
        return problem_text(problem) if problem is not None else quality_text(face.quality)

    def _say(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        poor = self._chosen is not None and quality_problem(self._chosen) is not None
        self.allow.setVisible(poor)
        if self._problem:
            text = self._problem
        elif self._refusal:
            text = self._refusal
        elif not self._faces:
            text = self.tr("No face was found. Choose a photo in which the face is seen clearly.")
        elif self._chosen is None:
            text = self.tr(
                "There are %n faces. Choose the one that is meant.", "", len(self._faces)
            )
        elif poor and self.allow.isChecked():
            text = self.tr("{problem}. It is used because you allow it.").format(
                problem=self._quality(self._chosen)
            )
        elif poor:
            text = self.tr("{problem} and would not be recognised well.").format(
                problem=self._quality(self._chosen)
            )
        elif len(self._faces) > 1:
            text = self.tr("{quality}. Choose another face if this is not the one.").format(
                quality=self._quality(self._chosen)
            )
        else:
            text = self._quality(self._chosen)
        self.status.setText(text)


def _text(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # The name of a file is one long word, which must not make the dialog wider.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
