"""What a project is, what its text says, and how near every title is to it."""
