import pytest

from shuanglian.directory import actions as directory
from tests.factories.directory import OrganizationFactory
from tests.web.stories import posted


@pytest.mark.parametrize("page", ["", "print/", "part/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("liaison", 200),
        ("township_clerk", 200),
        ("clerk", 200),
        ("instructor", 200),
        ("other_clerk", 404),
        ("handler", 404),
        ("auditor", 404),
        ("stranger", 404),
    ],
)
def test_who_reads_the_account(client, request, guanli, who, status, page):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(f"/organizations/{guanli.pk}/account/{page}", headers={"HX-Request": "true"})
    assert answer.status_code == status


def test_each_line_leads_to_its_record(client, monday, guanli, clerk, staff):
    need = posted(guanli, clerk)
    client.force_login(staff)
    text = client.get(f"/organizations/{guanli.pk}/account/").text
    assert text.count(f'href="/needs/{need.pk}/"') == 1
    assert [text.count(t) for t in ("138****0000", "13800000000")] == [1, 0]


def test_the_sheet_masks_the_telephone_and_leaves_room(client, guanli, staff):
    client.force_login(staff)
    text = client.get(f"/organizations/{guanli.pk}/account/print/").text
    assert [text.count(t) for t in ("138****0000", "13800000000", "sl-lines", "data-print")] == [1, 0, 1, 1]


def test_the_sheet_stays_short_and_says_what_is_left_out(client, monday, guanli, clerk, staff):
    for n in range(9):
        posted(guanli, clerk, title=f"第 {n} 项难处")
    client.force_login(staff)
    text = client.get(f"/organizations/{guanli.pk}/account/print/").text
    assert (text.count("项难处"), text.count("另有 2 条")) == (7, 1)


def test_its_own_page_shows_the_figures(client, guanli, clerk):
    client.force_login(clerk)
    assert f"/organizations/{guanli.pk}/account/part/" in client.get(f"/organizations/{guanli.pk}/").text
    part = client.get(f"/organizations/{guanli.pk}/account/part/", headers={"HX-Request": "true"})
    assert part.text.count("还没办完") == 1


def test_the_part_opened_by_itself_is_the_whole_account(client, guanli, clerk):
    client.force_login(clerk)
    answer = client.get(f"/organizations/{guanli.pk}/account/part/")

    assert (answer.status_code, answer.url) == (302, f"/organizations/{guanli.pk}/account/")


def test_a_merged_rows_account_is_the_survivors(client, guanli, staff):
    twin = OrganizationFactory(name="冠力厂", uscc="")
    directory.merge_organizations(guanli, twin, by=staff)
    client.force_login(staff)
    assert client.get(f"/organizations/{twin.pk}/account/").url == f"/organizations/{guanli.pk}/account/"
