import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shuanglian.core.models import ImportBatch, ImportFile, ImportState
from shuanglian.core.register import progress
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc
from tests.core.register.sample import change_organization

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]
HEADS = ["序号", "组织名称", "统一社会信用代码", "组织类别", "所属乡镇", "党员数(合计)"]


@pytest.fixture
def rows(guanli, town):
    """A new row, a changed one, the same one, a wrong one."""
    return [
        [1, "新锻造厂", synthetic_uscc(77), "私营企业", town.name, 3],
        [2, "冠力集团", guanli.uscc, None, None, 5],
        [3, "没有乡镇", synthetic_uscc(79), "私营企业", "蒋村", "约60"],
    ]


@pytest.fixture
def upload(client, staff, rows):
    """Bring the rows as a sheet; gives the address of the preview."""

    def bring(given=None, user=staff):
        book = Workbook()
        for row in [["企业信息补报表"], HEADS, *(given or rows)]:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        client.force_login(user)
        answer = client.post("/sample/import/", {"file": SimpleUploadedFile("补报.xlsx", out.getvalue())})
        assert answer.status_code == 302, answer.content.decode()
        return answer.url

    return bring


SEEN = {"seen-new": 1, "seen-changed": 1, "seen-same": 0, "seen-twice": 0, "seen-wrong": 1}


