"""Install the pinned PyTorch without dragging in several gigabytes of CUDA by accident.

    python scripts/install_torch.py torch==2.13.0 [PAGE OF WHEELS]

Tries, in this order: what is installed already; the page of wheels, if it answers; a CPU build that pip has been told
of (find-links and extra indexes of its own configuration); and last, only if asked for by an empty page, pip's index
as it is.
"""

import subprocess
import sys
import urllib.error
import urllib.request


def pip(*arguments: str) -> bool:
    """Run pip; True where it succeeded."""
    return subprocess.run([sys.executable, "-m", "pip", *arguments], check=False).returncode == 0


def reachable(page: str) -> bool:
    """Whether the page of wheels answers within a few seconds."""
    try:
        with urllib.request.urlopen(f"{page.rstrip('/')}/torch/", timeout=10) as answer:  # noqa: S310 - https, from the Makefile
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def main() -> int:
    """Install and say how."""
    wanted, page = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    if pip("show", "--quiet", "torch"):
        return 0
    if page and reachable(page):
        print(f"PyTorch: {wanted} from {page}")
        return 0 if pip("install", "--quiet", "--index-url", page, wanted) else 1
    print(f"PyTorch: {wanted} as pip finds it" + (f" ({page} does not answer)" if page else ""))
    return 0 if pip("install", "--quiet", wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
