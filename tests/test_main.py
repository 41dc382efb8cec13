"""The front of the command: who is called, and with what."""

from types import SimpleNamespace

import pytest

from shuanglian import __main__ as front

ENGINE, CONSOLE = "shuanglian.matching.engine.cli", "shuanglian.core.console"


@pytest.mark.parametrize(
    ("given", "place", "handed"),
    [
        (["match", "rank", "--top", "5"], ENGINE, ["rank", "--top", "5"]),
        (["match"], ENGINE, []),
        (["match", "reindex", "--all"], CONSOLE, ["match", "reindex", "--all"]),
        (["match", "refit"], CONSOLE, ["match", "refit"]),
        (["demo"], CONSOLE, ["demo"]),
        ([], CONSOLE, []),
    ],
)
def test_files_go_to_the_engine_and_the_rest_to_the_console(monkeypatch, given, place, handed):
    called = []

    def load(name):
        return SimpleNamespace(main=lambda argv: called.append((name, argv)) or 7)

    monkeypatch.setattr(front.importlib, "import_module", load)

    assert front.main(given) == 7
    assert called == [(place, handed)]
