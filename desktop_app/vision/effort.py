"""How much work a picture is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a picture is worth.

    Attributes:
        longest_side: it is searched at no more than this many pixels a side.
        most_rounds: how often the mesh may refine landmarks, 1 or more.
        least_eye_distance: from here on, pixels, a face is near enough for the mesh.
        thorough: whether it is searched again where nothing is found, and each face embedded by
            several readings of its landmarks and in both hands.

    """

    longest_side: int
    most_rounds: int
    least_eye_distance: float
    thorough: bool


# A photo is looked at once and keeps for years; the next frame comes in 33 ms.
PHOTO = Effort(longest_side=1920, most_rounds=3, least_eye_distance=16.0, thorough=True)
# The network that reads a live face's mesh is shown where it is, and needs less of it than the
# library, which searches (docs/adr/0014).
LIVE = Effort(longest_side=960, most_rounds=1, least_eye_distance=8.0, thorough=False)
