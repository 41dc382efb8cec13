"""Named people of the county, so that a test reads like a story. Names beyond the article are invented."""

import datetime as dt

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from shuanglian.accounts.choices import SCOPE_OF_ROLE, Role
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.directory.choices import OrganizationKind, UnitKind, UnitLevel
from shuanglian.directory.models import Division, Mandate, Organization, PartnerUnit
from tests.codes import synthetic_uscc

COUNTY = "140921"
LONG_AGO = dt.date(2021, 1, 1)


def person(username, name, role=None, scope_id=None, **fields):
    """A user with one role (or none), valid since long ago."""
    user = User.objects.create(username=username, name=name, county=COUNTY, password="!", **fields)
    if role:
        give(user, role, scope_id)
    return user


def give(user, role, scope_id=None, starts=LONG_AGO, ends=None):
    """One more role for a user."""
    return RoleAssignment.objects.create(
        county=COUNTY,
        user=user,
        role=role,
        scope=SCOPE_OF_ROLE[role],
        scope_id=scope_id,
        starts=starts,
        ends=ends,
    )


def with_factor(user):
    """A user who turned on the second factor."""
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    return user


def organization(name, number, division, **fields):
    facts = {
        "kind": OrganizationKind.PRIVATE_ENTERPRISE,
        "uscc": synthetic_uscc(number),
        "industry_code": "3393",
        "is_forging": True,
        "contact_name": "周建国",
        "contact_phone": "13800000000",
    }
    return Organization.objects.create(
        county=COUNTY, name=name, division=division, pinyin=name, initials="", **{**facts, **fields}
    )


def unit(name, *categories, **fields):
    row = PartnerUnit.objects.create(
        county=COUNTY, name=name, kind=UnitKind.DEPARTMENT, pinyin=name, initials="", **fields
    )
    Mandate.objects.bulk_create(Mandate(county=COUNTY, unit=row, category=c) for c in categories)
    return row


@pytest.fixture
def town(db):
    return Division.objects.get(code="140921104")


@pytest.fixture
def other_town(db):
    return Division.objects.get(code="140921100")


@pytest.fixture
def guanli(town):
    """冠力集团."""
    return organization("冠力集团", 1, town)


@pytest.fixture
def haokun(other_town):
    """昊坤集团."""
    return organization("山西昊坤法兰集团有限公司", 2, other_town, short_name="昊坤集团")


@pytest.fixture
def kejiju(db):
    """县科技局, whose main mandate is science and technology."""
    return unit("县科技局", "KJ", contact_name="赵工", contact_phone="03506022222")


@pytest.fixture
def city_lab(db):
    """忻州市锻压技术中心: a unit of the city, which nobody here signs in for."""
    source = "市级惠企服务清单 2026 年第 1 期"
    return unit("忻州市锻压技术中心", level=UnitLevel.CITY, source=source)


@pytest.fixture
def rsj(db):
    """县人社局: labour and training."""
    return unit("县人社局", "RC", "JN")


@pytest.fixture
def staff(db):
    return person("wangxiaolan", "王晓岚", Role.STAFF, mobile="13900000001")


@pytest.fixture
def approver(db):
    return person("lizhiyuan", "李志远", Role.APPROVER)


@pytest.fixture
def clerk(guanli):
    """冠力集团's clerk."""
    return person("guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk, mobile="13800000000")


@pytest.fixture
def other_clerk(haokun):
    return person("haokun", "韩雪梅", Role.ENTERPRISE_CLERK, haokun.pk)


@pytest.fixture
def handler(kejiju):
    """县科技局's handler."""
    return person("kejiju", "赵立新", Role.PARTNER_HANDLER, kejiju.pk)


@pytest.fixture
def other_handler(rsj):
    return person("renshe", "曹丽", Role.PARTNER_HANDLER, rsj.pk)


@pytest.fixture
def instructor(guanli):
    return person("liusufang", "刘素芳", Role.INSTRUCTOR, guanli.pk)


@pytest.fixture
def township_clerk(town):
    return person("jiangcun", "高志强", Role.TOWNSHIP, town.pk)


@pytest.fixture
def liaison(db):
    return person("lianluo", "武建军", Role.LIAISON)


@pytest.fixture
def sysadmin(db):
    return person("sysadmin", "系统管理员甲", Role.SYSADMIN)


@pytest.fixture
def secadmin(db):
    return person("secadmin", "安全管理员乙", Role.SECADMIN)


@pytest.fixture
def auditor(db):
    return person("auditor", "审计员丙", Role.AUDITOR)


@pytest.fixture
def system(db):
    """The account that jobs act as."""
    found = User.objects.filter(username="system").first()
    return found or person("system", "系统", Role.SYSTEM, is_active=False)


@pytest.fixture
def stranger(db):
    """Somebody who can sign in and holds no role."""
    return person("stranger", "路人")


@pytest.fixture
def everybody(guanli, haokun, kejiju, rsj, staff, clerk, other_clerk, handler, other_handler, system):
    """Both organisations, both units and who acts for them, by name: for histories in which anybody does anything."""
    return dict(locals())