def test_the_first_page_says_what_is_accepted(client, staff):
    client.force_login(staff)
    body = client.get("/sample/import/").content.decode()

    assert "最大 30 MB、100,000 行" in body
    assert "组织名称（必填）、统一社会信用代码" in body
    assert "联系领导" not in body


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "请先选择一个 Excel 文件"),
        ({"file": SimpleUploadedFile("a.xlsx", b"not a workbook")}, "这是文本文件（例如 CSV）"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(client, staff, files, sentence):
    client.force_login(staff)
    answer = client.post("/sample/import/", files)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_sheet_without_data_is_refused(client, staff):
    answer = bring(client, staff, [HEADS, ["合计"]])

    assert answer.status_code == 422
    assert "表头下面没有数据" in answer.content.decode()


def test_the_preview_counts_and_shows_what_is_wrong(client, upload, town):
    body = client.get(upload()).content.decode()

    assert [
        f'name="seen-{kind}" value="{n}"' in body for kind, n in (("new", 1), ("changed", 1), ("wrong", 1))
    ] == [True] * 3
    assert "补报.xlsx　工作表“Sheet”　共 3 行。还没有写入台账。" in body
    assert (
        '<input class="form-control is-invalid" id="i-5-member_count" name="fix-5-member_count" value="约60"'
        in body
    )
    assert "只能填数字，如 60" in body
    assert f'data-value="{town.name}"' in body
    assert "导入 2 行，跳过 1 行" in body
    assert Organization.objects.count() == 1


def test_each_kind_of_row_can_be_looked_at(client, upload):
    address = upload()

    assert "党员数(合计)：0 → 5" in client.get(f"{address}?show=changed").content.decode()
    assert "新锻造厂" in client.get(f"{address}?show=new").content.decode()
    assert client.get(f"{address}?show=nonsense").status_code == 200


def test_valid_rows_are_written_and_the_rest_is_kept(client, upload, guanli):
    address = upload()
    answer = client.post(address, {**SEEN, "do": "write"}, follow=True)
    body = answer.content.decode()

    guanli.refresh_from_db()
    assert (guanli.member_count, Organization.objects.count()) == (5, 2)
    assert "已写入台账" in body
    assert "第 5 行" in body


def test_written_twice_is_refused(client, upload):
    address = upload()
    client.post(address, {**SEEN, "do": "write"})
    again = client.post(address, {**SEEN, "do": "write"})

    assert again.status_code == 422
    assert Organization.objects.count() == 2


def test_cells_are_corrected_in_place(client, upload, town):
    address = upload()
    fixes = {
        "fix-5-division": town.name,
        "was-5-division": "蒋村",
        "fix-5-member_count": "60",
        "was-5-member_count": "约60",
    }
    answer = client.post(address, {**fixes, "do": "check"}, follow=True)

    assert 'name="seen-wrong" value="0"' in answer.content.decode()
    assert 'name="seen-new" value="2"' in answer.content.decode()
    assert ImportBatch.objects.get().fixes == {"5": {"division": town.name, "member_count": "60"}}


def test_corrections_are_looked_at_before_they_are_written(client, upload, town):
    answer = client.post(
        upload(), {**SEEN, "fix-5-division": town.name, "was-5-division": "蒋村", "do": "write"}
    )

    assert answer.status_code == 422
    assert "改过的内容已经重新校对" in answer.content.decode()
    assert Organization.objects.count() == 1


def test_a_ledger_that_changed_meanwhile_is_looked_at_again(client, upload, guanli):
    address = upload()
    Organization.objects.filter(pk=guanli.pk).update(member_count=5)
    body = client.post(address, {**SEEN, "do": "write"}, follow=True).content.decode()

    assert "台账刚刚有变化" in body
    assert 'name="seen-same" value="1"' in body
    assert Organization.objects.count() == 1


def test_counts_that_are_not_those_of_the_page_are_refused(client, upload):
    answer = client.post(upload(), {**SEEN, "seen-new": 9, "do": "write"})

    assert answer.status_code == 422
    assert "内容刚刚有变化" in answer.content.decode()


def test_all_or_nothing_writes_nothing_while_rows_are_wrong(client, upload):
    answer = client.post(upload(), {**SEEN, "mode": "all", "do": "write"})

    assert answer.status_code == 422
    assert "还有 1 行要修改或重复，整批写入不能进行" in answer.content.decode()
    assert Organization.objects.count() == 1


def test_all_or_nothing_takes_back_what_was_written_before_a_refusal(client, upload, rows, town):
    given = [*rows[:2], [3, "某某传销", synthetic_uscc(80), "私营企业", town.name, 1]]
    seen = {"seen-new": 2, "seen-changed": 1, "seen-same": 0, "seen-twice": 0, "seen-wrong": 0}
    answer = client.post(upload(given), {**seen, "mode": "all", "do": "write"}, follow=True)
    body = answer.content.decode()

    assert "没有写入台账" in body
    assert "这个名称不能用" in body
    assert Organization.objects.count() == 1
    assert ImportBatch.objects.get().state == ImportState.FAILED


def test_exactly_the_wrong_rows_come_back_and_can_be_imported(client, upload):
    address = upload()
    before = load_workbook(io.BytesIO(b"".join(client.get(f"{address}wrong/").streaming_content))).active
    client.post(address, {**SEEN, "do": "write"})
    after = load_workbook(io.BytesIO(b"".join(client.get(f"{address}wrong/").streaming_content))).active

    for page in (before, after):
        assert [cell.value for cell in page[2]] == [*HEADS, "原来的行号", "要改什么"]
        assert [cell.value for cell in page[3]][6:] == [
            5,
            "所属乡镇：没有“蒋村”，是不是“蒋村镇”？；党员数(合计)：只能填数字，如 60",
        ]
        assert page.max_row == 3


def test_cancelled_is_gone(client, upload):
    address = upload()
    answer = client.post(address, {"do": "drop"}, follow=True)

    assert "已取消导入，什么也没有写入" in answer.content.decode()
    assert client.get(address).status_code == 404


def test_somebody_elses_sheet_is_absent(client, upload, approver):
    address = upload()
    client.force_login(approver)

    assert client.get(address).status_code == 404
    assert client.post(address, {**SEEN, "do": "write"}).status_code == 404
    assert client.get(f"{address}wrong/").status_code == 404


def test_importing_needs_permission(client, clerk):
    client.force_login(clerk)

    assert client.get("/sample/import/").status_code == 403


def test_a_long_sheet_is_written_by_a_job(client, upload, staff, monkeypatch):
    monkeypatch.setattr("shuanglian.core.actions.imports.AT_ONCE", 1)
    answer = client.post(upload(), {**SEEN, "do": "write"}, follow=True)
    batch = ImportBatch.objects.get()

    assert "<h1>正在写入</h1>" in answer.content.decode()
    assert (batch.state, Organization.objects.count()) == (ImportState.WAITING, 1)


def test_a_sheet_with_id_numbers_is_refused_with_the_reason(client, staff):
    numbers = ["11010519491231002X", "440524188001010014", "140921188001010016"]
    answer = bring(client, staff, [HEADS, *([None] * 6 + [number] for number in numbers)])

    assert answer.status_code == 422
    assert "这一列像是身份证号码" in answer.content.decode()
    assert ImportFile.objects.count() == 0


def bring(client, user, rows):
    """Bring any rows as a sheet; the answer."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    client.force_login(user)
    return client.post("/sample/import/", {"file": SimpleUploadedFile("某某.xlsx", out.getvalue())})


def test_a_page_of_work_asks_for_itself_until_there_is_a_result(client, upload, staff, system):
    address = upload()
    ImportBatch.objects.update(state=ImportState.WAITING)
    progress.tell("nothing", 0, 0)
    page = client.get(address).content.decode()
    assert f'hx-get="{address}"' in page
    assert "正在排队" in page

    progress.tell(f"import-{ImportBatch.objects.get().pk}", 2000, 9000)
    part = client.get(address, headers={"HX-Request-Type": "partial"}).content.decode()
    assert "已写入 2,000 行，共 9,000 行" in part
    assert "<html" not in part

    ImportBatch.objects.update(state=ImportState.WRITTEN)
    answer = client.get(address, headers={"HX-Request-Type": "partial"})
    assert answer.headers["HX-Redirect"] == address


def test_work_is_given_up_by_one_press(client, upload):
    address = upload()
    ImportBatch.objects.update(state=ImportState.WAITING)
    body = client.post(address, {"do": "stop"}, follow=True).content.decode()
    assert "已停下来，什么也没有写入" in body
    assert "导入前，请校对" in body

    ImportBatch.objects.update(state=ImportState.CHECKING)
    body = client.post(address, {"do": "stop"}, follow=True).content.decode()
    assert "已取消导入，什么也没有写入" in body
    assert client.get(address).status_code == 404


def test_columns_are_matched_on_a_page_with_samples(client, staff, town):
    answer = bring(client, staff, [["一览"], ["厂子", "哪类", "哪镇"], ["新锻造厂", "私营企业", town.name]])
    body = client.get(answer.url, follow=True).content.decode()
    assert "没有找到表头" in body
    assert "哪类（私营企业）" in body

    assert (
        '<option value="1" selected>B 列 哪类（私营企业）</option>' in body
    )  # what stands there are our words

    address = f"{answer.url}columns/"
    chosen = {"first": 2, "at-name": 0, "at-kind": 1}
    looked = client.post(address, {**chosen, "look": "1"}).content.decode()
    assert '<option value="1" selected>B 列 哪类（私营企业）</option>' in looked
    refused = client.post(address, {"first": 2, "at-kind": 1})
    assert (refused.status_code, "缺少用来认出每一行的列" in refused.content.decode()) == (422, True)

    done = client.post(address, {**chosen, "at-division": 2}, follow=True).content.decode()
    assert 'name="seen-new" value="1"' in done


def test_the_row_of_headings_is_chosen(client, staff):
    answer = bring(client, staff, [["这一行字数最多", "这一行字数最多", "x"], ["厂子", "哪类"], ["甲", "乙"]])
    body = client.get(f"{answer.url}columns/", {"first": "2"}).content.decode()

    assert "厂子（甲）" in body
    assert client.get(f"{answer.url}columns/", {"first": "x"}).status_code == 200
    assert client.get(f"{answer.url}columns/", {"first": "999"}).status_code == 200


def test_a_column_that_is_blank_below_the_row_chosen_is_no_fault(client, upload):
    address = upload()
    assert client.get(f"{address}columns/", {"first": "999"}).status_code == 200


def test_duplicates_are_a_class_of_their_own(client, upload, rows):
    address = upload([*rows, rows[0]])
    body = client.get(address, {"show": "twice"}).content.decode()

    assert 'name="seen-twice" value="1"' in body
    assert "和第 3 行重复，不写入" in body


def test_wrong_rows_are_paged_through_and_offer_the_words_that_may_stand_there(
    client, upload, town, monkeypatch
):
    monkeypatch.setattr("shuanglian.core.register.pages.preview.SHOWN", 2)
    wrong = [[n, f"厂{n}", synthetic_uscc(90 + n), "私营企业", "蒋村", 1] for n in range(5)]
    address = upload(wrong)
    first, last = (client.get(address, {"page": page}).content.decode() for page in ("", "3"))

    assert ("厂1" in first, "厂4" in first, "厂4" in last) == (True, False, True)
    assert f'<option value="{town.name}">' in first
    for nonsense in ("-1", "x", "99999999999"):
        assert client.get(address, {"page": nonsense, "show": "x"}).status_code == 200


def test_the_enter_key_checks_and_never_cancels(client, upload):
    body = client.get(upload()).content.decode()

    assert body.index('value="check"') < body.index('value="drop"')


def test_a_written_sheet_is_taken_back_from_its_page(client, upload, guanli):
    address = upload()
    client.post(address, {**SEEN, "do": "write"})
    assert "撤回这次导入" in client.get(address).content.decode()
    body = client.post(address, {"do": "undo"}, follow=True).content.decode()

    guanli.refresh_from_db()
    assert "已撤回" in body
    assert (guanli.member_count, Organization.objects.count()) == (0, 1)
    assert client.post(address, {"do": "undo"}).status_code == 422


def test_what_prevents_taking_back_is_named(client, upload, approver):
    address = upload()
    client.post(address, {**SEEN, "do": "write"})
    change_organization(Organization.objects.get(name="新锻造厂"), by=approver, note="搬了")
    answer = client.post(address, {"do": "undo"})

    assert answer.status_code == 422
    assert "新锻造厂" in answer.content.decode()
    assert "又改动过" in answer.content.decode()


def test_earlier_files_are_found_again(client, upload):
    address = upload()

    assert f'href="{address}"' in client.get("/sample/import/").content.decode()
