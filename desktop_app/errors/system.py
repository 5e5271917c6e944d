"""What can be wrong with the machine."""

from __future__ import annotations

from desktop_app.errors.base import KnownError


class SystemTrouble(KnownError):
    """The machine we run on."""

    code = "system"


class NoDisplay(SystemTrouble):
    """Params: none."""

    code = "no-display"
    sentence = (
        "There is no screen to open a window on. The command line needs none: "
        "“kenspeckle --help” lists what it can do."
    )


class LibraryMissing(SystemTrouble):
    """Params: libraries, command."""

    code = "library-missing"
    sentence = "Kenspeckle needs system libraries that are missing ({libraries}). Run: {command}"


class PlottingMissing(SystemTrouble):
    """Params: none."""

    code = "plotting-missing"
    sentence = (
        "Plots are drawn with matplotlib, which is not here. Leave --output out to have the "
        "figures without plots, or install Kenspeckle with: pip install 'kenspeckle[plots]'"
    )


class BenchUnavailable(SystemTrouble):
    """Params: reason."""

    code = "bench-unavailable"
    sentence = (
        "The speed cannot be measured here: {reason}. What measuring needs comes with: "
        "pip install 'kenspeckle[bench]'"
    )


class KeychainRefused(SystemTrouble):
    """Params: reason."""

    code = "keychain-refused"
    sentence = (
        "The system's keychain, in which the gallery's key is kept, cannot be used: {reason}. "
        "Nothing was changed; unlock the keychain and try again."
    )


class CommandFailed(SystemTrouble):
    """Params: command, reason."""

    code = "command-failed"
    sentence = (
        "The program “{command}” that is to be run when somebody arrives did not do its work: "
        "{reason}. Everything else goes on; the settings of the history change or remove it."
    )


class CommandUnsafe(SystemTrouble):
    """Params: command."""

    code = "command-unsafe"
    sentence = (
        "“{command}” is not run when somebody arrives: Windows gives batch files to a shell, "
        "which could take a name for a command. Choose a program or a script's interpreter "
        "instead, in the settings of the history."
    )


class NoKeychain(KeychainRefused):
    """Params: none."""

    code = "no-keychain"
    sentence = (
        "This system has no keychain in which the gallery's key could be kept. Nothing was "
        "changed; seal the gallery with a passphrase instead."
    )


class FolderNotWritable(SystemTrouble):
    """Params: path, reason."""

    code = "folder-not-writable"
    sentence = (
        "Kenspeckle cannot write to its folder “{path}”: {reason}. "
        "Give another one with --data-dir, or free some space."
    )
