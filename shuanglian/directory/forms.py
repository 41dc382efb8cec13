"""What may be typed into the directory. The sentences about values come from the actions; forms only ask again."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.core import dictionary, uscc
from shuanglian.core.clock import today
from shuanglian.core.forms import PlainForm
from shuanglian.core.register import messy
from shuanglian.directory.actions.unit import CATEGORIES
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Mandate, Organization, PartnerUnit, PartyBranch
from shuanglian.directory.queries import hosts_of

BETWEEN = re.compile(r"[\n、，,；;]+")
_MOST_HOSTS = 60
_DATE = forms.DateInput


class OrganizationForm(PlainForm):
    """An organisation's facts. A wrong check character is refused here, where the licence lies at hand."""

    groups = (
        ("基本情况", ("name", "short_name", "uscc", "kind", "division", "address", "headcount_band")),
        ("行业", ("industry_code", "industry_version", "is_forging", "forging_reason", "is_scaled")),
        ("联系和来源", ("contact_name", "contact_phone", "member_count", "source", "note")),
    )

    class Meta:
        model = Organization
        fields = (
            "name",
            "short_name",
            "uscc",
            "kind",
            "division",
            "address",
            "industry_code",
            "industry_version",
            "is_forging",
            "forging_reason",
            "is_scaled",
            "headcount_band",
            "member_count",
            "contact_name",
            "contact_phone",
            "source",
            "note",
        )
        widgets = {
            "industry_version": forms.Select(choices=[(2017, "2017 年版"), (2011, "2011 年版")]),
            "contact_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            "uscc": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {
            "uscc": "18 位，照营业执照填；没有可以先空着。",
            "industry_code": "4 位数字。3393（锻件）会自动算作锻造企业。",
            "forging_reason": "行业代码不是 3393 又算锻造企业时，写明理由，例如“主营锻制法兰”。",
            "member_count": "只填人数，不登记名单。",
            "note": "不写个人情况。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uscc"].max_length = 40  # type: ignore[attr-defined]
        self.fields["uscc"].validators = []
        self.fields["uscc"].widget.attrs.pop("maxlength", None)

    def clean_uscc(self) -> str:
        """The code as it stands on the licence, check character included."""
        code = uscc.normalise(self.cleaned_data["uscc"])
        if code and (wrong := uscc.fault(code)) and code != self.initial.get("uscc"):
            raise ValidationError(wrong)
        return code

    def clean(self) -> dict[str, Any]:
        """A mark set by hand needs its reason."""
        facts = self.cleaned_data
        by_code = (facts.get("industry_code"), facts.get("industry_version")) in (
            ("3393", 2017),
            ("3391", 2011),
        )
        if facts.get("is_forging") and not by_code and not facts.get("forging_reason", "").strip():
            self.add_error("forging_reason", "行业代码不是 3393，请写明为什么算锻造企业")
        return facts


