"""How the sheets of offices say what our registers hold: other words, ranges and codes that imports understand.

Pure, but for the dictionary of industries. What could be meant otherwise (有限责任公司 is a legal form, 吊销 is no 注销) is
left to the person who imports.
"""

import re

from django.core.exceptions import ValidationError

from shuanglian.core import dictionary, uscc
from shuanglian.core.register.messy import CellError, as_code
from shuanglian.directory.actions import MERGED_IS_NO_FACT
from shuanglian.directory.choices import BranchKind, HeadcountBand, OrganizationKind, Registration, UnitKind

NAMED = (  # what the sheets of other offices call the name of an organisation
    "企业名称",
    "单位名称",
    "组织全称",
    "企业全称",
    "单位全称",
    "公司名称",
    "机构名称",
    "市场主体名称",
    "经营主体名称",
    "纳税人名称",
    "企业(机构)名称",
)
KINDS = {
    "民营企业": OrganizationKind.PRIVATE_ENTERPRISE,
    **dict.fromkeys(("民营", "私营"), OrganizationKind.PRIVATE_ENTERPRISE),
    "民企": OrganizationKind.PRIVATE_ENTERPRISE,
    "外资企业": OrganizationKind.FOREIGN_ENTERPRISE,
    "个体户": OrganizationKind.SELF_EMPLOYED,
    "个体": OrganizationKind.SELF_EMPLOYED,
    "合作社": OrganizationKind.FARMER_COOP,
    "专业合作社": OrganizationKind.FARMER_COOP,
    "社团": OrganizationKind.SOCIAL_ASSOCIATION,
    "民办非企业": OrganizationKind.PRIVATE_NONPROFIT,
    "社会服务机构": OrganizationKind.PRIVATE_NONPROFIT,
}
REGISTRATIONS = {
    **dict.fromkeys(
        (
            *("存续", "在营", "开业", "正常", "正常经营", "营业", "在册"),
            *("存续(在营、开业、在册)", "正常(开业)", "仍在营业"),
        ),
        Registration.ACTIVE,
    ),
    **dict.fromkeys(("停产", "歇业", "停产停业"), Registration.SUSPENDED),
    "已注销": Registration.CANCELLED,
    **dict.fromkeys(("已迁出", "外迁", "迁走"), Registration.MOVED),
}
BRANCHES = {
    "独立": BranchKind.INDEPENDENT,
    "独立党支部": BranchKind.INDEPENDENT,
    "联合": BranchKind.JOINT,
    "联合党支部": BranchKind.JOINT,
    "总支": BranchKind.GENERAL,
    "总支部": BranchKind.GENERAL,
}
UNITS = {
    "机关": UnitKind.DEPARTMENT,
    "部门": UnitKind.DEPARTMENT,
    "银行": UnitKind.BANK,
    "学校": UnitKind.SCHOOL,
    "协会": UnitKind.ASSOCIATION,
    "商会": UnitKind.ASSOCIATION,
}
_BANDS = (  # from how many people, in the classes of handbook L01
    (1_000, HeadcountBand.FROM_1000),
    (300, HeadcountBand.UNDER_1000),
    (20, HeadcountBand.UNDER_300),
    (0, HeadcountBand.UNDER_20),
)
_RANGES = {
    "<20": HeadcountBand.UNDER_20,
    "20以下": HeadcountBand.UNDER_20,
    "20-299": HeadcountBand.UNDER_300,
    "20-300": HeadcountBand.UNDER_300,
    "300-999": HeadcountBand.UNDER_1000,
    "300-1000": HeadcountBand.UNDER_1000,
    "≥1000": HeadcountBand.FROM_1000,
    ">=1000": HeadcountBand.FROM_1000,
    "1000以上": HeadcountBand.FROM_1000,
    "1000及以上": HeadcountBand.FROM_1000,
}
_ABOUT = re.compile(r"^(?:约|大约|近)|(?:左右|上下)$|(?<=\d)[多余几]$")
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")
_TELEPHONE = 7  # digits that are no number of people any more
_DASH = re.compile(r"[至到~–—―]+")
_INDUSTRY = re.compile(r"[A-T]?(\d{4})")


def headcount_band(text: str) -> str | None:
    """The band that a number of people or a range falls into; nothing when it is neither, or may be of two bands.

    约50 is of one band, 约300 may be of two.
    """
    bare = _DASH.sub("-", text.replace("人", "").replace("名", "").replace(",", ""))
    if bare in _RANGES:
        return _RANGES[bare]
    exact = _ABOUT.sub("", bare)
    if exact.isdecimal() and len(exact) < _TELEPHONE:
        near = 0 if exact == bare else int(exact) // 5
        return _one_band(int(exact) - near, int(exact) + near)
    found = _RANGE.fullmatch(bare)
    return _one_band(int(found[1]), int(found[2])) if found else None


def _one_band(least: int, most: int) -> str | None:
    """The band of both numbers, when it is the same."""
    low, high = (next(band for at, band in _BANDS if number >= at) for number in (least, most))
    return low if low == high else None


def code_of_organization(text: str) -> str:
    """A credit code of the right shape; a doubtful check character is kept and marked.

    Raises:
        CellError: what is wrong with its shape; suggests the code with digits for letters that look like them when its check
            character then fits.
    """
    if wrong := uscc.shape_fault(code := uscc.normalise(text)):
        raise CellError(wrong, uscc.meant(code))
    return code


def code_of_unit(text: str) -> str:
    """A credit code that is right in every character.

    Raises:
        CellError: what is wrong with it; suggests as above.
    """
    if wrong := uscc.fault(code := uscc.normalise(text)):
        raise CellError(wrong, uscc.meant(code))
    return code


def industry(text: str) -> str:
    """Four digits of GB/T 4754; C3393 and the name of a class that the dictionary knows are understood.

    Raises:
        ValidationError: neither.
    """
    if found := _INDUSTRY.fullmatch(text):
        return found[1]
    codes = [code for code, name in dictionary.names("industry").items() if as_code(name) == text]
    if len(codes) != 1:
        raise ValidationError("行业代码是 4 位数字，例如 3393")
    return codes[0]


def registration(code: str) -> str:
    """A state of registration that may be said.

    Raises:
        ValidationError: 已合并, which only merging says.
    """
    if code == Registration.MERGED:
        raise ValidationError(MERGED_IS_NO_FACT)
    return code
