"""Draw docs/images/related.svg: what `reelation related` prints, from the demo's atlas.

python docs/picture.py demo/atlas
"""

import io
import re
import sys
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console
from rich.text import Text

from reelation.cli.main import app

TITLE = "Solaris (1972)"
OUT = Path(__file__).parent / "images" / "related.svg"
_WIDTH = 116


def main() -> None:
    """Run the command, keep its colours, draw it as a window."""
    arguments = ["related", TITLE, "-k", "6", "--atlas", sys.argv[1]]
    answer = CliRunner().invoke(app, arguments, color=True, catch_exceptions=False).output
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "green"), (f'reelation related "{TITLE}" -k 6', "bold")))
    console.print(Text.from_ansi(answer))
    drawn = console.export_svg(title="Reelation · 影联", unique_id="related")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # fonts from elsewhere: nothing loads
    drawn = drawn.replace("font-family: Fira Code, monospace", "font-family: ui-monospace, Menlo, Consolas, monospace")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
