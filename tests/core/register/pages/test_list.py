import pytest

from shuanglian.core.models import SavedView
from shuanglian.core.queries import chosen_columns
from shuanglian.directory.models import Organization
from tests.factories import factory_for

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


@pytest.fixture
def page(client, staff, guanli):
    """The text of the list at an address."""
    client.force_login(staff)
    return lambda query="", **headers: client.get(f"/sample/{query}", headers=headers).content.decode()


def test_the_page_has_title_help_acts_and_rows(page, guanli):
    body = page()

    assert "<h1>企业台账</h1>" in body
    assert "王晓岚能看到的企业。" in body
    assert f'<a href="/sample/{guanli.pk}/">冠力集团</a>' in body
    assert [word in body for word in ("新增企业", "导入 Excel", 'data-open="#export"')] == [True] * 3
    assert "共 1 家" in body


def test_who_may_not_write_sees_no_buttons_for_it(client, clerk):
    client.force_login(clerk)
    body = client.get("/sample/").content.decode()

    assert [word in body for word in ("新增企业", "导入 Excel", 'data-open="#export"')] == [False] * 3


def test_htmx_gets_the_card_only(page):
    part, whole = page("", hx_request="true", hx_request_type="partial"), page()

    assert part.strip().startswith("<section")
    assert (
        part.count("<html"),
        whole.count("<html"),
        whole.count('<section class="sl-card" id="register"'),
    ) == (0, 1, 1)


def test_the_address_htmx_shows_has_no_empty_fields(client, staff):
    client.force_login(staff)
    answer = client.get("/sample/?q=&division=&is_scaled=1&sort=name", headers={"HX-Request-Type": "partial"})

    assert answer.headers["HX-Push-Url"] == "/sample/?is_scaled=1&sort=name"
    assert "HX-Push-Url" not in client.get("/sample/?q=").headers


def test_the_answer_is_kept_apart_for_htmx(client, staff):
    client.force_login(staff)

    assert client.get("/sample/").headers["Vary"] == "HX-Request-Type, Cookie"


def test_aria_sort_stands_at_the_column_in_order(page):
    body = page("?sort=-member_count")

    assert body.count('aria-sort="descending"') == 1
    assert body.count('aria-sort="ascending"') == 0


def test_nothing_found_offers_to_clear(page):
    body = page("?q=没有这家")

    assert "没有符合条件的内容" in body
    assert '<a class="btn btn-primary" href="/sample/">清除全部条件</a>' in body


def test_an_empty_register_says_how_to_begin(client, staff):
    client.force_login(staff)
    body = client.get("/sample/").content.decode()

    assert "还没有企业" in body
    assert '<a class="btn btn-primary" href="/sample/new/">新增企业</a>' in body


def test_beyond_the_last_page_it_asks_for_conditions(page):
    assert "只能翻到第 1 页，后面的请加条件缩小范围来找。" in page("?page=4")


def test_pages_keep_the_conditions(page):
    factory_for(Organization).create_batch(30)
    body = page("?is_scaled=0&sort=-name")

    assert 'href="?is_scaled=0&amp;sort=-name&amp;page=2"' in body
    assert "第 1 至 20 家，共 31 家" in body


def test_without_scripts_a_dialog_is_shown_in_its_place(page):
    assert '<dialog class="sl-dialog" id="columns" aria-labelledby="columns-t" open>' in page("?open=columns")
    assert '<dialog class="sl-dialog" id="columns" aria-labelledby="columns-t">' in page()


def test_chosen_columns_are_remembered(client, page, staff, clerk):
    answer = client.post("/sample/columns/", {"column": ["note", "nonsense"], "here": "?q=冠力&open=columns"})

    assert (answer.status_code, answer.url) == (302, "/sample/?q=%E5%86%A0%E5%8A%9B")
    assert chosen_columns(staff, "sample") == ["note"]
    assert chosen_columns(clerk, "sample") == []
    assert [text in page() for text in ('data-label="备注"', 'data-label="组织类别"')] == [True, False]

    client.post("/sample/columns/", {"reset": "1", "column": ["note"]})
    assert chosen_columns(staff, "sample") == []


def test_the_way_back_never_leaves_the_list(client, page):
    answer = client.post("/sample/columns/", {"here": "https://example.org/?q=1"})

    assert answer.url.startswith("/sample/?")


def test_a_list_is_kept_under_a_name_and_dropped(client, page, staff):
    client.post("/sample/view/", {"name": " 规上 ", "here": "?is_scaled=1&page=3&open=views"})
    view = SavedView.objects.get()

    assert (view.name, view.query, view.user) == ("规上", "?is_scaled=1", staff)
    assert 'href="/sample/?is_scaled=1">规上</a>' in page()

    assert client.post("/sample/view/", {"drop": view.pk}).status_code == 302
    assert SavedView.objects.count() == 0


def test_a_list_without_a_name_is_refused_in_words(client, page):
    answer = client.post("/sample/view/", {"name": " ", "here": "?is_scaled=1"}, follow=True)

    assert "给这组条件起个名字" in answer.content.decode()


@pytest.mark.parametrize("key", ["x", "9" * 40, "7"])
def test_what_is_not_ones_own_cannot_be_dropped(client, staff, clerk, key):
    SavedView.objects.create(pk=7, user=clerk, register="sample", name="别人的", query="?")
    client.force_login(staff)

    assert client.post("/sample/view/", {"drop": key}).status_code == 404


def test_personal_settings_are_only_posted(client, page):
    assert [client.get(f"/sample/{name}/").status_code for name in ("columns", "view", "bulk")] == [405] * 3
