"""From vectors to decisions: gallery, search, decision, tracks."""
