"""Keeping the gallery safe: backups, passphrases, the lock."""
