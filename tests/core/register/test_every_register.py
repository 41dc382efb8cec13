"""Every register that an app declares passes this battery; adding one needs no new test."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from shuanglian.core.access import can
from shuanglian.core.audit import record
from shuanglian.core.models import ImportBatch
from shuanglian.core.register.filters import Dates
from shuanglian.core.register.sheet import unit_line
from shuanglian.core.register.site import site
from tests.factories import factory_for

LEDGERS = {
    ledger["id"]: ledger
    for ledger in json.loads(Path(__file__).parents[2].joinpath("data/ledgers.json").read_text())
}
CLOSED = ("list", "export", "exports", "print", "template", "import", "new")
READERS = ("staff", "sysadmin", "secadmin", "auditor")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("register", site.registers, ids=lambda register: register.slug),
]


@pytest.fixture
def reader(request, register):
    """The first of the county's people who may open this register."""
    for name in READERS:
        user = request.getfixturevalue(name)
        if can(user, register.permission("view")):
            return user
    return pytest.fail("nobody may open this register")


@pytest.fixture
def page(client, reader):
    """Open an address as the reader and give the answer, whatever its status."""
    client.force_login(reader)
    return client.get


@pytest.fixture
def row(register, reader):
    """One row the reader may see."""
    made = factory_for(register.model)()
    assert register.rows(reader).filter(pk=made.pk).count() == 1
    return made


def queries(page, address):
    with CaptureQueriesContext(connection) as seen:
        assert page(address).status_code == 200
    return [query["sql"] for query in seen]


def some_rows(register, number):
    return factory_for(register.model).create_batch(number)


def workbook(answer):
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def test_anonymous_goes_to_the_sign_in_page(client, register):
    answers = [client.get(register.url(name)) for name in CLOSED]

    assert [(a.status_code, a.url.split("?")[0]) for a in answers] == [(302, "/accounts/login/")] * len(
        CLOSED
    )


def test_list_shows_a_row_once(page, register, row):
    column = register.column(register.heading)
    text = column.short(column.raw(row))
    searched = page(register.url("list"), {"q": text} if register.search else {})

    assert searched.content.decode().count(f'href="{register.href(row)}"') == 1


def test_query_count_does_not_grow_with_rows(page, register, row):
    address = register.url("list")
    page(address)
    one = queries(page, address)
    some_rows(register, 59)

    assert len(queries(page, address)) == len(one)


def test_hidden_row_is_404(client, stranger, register, row):
    if register.public:
        pytest.skip("everybody signed in sees every row")
    client.force_login(stranger)

    assert client.get(register.url("detail", row.pk)).status_code == 404


def test_who_may_see_it_is_explained_to_those_who_answer_for_it(client, staff, secadmin, register, row):
    if register.link is not None:
        pytest.skip("the row has a page of its own")
    for user in (staff, secadmin):
        if register.rows(user).filter(pk=row.pk).exists() and can(user, register.permission("view")):
            client.force_login(user)
            body = client.get(register.url("detail", row.pk)).content.decode()
            assert "谁能看" in body
            assert ("谁能改：" in body) == bool(register.form and register.update)


def test_absent_row_is_404(page, register):
    assert page(register.url("detail", 2**62)).status_code == 404


def test_detail_opens_with_its_history(page, register, reader, row):
    if register.link is not None:
        pytest.skip("the row has a page of its own")
    record(row, "change", by=reader, note="核对过一次")

    answer = page(register.url("detail", row.pk))

    assert (answer.status_code, answer.content.decode().count("核对过一次")) == (200, 1)


def test_detail_query_count_does_not_grow_with_history(page, register, reader, row):
    if register.link is not None:
        pytest.skip("the row has a page of its own")
    address = register.url("detail", row.pk)
    record(row, "change", by=reader)
    page(address)
    one = queries(page, address)
    for _ in range(10):
        record(row, "change", by=reader)

    assert len(queries(page, address)) == len(one)


def test_sheet_has_the_headings_of_its_ledger(register):
    if register.ledger is None:
        pytest.skip("not one of the forty ledgers")
    ledger = LEDGERS[register.ledger.id]

    assert register.ledger.title == ledger["name"]
    assert ["序号", *(column.heading for column in register.sheet_columns())] == ledger["columns"]


def test_export_stands_as_the_sheet_rules_say(page, register, reader, row):
    if not can(reader, register.permission("export")):
        pytest.skip("the reader does not export")
    sheet = workbook(page(register.url("export"))).active
    visible = register.rows(reader).count()

    heads = (
        LEDGERS[register.ledger.id]["columns"]
        if register.ledger
        else ["序号", *(c.heading for c in register.sheet_columns())]
    )
    assert [str(area) for area in sheet.merged_cells.ranges] == [f"A1:{get_column_letter(len(heads))}1"]
    assert sheet.cell(1, 1).value == register.sheet_title
    assert sheet.cell(2, 1).value == unit_line()
    assert [c.value for c in sheet[3]] == heads
    assert [sheet.cell(r, 1).value for r in range(4, sheet.max_row + 1)] == list(range(1, visible + 1))


