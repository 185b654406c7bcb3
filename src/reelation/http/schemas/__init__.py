"""What answers look like: models for OpenAPI and for tests. Answers are sent without being checked against them."""
