"""One look at somebody who is being enrolled: where the face is, how it is lit, how it is held."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array
from desktop_app.capture.frame import Frame
from desktop_app.services.enrolment import main_faces
from desktop_app.vision.alignment import apply_transform
from desktop_app.vision.effort import LIVE
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import DetectedFace, Face

# The oval's height, of the frame's, and its width, of its own height.
_OVAL_HEIGHT = 0.84
_OVAL_SHAPE = 0.74
# How far the middle of a face may be from the oval's, of its half width and half height.
_OFF_CENTRE = (0.6, 0.5)
# YuNet's box reaches from the brow to the chin, the oval around the whole head.
_HEAD = 1.45
# A box's height, of the frame's. Nearer than the second, hair or chin are cut off.
_FARTHEST, _NEAREST = 0.25, 0.88
# A box may be cut off by so much of its own size.
_CUT_OFF = 0.08
# Distance between the eyes, pixels: an aligned crop of 112 is enlarged more than once below it.
_SMALLEST = 28.0
# Brightness of a face, 0 to 255. None of 3,320 faces of LFW, of every colour of skin, is called too
# dark by the first (the darkest has 86) or too bright by the second (the brightest has 190).
_DARK, _BRIGHT = 70.0, 210.0
# How bright it is above and beneath an eye beside the cheek, at the most, behind dark glasses. Of
# 3,320 faces of LFW 12 are below it, and all 12 wear dark glasses; about as many wear some through
# which more is seen, and are not told from deep-set eyes.
_HIDDEN = 0.38
# Corners of the eyes and a place on each cheek, by their numbers in the mesh.
_EYES_AND_CHEEKS = (((33, 133), 50), ((362, 263), 280))
# Above and beneath the middle of an eye in an aligned crop, of its side; and how much is looked at.
_LID, _PATCH = 0.0625, 0.027


class Light(enum.Enum):
    """What is wrong with the light on a face."""

    DARK = "dark"
    BRIGHT = "bright"


class Place(enum.Enum):
    """What is wrong with where a face is."""

    TOO_FAR = "too far"
    TOO_NEAR = "too near"
    OUTSIDE = "outside"


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One frame, and who is in it.

    Attributes:
        frame: what was looked at.
        found: the faces that the picture is of, largest first.
        face: the only one of them, described in passing; None where there is none, or several.

    """

    frame: Frame
    found: tuple[DetectedFace, ...]
    face: Face | None


@dataclass(frozen=True, slots=True)
class Oval:
    """Where a head belongs, in fractions of the frame's width and height.

    Attributes:
        x: of the middle.
        y: of the middle.
        half_width: of the frame's width.
        half_height: of the frame's height.

    """

    x: float
    y: float
    half_width: float
    half_height: float


def look_at(pipeline: FacePipeline, frame: Frame) -> Look:
    """Find who is in a frame, and describe them if they are alone in it.

    Raises:
        PipelineClosed: the pipeline was closed.

    """
    found = tuple(main_faces(pipeline.find(frame.pixels, effort=LIVE)))
    face = pipeline.describe(frame.pixels, found[0], effort=LIVE) if len(found) == 1 else None
    return Look(frame, found, face)


def oval_in(size: tuple[int, int]) -> Oval:
    """Return the oval in the middle of a frame of that width and height, pixels."""
    width, height = size
    half_height = _OVAL_HEIGHT / 2
    half_width = min(half_height * _OVAL_SHAPE * height / width, 0.48)
    return Oval(0.5, 0.5, half_width, half_height)


def oval_around(face: Face | DetectedFace, size: tuple[int, int]) -> Oval:
    """Return the oval around a face: in a clip, nobody can be asked to move."""
    width, height = size
    left, top, right, bottom = (float(value) for value in face.detection.box)
    half_height = face.detection.height * _HEAD / 2
    return Oval(
        (left + right) / 2 / width,
        (top + bottom) / 2 / height,
        half_height * _OVAL_SHAPE / width,
        half_height / height,
    )


def place_of(face: Face | DetectedFace, size: tuple[int, int], *, oval: Oval) -> Place | None:
    """Return what is wrong with where a face is; None where it is inside the oval."""
    width, height = size
    left, top, right, bottom = (float(value) for value in face.detection.box)
    tall = face.detection.height / height
    cut_off = max(-left, right - width, -top, bottom - height)
    if tall > _NEAREST or (cut_off > _CUT_OFF * face.detection.height and tall > 2 * _FARTHEST):
        return Place.TOO_NEAR
    off_x = abs((left + right) / 2 / width - oval.x) / oval.half_width
    off_y = abs((top + bottom) / 2 / height - oval.y) / oval.half_height
    if off_x > _OFF_CENTRE[0] or off_y > _OFF_CENTRE[1]:
        return Place.OUTSIDE
    return Place.TOO_FAR if tall < _FARTHEST else None


def is_too_small(face: Face | DetectedFace) -> bool:
    """Whether a face has too few pixels, however much of the frame it fills."""
    # Eyes come near each other as a head turns, and it is no further away for that.
    yaw = np.radians(min(abs(face.landmarks.pose.yaw), 60.0))
    return face.landmarks.eye_distance / float(np.cos(yaw)) < _SMALLEST


def light_of(face: Face) -> Light | None:
    """Return what is wrong with the light on a face, from the brightness of its aligned crop."""
    side = face.aligned.pixels.shape[0]
    grey = _brightness(face)[side // 4 : side - side // 8, side // 5 : side - side // 5]
    # Even a face with dark skin has bright places where there is light, and a pale one in good
    # light has dark ones.
    if float(np.percentile(grey, 90)) < _DARK:
        return Light.DARK
    if float(np.percentile(grey, 25)) > _BRIGHT:
        return Light.BRIGHT
    return None


def eyes_hidden(face: Face) -> bool:
    """Whether dark glasses hide the eyes; False as well where nobody can tell."""
    mesh = face.landmarks.mesh
    if mesh is None:
        return False
    grey = _brightness(face)
    side = grey.shape[0]

    def seen(x: float, y: float) -> float:
        reach = max(1, round(_PATCH * side))
        column, row = round(x), round(y)
        patch = grey[
            max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
        ]
        return float(np.median(patch)) if patch.size else 255.0

    brightest = 0.0
    for corners, cheek in _EYES_AND_CHEEKS:
        places = apply_transform(face.aligned.transform, mesh[[*corners, cheek], :2])
        x, y = (float(value) for value in places[:2].mean(axis=0))
        around = max(seen(x, y - _LID * side), seen(x, y + _LID * side))
        beside = seen(*(float(value) for value in places[2]))
        brightest = max(brightest, around / (beside + 8.0))
    return brightest < _HIDDEN


def _brightness(face: Face) -> Float32Array:
    """Return the aligned crop in grey, float32, shape (s, s), 0 to 255; ITU-R BT.601 luma."""
    luma = np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(face.aligned.pixels.astype(np.float32) @ luma, np.float32)