class CloseForm(forms.Form):
    """How an organisation leaves the current lists, and on what ground."""

    registration = forms.ChoiceField(
        label="登记状态",
        choices=[(c.value, c.label) for c in Registration if c != Registration.ACTIVE],
        initial=Registration.CANCELLED,
    )
    note = forms.CharField(label="依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HostsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Organisations typed one a line, by name, short name or code: a thousand of them make no list to choose from."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Names, one a line."""
        return value if isinstance(value, str) or value is None else "\n".join(str(row) for row in value)

    def clean(self, value: Any) -> list[Organization]:  # type: ignore[override]
        """The organisations, in the order typed."""
        typed = [part.strip() for part in BETWEEN.split(value or "") if part.strip()][:_MOST_HOSTS]
        if self.required and not typed:
            raise ValidationError("请写覆盖的单位，一行一个")
        return list(dict.fromkeys(self._find(text) for text in typed))

    def _find(self, text: str) -> Organization:
        rows: Any = self.queryset
        found = list(rows.filter(Q(name=text) | Q(short_name=text) | Q(uscc=uscc.normalise(text)))[:2])
        if len(found) == 1:
            organization: Organization = found[0]
            return organization
        if found:
            raise ValidationError(f"有不止一家“{text}”，请改写统一社会信用代码")
        guess = messy.like(text, rows.values_list("name", flat=True))
        raise ValidationError(
            f"没有“{text}”" + (f"，是不是“{guess}”？" if guess else "，请照企业台账里的名称写")
        )


class BranchForm(PlainForm):
    """A branch, and whom it covers from when."""

    hosts = HostsField(
        Organization.objects.all(),
        label="覆盖单位",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，写名称或信用代码。独立支部 1 个，联合支部 2 个以上。",
    )
    since = forms.DateField(
        label="覆盖起始日期", required=False, widget=_DATE, help_text="不填就从今天算起。"
    )

    groups = (
        ("党组织", ("name", "code", "kind", "superior", "hosts", "since", "founded_on", "approval_no")),
        (
            "人数和书记",
            ("full_members", "probationary_members", "secretary_name", "secretary_background", "deputy_name"),
        ),
        ("任期和场所", ("term_start", "term_years", "place", "phone", "note")),
    )

    class Meta:
        model = PartyBranch
        fields = (
            "name",
            "code",
            "kind",
            "superior",
            "full_members",
            "probationary_members",
            "founded_on",
            "approval_no",
            "secretary_name",
            "secretary_background",
            "deputy_name",
            "term_start",
            "term_years",
            "place",
            "phone",
            "note",
        )
        widgets = {"founded_on": _DATE, "term_start": _DATE}
        help_texts = {
            "full_members": "只填人数，不登记名单。",
            "term_years": "党委 5 年，党总支和党支部 3 年。",
            "note": "不写个人情况。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["hosts"] = hosts_of(self.instance)


class UnitForm(PlainForm):
    """A partner unit with the categories it answers for."""

    main = forms.MultipleChoiceField(label="主责类别", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.MultipleChoiceField(
        label="可以配合的类别", required=False, widget=forms.CheckboxSelectMultiple
    )

    groups = (
        ("单位", ("name", "short_name", "kind", "uscc", "division", "joined_on", "left_on")),
        ("职能", ("main", "others", "duty", "monthly_capacity")),
        ("联系", ("contact_name", "contact_phone")),
    )

    class Meta:
        model = PartnerUnit
        fields = (
            "name",
            "short_name",
            "kind",
            "uscc",
            "division",
            "duty",
            "monthly_capacity",
            "contact_name",
            "contact_phone",
            "joined_on",
            "left_on",
        )
        widgets = {
            "duty": forms.Textarea(attrs={"rows": 3}),
            "joined_on": _DATE,
            "left_on": _DATE,
            "contact_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }
        help_texts = {"monthly_capacity": "超过时会提醒，不会拦住。不限就不填。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dictionary.choices(CATEGORIES, today())
        for name, is_main in (("main", True), ("others", False)):
            self.fields[name].choices = words  # type: ignore[attr-defined]
            if self.instance.pk:
                held = Mandate.objects.filter(unit=self.instance, is_main=is_main)
                self.initial[name] = list(held.values_list("category", flat=True))


class CapacityForm(forms.Form):
    """How much a unit can take on."""

    monthly_capacity = forms.IntegerField(
        label="每月最多承接(项)", required=False, min_value=0, max_value=999, help_text="不限就不填。"
    )


class ContactForm(forms.Form):
    """Whom to call at a unit."""

    contact_name = forms.CharField(label="联系人", max_length=30)
    contact_phone = forms.CharField(
        label="联系电话", max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )


class PostForm(forms.Form):
    """Who gets which role, where and for how long."""

    user = forms.ModelChoiceField(User.objects.all(), label="账号")
    role = forms.ChoiceField(label="角色", choices=[(r.value, r.label) for r in Role if r != Role.SYSTEM])
    place = forms.CharField(
        label="所在企业、单位或乡镇",
        required=False,
        max_length=100,
        help_text="写名称或统一社会信用代码；工委、领导、管理员这些管全县的角色不用写。",
    )
    title = forms.CharField(label="职务", required=False, max_length=60)
    starts = forms.DateField(label="起始日期", widget=_DATE, initial=today)
    ends = forms.DateField(label="结束日期", required=False, widget=_DATE, help_text="长期就不填。")
