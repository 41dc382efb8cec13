import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.core.register.site import site
from shuanglian.web.shell import Shell, shell
from tests.people import give

pytestmark = pytest.mark.django_db


@pytest.fixture
def shell_of(rf):
    """The shell as a page shows it to somebody (None: nobody)."""

    def made(user=None, acting=None):
        request = rf.get("/")
        request.user = User.objects.get(pk=user.pk) if user else AnonymousUser()
        if acting:
            request.user.act_as(acting)
        return shell(request)["shell"]

    return made


def entries(one):
    return {group.title: [item.text for item in group.items] for group in one.menu}


def test_nothing_is_asked_before_a_page_shows_it(shell_of, handler):
    one = shell_of(handler)
    with CaptureQueriesContext(connection) as seen:
        assert (one.demo, one.user_name) == (False, "赵立新")
    assert len(seen) == 0
    assert one.office == "定襄县委非公和社会组织工委"


@pytest.mark.parametrize(
    "who", ["staff", "handler", "clerk", "instructor", "township_clerk", "sysadmin", "auditor"]
)
def test_a_whole_shell_costs_at_most_four_queries(shell_of, request, who):
    one = shell_of(request.getfixturevalue(who))
    assert one.user.held  # read once per request by the middleware
    with CaptureQueriesContext(connection) as seen:
        assert all([one.menu, one.role_name, one.urls])
        assert (one.roles, one.unread) == ([], 0)
    assert len(seen) <= 4


def test_the_layout_fits_the_role(shell_of, staff, clerk, stranger):
    layouts = [shell_of(user).layout for user in (None, staff, stranger, clerk)]
    assert layouts == ["layouts/public.html", "layouts/app.html", "layouts/app.html", "layouts/owner.html"]


def test_a_request_that_failed_before_anybody_was_known_has_a_shell(rf):
    one = Shell(rf.get("/"))
    assert (one.layout, one.user_name, one.role_name, one.roles, one.unread) == (
        "layouts/public.html",
        "",
        "",
        [],
        0,
    )


def test_the_registers_follow_the_menu_of_the_office_only(shell_of, staff, clerk, auditor, stranger):
    for user in (staff, auditor):
        own = site.menu(user)
        assert [group.title for group in own]
        assert shell_of(user).menu[-len(own) :] == own
    assert list(entries(shell_of(clerk))) == [""]
    assert entries(shell_of())[""] == ["首页", "项目需求", "共享开放", "办理规则"]
    assert entries(shell_of(stranger))[""] == ["工作台"]


def test_roles_are_named_with_their_place(shell_of, guanli, clerk, handler, staff, stranger):
    give(clerk, Role.OWNER, guanli.pk)
    assert shell_of(clerk).role_name == "冠力集团　企业经办人、出资人"
    assert shell_of(handler).role_name == "县科技局　联盟单位经办人"
    assert shell_of(staff).role_name == "工委工作人员"
    assert shell_of(stranger).role_name == "还没有分配身份"


def test_several_roles_can_be_switched_one_cannot(shell_of, guanli, haokun, clerk, handler):
    second = give(clerk, Role.INSTRUCTOR, haokun.pk)
    first = clerk.held[0]
    texts = ["冠力集团　企业经办人", "昊坤集团　党建指导员", "全部身份"]
    roles = shell_of(clerk).roles
    assert [(r.value, r.text, r.current) for r in roles] == list(
        zip([str(first.pk), str(second.pk), ""], texts, [False, False, True], strict=True)
    )
    assert [r.current for r in shell_of(clerk, acting=second.pk).roles] == [False, True, False]
    assert shell_of(clerk, acting=second.pk).role_name == "昊坤集团　党建指导员"
    assert shell_of(handler).roles == []


def test_addresses_exist_or_are_not_there(shell_of):
    urls = shell_of().urls
    assert {key: urls[key] for key in ("home", "search", "help", "feedback", "rules", "login", "logout")} == {
        "home": "/",
        "search": "/search/",
        "help": "/help/",
        "feedback": "/suggest/",
        "rules": "/rules/",
        "login": "/accounts/login/",
        "logout": "/accounts/logout/",
    }
    assert all(urls.values())
