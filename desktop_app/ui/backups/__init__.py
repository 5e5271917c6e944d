"""Backups: made, looked through, put back."""
