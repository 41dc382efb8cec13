import datetime as dt
from types import SimpleNamespace

from shuanglian.core.register import paper
from shuanglian.core.register.columns import Date, Money, Number, Quantity, Text, YesNo
from tests.core.register.sample import SAMPLE

COLUMNS = [
    Text("name", "名称"),
    YesNo("yes", "要上班"),
    Date("day", "日期"),
    Quantity("amount", "数量"),
    Money("paid", "金额", total=True),
    Number("people", "人数", total=True),
]


def row(**values):
    return SimpleNamespace(
        **({"name": "冠力集团", "yes": True, "day": None, "amount": None, "paid": 0, "people": None} | values)
    )


def test_every_value_is_a_text_and_the_sums_stand_in_the_last_row():
    rows = [row(day=dt.date(2026, 3, 5), amount=2, paid=5000, people=3), row(yes=False, paid=12, people=4)]
    made = paper.printed(iter(rows), COLUMNS, None)

    assert made.heads[:3] == (("序号", "num"), ("名称", "il"), ("要上班", ""))
    assert made.rows == (
        ("1", "冠力集团", "是", "2026-03-05", "2", "5000", "3"),
        ("2", "冠力集团", "否", "", "", "12", "4"),
    )
    assert made.totals == ("合计", "", "", "", "", "5,012 元", "7")


def test_nothing_to_add_up_gives_no_last_row():
    assert paper.printed([row()], COLUMNS[:2], None).totals == ()
    assert paper.printed([], COLUMNS, None).totals == ()


def test_the_ledger_or_what_the_list_shows():
    shown = [SAMPLE.column("kind"), SAMPLE.column("uscc")]

    assert paper.columns_of(SAMPLE, shown, everything=True) == SAMPLE.sheet_columns()
    assert [c.key for c in paper.columns_of(SAMPLE, shown, everything=False)] == ["name", "uscc", "kind"]
