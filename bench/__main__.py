"""All benchmarks, or those named: ``python -m bench [name…]``. Each prints ratios of figures taken in one run."""

import subprocess
import sys
from pathlib import Path

from bench.data import say

ROOT = Path(__file__).resolve().parents[1]
# Name → the command after ``python``; every benchmark has a process of its own.
BENCHES: dict[str, tuple[str, ...]] = {
    "claim": ("-m", "bench.claim"),
    "pages": ("-m", "bench.pages"),
    "registers": ("-m", "bench.registers"),
    "exports": ("-m", "bench.exports"),
    "imports": ("-m", "bench.imports"),
    "allocate": ("-m", "bench.allocate", "1000", "100000"),
    "match_quality": (
        "-m",
        "bench.match_quality",
        "tests/data/matching",
        "--unseen",
        "tests/data/matching_unseen",
    ),
    "match_speed": ("-m", "bench.match_speed"),
}


def main(names: list[str]) -> int:
    """Run them one after the other; the number of those that failed."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        say(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
        return len(unknown)
    failed = 0
    for name in names or BENCHES:
        say(f"== {name} ==")
        failed += subprocess.run([sys.executable, *BENCHES[name]], cwd=ROOT, check=False).returncode != 0  # noqa: S603
        say()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
