import pytest

from shuanglian.matching.engine.allocate import jit


def test_without_a_compiler_modules_load_and_kernels_say_so(monkeypatch):
    monkeypatch.setattr(jit, "COMPILED", False)

    plan = jit.kernel(lambda rows: rows)

    assert jit.inline(len) is len
    with pytest.raises(jit.NoCompilerError):
        plan([1])
