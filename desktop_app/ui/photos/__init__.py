"""Who is in photo files."""
