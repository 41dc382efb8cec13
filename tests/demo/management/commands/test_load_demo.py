from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from demo.management.commands import load_demo


def test_loading_says_what_it_does(county):
    assert county == "正在建立演示县，约半分钟……Building the demonstration county.\n演示数据已就绪。Ready.\n"


def test_loading_again_says_that_nothing_was_changed(county):
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert said.getvalue().splitlines()[-1] == "已有数据，没有改动。There is data already."


@pytest.mark.usefixtures("county")
def test_accounts_are_printed_administrators_last():
    said = StringIO()
    call_command("load_demo", accounts=True, stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0] == "  林静远  工委工作人员  demo-staff"
    assert lines[3] == "  何景行  出资人、党支部书记  demo-haokun-owner"
    assert lines[-1] == "  魏知行  审计员  demo-auditor"
    assert len(lines) == 14


@pytest.mark.parametrize("options", [{}, {"accounts": True}])
def test_outside_the_demonstration_nothing_is_loaded_or_printed(monkeypatch, options):
    built, said = [], StringIO()
    monkeypatch.setattr(load_demo, "build_county", lambda: built.append("county"))
    with (
        override_settings(SHUANGLIAN_DEMO=False),
        pytest.raises(CommandError, match=r"^演示数据只能载入演示环境：请先设置 SHUANGLIAN_DEMO=1。"),
    ):
        call_command("load_demo", stdout=said, **options)
    assert (built, said.getvalue()) == ([], "")
