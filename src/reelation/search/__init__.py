"""8. atlas -> rows and scores: title look-up by name, and exact neighbours."""
