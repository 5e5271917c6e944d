"""The pages of the settings dialog, a module each."""
