"""The people of the gallery: the panel and the window of a person."""
