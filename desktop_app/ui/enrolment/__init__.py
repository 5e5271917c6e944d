"""Adding people: by the camera, from photos, from a folder."""