def test_csv_opens_as_chinese_in_excel(page, register, reader, row):
    if not can(reader, register.permission("export")):
        pytest.skip("the reader does not export")
    data = b"".join(page(register.url("export"), {"as": "csv"}).streaming_content)
    heads = next(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    assert data.startswith("\ufeff".encode())
    assert heads == (
        LEDGERS[register.ledger.id]["columns"]
        if register.ledger
        else ["序号", *(c.heading for c in register.sheet_columns())]
    )


def test_own_export_comes_back_as_nothing_new(page, client, register, reader, row):
    if not register.is_importable or not can(reader, register.permission("export")):
        pytest.skip("not importable by the reader")
    some_rows(register, 2)
    data = b"".join(page(register.url("export")).streaming_content)

    answer = client.post(register.url("import"), {"file": SimpleUploadedFile("own.xlsx", data)})
    assert answer.status_code == 302, answer.content.decode()
    batch = ImportBatch.objects.get()

    assert list(batch.rows.exclude(kind="same").values_list("number", "kind", "wrong", "changes")) == []
    assert batch.counts["same"] == register.rows(reader).count()
    assert client.get(answer.url).status_code == 200


def test_import_names_the_row_that_is_wrong(page, client, register, reader, row):
    if not register.is_importable or not can(reader, register.permission("export")):
        pytest.skip("not importable by the reader")
    required = next((c for c in register.sheet_columns() if c.required and c.writable), None)
    if required is None:
        pytest.skip("no column must be filled")
    book = workbook(page(register.url("export")))
    sheet = book.active
    heads = [cell.value for cell in sheet[3]]
    last = sheet.max_row + 1
    keys = {register.column(key).heading for keys in register.keys for key in keys}
    for at, head in enumerate(heads, start=1):
        copied = sheet.cell(4, at).value
        sheet.cell(last, at).value = f"{copied}另" if head in keys and isinstance(copied, str) else copied
    sheet.cell(last, heads.index(required.heading) + 1).value = None
    data = io.BytesIO()
    book.save(data)

    answer = client.post(register.url("import"), {"file": SimpleUploadedFile("bad.xlsx", data.getvalue())})
    wrong = ImportBatch.objects.get().rows.filter(kind="wrong")

    assert answer.status_code == 302
    assert [row.number for row in wrong] == [last]
    assert f"第 {last} 行" in client.get(answer.url).content.decode()


def test_every_order_works(page, register, row):
    sorts = [sign + column.key for column in register.columns if column.order for sign in ("", "-")]

    assert [page(register.url("list"), {"sort": sort}).status_code for sort in sorts] == [200] * len(sorts)


def test_every_filter_works(page, register, reader, row):
    asked = []
    for one in register.filters:
        if isinstance(one, Dates):
            asked.append(dict(zip(one.names, ("2020-01-01", "2030-12-31"), strict=True)))
        else:
            asked += [{one.path: value} for value in list(one.choices(register, reader))[:3]]
    asked += [{"is": condition.key} for condition in register.conditions]
    answers = [page(register.url("list"), params) for params in asked]

    assert [answer.status_code for answer in answers] == [200] * len(asked)
    assert [answer.content.decode().count("看不懂") for answer in answers] == [0] * len(asked)


NONSENSE = (
    *(
        "",
        "abc",
        "-3",
        "0",
        "1.5",
        "٣",
        "9" * 20,
        "77777",
        "xyz",
        "-",
        "--name",
        "name,-name",
        "__class__",
        "pk__in",
    ),
    *(
        "%_\\'\";--\x00",
        "\x00",
        "🚫\u202e",
        "ж" * 5000,
        "<script>",
        "{{7*7}}",
        "../../etc",
        "None",
        "true",
    ),
    *("昨天", "2026-99-99", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-09T25:00", "20260309", "１２"),
)


def test_nonsense_in_the_address_breaks_nothing(page, register, reader, row):
    """Every parameter with every kind of nonsense: the page comes, and says what it left out."""
    names = sorted(
        {name for one in register.filters for name in one.names} | {"page", "sort", "is", "q", "open"}
    )
    asked = [
        {name: NONSENSE[(at + shift) % len(NONSENSE)] for at, name in enumerate(names)}
        for shift in range(len(NONSENSE))
    ]
    answers = [page(register.url("list"), params) for params in asked]

    assert [params for params, answer in zip(asked, answers, strict=True) if answer.status_code != 200] == []
    assert ["看不懂，没有用上" in answer.content.decode() for answer in answers] == [True] * len(asked)
    if can(reader, register.permission("export")):
        wild = {name: ["\x00", "9" * 40] for name in (*names, "cols", "as", "nobody")}
        assert workbook(page(register.url("export"), wild)).active.cell(1, 1).value == register.sheet_title
        assert page(register.url("print"), wild).status_code == 200


def test_nothing_is_done_without_permission(client, stranger, register, row):
    client.force_login(stranger)
    upload = {"file": SimpleUploadedFile("a.xlsx", b"PK")}
    answers = [
        client.post(register.url("new"), {}),
        client.post(register.url("edit", row.pk), {}),
        client.post(register.url("import"), upload),
        client.post(register.url("bulk"), {"do": "x", "row": row.pk}),
        client.post(register.url("columns"), {}),
        client.get(register.url("export")),
    ]

    assert {answer.status_code for answer in answers} - {403, 404} <= ({302} if register.public else set())


def test_posts_need_the_csrf_token(reader, register, row):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader)
    pages = ("new", "import", "bulk", "columns", "view")

    assert [strict.post(register.url(name), {}).status_code for name in pages] == [403] * len(pages)


def test_list_works_without_scripts(page, register, row):
    """Every htmx address on the page is the address of a plain link or form as well."""
    body = page(register.url("list")).content.decode()
    fetched = {part.split('"')[0] for part in body.split('hx-get="')[1:]}
    plain = {part.split('"')[0] for part in body.replace("action=", "href=").split('href="')[1:]}

    assert fetched - plain == set()
    assert [word for word in ("hx-on", "onclick=", " style=", "<style", "javascript:") if word in body] == []
