"""Titles between two others, and what each has from which."""
