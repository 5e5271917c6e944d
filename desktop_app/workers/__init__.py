"""Everything that runs beside the window: capture, recognition, the database, odd jobs."""
