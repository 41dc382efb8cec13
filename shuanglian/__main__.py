"""``shuanglian …`` and ``python -m shuanglian …``: the matching of files at once, everything else through the console.

Matching from files to files needs neither settings nor a database, so what serves pages is not loaded for it.
"""

import importlib
import sys
from collections.abc import Sequence

WITH_DATABASE = {"reindex", "refit"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["match"] and not WITH_DATABASE & set(given[1:2]):
        return int(importlib.import_module("shuanglian.matching.engine.cli").main(given[1:]))
    return int(importlib.import_module("shuanglian.core.console").main(given))


if __name__ == "__main__":
    sys.exit(main())
