"""How what somebody did to the people is named: in the Edit menu, and where it was done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from desktop_app.services.undo import Act, ActKind
from desktop_app.ui.words import isolated, names_in_a_sentence

translate = QCoreApplication.translate
# Of each name in a menu.
_LETTERS = 28


def undo_text(act: Act | None) -> str:
    """Return the menu's words for undoing an act; None where there is nothing to undo."""
    if act is None:
        return translate("Acts", "&Undo")
    return translate("Acts", "&Undo {act}").format(act=_for_a_menu(act))


def redo_text(act: Act | None) -> str:
    """Return the menu's words for doing an act again; None where there is nothing."""
    if act is None:
        return translate("Acts", "&Redo")
    return translate("Acts", "&Redo {act}").format(act=_for_a_menu(act))


def undone_text(act: Act) -> str:
    """Say that an act was undone."""
    return translate("Acts", "Undone: {act}.").format(act=name_of_act(act))


def redone_text(act: Act) -> str:
    """Say that an act was done again."""
    return translate("Acts", "Done again: {act}.").format(act=name_of_act(act))


def name_of_act(act: Act) -> str:
    """Name an act, for a place in a sentence: “renaming Anna to Bea”."""
    return _with_names(_template_of(act), act.names)


def _template_of(act: Act) -> str:
    # The tool that collects texts reads no more than a name here.
    count = act.count
    match act.kind:
        case ActKind.ENROL:
            text = translate("Acts", "adding %n picture(s) of {name}", None, count)
        case ActKind.IMPORT:
            text = translate("Acts", "adding %n person(s) from a folder", None, count)
        case ActKind.RENAME:
            text = translate("Acts", "renaming {name} to {last}")
        case ActKind.REMOVE:
            text = translate("Acts", "removing {names}")
        case ActKind.REMOVE_SAMPLES:
            text = translate("Acts", "removing %n picture(s)", None, count)
        case ActKind.RESTORE:
            text = translate("Acts", "putting back {names}")
        case ActKind.RESTORE_SAMPLE:
            text = translate("Acts", "putting back %n picture(s) of {names}", None, count)
        case ActKind.MERGE:
            text = translate("Acts", "merging {others} into {last}")
        case ActKind.SPLIT:
            text = translate("Acts", "making {name} of %n picture(s)", None, count)
        case ActKind.MOVE:
            text = translate("Acts", "moving %n picture(s) to {name}", None, count)
        case ActKind.NOTE:
            text = translate("Acts", "changing the note about {name}")
        case ActKind.GROUPS:
            text = translate("Acts", "changing the groups of {names}")
        case ActKind.CONSENT:
            text = translate("Acts", "changing the consent of {name}")
        case ActKind.REFUTE:
            text = translate("Acts", "keeping a face as not {name}")
        case ActKind.TAKE_BACK:
            text = translate("Acts", "letting %n face(s) be called {name} again", None, count)
    return text


def done_text(act: Act) -> str:
    """Say what was just done."""
    count = act.count
    match act.kind:
        case ActKind.ENROL:
            text = translate("Acts", "%n picture(s) of {name} added.", None, count)
        case ActKind.IMPORT:
            text = translate("Acts", "%n person(s) added from a folder.", None, count)
        case ActKind.RENAME:
            text = translate("Acts", "{name} is called {last} now.")
        case ActKind.REMOVE:
            text = _removed(act)
        case ActKind.REMOVE_SAMPLES:
            text = translate("Acts", "%n picture(s) put into the bin.", None, count)
        case ActKind.RESTORE:
            text = _back(act)
        case ActKind.RESTORE_SAMPLE:
            text = translate("Acts", "%n picture(s) of {names} put back.", None, count)
        case ActKind.MERGE:
            text = translate("Acts", "{others} merged into {last}.")
        case ActKind.SPLIT:
            text = translate("Acts", "{name} made of %n picture(s).", None, count)
        case ActKind.MOVE:
            text = translate("Acts", "%n picture(s) moved to {name}.", None, count)
        case ActKind.NOTE:
            text = translate("Acts", "The note about {name} was changed.")
        case ActKind.GROUPS:
            text = translate("Acts", "The groups of {names} were changed.")
        case ActKind.CONSENT:
            text = translate("Acts", "The consent of {name} was changed.")
        case ActKind.REFUTE:
            text = translate("Acts", "This face will not be called {name} any more.")
        case ActKind.TAKE_BACK:
            text = translate("Acts", "%n face(s) may be called {name} again.", None, count)
    return _with_names(text, act.names)


def _removed(act: Act) -> str:
    if len(act.names) == 1:
        return translate("Acts", "{name} is in the bin now.")
    return translate("Acts", "{names} are in the bin now.")


def _back(act: Act) -> str:
    if len(act.names) == 1:
        return translate("Acts", "{name} is back.")
    return translate("Acts", "{names} are back.")


def _for_a_menu(act: Act) -> str:
    names = [f"{name[: _LETTERS - 1]}…" if len(name) > _LETTERS else name for name in act.names]
    # One alone would underline the next letter.
    return _with_names(_template_of(act), names).replace("&", "&&")


def _with_names(text: str, names: Sequence[str]) -> str:
    # An act that is about nobody has no place for a name.
    names = names or ("",)
    return text.format(
        name=isolated(names[0]),
        names=names_in_a_sentence(names),
        last=isolated(names[-1]),
        others=names_in_a_sentence(names[:-1] or names),
    )
