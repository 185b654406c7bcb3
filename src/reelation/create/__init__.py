"""9b. creative aid: comparables, blends, gaps, casting, programmes; each with its evidence and its caveats."""
