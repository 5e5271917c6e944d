"""The menus of the window that offer sources: for the picture, and for one more beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.capture.devices import Camera
from desktop_app.capture.source import SourceSpec
from desktop_app.ui.context import AppContext
from desktop_app.ui.icons import icon
from desktop_app.ui.live.format_choice import wanted_format
from desktop_app.ui.live.source_chooser import CameraList, SourceMenu


class SourceMenus(QObject):
    """One menu for the toolbar and one for the menu bar; in both of them, one for more sources.

    Attributes:
        toolbar: cameras, clip, network camera, and more sources.
        cameras: for the menu bar, where clip and network camera stand beside it.
        more: opens a source beside those that are shown.
        choose: the action of the menu of cameras.
        names_changed: :meth:`name_of` answers otherwise than before.

    """

    names_changed = Signal()

    def __init__(
        self,
        actions: Mapping[str, QAction],
        menu: QMenu,
        *,
        context: AppContext,
        cameras: CameraList,
        window: QWidget,
    ) -> None:
        """Fill the menus.

        Args:
            actions: by name.
            menu: of the menu bar; has the actions of sources already.
            context: shared services.
            cameras: finds them.
            window: Qt's owner.

        """
        super().__init__(window)
        self._menu = menu
        # Whatever is greyed out says why.
        menu.setToolTipsVisible(True)

        def made(*others: str) -> SourceMenu:
            return SourceMenu(
                runner=context.general,
                others=[actions[name] for name in others],
                cameras=cameras,
                wanted=lambda camera: wanted_format(context.settings, camera),
                parent=window,
            )

        self.toolbar = made("open_clip", "open_stream")
        self.cameras = made()
        self.cameras.setTitle(self.tr("&Camera"))
        self.more = made("add_clip", "add_stream")
        self.more.setTitle(self.tr("&Add another source"))
        self.toolbar.addSeparator()
        self.toolbar.addMenu(self.more)
        self.choose = self.cameras.menuAction()
        self.choose.setIconText(self.tr("Choose a camera"))
        self.choose.setToolTip(self.tr("Choose what the live picture shows."))
        menu.insertMenu(actions["open_clip"], self.cameras)
        menu.insertMenu(actions["start"], self.more)
        self.toolbar.names_changed.connect(self.names_changed)
        self.refresh_icons()

    def look_for_cameras(self) -> None:
        """Learn what the cameras are called."""
        self.toolbar.look_for_cameras()

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        """List these, also while a menu is open."""
        for menu in (self.toolbar, self.cameras, self.more):
            menu.show_cameras(cameras)

    def spec_of(self, camera: Camera) -> SourceSpec:
        """Return a camera as a source, in the size and rate that is wanted of it."""
        return self.toolbar.spec_of(camera)

    def camera_of(self, spec: SourceSpec) -> Camera:
        """Return the camera that a source is."""
        return self.toolbar.camera_of(spec)

    def offer_more(self, *, why_not: str) -> None:
        """Offer sources beside those that are shown.

        Args:
            why_not: why there can be none; empty where there can.

        """
        offer = self.more.menuAction()
        offer.setEnabled(not why_not)
        offer.setToolTip(why_not)

    def offer_formats(self, formats: QMenu) -> None:
        """Have a menu of sizes and rates beside that of more sources."""
        for menu in (self.toolbar, self._menu):
            menu.insertMenu(self.more.menuAction(), formats)

    def name_of(self, spec: SourceSpec) -> str:
        """Return what to call a source."""
        return self.toolbar.name_of(spec)

    def mark(self, spec: SourceSpec | None) -> None:
        """Tick the camera that is shown."""
        self.toolbar.mark(spec)
        self.cameras.mark(spec)

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme."""
        self.choose.setIcon(icon("camera"))
