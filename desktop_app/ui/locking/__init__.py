"""Who may open the gallery: passphrases, keys, the lock."""
