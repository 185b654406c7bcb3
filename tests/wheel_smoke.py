"""Build the wheel, install it in an environment that has no source tree, and use it there.

    python tests/wheel_smoke.py

The new environment sees the packages of this one (so that nothing large is installed twice), but Reelation itself only
from the wheel.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]

PROGRAM = """
import pathlib, sys, reelation
assert pathlib.Path(reelation.__file__).is_relative_to(sys.prefix), reelation.__file__
from reelation import Catalogue, Engine
engine = Engine.open("demo/atlas")
found = engine.related("Alien (1979)", k=3)
assert len(found) == 3 and found[0].reason
assert abs(engine.similarity("Alien (1979)", "Aliens (1986)")) <= 1
assert Catalogue.open(pathlib.Path("demo/catalogue")).table("titles").height > 17_000
print(found[0].title)
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    """Run a command; show what it said where it failed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """Build, install, use."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        env["REELATION_HOME"] = str(folder / "home")
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder, env=env)
        wheel = next(folder.glob("*.whl"))
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        site = next((folder / "env" / "lib").glob("python*/site-packages"))
        shared = folder / "shared"  # every package of this environment but Reelation
        shared.mkdir()
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            if "reelation" not in path.name.lower() and path.suffix != ".pth" and path.name != "__pycache__":
                (shared / path.name).symlink_to(path)
        (site / "shared.pth").write_text(f"{shared}\n")
        run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder, env=env)
        command = folder / "env" / "bin" / "reelation"
        run(command, "demo", cwd=folder, env=env)
        answer = json.loads(run(command, "related", "Alien (1979)", "--json", "-a", "demo/atlas", cwd=folder, env=env))
        assert len(answer["related"]) == 10
        assert answer["related"][0]["name"] == run(python, "-c", PROGRAM, cwd=folder, env=env).rsplit(" (", 1)[0]
        print(f"{wheel.name}: builds, installs, and answers without a source tree")


if __name__ == "__main__":
    main()
