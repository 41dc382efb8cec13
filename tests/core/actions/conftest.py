"""A sheet of words as somebody brings it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core import actions
from shuanglian.core.registers import TERMS
from tests.factories.core import TermFactory


def sheet(*rows):
    book = Workbook()
    for row in [["字典", "代码", "名称", "次序"], *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("../字典<补>.xlsx", out.getvalue())


@pytest.fixture
def batch(staff):
    TermFactory(dictionary="colour", code="G", name="绿", position=7)
    return actions.open_import(TERMS, sheet(["colour", "R", "红", 1], ["colour", "G", "青", 2]), by=staff)
