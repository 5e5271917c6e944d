"""Which way a head looks, from five points."""

from __future__ import annotations

import math

import numpy as np

from desktop_app.arrays import Float32Array, Float64Array
from desktop_app.vision.types import Pose

# The five points on MediaPipe's canonical face, centimetres: x to the subject's left, y up,
# z out of the face. Eyes are the middle between the corners, set back by half an eyelid.
_CANONICAL: Float64Array = np.array(
    [
        [-3.15, 2.63, 3.47],
        [3.15, 2.63, 3.47],
        [0.0, -0.46, 7.59],
        [-2.46, -4.34, 4.28],
        [2.46, -4.34, 4.28],
    ]
)
_CENTRED = _CANONICAL - _CANONICAL.mean(axis=0)
_EYE_DISTANCE = float(_CANONICAL[1, 0] - _CANONICAL[0, 0])
_PSEUDO_INVERSE = np.linalg.pinv(_CENTRED)


def estimate_pose(points: Float32Array) -> Pose:
    """Return the pose under which the canonical face projects nearest to five points.

    Scaled orthography: the 2×3 matrix that maps the centred model to the centred points in
    least squares, its rows made orthonormal (DeMenthon and Davis, "Model-based object pose in
    25 lines of code", IJCV 15, 1995, the first iteration).

    Args:
        points: float32, shape (5, 2), pixels, in the order of ``Landmarks.points``.

    """
    (right, up), _, _ = _projection(points)
    (right_x, right_y, right_z), (up_x, up_y, up_z) = right.tolist(), up.tolist()
    # Of right × up, the part towards the camera.
    out_z = right_x * up_y - right_y * up_x
    # The face's own "forward" and "up" axes, seen from the camera (x right, y up, z towards it).
    roll = math.atan2(right_y, up_y)
    # Yaw and pitch are the head's own: upright again, whichever way it leans in the picture.
    cosine, sine = math.cos(roll), math.sin(roll)
    forward_x = right_z * cosine - up_z * sine
    forward_y = right_z * sine + up_z * cosine
    yaw = math.atan2(forward_x, out_z)
    pitch = math.asin(min(max(forward_y, -1.0), 1.0))
    return Pose(yaw=math.degrees(yaw), pitch=math.degrees(pitch), roll=math.degrees(roll))


def shape_error(points: Float32Array) -> float:
    """Return how far five points are from where those of a face can lie, seen from anywhere.

    The root mean square distance to the canonical face in its nearest pose, in distances between
    its eyes; 0 for the canonical face.

    Args:
        points: float32, shape (5, 2), pixels, in the order of ``Landmarks.points``.

    """
    axes, scale, centred = _projection(points)
    if scale <= 0.0:
        return float("inf")
    misses = scale * _CENTRED @ axes.T - centred
    return float(np.sqrt((misses**2).sum(axis=1).mean()) / (scale * _EYE_DISTANCE))


def _projection(points: Float32Array) -> tuple[Float64Array, float, Float64Array]:
    """Return the picture's axes on the face, shape (2, 3), the scale, and the centred points."""
    centred = np.asarray(points, np.float64) - points.mean(axis=0)
    centred[:, 1] *= -1.0  # pictures count downwards
    projection = (_PSEUDO_INVERSE @ centred).T
    # The nearest matrix with orthogonal rows of one length is U Vᵀ of the SVD.
    u, lengths, vt = np.linalg.svd(projection, full_matrices=False)
    return u @ vt, float(lengths.mean()), centred
