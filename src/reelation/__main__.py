"""`python -m reelation`: the command line."""

from reelation.cli.main import run

run()
