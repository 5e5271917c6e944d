"""Who was seen when, and what happens when somebody arrives."""
