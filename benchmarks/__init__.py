"""Measurements beside other programs. They need a venv of their own: make bench."""
