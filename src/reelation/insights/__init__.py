"""9. what the atlas can tell: one module an insight, each returning frozen dataclasses."""
