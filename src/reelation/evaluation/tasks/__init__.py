"""One module a task: its data, its protocol, its sealed test."""
