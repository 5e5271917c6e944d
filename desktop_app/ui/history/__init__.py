"""Who was seen when."""
