"""Comparables: titles that a project can be measured against, with the misses beside the hits."""
