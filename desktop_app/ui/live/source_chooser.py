"""Where the live picture comes from: a menu of cameras, a clip, or a network camera."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.devices import Camera, list_cameras
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import SourceInvalid
from desktop_app.ui.alive import while_alive
from desktop_app.workers.background import BackgroundRunner

CLIP_SUFFIXES = (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".ogv")

CameraList = Callable[[], Sequence[Camera]]
# In which size and rate a camera is to be opened, by its name; None for what usually suits.
WantedFormat = Callable[[str], CameraFormat | None]


class SourceMenu(QMenu):
    """Cameras by name, found anew whenever the menu opens, then clip and network camera.

    Attributes:
        chosen: a ``SourceSpec``.
        names_changed: a camera is called otherwise than before.

    """

    chosen = Signal(object)
    names_changed = Signal()

    def __init__(
        self,
        *,
        runner: BackgroundRunner,
        others: Sequence[QAction],
        cameras: CameraList = list_cameras,
        wanted: WantedFormat = lambda _name: None,
        parent: QWidget | None = None,
    ) -> None:
        """Prepare an empty menu.

        Args:
            runner: looks for cameras beside the window.
            others: what follows the cameras.
            cameras: finds them.
            wanted: says in which size and rate one is to be opened.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._runner = runner
        self._find = cameras
        self._wanted = wanted
        self._names: dict[str, str] = {}
        self._current: SourceSpec | None = None
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._state = QAction(self.tr("Looking for cameras…"), self)
        self._state.setEnabled(False)
        self.addAction(self._state)
        self._end_of_cameras = self.addSeparator()
        self.addActions(list(others))
        self.aboutToShow.connect(self.look_for_cameras)

    def look_for_cameras(self) -> None:
        """Find the cameras again."""
        self._runner.run(self._find, success=while_alive(self, self.show_cameras))

    def name_of(self, spec: SourceSpec) -> str:
        """Return what to call a source."""
        if spec.kind is SourceKind.CAMERA:
            number = self.tr("Camera {number}").format(number=spec.address)
            return self._names.get(spec.address, number)
        return spec.label

    def spec_of(self, camera: Camera) -> SourceSpec:
        """Return a camera as a source, in the size and rate that is wanted of it."""
        return SourceSpec(SourceKind.CAMERA, str(camera.index), self._wanted(camera.name))

    def camera_of(self, spec: SourceSpec) -> Camera:
        """Return the camera that a source is; one that is not listed is called by its number."""
        return Camera(int(spec.address), self._names.get(spec.address, f"Camera {spec.address}"))

    def mark(self, spec: SourceSpec | None) -> None:
        """Tick the camera that is shown."""
        self._current = spec
        for action in self._group.actions():
            action.setChecked(action.data() == spec)

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        """List these, also while the menu is open."""
        active = self.activeAction()
        was_listed = active in self._group.actions()
        highlighted = active.data() if active is not None and was_listed else None
        for action in self._group.actions():
            self._group.removeAction(action)
            self.removeAction(action)
            action.deleteLater()
        before = self._names
        # One that was pulled out keeps its name: what is lost is to be called by it.
        self._names = before | {str(camera.index): camera.name for camera in cameras}
        self._state.setText(self.tr("No camera was found"))
        self._state.setVisible(not cameras)
        for camera in cameras:
            spec = self.spec_of(camera)
            action = QAction(camera.name.replace("&", "&&"), self)
            action.setData(spec)
            action.setCheckable(True)
            action.setChecked(spec == self._current)
            # Asked for again: another size may have been chosen since.
            action.triggered.connect(
                lambda _checked=False, camera=camera: self.chosen.emit(self.spec_of(camera))
            )
            self._group.addAction(action)
            self.insertAction(self._end_of_cameras, action)
            if spec == highlighted:
                self.setActiveAction(action)
        if active is not None and not was_listed and self.activeAction() is not active:
            self.setActiveAction(active)
        if self._names != before:
            self.names_changed.emit()


class StreamDialog(QDialog):
    """Asks for the address of a network camera.

    Attributes:
        chosen: a ``SourceSpec``, once the address makes sense.

    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, address: str = "") -> None:
        """Args: address: to begin with."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Network camera"))
        explanation = QLabel(
            self.tr(
                "Type the address that the camera’s manual gives for RTSP. A name and a password "
                "go before the host:"
            )
        )
        explanation.setWordWrap(True)
        example = QLabel("rtsp://name:password@192.168.1.20/stream")
        example.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address = QLineEdit()
        self.address.setPlaceholderText("rtsp://192.168.1.20:554/stream")
        self.address.setAccessibleName(self.tr("Address"))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(self.tr("&Address"), self.address)
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(example)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addStretch()
        layout.addWidget(self.buttons)
        self.address.textChanged.connect(self._check)
        self._check("")
        self.address.setText(address)
        width = self.fontMetrics().averageCharWidth() * 70
        # A line more than now, for what may be wrong with the address.
        line = self.fontMetrics().lineSpacing()
        self.resize(width, layout.totalHeightForWidth(width) + line)

    def accept(self) -> None:
        """Hand the address over."""
        self.chosen.emit(SourceSpec.parse(self.address.text()))
        super().accept()

    def _check(self, text: str) -> None:
        problem = _address_problem(text)
        self.buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(
            bool(text.strip()) and problem is None
        )
        if problem is not None and "://" not in text:
            # While it is being typed, every address is wrong for a while.
            problem = self.tr(
                "An address begins with rtsp://, for example rtsp://192.168.1.20/stream"
            )
        self.problem.setText(problem or "")


def _address_problem(text: str) -> str | None:
    try:
        spec = SourceSpec.parse(text)
    except SourceInvalid:
        spec = None
    if spec is None or spec.kind is not SourceKind.STREAM:
        return QCoreApplication.translate(
            "StreamDialog", "The address has to begin with rtsp:// or rtsps://."
        )
    host = spec.label.partition("://")[2].partition("/")[0].rpartition(":")
    if not (host[0] or host[2]) or any(part.isspace() for part in spec.address):
        return QCoreApplication.translate("StreamDialog", "The address names no host.")
    return None


def choose_clip(parent: QWidget, chosen: Callable[[SourceSpec], object]) -> None:
    """Ask for a video file, and return at once; ``chosen`` is called if one was picked."""
    dialog = QFileDialog(parent, QCoreApplication.translate("SourceMenu", "Open a clip"))
    movies = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    if Path(movies).is_dir():
        dialog.setDirectory(movies)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    patterns = " ".join(f"*{suffix}" for suffix in CLIP_SUFFIXES)
    dialog.setNameFilters(
        [
            QCoreApplication.translate("SourceMenu", "Clips ({patterns})").format(
                patterns=patterns
            ),
            QCoreApplication.translate("SourceMenu", "All files (*)"),
        ]
    )
    dialog.fileSelected.connect(
        lambda name: chosen(SourceSpec(SourceKind.CLIP, str(Path(name).absolute())))
    )
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()
