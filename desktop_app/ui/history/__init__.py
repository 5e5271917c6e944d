"""Who was seen when, and greeting whoever arrives."""
