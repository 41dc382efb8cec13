import pytest

from shuanglian.core.models import ImportBatch, ImportRow
from shuanglian.core.register.imports.said import ALIKE, NOWHERE, Said, alike

pytestmark = pytest.mark.django_db


def batch(**fixes):
    layout = {"places": {"kind": 1, "name": 0}, "chosen": {"all": {"division": "宏道镇"}}}
    return ImportBatch(layout=layout, fixes=fixes)


def test_what_was_said_of_all_rows_of_a_text_and_of_one_row_counts_in_this_order():
    told = batch(
        **{ALIKE: {"kind": {"有限责任公司": "私营企业"}}, "4": {"kind": "社会团体", "division": "河边镇"}}
    )
    said = Said(told, told.layout["places"])

    assert said.places == {"kind": 1, "name": 0, "division": NOWHERE}
    assert said.of(2, ["甲", " 有限责任公司 "]) == {"division": "宏道镇", "kind": "私营企业"}
    assert said.of(3, ["甲", 5.0]) == {"division": "宏道镇"}
    assert said.of(4, ["甲", "有限责任公司"]) == {"division": "河边镇", "kind": "社会团体"}
    assert said.of(5, []) == {"division": "宏道镇"}


def test_where_nothing_was_said_the_cells_count():
    told = ImportBatch(layout={"places": {"name": 0}}, fixes={})

    assert Said(told, {"name": 0}).of(2, ["甲"]) == {}


def test_texts_that_are_wrong_in_more_rows_than_one_are_counted(staff):
    told = ImportBatch.objects.create(
        by=staff, register="organizations", name="x", layout={"places": {"kind": 1}}, counts={"wrong": 5}
    )
    wrong = {"kind": ["没有“有限”", "私营企业"], "": ["整行"]}
    cells = [["甲", "有限"], ["乙", "有限"], ["丙", "股份"], ["丁", 5.0], ["戊", 5.0]]
    ImportRow.objects.bulk_create(
        ImportRow(batch=told, number=at, kind="wrong", cells=row, wrong=wrong) for at, row in enumerate(cells)
    )
    ImportRow.objects.create(batch=told, number=9, kind="twice", cells=cells[0], wrong=wrong)

    assert alike(told) == [
        {"key": "kind", "text": "有限", "reason": "没有“有限”", "suggestion": "私营企业", "rows": 2}
    ]


def test_a_row_is_of_the_chapter_above_it_unless_it_says_otherwise():
    told = ImportBatch(
        layout={
            "places": {"name": 0},
            "chapters": {"key": "division", "rows": [[2, "宏道镇"], [5, "河边镇"]]},
        },
        fixes={"6": {"division": "蒋村镇"}},
    )
    said = Said(told, {"name": 0})

    assert said.places == {"name": 0, "division": NOWHERE}
    assert [said.of(number, ["甲"]) for number in (1, 3, 6, 7)] == [
        {},
        {"division": "宏道镇"},
        {"division": "蒋村镇"},
        {"division": "河边镇"},
    ]
    assert Said(told, {"name": 0}, {}).of(3, ["甲"]) == {}
