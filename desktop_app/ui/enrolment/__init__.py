"""Adding somebody from photos or from a face that was picked."""
