"""Which face of a frame continues which track."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.recognition.motion import distance_in_widths, overlaps
from desktop_app.recognition.thumbnail import alike
from desktop_app.recognition.track import Sighting, Track
from desktop_app.vision.types import Face

# A box that shares this much of its union with where a track's should be may continue it ...
_LEAST_OVERLAP = 0.2
# ... and surely does with this much, if no other track and no other face share even so little.
_SURE_OVERLAP = 0.4
_RIVAL_OVERLAP = 0.1
# Another face in the same place is no rival where it looks clearly less like it, in correlation of
# thumbnails, from one frame to the next.
_CLEARLY_LESS_ALIKE = 0.3
# A track that was not looked for in so long may have changed hands, seconds.
_LONGEST_BLINK = 0.5
# A face that jumped or was hidden is the same if it looks like it: well above what strangers
# reach.
_SAME_FACE = 0.5
# Below this similarity, the face in the box is somebody else: a cut, or two people crossing. In
# our clips a face is at least this like what was seen of it before, down to eyes 12 pixels apart;
# of pairs of strangers nearly 5 in 100 are.
_OTHER_FACE = 0.25
# Where both the look and the looks before it are good, faces of one track are as alike as 0.48;
# of pairs of strangers 3 in 100,000 reach this.
_OTHER_FACE_SEEN_WELL = 0.45
_SEEN_WELL = 0.5
# Below this correlation of thumbnails the picture is another one.
_OTHER_PICTURE = 0.6
# How far a face may be from where it should be, in widths, to be thought of by looks alone.
_FARTHEST_JUMP = 3.0


@dataclass(frozen=True, eq=False, slots=True)
class Link:
    """Which track a face seems to continue, judged at a glance.

    Attributes:
        track: which.
        alike: correlation of its thumbnail with the track's.
        certain: whether nothing but this track leads there.

    """

    track: Track
    alike: float
    certain: bool


class Association:
    """The faces of one frame beside the tracks there are, as they were before it."""

    def __init__(
        self, tracks: Sequence[Track], sightings: Sequence[Sighting], *, timestamp: float
    ) -> None:
        """Args: timestamp: of the frame, seconds."""
        self._tracks = list(tracks)
        self._sightings = list(sightings)
        self._expected = [track.motion.box_at(timestamp) for track in tracks]
        self._in_sight = [
            track.seen_now and timestamp - track.last_seen <= _LONGEST_BLINK for track in tracks
        ]
        if tracks and sightings:
            self._overlap = overlaps(
                np.stack(self._expected), np.stack([sighting.box for sighting in sightings])
            )
            self._alike = np.stack([track.sighting.thumbnail for track in tracks]) @ (
                np.stack([sighting.thumbnail for sighting in sightings]).T
            )
        else:
            self._overlap = self._alike = np.zeros((len(tracks), len(sightings)), np.float32)

    def links(self) -> list[Link | None]:
        """Return for each face which track it seems to continue; each track is named once."""
        score = np.where(self._overlap >= _LEAST_OVERLAP, self._overlap + self._alike, -np.inf)
        result: list[Link | None] = [None] * len(self._sightings)
        for row, column in _best_pairs(score):
            track, sighting = self._tracks[row], self._sightings[column]
            result[column] = Link(
                track,
                alike(track.sighting.thumbnail, sighting.thumbnail),
                self._is_certain(row, column),
            )
        return result

    def _is_certain(self, row: int, column: int) -> bool:
        if not self._in_sight[row] or self._overlap[row, column] < _SURE_OVERLAP:
            return False
        own = self._alike[row, column]
        rival = (self._overlap >= _RIVAL_OVERLAP) & (self._alike > own - _CLEARLY_LESS_ALIKE)
        return bool(rival[row].sum() == 1 and rival[:, column].sum() == 1)

    def by_looks(
        self, faces: dict[int, Face], *, taken: Collection[int]
    ) -> dict[int, tuple[Track, bool]]:
        """Return which track each described face continues, and whether it jumped there.

        Args:
            faces: index of the face in its frame, to what the closer look showed.
            taken: ids of tracks that go on elsewhere.

        Returns:
            No entry for a face that continues none.

        """
        columns = list(faces)
        score = np.full((len(self._tracks), len(columns)), -np.inf)
        for row, track in enumerate(self._tracks):
            if track.id not in taken:
                for place, column in enumerate(columns):
                    score[row, place] = self._continuation(row, column, faces[column])
        return {
            columns[place]: (
                self._tracks[row],
                bool(self._overlap[row, columns[place]] < _LEAST_OVERLAP),
            )
            for row, place in _best_pairs(score)
        }

    def _continuation(self, row: int, column: int, face: Face) -> float:
        """Return how well a face continues a track; minus infinity where it does not."""
        track = self._tracks[row]
        overlap = float(self._overlap[row, column])
        likeness = track.evidence.likeness(face)
        seen_well = min(face.quality.overall, track.evidence.quality) >= _SEEN_WELL
        bar = _OTHER_FACE_SEEN_WELL if seen_well else _OTHER_FACE
        if overlap < _LEAST_OVERLAP:
            away = distance_in_widths(self._expected[row], self._sightings[column].box)
            if away > _FARTHEST_JUMP:
                return -np.inf
            bar = _SAME_FACE
        elif not self._in_sight[row] or self._alike[row, column] < _OTHER_PICTURE:
            bar = _SAME_FACE
        # Looks count for more than place: of two people who cross, each may be where the other is
        # expected.
        return overlap + 2.0 * likeness if likeness >= bar else -np.inf


def _best_pairs(score: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> list[tuple[int, int]]:
    """Return pairs of row and column, the best first, each row and column once."""
    pairs: list[tuple[int, int]] = []
    left = np.array(score, np.float64)
    while left.size and np.isfinite(best := left.max()):
        row, column = (int(index) for index in np.argwhere(left == best)[0])
        pairs.append((row, column))
        left[row, :] = left[:, column] = -np.inf
    return pairs
