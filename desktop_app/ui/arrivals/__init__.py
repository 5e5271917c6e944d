"""Greeting whoever arrives."""
