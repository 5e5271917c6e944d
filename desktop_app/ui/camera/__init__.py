"""Adding somebody with the camera."""
