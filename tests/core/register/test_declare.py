import dataclasses

import pytest

from shuanglian.core.register.columns import Text
from shuanglian.core.register.declare import Section
from tests.core.register.sample import SAMPLE


@pytest.mark.parametrize(
    "changes",
    [
        {"heading": "nowhere"},
        {"under": "nowhere"},
        {"order": "-nowhere"},
        {"sections": (Section("x", ("nowhere",)),)},
        {"keys": (("nowhere",),)},
        {"sheet": ("nowhere",)},
    ],
)
def test_a_key_that_does_not_exist_fails_at_start(changes):
    with pytest.raises(KeyError, match="sample: nowhere"):
        dataclasses.replace(SAMPLE, **changes)


def test_names_and_permissions_come_from_the_declaration():
    assert SAMPLE.row_noun == "企业"
    assert SAMPLE.sheet_title == "两新组织基本情况台账"
    assert dataclasses.replace(SAMPLE, ledger=None).sheet_title == "企业台账"
    assert SAMPLE.permission("view") == "directory.view_organization"


def test_importable_needs_keys_and_an_action():
    assert SAMPLE.is_importable is True
    assert dataclasses.replace(SAMPLE, keys=()).is_importable is False
    assert dataclasses.replace(SAMPLE, create=None, update=None).is_importable is False


def test_without_a_ledger_the_sheet_has_the_columns_of_the_list():
    plain = dataclasses.replace(SAMPLE, sheet=())

    assert [column.key for column in plain.sheet_columns()] == [column.key for column in SAMPLE.columns]


def test_a_row_may_have_a_page_elsewhere(guanli):
    elsewhere = dataclasses.replace(SAMPLE, link=lambda row: f"/enterprise/{row.pk}/")

    assert elsewhere.href(guanli) == f"/enterprise/{guanli.pk}/"


def test_columns_of_the_sheet_alone_are_found():
    column = SAMPLE.column("division__code")

    assert (column.heading, column.writable, isinstance(column, Text)) == ("所属乡镇代码", False, True)
