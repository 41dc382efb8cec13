"""The two lists as documents, with exactly the title and the columns of the ledger; and the letter to an asked unit."""

from io import BytesIO

import xlsxwriter

from shuanglian.accounts.models import User
from shuanglian.core import dictionary
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.papers import letter_document, table_document
from shuanglian.core.render import date_text, qty
from shuanglian.exchange.models import ListIssue, Match
from shuanglian.exchange.queries.lists import HEADINGS, public_rows

ANSWER_DAYS = 5  # working days that a unit which is written to has


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


def asking_letter(match: Match, *, by: User) -> bytes:
    """商请函 to a unit of the city or the province, as a Word file. ``by`` is whom the unit may ring."""
    need, line, day = match.need_item.need, match.need_item, today()
    offer = match.offer_item.offer if match.offer_item else None
    shared = f"贵单位的“{offer}”（{match.unit.source}）" if offer else "贵单位的职能"
    wished = (
        f"企业希望{date_text(need.expected_by)}前办好，"
        if need.expected_by and need.expected_by > day
        else ""
    )
    answer_by = add_working_days(day, ANSWER_DAYS).due
    return letter_document(
        "关于商请支持企业需求的函",
        f"{match.unit}：",
        (
            f"我县{need.organization}提出“{need}”（编号 {need.number}），需要 {qty(line.requested)} {line.measure}。",
            *filter(None, map(str.strip, need.detail.splitlines())),
            f"我们看到{shared}和这项需求对得上，商请贵单位研究能否支持，"
            f"{wished}请于{date_text(answer_by)}前函复或电话告知。同意的，我们请企业和贵单位对接；有困难的，也请告知原因。",
            f"联系人：{by.name}" + (f"，电话：{by.mobile}" if by.mobile else "") + "。",
        ),
        (dictionary.office(day), f"{day.year}年{day.month}月{day.day}日"),
    )


def _rows(issue: ListIssue, *, public: bool) -> list[list[str]]:
    return public_rows(issue.kind, issue.rows) if public else issue.rows


def _line(issue: ListIssue) -> str:
    day = issue.issued_on
    return f"{dictionary.office(day)}　第 {issue.version} 期　{day.year}年{day.month}月{day.day}日"
