"""Kenspeckle: names for the faces in front of a webcam and in photo files."""

__version__ = "0.1.0"
