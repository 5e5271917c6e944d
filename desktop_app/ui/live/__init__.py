"""The live picture, and what one can do about a face in it."""
