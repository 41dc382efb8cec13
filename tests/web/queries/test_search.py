import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuanglian.core.pinyin import initials
from shuanglian.exchange import actions
from shuanglian.web.queries.search import KINDS, cleaned, search
from tests.factories.directory import OrganizationFactory, PartyBranchFactory
from tests.web.stories import many_open, opened, posted, published

pytestmark = pytest.mark.django_db


def found(user, question):
    return {group.title: [hit.title for hit in group.hits] for group in search(user, cleaned(question))}


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("  冠力   集团 ", "冠力 集团"),
        ("ＸＱ２０２６０００１", "XQ20260001"),
        ("冠\x00力\n集团\u202e", "冠 力 集团"),
        ("长" * 500, "长" * 60),
        ("", ""),
    ],
)
def test_questions_are_cleaned(typed, searched):
    assert cleaned(typed) == searched


def test_the_office_finds_by_name_number_code_and_initials(monday, guanli, clerk, staff, handler, kejiju):
    guanli.initials, guanli.short_name = initials("冠力集团"), "冠力"
    guanli.save()
    need = posted(guanli, clerk)
    offer = published(kejiju, handler, staff)
    title = "模具寿命短，想找热处理专家"
    assert found(staff, "冠力") == {"企业和社会组织": ["冠力集团"], "需求": [title]}
    assert found(staff, "GLJT") == {"企业和社会组织": ["冠力集团"], "需求": [title]}
    assert found(staff, guanli.uscc) == {"企业和社会组织": ["冠力集团"]}
    assert found(staff, need.number.lower()) == {"需求": [title]}
    assert found(staff, offer.number) == {"共享资源": ["锻件无损检测"]}
    assert found(staff, "科技局") == {"联盟单位": ["县科技局"], "共享资源": ["锻件无损检测"]}
    assert found(staff, "热处理 冠力") == {"需求": [title]}
    assert found(staff, "热处理 昊坤") == {}


def test_everybody_finds_only_what_he_may_see(
    monday, guanli, haokun, clerk, other_clerk, staff, handler, stranger, township_clerk, secadmin
):
    posted(guanli, clerk, "还没公布的")
    opened(guanli, clerk, staff, "只给工委看的", visibility="staff")
    opened(guanli, clerk, staff, "联盟可见的", visibility="alliance")
    opened(guanli, clerk, staff, "公开的")
    actions.save_draft(guanli, by=clerk, title="草稿的")
    everything = ["公开的", "联盟可见的", "只给工委看的", "还没公布的"]
    assert found(staff, "的")["需求"] == everything
    assert found(clerk, "的")["需求"] == everything
    assert found(township_clerk, "的")["需求"] == everything
    assert found(handler, "的") == {"需求": ["公开的", "联盟可见的"]}
    assert found(other_clerk, "的") == found(stranger, "的") == {"需求": ["公开的"]}
    assert found(AnonymousUser(), "的") == {"需求": ["公开的"]}
    assert found(AnonymousUser(), "冠力") == {"需求": ["公开的"]}
    assert found(handler, "冠力集团") == {"需求": ["公开的", "联盟可见的"]}
    assert "企业和社会组织" in found(clerk, "冠力集团")
    assert "企业和社会组织" not in found(other_clerk, "冠力集团")
    assert "企业和社会组织" not in found(secadmin, "冠力集团")


def test_a_group_shows_eight_and_leads_to_the_rest(monday, town, staff):
    for n in range(9):
        OrganizationFactory(name=f"北岭法兰{n}厂", division=town, county="140921")
    (group,) = search(staff, "北岭法兰")
    assert len(group.hits) == 8
    assert group.more.endswith("?q=%E5%8C%97%E5%B2%AD%E6%B3%95%E5%85%B0")
    (group,) = search(staff, "北岭法兰3")
    assert (len(group.hits), group.more) == (1, "")


def test_nonsense_finds_nothing_and_breaks_nothing(staff):
    for question in ["", "   ", "%", "_", "'; DROP TABLE x; --", "\\", "🙂", "((", "a" * 5000, "null\x00"]:
        assert found(staff, question) == {}


def test_the_number_of_queries_is_one_for_each_kind(monday, guanli, clerk, staff):
    need = opened(guanli, clerk, staff)
    search(staff, "模具")
    with CaptureQueriesContext(connection) as once:
        search(staff, "模具")
    many_open(30, need)
    with CaptureQueriesContext(connection) as many:
        search(staff, "模具")
    assert (len(once), len(many)) == (5, 5)


def test_everything_found_can_be_opened_and_so_can_the_whole_list(
    monday, client, guanli, clerk, staff, handler, kejiju
):
    opened(guanli, clerk, staff, "冠力的事")
    published(kejiju, handler, staff, "冠力能约的")
    kejiju.short_name = "冠力科技"
    kejiju.save()
    PartyBranchFactory(name="冠力集团党支部", county="140921")
    client.force_login(staff)
    groups = search(staff, "冠力")
    assert [group.title for group in groups] == ["企业和社会组织", "党组织", "联盟单位", "需求", "共享资源"]
    for group in groups:
        for hit in group.hits:
            assert (hit.href, client.get(hit.href).status_code) == (hit.href, 200)
    for kind in KINDS:
        response = client.get(f"{reverse(kind.page)}?q=冠力")
        assert (kind.page, response.status_code, "冠力" in response.content.decode()) == (
            kind.page,
            200,
            True,
        )
