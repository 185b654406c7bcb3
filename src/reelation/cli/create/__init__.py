"""`reelation create`: a command a feature of creative aid; parse, call, print."""
