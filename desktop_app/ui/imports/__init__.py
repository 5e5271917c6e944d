"""Importing many people from a folder."""
