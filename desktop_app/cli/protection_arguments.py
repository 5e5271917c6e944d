"""The arguments of ``kenspeckle protection``."""

from __future__ import annotations

import argparse

from desktop_app.cli.argument_parts import Commands, add_command, add_json, add_yes

_ABOUT = """\
Passphrases are asked for on a terminal, or taken from the variables KENSPECKLE_PASSPHRASE (of the
gallery) and KENSPECKLE_NEW_PASSPHRASE. One that is forgotten cannot be found out by anybody.
"""


def add_protection(commands: Commands) -> None:
    """Add ``protection`` with all that can be done about who can open the gallery."""
    protection = add_command(
        commands,
        "protection",
        "Say who can open the gallery, seal it, or change its keys.",
        module="protection",
        act="status",
    )
    protection.epilog = _ABOUT
    add_json(protection)
    acts = protection.add_subparsers(title="what to do", metavar="[ACT]")

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        act = add_command(acts, name, summary, module="protection", act=name)
        act.epilog = _ABOUT
        # What stood before the act must not be undone by its default.
        act.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="for programs: JSON on stdout",
        )
        return act

    add("status", "Say who can open the gallery. The same as no act at all.")
    seal = add("seal", "Make the faces in the gallery and its backups unreadable without a key.")
    seal.add_argument(
        "--passphrase",
        action="store_true",
        help="let a passphrase open it, too, and not the keychain alone",
    )
    seal.add_argument(
        "--no-keychain", action="store_true", help="let nothing but a passphrase open it"
    )
    rotate = add("rotate", "Give the gallery and its backups a new key.")
    rotate.add_argument(
        "--forget-old-keys",
        action="store_true",
        help="delete the keys of before from the keychain: backups that were copied elsewhere do "
        "not open any more",
    )
    passphrase = add("passphrase", "Give the gallery a passphrase, or another one.")
    passphrase.add_argument(
        "--remove", action="store_true", help="let it open by the keychain alone"
    )
    unseal = add("unseal", "Let everybody who gets the gallery's file see the faces in it.")
    add_yes(unseal)
    drop = add("drop-backups", "Delete the backups that are not sealed as the gallery is.")
    add_yes(drop)
