"""Combinations that are plausible and rare, and how sure that is."""
