"""Measures the shipped configuration on labelled photos, failures counted as errors."""
