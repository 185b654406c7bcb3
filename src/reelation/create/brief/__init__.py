"""Briefs: an answer of the creative aid as a document whose every number and name is traced to a row."""
