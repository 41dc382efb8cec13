"""``shuanglian match …``: matching from files to files, without a database.

Each command is loaded by name when it is called: a plan of a bare graph needs no dictionary and no encoder in memory.
"""

import argparse
import importlib
from collections.abc import Sequence

COMMANDS = {"rank": "the best offers for each need", "allocate": "the best plan for all needs together"}
PLACES = {"rank": "rank_cli", "allocate": "plan_cli"}


def main(argv: Sequence[str]) -> int:
    """Run ``match rank …`` or ``match allocate …``; returns the exit code."""
    parser = argparse.ArgumentParser(prog="shuanglian match", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    name = parser.parse_args(argv[:1]).command
    module = importlib.import_module(f"shuanglian.matching.engine.{PLACES[name]}")
    return int(module.run(list(argv[1:])))
