"""The exact allocation of offers to needs: the highest total fit under capacities, proven on every run.

``solve`` answers once, ``live`` (and ``several``, where needs take more than one offer) follows a
changing world, ``tiers`` splits the work by area, ``weights`` folds urgency
and due dates into the scores. The method: ``auction`` finds rough prices, ``paths`` makes them exact,
``certificate`` proves it; ``market`` turns demands, ceilings, locks and exclusions into plain seats.

Pages enter ``market``, ``solve``, ``jit`` and ``machine_code`` as attributes: they come when first used.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shuanglian.matching.engine.allocate import jit as jit
    from shuanglian.matching.engine.allocate import machine_code as machine_code
    from shuanglian.matching.engine.allocate import market as market
    from shuanglian.matching.engine.allocate import solve as solve


def __getattr__(name: str) -> ModuleType:
    if name not in ("jit", "machine_code", "market", "solve"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")
