"""Recommenders without torch: popularity, neighbours, EASE, implicit's factors, content; and the blend of them."""
