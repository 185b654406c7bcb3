"""Seasons and festival strands: sets of titles that meet their limits, in an order."""
