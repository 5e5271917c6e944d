"""What a soak run is made of; ``tools/soak.py`` starts one."""
