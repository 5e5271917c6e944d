"""What was given to us cannot be used."""

from __future__ import annotations

from desktop_app.errors.base import KnownError


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


class PersonInTheBin(InputError):
    """Params: number, name."""

    code = "person-in-the-bin"
    sentence = (
        "Picture number {number} is of {name}, who is in the bin as well. Nothing was changed; "
        "put {name} back first."
    )


class ActOutdated(InputError):
    """Params: none."""

    code = "act-outdated"
    sentence = (
        "This cannot be undone or done again any more: the people it is about were changed since. "
        "Nothing was changed now."
    )
