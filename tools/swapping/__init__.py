"""What a measurement of exchanged faces is made of; ``tools/measure_swaps.py`` runs one."""
