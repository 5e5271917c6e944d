"""The people of the gallery: the panel, their dialogs, the bin, undoing."""
