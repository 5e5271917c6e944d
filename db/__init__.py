"""The gallery on disk: SQLite through SQLAlchemy, with migrations."""
