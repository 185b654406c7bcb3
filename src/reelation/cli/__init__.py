"""11. the command line: parse, call, print; no logic."""
