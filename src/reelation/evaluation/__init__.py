"""6b. metrics and protocols; needs no torch, and is the only place where metrics live."""
