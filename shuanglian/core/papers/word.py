"""Word documents: a list is a title, a line below it and one table; a letter is text. The office adds head and seal."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY = "仿宋"
TITLE = "方正小标宋简体"
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}


def table_document(title: str, line: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A landscape A4 document: title, line (who, when, which issue), and a table whose head repeats on each page."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for name, value in MARGINS.items():
        setattr(section, name, value)
    _paragraph(document, title, TITLE, Pt(22))
    _paragraph(document, line, BODY, Pt(12))
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    _fill(table.rows[0], headings, bold=True)
    _repeat(table.rows[0])
    for row in rows:
        _fill(table.add_row(), row, bold=False)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def letter_document(title: str, to: str, paragraphs: Sequence[str], signed: Sequence[str]) -> bytes:
    """An upright A4 letter: title, whom it is to, indented paragraphs, and who signs with the day, to the right."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, value in MARGINS.items():
        setattr(section, name, value)
    _paragraph(document, title, TITLE, Pt(22))
    _write(document.add_paragraph(), to, BODY, Pt(16))
    for text in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)
        _write(paragraph, text, BODY, Pt(16))
    for text in signed:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, text, BODY, Pt(16))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(document: Document, text: str, font: str, size: Pt) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(paragraph, text, font, size)


def _fill(row: object, texts: Sequence[str], *, bold: bool) -> None:
    for cell, text in zip(row.cells, texts, strict=True):  # type: ignore[attr-defined]
        _write(cell.paragraphs[0], text, "黑体" if bold else BODY, Pt(9))


def _write(paragraph: object, text: str, font: str, size: Pt) -> None:
    run = paragraph.add_run(text)  # type: ignore[attr-defined]
    run.font.name, run.font.size = font, size
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _repeat(row: object) -> None:
    properties = row._tr.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
