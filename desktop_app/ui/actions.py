"""What one can do, declared once: menus, toolbar, shortcuts and the list of shortcuts read this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_app.ui.icons import icon

if TYPE_CHECKING:

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: D103 - PySide6 says object
        ...
else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP

CONTEXT = "actions"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing one can do.

    Attributes:
        name: what the code calls it.
        menu: the menu it is in; one of ``MENUS``, or one within those that the window fills.
        text: with its mnemonic, untranslated.
        short: for a button, untranslated.
        tip: a sentence, untranslated.
        icon: file name without suffix.
        keys: the shortcut, portable.
        checkable: it is on or off.
        starts_group: a line goes before it in its menu.

    """

    name: str
    menu: str
    text: str
    short: str
    tip: str
    icon: str | None = None
    keys: str | None = None
    checkable: bool = False
    starts_group: bool = False


MENUS = {
    "file": QT_TRANSLATE_NOOP("actions", "&File"),
    "edit": QT_TRANSLATE_NOOP("actions", "&Edit"),
    "source": QT_TRANSLATE_NOOP("actions", "&Source"),
    "view": QT_TRANSLATE_NOOP("actions", "&View"),
    "help": QT_TRANSLATE_NOOP("actions", "&Help"),
}

ACTIONS = (
    ActionSpec(
        name="add_person",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Add person…"),
        short=QT_TRANSLATE_NOOP("actions", "Add person"),
        tip=QT_TRANSLATE_NOOP("actions", "Add somebody from photos."),
        icon="add-person",
        keys="Ctrl+N",
    ),
    ActionSpec(
        name="add_from_camera",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "Add person from the &camera…"),
        short=QT_TRANSLATE_NOOP("actions", "Add yourself with the camera"),
        tip=QT_TRANSLATE_NOOP("actions", "Add somebody who looks into the camera."),
        icon="camera",
        keys="Ctrl+Shift+N",
    ),
    ActionSpec(
        name="open_photos",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Open photos…"),
        short=QT_TRANSLATE_NOOP("actions", "Open photos"),
        tip=QT_TRANSLATE_NOOP("actions", "See who is in photo files."),
        icon="photos",
        keys="Ctrl+O",
    ),
    ActionSpec(
        name="open_folder",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "Open &folder of photos…"),
        short=QT_TRANSLATE_NOOP("actions", "Open a folder of photos"),
        tip=QT_TRANSLATE_NOOP("actions", "See who is in the photos of a folder."),
        keys="Ctrl+Shift+O",
    ),
    ActionSpec(
        name="import_folder",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Import people from a folder…"),
        short=QT_TRANSLATE_NOOP("actions", "Import people"),
        tip=QT_TRANSLATE_NOOP("actions", "Enrol many people from a folder with one for each."),
        keys="Ctrl+I",
    ),
    ActionSpec(
        name="backups",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Backups…"),
        short=QT_TRANSLATE_NOOP("actions", "Backups"),
        tip=QT_TRANSLATE_NOOP("actions", "Copy the gallery, check copies, put one back."),
        starts_group=True,
    ),
    ActionSpec(
        name="settings",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Settings…"),
        short=QT_TRANSLATE_NOOP("actions", "Settings"),
        tip=QT_TRANSLATE_NOOP("actions", "Theme, mirror, and how readily names are given."),
        icon="settings",
        keys="Ctrl+,",
    ),
    ActionSpec(
        name="lock",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Lock now"),
        short=QT_TRANSLATE_NOOP("actions", "Lock"),
        tip=QT_TRANSLATE_NOOP("actions", "Name and list nobody until the gallery is unlocked."),
        icon="lock",
        keys="Ctrl+Shift+K",
    ),
    ActionSpec(
        name="quit",
        menu="file",
        text=QT_TRANSLATE_NOOP("actions", "&Quit"),
        short=QT_TRANSLATE_NOOP("actions", "Quit"),
        tip=QT_TRANSLATE_NOOP("actions", "Close Kenspeckle."),
        keys="Ctrl+Q",
        starts_group=True,
    ),
    ActionSpec(
        name="undo",
        menu="edit",
        text=QT_TRANSLATE_NOOP("actions", "&Undo"),
        short=QT_TRANSLATE_NOOP("actions", "Undo what was done to the people"),
        tip=QT_TRANSLATE_NOOP("actions", "Undo what was done last to the people."),
        keys="Ctrl+Z",
    ),
    ActionSpec(
        name="redo",
        menu="edit",
        text=QT_TRANSLATE_NOOP("actions", "&Redo"),
        short=QT_TRANSLATE_NOOP("actions", "Do again what was undone"),
        tip=QT_TRANSLATE_NOOP("actions", "Do again what was undone last."),
        keys="Ctrl+Shift+Z",
    ),
    ActionSpec(
        name="bin",
        menu="edit",
        text=QT_TRANSLATE_NOOP("actions", "&Bin…"),
        short=QT_TRANSLATE_NOOP("actions", "Bin"),
        tip=QT_TRANSLATE_NOOP("actions", "Put back people and pictures that were removed."),
        keys="Ctrl+B",
        starts_group=True,
    ),
    ActionSpec(
        name="open_clip",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "C&lip…"),
        short=QT_TRANSLATE_NOOP("actions", "Open a clip"),
        tip=QT_TRANSLATE_NOOP("actions", "Play a video file and name the faces in it."),
        icon="clip",
        keys="Ctrl+L",
    ),
    ActionSpec(
        name="open_stream",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "&Network camera (RTSP)…"),
        short=QT_TRANSLATE_NOOP("actions", "Network camera"),
        tip=QT_TRANSLATE_NOOP("actions", "Watch a camera on the network, by its RTSP address."),
        icon="stream",
        keys="Ctrl+Shift+L",
    ),
    ActionSpec(
        name="add_clip",
        menu="more",
        text=QT_TRANSLATE_NOOP("actions", "C&lip…"),
        short=QT_TRANSLATE_NOOP("actions", "Add a clip beside the others"),
        tip=QT_TRANSLATE_NOOP("actions", "Play a video file beside what is shown."),
        icon="clip",
    ),
    ActionSpec(
        name="add_stream",
        menu="more",
        text=QT_TRANSLATE_NOOP("actions", "&Network camera (RTSP)…"),
        short=QT_TRANSLATE_NOOP("actions", "Add a network camera beside the others"),
        tip=QT_TRANSLATE_NOOP("actions", "Watch a network camera beside what is shown."),
        icon="stream",
    ),
    ActionSpec(
        name="start",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "&Start"),
        short=QT_TRANSLATE_NOOP("actions", "Start"),
        tip=QT_TRANSLATE_NOOP("actions", "Start the source that was shown last."),
        icon="start",
        keys="F5",
        starts_group=True,
    ),
    ActionSpec(
        name="stop",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "S&top"),
        short=QT_TRANSLATE_NOOP("actions", "Stop"),
        tip=QT_TRANSLATE_NOOP("actions", "Stop the source and let go of the camera."),
        icon="stop",
        keys="Shift+F5",
    ),
    ActionSpec(
        name="freeze",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "&Freeze"),
        short=QT_TRANSLATE_NOOP("actions", "Freeze"),
        tip=QT_TRANSLATE_NOOP("actions", "Hold the picture; faces can still be clicked."),
        icon="freeze",
        keys="F6",
        checkable=True,
    ),
    ActionSpec(
        name="replay",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "&Play again"),
        short=QT_TRANSLATE_NOOP("actions", "Play again"),
        tip=QT_TRANSLATE_NOOP("actions", "Play the clip from its beginning."),
        icon="replay",
        keys="Ctrl+R",
    ),
    ActionSpec(
        name="close_source",
        menu="source",
        text=QT_TRANSLATE_NOOP("actions", "Clos&e this source"),
        short=QT_TRANSLATE_NOOP("actions", "Close the chosen source"),
        tip=QT_TRANSLATE_NOOP("actions", "Take the chosen source out of the window."),
        keys="Ctrl+W",
    ),
    ActionSpec(
        name="show_people",
        menu="view",
        text=QT_TRANSLATE_NOOP("actions", "&People"),
        short=QT_TRANSLATE_NOOP("actions", "People"),
        tip=QT_TRANSLATE_NOOP("actions", "Show or hide the list of people."),
        icon="people",
        keys="F9",
        checkable=True,
    ),
    ActionSpec(
        name="history",
        menu="view",
        text=QT_TRANSLATE_NOOP("actions", "&History…"),
        short=QT_TRANSLATE_NOOP("actions", "History"),
        tip=QT_TRANSLATE_NOOP("actions", "See who was seen when."),
        keys="Ctrl+H",
    ),
    ActionSpec(
        name="mirror",
        menu="view",
        text=QT_TRANSLATE_NOOP("actions", "&Mirror the camera"),
        short=QT_TRANSLATE_NOOP("actions", "Mirror"),
        tip=QT_TRANSLATE_NOOP("actions", "Show a camera’s picture as a mirror does."),
        keys="Ctrl+M",
        checkable=True,
    ),
    ActionSpec(
        name="enlarge",
        menu="view",
        text=QT_TRANSLATE_NOOP("actions", "&Enlarge this source"),
        short=QT_TRANSLATE_NOOP("actions", "Enlarge the chosen source"),
        tip=QT_TRANSLATE_NOOP("actions", "Show the chosen source alone, or all of them again."),
        keys="Ctrl+E",
        checkable=True,
    ),
    ActionSpec(
        name="full_screen",
        menu="view",
        text=QT_TRANSLATE_NOOP("actions", "&Full screen"),
        short=QT_TRANSLATE_NOOP("actions", "Full screen"),
        tip=QT_TRANSLATE_NOOP("actions", "Use the whole screen, or go back to a window."),
        keys="F11",
        checkable=True,
    ),
    ActionSpec(
        name="shortcuts",
        menu="help",
        text=QT_TRANSLATE_NOOP("actions", "&Keyboard shortcuts"),
        short=QT_TRANSLATE_NOOP("actions", "Keyboard shortcuts"),
        tip=QT_TRANSLATE_NOOP("actions", "Everything that has a key."),
        keys="F1",
    ),
    ActionSpec(
        name="about",
        menu="help",
        text=QT_TRANSLATE_NOOP("actions", "&About Kenspeckle"),
        short=QT_TRANSLATE_NOOP("actions", "About Kenspeckle"),
        tip=QT_TRANSLATE_NOOP("actions", "Version and licences."),
    ),
)

