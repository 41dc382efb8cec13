"""Chance that always falls the same way: each purpose has its own, so that adding one changes no other."""

from random import Random

_SEED = "Dingxiang"


def chance_of(purpose: str) -> Random:
    """A generator for one purpose, the same on every machine."""
    return Random(f"{_SEED}:{purpose}")  # noqa: S311  -- nothing here is secret
