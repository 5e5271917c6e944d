"""Somebody in front of a camera who does as they are told: one photo, turned and moved by its mesh.

The picture follows the face mesh, turned in space, so that detector, mesh and embedder see a head
that turns. It is for tests that want a person, not for judging how well faces are recognised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.capture.frame import Frame
from desktop_app.vision.types import Face

_GRID = 40  # places, a side, at which it is worked out where a pixel came from


@dataclass(frozen=True)
class Held:
    """How a head is held: degrees; and how large it is beside the photo."""

    yaw: float = 0.0
    pitch: float = 0.0
    size: float = 1.0


# What a person does who follows the guidance. Beyond this the picture is no face any more.
OBEDIENT = (
    Held(),
    Held(yaw=32),
    Held(yaw=-32),
    Held(pitch=18),
    Held(pitch=-18),
)


class Posing:
    """Draws one person's face as it is held."""

    def __init__(
        self,
        picture: np.ndarray,
        face: Face,
        *,
        size: tuple[int, int] = (640, 480),
        height: float = 0.42,
        at: tuple[float, float] = (0.5, 0.5),
    ) -> None:
        """Args: face: of the picture, with its mesh. height: of its box, of the frame's."""
        assert face.landmarks.mesh is not None
        self._picture = picture
        self._mesh = face.landmarks.mesh.astype(np.float64)
        self._middle = self._mesh.mean(axis=0)
        self._size = size
        self._scale = height * size[1] / face.detection.height
        box = face.detection.box
        self._at = np.array([at[0] * size[0], at[1] * size[1]])
        self._offset = (box[:2] + box[2:]) / 2 - self._middle[:2]
        self._face_size = face.detection.height

    def draw(self, held: Held) -> np.ndarray:
        """Return the frame, RGB, uint8."""
        from desktop_app.opencv import cv2

        width, height = self._size
        scale = self._scale * held.size
        moved = self._turned(held)
        # Pinned down from a face's height around it on, where hair and ground do not turn along.
        ring = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        pins = self._middle[:2] + 1.25 * self._face_size * np.column_stack(
            [np.cos(ring), np.sin(ring)]
        )
        to = np.vstack([moved, pins])
        shift = np.vstack([self._mesh[:, :2] - moved, np.zeros_like(pins)])
        across, down = np.meshgrid(
            np.linspace(0, width, _GRID), np.linspace(0, height, _GRID), indexing="xy"
        )
        places = np.column_stack([across.ravel(), down.ravel()])
        source = (places - self._at) / scale + self._middle[:2] + self._offset
        apart = ((source[:, None, :] - to[None]) ** 2).sum(axis=2)
        weight = 1.0 / (apart + (0.02 * self._face_size) ** 2) ** 1.5
        source += (weight @ shift) / weight.sum(axis=1, keepdims=True)
        grid = source.reshape(_GRID, _GRID, 2).astype(np.float32)
        where = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        return cv2.remap(
            self._picture,
            where[..., 0],
            where[..., 1],
            cv2.INTER_AREA,
            borderMode=cv2.BORDER_REPLICATE,
        )

    def _turned(self, held: Held) -> np.ndarray:
        yaw, pitch = np.radians([held.yaw, held.pitch])
        # The mesh's z points away from the camera; yaw turns to the subject's left, the right here.
        turn_yaw = np.array(
            [[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]]
        )
        turn_pitch = np.array(
            [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]]
        )
        turned = (self._mesh - self._middle) @ (turn_pitch @ turn_yaw).T + self._middle
        return turned[:, :2]


def film(
    posing: Posing,
    poses: tuple[Held, ...] = OBEDIENT,
    *,
    rate: float = 15.0,
    moving: float = 0.6,
    holding: float = 1.0,
    source_id: str = "posing",
) -> list[Frame]:
    """Return the frames of somebody who goes from pose to pose and holds each."""
    frames: list[Frame] = []
    before = poses[0]
    still: dict[Held, np.ndarray] = {}

    def add(pixels: np.ndarray) -> None:
        index = len(frames)
        frames.append(Frame(pixels, index, index / rate, source_id))

    for pose in poses:
        for step in range(round(moving * rate) if pose is not before else 0):
            part = (step + 1) / round(moving * rate)
            mixed = (
                getattr(before, name) + part * (getattr(pose, name) - getattr(before, name))
                for name in ("yaw", "pitch", "size")
            )
            add(posing.draw(Held(*mixed)))
        if pose not in still:
            still[pose] = posing.draw(pose)
        for _ in range(round(holding * rate)):
            add(still[pose])
        before = pose
    return frames