TOOLBAR: tuple[str | None, ...] = (
    "start",
    "stop",
    "freeze",
    None,
    "add_person",
    "open_photos",
    None,
    "show_people",
    "settings",
)

# What a part of a window understands while it has the keyboard; not actions, but to be listed.
PLACE_KEYS = (
    (QT_TRANSLATE_NOOP("actions", "Next or previous face in the picture"), "Left, Right"),
    (QT_TRANSLATE_NOOP("actions", "Name the chosen face, or correct its name"), "Return"),
    (QT_TRANSLATE_NOOP("actions", "What can be done with the chosen face or line"), "Shift+F10"),
    (QT_TRANSLATE_NOOP("actions", "Next or previous of several sources"), "Down, Up"),
    (QT_TRANSLATE_NOOP("actions", "Enlarge one of several sources"), "Return"),
    (QT_TRANSLATE_NOOP("actions", "Show all sources again"), "Esc"),
    (QT_TRANSLATE_NOOP("actions", "Take a picture now, while somebody is added"), "Space"),
    (QT_TRANSLATE_NOOP("actions", "Take the chosen picture of somebody again"), "R"),
    (QT_TRANSLATE_NOOP("actions", "Take the chosen photo out of the list of photos"), "Del"),
    (QT_TRANSLATE_NOOP("actions", "Delete the chosen entries of the history"), "Del"),
    (QT_TRANSLATE_NOOP("actions", "Rename the chosen person"), "F2"),
    (QT_TRANSLATE_NOOP("actions", "Open the chosen person"), "Return"),
    (QT_TRANSLATE_NOOP("actions", "Merge the chosen people"), "Ctrl+Shift+M"),
    (QT_TRANSLATE_NOOP("actions", "Put the chosen people or pictures into the bin"), "Del"),
)


