"""The two lists as documents: Word and Excel with exactly the title and the columns of the ledger."""

from io import BytesIO

import xlsxwriter

from shuanglian.core import dictionary
from shuanglian.core.papers import table_document
from shuanglian.exchange.models import ListIssue
from shuanglian.exchange.queries.lists import HEADINGS, public_rows


def list_word(issue: ListIssue, *, public: bool) -> bytes:
    """The issue as a Word file; the public version has no contacts and only public rows."""
    return table_document(list_title(issue), _line(issue), HEADINGS[issue.kind], _rows(issue, public=public))


def list_excel(issue: ListIssue, *, public: bool) -> bytes:
    """The issue as a workbook by the rules of the ledgers: title, line, headings, data from row 4, all text."""
    headings = HEADINGS[issue.kind]
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(issue.get_kind_display())
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#EFEFEB"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.merge_range(0, 0, 0, len(headings) - 1, list_title(issue), title)
        sheet.write_string(1, 0, _line(issue))
        for column, text in enumerate(headings):
            sheet.write_string(2, column, text, head)
        for n, row in enumerate(_rows(issue, public=public), start=3):
            for column, text in enumerate(row):
                sheet.write_string(n, column, text, cell)
        sheet.freeze_panes(3, 2)
        sheet.set_column(1, len(headings) - 1, 16)
    return out.getvalue()


def list_title(issue: ListIssue) -> str:
    """《项目需求清单》 or 《共享开放清单》, exactly."""
    return f"《{issue.get_kind_display()}》"


def _rows(issue: ListIssue, *, public: bool) -> list[list[str]]:
    return public_rows(issue.kind, issue.rows) if public else issue.rows


def _line(issue: ListIssue) -> str:
    day = issue.issued_on
    return f"{dictionary.office(day)}　第 {issue.version} 期　{day.year}年{day.month}月{day.day}日"
