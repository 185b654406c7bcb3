"""Make the peers' environments, apart from ours: `python benchmarks/peers/environments.py FOLDER`.

RecBole 1.2.1 needs NumPy 1 and a SciPy that still has what it reaches into. PyTorch is the CPU build that the project
itself uses (`scripts/install_torch.py`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PEERS = {
    "recbole": ["recbole==1.2.1", "numpy<2", "scipy<1.12", "pandas<2.3", "setuptools<81"],
    "lenskit": ["lenskit==2025.8.1"],
}


def main() -> None:
    """One environment a peer; one that is there already is left as it is."""
    root = Path(__file__).parents[2]
    for name, packages in PEERS.items():
        folder = Path(sys.argv[1]) / name
        python = folder / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            torch = [str(python), str(root / "scripts" / "install_torch.py"), "torch==2.13.0"]
            subprocess.run([*torch, "https://download.pytorch.org/whl/cpu"], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
        print(f"{name}: {python}")


if __name__ == "__main__":
    main()