def said(text: str) -> str:
    """Return a text of this module in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def make_actions(owner: QWidget) -> dict[str, QAction]:
    """Make every action, by name; what they do is connected by the window."""
    actions = {}
    for spec in ACTIONS:
        action = QAction(said(spec.text), owner)
        action.setObjectName(spec.name)
        action.setIconText(said(spec.short))
        action.setCheckable(spec.checkable)
        if spec.keys:
            action.setShortcut(QKeySequence(spec.keys))
        action.setToolTip(_tip(spec))
        action.setStatusTip(said(spec.tip))
        actions[spec.name] = action
        owner.addAction(action)
    refresh_icons(actions)
    return actions


def refresh_icons(actions: Mapping[str, QAction]) -> None:
    """Draw the icons in the colours of the theme."""
    for spec in ACTIONS:
        if spec.icon:
            actions[spec.name].setIcon(icon(spec.icon))


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put every action of the menu bar into its menu; return the menus by name."""
    menus = {name: bar.addMenu(said(title)) for name, title in MENUS.items()}
    for spec in ACTIONS:
        if spec.menu not in menus:
            continue
        if spec.starts_group:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(actions[spec.name])
    return menus


def _tip(spec: ActionSpec) -> str:
    if not spec.keys:
        return said(spec.tip)
    keys = QKeySequence(spec.keys).toString(QKeySequence.SequenceFormat.NativeText)
    return QCoreApplication.translate("actions", "{sentence} ({keys})").format(
        sentence=said(spec.tip), keys=keys
    )
