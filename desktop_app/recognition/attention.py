"""Which faces of a frame are worth a closer look.

A closer look (mesh, alignment, embedding) takes more time than finding all faces of a frame, so
in live video a face gets one only where it may change what is said about it.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.recognition.track import Sighting, Track, promise_of
from desktop_app.recognition.types import Unsure

# A name wants several looks, and the first ones decide what people see.
_FIRST_LOOKS = 5
# Between two looks at a face that is settled, at one that is not, and at one that is less clear,
# seconds.
_REST = 0.3
_REST_UNSURE = 0.1
_REST_UNCLEAR = 1.0
# A look less like those before it than this may be the first of somebody else.
_AGREES = 0.5
# A look must promise so many times as much as the best so far to be taken before its time.
_CLEARLY_BETTER = 1.3
# The picture in the box changed abruptly where it changed so many times as much as it usually
# does, but not where it changed less than the first of these (1 − correlation), and always where
# it changed more than the second.
_ABRUPT = 4.0
_SMALL_CHANGE, _LARGE_CHANGE = 0.05, 0.15
# So many faces are described in a frame, and more where more than three times as many are new.
_MOST = 4
_FRAMES_FOR_ALL = 3


class Motive(enum.IntEnum):
    """Why a face is worth a closer look; the most urgent first."""

    NEW = enum.auto()
    """No track leads here."""
    CUT = enum.auto()
    """The picture in the box changed abruptly."""
    UNCERTAIN = enum.auto()
    """It may be the face of another track, or was out of sight."""
    YOUNG = enum.auto()
    """Its track has few looks."""
    CONFLICT = enum.auto()
    """The last look was unlike those before it."""
    UNSURE = enum.auto()
    """Nobody can say yet who it is."""
    BETTER = enum.auto()
    """It is seen better than ever."""
    DUE = enum.auto()
    """It was not looked at for a while."""

    @property
    def must(self) -> bool:
        """Whether without a closer look nobody knows which face it is."""
        return self <= Motive.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Claim:
    """A face that wants a closer look.

    Attributes:
        index: of the face in its frame.
        motive: why.
        waited: seconds since its track was described.

    """

    index: int
    motive: Motive
    waited: float


def is_abrupt(track: Track, *, alike: float) -> bool:
    """Tell whether the picture in a track's box changed more than it usually does.

    Args:
        track: as it was before this frame.
        alike: correlation of the new thumbnail with the track's.

    """
    return 1.0 - alike > min(max(_ABRUPT * track.stir, _SMALL_CHANGE), _LARGE_CHANGE)


def motive_of(
    track: Track, sighting: Sighting, *, alike: float, certain: bool, timestamp: float
) -> Motive | None:
    """Return why a face that seems to continue a track is worth a closer look, None if it is not.

    Args:
        track: as it was before this frame.
        sighting: the face.
        alike: correlation of its thumbnail with the track's, along its own landmarks or those of
            the frame before.
        certain: whether nothing but this track leads here.
        timestamp: of the frame, seconds.

    """
    waited = timestamp - track.last_described
    if is_abrupt(track, alike=alike):
        return Motive.CUT
    if not certain:
        return Motive.UNCERTAIN
    if track.described < _FIRST_LOOKS:
        return Motive.YOUNG
    if not sighting.is_clear:
        # Half hidden, blurred or turned away: good enough to follow, not to judge by.
        return Motive.DUE if waited >= _REST_UNCLEAR else None
    if track.likeness < _AGREES:
        return Motive.CONFLICT
    if isinstance(track.decision, Unsure) and waited >= _REST_UNSURE:
        return Motive.UNSURE
    if promise_of(sighting.found) > _CLEARLY_BETTER * track.promise:
        return Motive.BETTER
    return Motive.DUE if waited >= _REST else None


def most_urgent(claims: Iterable[Claim]) -> list[Claim]:
    """Return which claims a frame has time for, the most urgent first.

    Among equals those that waited longest, then in the order of the frame.
    """
    ranked = sorted(claims, key=lambda claim: (claim.motive, -claim.waited, claim.index))
    urgent = sum(claim.motive <= Motive.YOUNG for claim in ranked)
    return ranked[: max(_MOST, math.ceil(urgent / _FRAMES_FOR_ALL))]
