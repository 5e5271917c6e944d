"""Putting right who is who: merge, split, move, undo."""
