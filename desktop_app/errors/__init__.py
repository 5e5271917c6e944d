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
    │   ├── PersonInTheBin
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
    │   ├── GalleryClosed
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
        ├── BenchUnavailable
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

from desktop_app.errors.base import KnownError
from desktop_app.errors.capture import (
    CameraBusy,
    CameraLost,
    CameraNotFound,
    CaptureError,
    ClipUnreadable,
    SourceInvalid,
    StreamUnreachable,
)
from desktop_app.errors.gallery import (
    BackupUnusable,
    DiskFull,
    ErasureIncomplete,
    GalleryClosed,
    GalleryDamaged,
    GalleryError,
    GalleryFromNewerVersion,
    GalleryInUse,
    GalleryLocked,
    GalleryMissing,
    GalleryNotWritable,
    ImportGone,
    ImportUnderWay,
    KeyMissing,
    NotAGallery,
    PassphraseNeeded,
    PassphraseWrong,
)
from desktop_app.errors.inputs import (
    ActOutdated,
    AppearancesUnreadable,
    CountsUnreadable,
    EnrolledAlready,
    EnrolledAsOther,
    FaceTooPoor,
    FaceUnjudgeable,
    FileNotWritable,
    FolderUnreadable,
    InputError,
    InvalidName,
    NameTaken,
    NoFaceFound,
    NoSuchEvent,
    NoSuchNegative,
    NoSuchPerson,
    NoSuchSample,
    NotInTheBin,
    PairsUnreadable,
    PersonInTheBin,
    PhotosElsewhere,
    PhotoTooLarge,
    PhotoUnreadable,
    SeveralFacesFound,
    UsageError,
)
from desktop_app.errors.models import (
    EmbedderMismatch,
    ManifestInvalid,
    ModelAltered,
    ModelError,
    ModelMissing,
    ModelUnusable,
)
from desktop_app.errors.system import (
    BenchUnavailable,
    CommandFailed,
    CommandUnsafe,
    FolderNotWritable,
    KeychainRefused,
    LibraryMissing,
    NoDisplay,
    NoKeychain,
    PlottingMissing,
    SystemTrouble,
)

__all__ = [
    "ActOutdated",
    "AppearancesUnreadable",
    "BackupUnusable",
    "BenchUnavailable",
    "CameraBusy",
    "CameraLost",
    "CameraNotFound",
    "CaptureError",
    "ClipUnreadable",
    "CommandFailed",
    "CommandUnsafe",
    "CountsUnreadable",
    "DiskFull",
    "EmbedderMismatch",
    "EnrolledAlready",
    "EnrolledAsOther",
    "ErasureIncomplete",
    "FaceTooPoor",
    "FaceUnjudgeable",
    "FileNotWritable",
    "FolderNotWritable",
    "FolderUnreadable",
    "GalleryClosed",
    "GalleryDamaged",
    "GalleryError",
    "GalleryFromNewerVersion",
    "GalleryInUse",
    "GalleryLocked",
    "GalleryMissing",
    "GalleryNotWritable",
    "ImportGone",
    "ImportUnderWay",
    "InputError",
    "InvalidName",
    "KeyMissing",
    "KeychainRefused",
    "KnownError",
    "LibraryMissing",
    "ManifestInvalid",
    "ModelAltered",
    "ModelError",
    "ModelMissing",
    "ModelUnusable",
    "NameTaken",
    "NoDisplay",
    "NoFaceFound",
    "NoKeychain",
    "NoSuchEvent",
    "NoSuchNegative",
    "NoSuchPerson",
    "NoSuchSample",
    "NotAGallery",
    "NotInTheBin",
    "PairsUnreadable",
    "PassphraseNeeded",
    "PassphraseWrong",
    "PersonInTheBin",
    "PhotoTooLarge",
    "PhotoUnreadable",
    "PhotosElsewhere",
    "PlottingMissing",
    "SeveralFacesFound",
    "SourceInvalid",
    "StreamUnreachable",
    "SystemTrouble",
    "UsageError",
]
