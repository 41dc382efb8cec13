"""The judged needs and offers that the tests share."""

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "matching"


def rows(name):
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@cache
def needs_and_offers():
    return tuple(
        f"{row['title']}。{row['description']}"
        for name in ("needs.jsonl", "offers.jsonl")
        for row in rows(name)
    )
