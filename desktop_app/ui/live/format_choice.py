"""In which size and rate a camera is opened: chosen, tried, kept or taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.capture.devices import Camera
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import KnownError
from desktop_app.settings import Settings
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.trouble_words import format_text
from desktop_app.ui.words import isolated
from desktop_app.workers.feed import Feed


def wanted_format(settings: Settings, camera: str) -> CameraFormat | None:
    """Return what was chosen for a camera of that name; None for what usually suits."""
    try:
        return CameraFormat.parse(settings.camera_formats[camera])
    except (KeyError, ValueError):
        return None


class FormatChoice(QObject):
    """Opens a feed's camera in another format; a format that fails gives way to the one before.

    What worked is kept in the settings, for this camera.

    Attributes:
        refused: a sentence on what the camera does not do, which goes on as before.

    """

    refused = Signal(str)

    def __init__(
        self,
        context: AppContext,
        feed: Feed,
        *,
        camera_of: Callable[[SourceSpec], Camera],
        parent: QObject,
    ) -> None:
        """Listen.

        Args:
            context: keeps the settings.
            feed: shows the camera; it goes back by itself where another format cannot be opened.
            camera_of: knows the name of the camera that a source is.
            parent: Qt's owner.

        """
        super().__init__(parent)
        self._context = context
        self._feed = feed
        self._camera_of = camera_of
        self._before: SourceSpec | None = None
        self._tried: SourceSpec | None = None
        feed.source_changed.connect(self._take_source)
        feed.open_failed.connect(self._take_failure)

    def choose(self, wanted: CameraFormat | None) -> None:
        """Open what is shown in another format.

        Args:
            wanted: which; None for what usually suits.

        """
        spec = self._feed.spec
        if spec is None or spec.wanted == wanted:
            return
        self._before, self._tried = spec, replace(spec, wanted=wanted)
        self._feed.start(self._tried)

    @Slot()
    def _take_source(self) -> None:
        tried, shown = self._tried, self._feed.spec
        if tried is None:
            return
        self._tried = None
        if shown is None or str(shown) != str(tried):
            return  # somebody chose another source meanwhile
        actual = self._feed.actual_format
        if tried.wanted is not None and actual is not None and not _same(actual, tried.wanted):
            if self._before is not None:
                self._feed.start(self._before)
            self._refuse(tried)
            return
        self._keep(tried)

    @Slot(object)
    def _take_failure(self, error: Exception) -> None:
        tried, self._tried = self._tried, None
        source = error.params.get("source") if isinstance(error, KnownError) else None
        # What failed may be another source, which somebody chose meanwhile.
        if tried is not None and source == tried.label:
            self._refuse(tried)

    def _keep(self, spec: SourceSpec) -> None:
        name = self._camera_of(spec).name
        formats = dict(self._context.settings.camera_formats)
        formats.pop(name, None)
        if spec.wanted is not None:
            formats[name] = str(spec.wanted)
        self._context.change_settings(camera_formats=formats)

    def _refuse(self, spec: SourceSpec) -> None:
        name = isolated(self._camera_of(spec).name)
        if spec.wanted is None:
            return
        self.refused.emit(
            self.tr(
                "“{camera}” gives no pictures of {format}. It shows what it showed before."
            ).format(camera=name, format=format_text(spec.wanted))
        )


def _same(one: CameraFormat, other: CameraFormat) -> bool:
    """Whether the sizes are; rates are as the light allows."""
    return (one.width, one.height) == (other.width, other.height)
