"""The arguments of ``kenspeckle backup``."""

from __future__ import annotations

import argparse

from desktop_app.cli.argument_parts import Commands, add_command, add_json, add_yes, path_from_home


def add_backup(commands: Commands) -> None:
    """Add ``backup`` with all that can be done with copies of the gallery."""
    backup = add_command(commands, "backup", "Copy the gallery, check copies, put one back.")
    acts = backup.add_subparsers(title="what to do", metavar="ACT", required=True)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        act = add_command(acts, name, summary, module="backup", act=name)
        add_json(act)
        return act

    create = add("create", "Copy the gallery to the folder of backups, or to a file.")
    create.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=path_from_home,
        help="a new file (default: one in the folder of backups)",
    )
    create.add_argument(
        "--passphrase",
        action="store_true",
        help="ask for one that opens the copy of a sealed gallery on any computer (or take "
        "KENSPECKLE_NEW_PASSPHRASE)",
    )
    create.add_argument("--force", action="store_true", help="replace a file that is there")
    add("list", "List the backups of the gallery.")
    verify = add("verify", "Check backups, byte for byte: all, or the files that are named.")
    verify.add_argument("files", metavar="FILE", nargs="*", type=path_from_home, help="a backup")
    restore = add("restore", "Put a backup in the place of what is in the gallery.")
    restore.add_argument(
        "file", metavar="FILE", type=path_from_home, help="a backup; “backup list” lists them"
    )
    add_yes(restore)
