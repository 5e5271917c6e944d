"""What can be wrong with the file of the enrolled people."""

from __future__ import annotations

from desktop_app.errors.base import KnownError


class GalleryError(KnownError):
    """The file with the enrolled people."""

    code = "gallery"


class GalleryMissing(GalleryError):
    """Params: path."""

    code = "gallery-missing"
    sentence = "There is no gallery “{path}”. Check its name; enrolling somebody makes a new one."


class NotAGallery(GalleryError):
    """Params: path."""

    code = "not-a-gallery"
    sentence = "“{path}” is not a Kenspeckle gallery. It was left untouched."


class GalleryFromNewerVersion(GalleryError):
    """Params: path."""

    code = "gallery-newer"
    sentence = (
        "The gallery “{path}” was made by a newer version of Kenspeckle. "
        "It was left untouched; install the newer version to open it."
    )


class GalleryDamaged(GalleryError):
    """Params: path, reason."""

    code = "gallery-damaged"
    sentence = (
        "The gallery “{path}” is damaged ({reason}). Nothing was written to it; "
        "backups, if there are any, lie in “{backups}”."
    )


class GalleryLocked(GalleryError):
    """Params: path."""

    code = "gallery-locked"
    sentence = (
        "The gallery “{path}” is being written to by another program. "
        "Nothing was lost; try again in a moment."
    )


class GalleryNotWritable(GalleryError):
    """Params: path, reason."""

    code = "gallery-not-writable"
    sentence = "The gallery “{path}” cannot be opened or written: {reason}. Nothing was changed."


class PassphraseNeeded(GalleryError):
    """Params: path."""

    code = "passphrase-needed"
    sentence = (
        "The gallery “{path}” is sealed, and opens by its passphrase only. Nothing was changed. "
        "The window asks for it, and so do commands on a terminal; elsewhere they take it from "
        "the variable KENSPECKLE_PASSPHRASE."
    )


class PassphraseWrong(GalleryError):
    """Params: path."""

    code = "passphrase-wrong"
    sentence = (
        "The gallery “{path}” has another passphrase. Nothing was changed; try again, and mind "
        "capital letters, blanks and the keyboard's language."
    )


class KeyMissing(GalleryError):
    """Params: path."""

    code = "key-missing"
    sentence = (
        "The gallery “{path}” is sealed, and its key is not in the keychain here: it is in that of "
        "the account and computer that made the gallery. Nothing was changed. Open it there, or "
        "restore a backup that has a passphrase."
    )


class GalleryClosed(GalleryError):
    """Params: path."""

    code = "gallery-closed"
    sentence = (
        "The gallery “{path}” was closed meanwhile. Nothing was changed; try again once it is open."
    )


class ImportUnderWay(GalleryError):
    """Params: path."""

    code = "import-under-way"
    sentence = (
        "People are being imported into the gallery “{path}” by another window or command. "
        "Wait until that is done, or cancel it there."
    )


class ImportGone(GalleryError):
    """Params: none."""

    code = "import-gone"
    sentence = (
        "The import was finished or discarded by another window or command. "
        "Nothing was enrolled here; start it again if people are missing."
    )


class DiskFull(GalleryError):
    """Params: path."""

    code = "disk-full"
    sentence = (
        "The disk that holds “{path}” is full. What was saved before is safe; "
        "free some space and try again."
    )


class GalleryInUse(GalleryError):
    """Params: path."""

    code = "gallery-in-use"
    sentence = (
        "Another window or command has the gallery “{path}” open. Nothing was changed; close it "
        "there and try again."
    )


class BackupUnusable(GalleryError):
    """Params: path, reason."""

    code = "backup-unusable"
    sentence = "The backup “{path}” cannot be used: {reason}. The gallery is as it was."


class ErasureIncomplete(GalleryError):
    """Params: reason."""

    code = "erasure-incomplete"
    sentence = (
        "The person is erased from the gallery, but traces may be left: {reason}. "
        "Mend that and erase them again, by the same name; what is done already stays done."
    )
