"""Troubles that we expect, each with a sentence that helps.

::

    KnownError
    ├── InputError                what was given to us cannot be used
    │   ├── UsageError            a command or value that makes no sense
    │   ├── PhotoUnreadable
    │   ├── PhotoTooLarge
    │   ├── FolderUnreadable
    │   ├── PhotosElsewhere
    │   ├── FileNotWritable
    │   ├── NoFaceFound
    │   ├── SeveralFacesFound
    │   ├── FaceTooPoor
    │   ├── FaceUnjudgeable
    │   ├── EnrolledAlready
    │   ├── EnrolledAsOther
    │   ├── PairsUnreadable
    │   ├── CountsUnreadable
    │   ├── AppearancesUnreadable
    │   ├── InvalidName
    │   ├── NameTaken
    │   ├── NoSuchPerson
    │   ├── NoSuchSample
    │   ├── NoSuchNegative
    │   ├── NoSuchEvent
    │   ├── NotInTheBin
    │   └── ActOutdated
    ├── CaptureError              pictures do not arrive
    │   ├── SourceInvalid
    │   ├── CameraNotFound
    │   ├── CameraBusy
    │   ├── CameraLost
    │   ├── ClipUnreadable
    │   └── StreamUnreachable
    ├── GalleryError              the file with the enrolled people
    │   ├── GalleryMissing
    │   ├── NotAGallery
    │   ├── GalleryFromNewerVersion
    │   ├── GalleryDamaged
    │   ├── GalleryLocked
    │   ├── GalleryNotWritable
    │   ├── PassphraseNeeded
    │   ├── PassphraseWrong
    │   ├── KeyMissing
    │   ├── ImportUnderWay
    │   ├── ImportGone
    │   ├── DiskFull
    │   ├── GalleryInUse
    │   ├── BackupUnusable
    │   └── ErasureIncomplete
    ├── ModelError                the networks
    │   ├── ModelMissing
    │   ├── ModelAltered
    │   ├── ModelUnusable
    │   ├── ManifestInvalid
    │   └── EmbedderMismatch
    └── SystemTrouble             the machine we run on
        ├── NoDisplay
        ├── LibraryMissing
        ├── PlottingMissing
        ├── KeychainRefused
        │   └── NoKeychain
        ├── CommandFailed
        ├── CommandUnsafe
        └── FolderNotWritable

Everything else that is raised is a bug. On the command line a ``KnownError`` is one line on
stderr and exit code 2, a bug is exit code 1; in the window a ``KnownError`` is its sentence, a
bug is a report that can be copied.
"""

from __future__ import annotations

from typing import ClassVar


