"""The matching engine: pure Python, NumPy and numba; no database, no clock, no settings.

``index.Index`` holds the offers of the counties and answers needs; ``allocate`` plans all needs together.

Few processes rank or plan, and the compiler alone takes 70 MiB and a third of a second. So what is compiled is written
with its room, ``engine.kernels.pick(…)`` and ``allocate.solve.solve(…)``, and the room comes when it is first used (PEP
562). Likewise the dictionary of words (``lexical``) and the encoder. ``load`` brings them before a server of pages forks.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shuanglian.matching.engine import kernels as kernels


def __getattr__(name: str) -> ModuleType:
    if name != "kernels":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def load() -> None:
    """Bring in what ranking and planning take, so that processes that are forked afterwards share it."""
    for room in ("kernels", "allocate.solve"):
        importlib.import_module(f"{__name__}.{room}")
    importlib.import_module(f"{__name__}.lexical").words("")
