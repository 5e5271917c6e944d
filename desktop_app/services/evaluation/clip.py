"""``evaluate clip``: how steadily and how soon people in a clip are named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from desktop_app.capture.frame import Frame
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import name_key
from desktop_app.recognition.types import decided_name
from desktop_app.services.evaluation.appearances import Appearance, by_person
from desktop_app.services.live import FrameResult, LiveRecogniser
from desktop_app.services.live_summary import SummaryBuilder

# A name is given on a few looks, never on one: so long after somebody has come it should be there.
GRACE = 0.5


@dataclass(frozen=True, slots=True)
class PersonInClip:
    """How somebody enrolled was named.

    Attributes:
        name: as enrolled.
        time_to_name: seconds of video from their first appearance to the first frame in which a
            face carries their name while they are there; None where none ever does.
        frames: frames that show them, later than the first 0.5 s of an appearance.
        named: of these frames, in how many a face carries their name.

    """

    name: str
    time_to_name: float | None
    frames: int
    named: int


@dataclass(frozen=True, slots=True)
class ClipReport:
    """How a clip was recognised.

    Attributes:
        frames: how many.
        seconds: the time of the last, seconds.
        track_frames: faces followed, summed over the frames that show them.
        label_changes: how often a track that had a name lost it or took another.
        people: who is enrolled and appears, in order of appearance.
        after_the_end: what is said to begin when the clip has ended.
        stranger_names: names that were shown while nobody of that name was there.
        stranger_track_frames: in how many track-frames such a name was shown.

    """

    frames: int
    seconds: float
    track_frames: int
    label_changes: int
    people: tuple[PersonInClip, ...]
    after_the_end: tuple[Appearance, ...]
    stranger_names: tuple[str, ...]
    stranger_track_frames: int

    @property
    def label_changes_per_1000(self) -> float:
        """Label changes in 1,000 track-frames; NaN where no face was followed."""
        return 1000 * self.label_changes / self.track_frames if self.track_frames else math.nan

    @property
    def share_named(self) -> float:
        """Share of the frames after the first 0.5 s of appearances that show the name.

        Every person counts by their frames; NaN where there are none.
        """
        frames = sum(person.frames for person in self.people)
        return sum(person.named for person in self.people) / frames if frames else math.nan


class ClipTally:
    """Adds up what the frames of a clip show."""

    def __init__(self, appearances: tuple[Appearance, ...], *, enrolled: Mapping[str, str]) -> None:
        """Args:
        appearances: who of the enrolled is there, and when.
        enrolled: names as enrolled, by ``name_key``.

        """
        self._everyone = by_person(appearances)
        self._enrolled = enrolled
        self._summary = SummaryBuilder()
        self._last = 0.0
        self._track_frames = 0
        self._named_after: dict[str, float] = {}
        self._frames: dict[str, int] = {}
        self._named: dict[str, int] = {}
        self._strangers: set[str] = set()
        self._stranger_track_frames = 0

    def add(self, result: FrameResult) -> None:
        """Take the next frame."""
        self._summary.add(result)
        time = self._last = result.frame.timestamp
        seen = [track for track in result.tracks if not track.coasting]
        self._track_frames += len(seen)
        names = [name for track in seen if (name := decided_name(track.decision)) is not None]
        shown = {name_key(name) for name in names}
        present = {
            key: appearance
            for key, own in self._everyone.items()
            for appearance in own
            if appearance.holds(time)
        }
        for key, appearance in present.items():
            if key in shown:
                self._named_after.setdefault(key, time - self._everyone[key][0].start)
            if time >= appearance.start + GRACE:
                self._frames[key] = self._frames.get(key, 0) + 1
                self._named[key] = self._named.get(key, 0) + (key in shown)
        strange = [name for name in names if name_key(name) not in present]
        self._strangers.update(strange)
        self._stranger_track_frames += len(strange)

    def report(self) -> ClipReport:
        """Return the figures so far."""
        summary = self._summary.summary()
        return ClipReport(
            frames=summary.processed,
            seconds=self._last,
            track_frames=self._track_frames,
            label_changes=summary.label_changes,
            people=tuple(
                PersonInClip(
                    name=self._enrolled[key],
                    time_to_name=self._named_after.get(key),
                    frames=self._frames.get(key, 0),
                    named=self._named.get(key, 0),
                )
                for key in self._everyone
            ),
            after_the_end=tuple(
                appearance
                for own in self._everyone.values()
                for appearance in own
                if appearance.start > self._last
            ),
            stranger_names=tuple(sorted(self._strangers)),
            stranger_track_frames=self._stranger_track_frames,
        )


def searchable_names(gallery: Gallery) -> list[str]:
    """Return the names of those whom the embedder in use can find."""
    owners = sorted({int(owner) for owner in gallery.identity_ids})
    return [gallery.identities[owner].name for owner in owners]


def evaluate_clip(
    recogniser: LiveRecogniser,
    frames: Iterable[Frame],
    appearances: tuple[Appearance, ...],
    *,
    gallery: Gallery,
    progress: Callable[[int], object] | None = None,
) -> ClipReport:
    """Recognise every frame of a clip and compare with who is in it.

    Args:
        recogniser: that has seen nothing yet.
        frames: of the clip, none left out.
        appearances: who of the enrolled is there, and when.
        gallery: who is enrolled.
        progress: told how many frames are done.

    Raises:
        CaptureError: the clip cannot be opened, or breaks off.

    """
    tally = ClipTally(
        appearances, enrolled={name_key(name): name for name in searchable_names(gallery)}
    )
    for done, frame in enumerate(frames, start=1):
        tally.add(recogniser.process(frame, gallery))
        if progress is not None:
            progress(done)
    return tally.report()
