"""People for a project, with what speaks for them."""
