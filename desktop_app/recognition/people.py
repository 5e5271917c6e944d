"""Enrolled people as they are kept and shown: samples, summaries, names."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from desktop_app.arrays import UInt8Array, read_only
from desktop_app.errors import InvalidName
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding

LONGEST_NAME = 200
# Between the names of several who agreed; a comma may be part of one.
_AND = "; "
# Unicode's bidi controls: marks, embeddings, overrides, isolates.
_BIDI_CONTROLS = dict.fromkeys(
    (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


class Origin(enum.Enum):
    """Where a sample came from."""

    PHOTO = "photo"
    LIVE = "live"
    CLIP = "clip"


@dataclass(frozen=True, eq=False, slots=True)
class NewSample:
    """A face about to be enrolled.

    Attributes:
        pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
        embedding: what becomes the template.
        quality: 0 to 1.
        origin: where it came from.
        photo: SHA-256 of the photo file it came from; None where it came from none.

    """

    pixels: UInt8Array
    embedding: Embedding
    quality: float
    origin: Origin
    photo: bytes | None = None

    def __post_init__(self) -> None:
        checked = read_only(
            self.pixels, name="NewSample.pixels", dtype=np.uint8, shape=(None, None, 3)
        )
        object.__setattr__(self, "pixels", checked)


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """An enrolled face, for people to look at.

    Attributes:
        id: stable for the life of the gallery.
        identity_id: whose it is.
        pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
        quality: 0 to 1.
        origin: where it came from.
        created: when it was enrolled, UTC.

    """

    id: int
    identity_id: int
    pixels: UInt8Array
    quality: float
    origin: Origin
    created: datetime

    def __post_init__(self) -> None:
        checked = read_only(
            self.pixels, name="Sample.pixels", dtype=np.uint8, shape=(None, None, 3)
        )
        object.__setattr__(self, "pixels", checked)


@dataclass(frozen=True, eq=False, slots=True)
class NegativeSample:
    """A face that somebody said is not a person's, for people to look at.

    Attributes:
        id: stable for the life of the gallery.
        identity_id: whose it is not.
        pixels: the aligned crop, RGB, uint8, shape (s, s, 3).
        origin: where it came from.
        created: when it was said, UTC.

    """

    id: int
    identity_id: int
    pixels: UInt8Array
    origin: Origin
    created: datetime

    def __post_init__(self) -> None:
        checked = read_only(
            self.pixels, name="NegativeSample.pixels", dtype=np.uint8, shape=(None, None, 3)
        )
        object.__setattr__(self, "pixels", checked)


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody agreed to be recognised.

    Attributes:
        by: who agreed: the person, or who speaks for them; empty where nobody said.
        given: on which day.
        until: the last day that it holds; None where no end was agreed.

    """

    by: str = ""
    given: date | None = None
    until: date | None = None

    def has_ended(self, today: date) -> bool:
        """Whether it held once and does no more."""
        return self.until is not None and self.until < today

    def joined_with(self, other: Consent) -> Consent:
        """Return what holds of pictures of both, when two people turn out to be one.

        All who agreed are named. Only what both say holds: from the later day to the earlier end.
        Where one of them says nothing, the other one holds as it is.
        """
        if NO_CONSENT in (self, other):
            return other if self == NO_CONSENT else self
        agreed = (*self.by.split(_AND), *other.by.split(_AND))
        given = [day for day in (self.given, other.given) if day is not None]
        ends = [day for day in (self.until, other.until) if day is not None]
        return Consent(
            _AND.join(dict.fromkeys(filter(None, agreed))),
            max(given, default=None),
            min(ends, default=None),
        )


NO_CONSENT = Consent()


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the people panel.

    Attributes:
        identity: who.
        created: when they were first enrolled, UTC.
        template_count: templates of the embedder in use; none means they cannot be found yet.
        sample_count: pictures, whatever embedder.
        cover_sample_id: the sample of the best quality, or None without samples.
        note: what somebody wrote about them.
        groups: those they belong to, by name.
        consent: what they agreed to.

    """

    identity: Identity
    created: datetime
    template_count: int
    sample_count: int
    cover_sample_id: int | None
    note: str = ""
    groups: tuple[str, ...] = ()
    consent: Consent = NO_CONSENT


@dataclass(frozen=True, slots=True)
class Binned:
    """Something in the bin.

    Attributes:
        identity: who it is, or whose it is.
        binned: since when, UTC.
        sample_count: pictures in it.
        sample_id: the picture, where it is only one that was removed; None where it is a person.

    """

    identity: Identity
    binned: datetime
    sample_count: int
    sample_id: int | None = None


def clean_name(text: str) -> str:
    """Return a name as it is stored: NFC, inner white space single, none at the ends.

    Controls of the writing direction are left out: nobody sees them, and with them one name could
    look like another. Whoever copies a name from a telephone may bring some without knowing, so
    they are no reason to refuse it. Joiners stay, which emoji and several scripts need.

    Raises:
        InvalidName: nothing is left, it is too long, or it holds control characters.

    """
    visible = text.translate(_BIDI_CONTROLS)
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    if not name:
        raise InvalidName(reason="it is empty")
    if len(name) > LONGEST_NAME:
        raise InvalidName(reason=f"it is longer than {LONGEST_NAME} characters")
    # Cf holds joiners that emoji and several scripts need; Cc and Cs never belong in a name.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise InvalidName(reason="it holds control characters")
    return name


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common, for comparing and sorting."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
