"""From the name of a source to the source."""

from __future__ import annotations

from desktop_app.capture.camera import CameraSource
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.source import FrameSource, SourceKind, SourceSpec
from desktop_app.capture.stream import StreamSource


def source_for(spec: SourceSpec) -> FrameSource:
    """Return the source that ``spec`` names, not yet open."""
    match spec.kind:
        case SourceKind.CAMERA:
            return CameraSource(spec)
        case SourceKind.CLIP:
            return ClipSource(spec)
        case SourceKind.STREAM:
            return StreamSource(spec)