class KnownError(Exception):
    """An expected trouble: says what happened, what is safe and what to do.

    ``code`` is stable and for programs. ``sentence`` is English with named places, which
    ``params`` fill; the window translates the sentence before it fills them.
    """

    code: ClassVar[str] = "known"
    sentence: ClassVar[str] = "{reason}"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.sentence.format_map(params))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from ``params``: the default would pass the sentence as an argument."""
        return (_rebuild, (type(self), self.params))


def _rebuild(kind: type[KnownError], params: dict[str, object]) -> KnownError:
    return kind(**params)


class InputError(KnownError):
    """What was given to us cannot be used."""

    code = "input"


class UsageError(InputError):
    """A command or a value that makes no sense. Params: reason."""

    code = "usage"


class PhotoUnreadable(InputError):
    """Params: path, reason."""

    code = "photo-unreadable"
    sentence = "The photo “{path}” cannot be read: {reason}."


class PhotoTooLarge(InputError):
    """Params: path, megapixels, limit."""

    code = "photo-too-large"
    sentence = (
        "The photo “{path}” has {megapixels} megapixels, more than the {limit} that are opened. "
        "Save a smaller copy and open that."
    )


class FolderUnreadable(InputError):
    """Params: path, reason."""

    code = "folder-unreadable"
    sentence = "The folder “{path}” cannot be read: {reason}."


class PhotosElsewhere(InputError):
    """Params: path."""

    code = "photos-elsewhere"
    sentence = (
        "None of the photos that are listed is in the folder “{path}”. "
        "Choose the folder from which on the list names them."
    )


class FileNotWritable(InputError):
    """Params: path, reason."""

    code = "file-not-writable"
    sentence = "“{path}” cannot be written: {reason}. Choose another place."


class NoFaceFound(InputError):
    """Params: path."""

    code = "no-face"
    sentence = "No face was found in “{path}”. Choose a photo in which the face is seen clearly."


class SeveralFacesFound(InputError):
    """Params: path, count."""

    code = "several-faces"
    sentence = (
        "There are {count} faces in “{path}”, and nothing says whose is meant. "
        "Choose a photo of one person, or cut the photo to one face."
    )


class FaceTooPoor(InputError):
    """Params: path, reason."""

    code = "face-too-poor"
    sentence = (
        "The face in “{path}” would not be recognised well: {reason}. "
        "Choose a better photo, or allow low quality to enrol it all the same."
    )


class FaceUnjudgeable(InputError):
    """Params: path, reason."""

    code = "face-unjudgeable"
    sentence = (
        "The face in “{path}” cannot be judged ({reason}) and is never given a name. "
        "Nothing was kept of it; choose a photo in which it is seen better."
    )


class EnrolledAlready(InputError):
    """Params: path."""

    code = "enrolled-already"
    sentence = (
        "The face in “{path}” looks just as it does in a picture that is enrolled already. It adds "
        "nothing and was left out; a picture in other light or from another side would add much."
    )


class EnrolledAsOther(InputError):
    """Params: path, name."""

    code = "enrolled-as-other"
    sentence = (
        "The photo “{path}” is among the pictures of {name}, and one photo is not enrolled for two "
        "people. If it shows somebody else, move that picture to them."
    )


class PairsUnreadable(InputError):
    """Params: path, reason."""

    code = "pairs-unreadable"
    sentence = "The list of pairs “{path}” cannot be used: {reason}."


class CountsUnreadable(InputError):
    """Params: path, reason."""

    code = "counts-unreadable"
    sentence = "The list of face counts “{path}” cannot be used: {reason}."


class AppearancesUnreadable(InputError):
    """Params: path, reason."""

    code = "appearances-unreadable"
    sentence = "The list of who appears “{path}” cannot be used: {reason}."


class InvalidName(InputError):
    """Params: reason."""

    code = "invalid-name"
    sentence = "This name cannot be used: {reason}."


class NameTaken(InputError):
    """Params: name."""

    code = "name-taken"
    sentence = "There is a person called “{name}” already. Choose another name."


class NoSuchPerson(InputError):
    """Params: name."""

    code = "no-such-person"
    sentence = "Nobody called “{name}” is enrolled. “kenspeckle people list” shows who is."


class NoSuchNegative(InputError):
    """Params: number."""

    code = "no-such-negative"
    sentence = (
        "There is no face with the number {number} that was said not to be somebody's. "
        "It may have been taken back already; “kenspeckle people negatives NAME” lists them."
    )


class NoSuchEvent(InputError):
    """Params: number."""

    code = "no-such-event"
    sentence = (
        "This entry of the history is not there any more (number {number}). It may have been "
        "deleted meanwhile, or was too old; nothing was changed."
    )


class NoSuchSample(InputError):
    """Params: number."""

    code = "no-such-sample"
    sentence = (
        "There is no picture number {number}. It may have been removed, or put back, before; "
        "nothing was changed."
    )


class NotInTheBin(InputError):
    """Params: name."""

    code = "not-in-the-bin"
    sentence = "Nobody called “{name}” is in the bin. “kenspeckle people bin” shows who is."


class ActOutdated(InputError):
    """Params: none."""

    code = "act-outdated"
    sentence = (
        "This cannot be undone or done again any more: the people it is about were changed since. "
        "Nothing was changed now."
    )


class CaptureError(KnownError):
    """Pictures do not arrive."""

    code = "capture"


class SourceInvalid(CaptureError):
    """Params: source."""

    code = "source-invalid"
    sentence = (
        "“{source}” is not a source of pictures. Use camera:0, a video file, "
        "or an address that begins with rtsp://."
    )


class CameraNotFound(CaptureError):
    """Params: source."""

    code = "camera-not-found"
    sentence = (
        "There is no camera “{source}”. Plug one in, or check that the system lets "
        "applications use the camera."
    )


class CameraBusy(CaptureError):
    """Params: source."""

    code = "camera-busy"
    sentence = (
        "The camera “{source}” is there but gives no picture. It may be in use by another "
        "program: close that and try again."
    )


class CameraLost(CaptureError):
    """Params: source."""

    code = "camera-lost"
    sentence = "The camera “{source}” stopped sending pictures. Check its cable."


class ClipUnreadable(CaptureError):
    """Params: path, reason."""

    code = "clip-unreadable"
    sentence = "The clip “{path}” cannot be played: {reason}."


class StreamUnreachable(CaptureError):
    """Params: source."""

    code = "stream-unreachable"
    sentence = (
        "Nothing answers at “{source}”. Check the address, the network, and that the camera is on."
    )


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


class ModelError(KnownError):
    """The networks."""

    code = "model"


class ModelMissing(ModelError):
    """Params: path."""

    code = "model-missing"
    sentence = "The model file “{path}” is missing. Install Kenspeckle again to bring it back."


class ModelAltered(ModelError):
    """Params: path, expected, actual."""

    code = "model-altered"
    sentence = (
        "The model file “{path}” is not the one it should be (its SHA-256 begins with {actual}, "
        "not {expected}) and was refused. Install Kenspeckle again to bring the right one back."
    )


class ModelUnusable(ModelError):
    """Params: path, reason."""

    code = "model-unusable"
    sentence = "The model file “{path}” cannot be used: {reason}."


class ManifestInvalid(ModelError):
    """Params: path, reason."""

    code = "manifest-invalid"
    sentence = "The list of models “{path}” is not valid: {reason}."


class EmbedderMismatch(ModelError):
    """Params: expected, actual."""

    code = "embedder-mismatch"
    sentence = (
        "Embeddings of “{actual}” cannot be compared with embeddings of “{expected}”. "
        "Enrol the people again with the embedder in use."
    )


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
