"""What may be typed about organisations. The sentences about values come from the actions; forms only ask again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shuanglian.core import uscc
from shuanglian.core.forms import PlainForm
from shuanglian.directory.choices import BranchKind, HeadcountBand, Registration
from shuanglian.directory.models import Organization, PartyBranch


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


class OwnForm(forms.Form):
    """What an organisation puts right about itself; it starts with what is known."""

    short_name = forms.CharField(label="简称", required=False, max_length=30)
    address = forms.CharField(label="注册地址", required=False, max_length=120)
    headcount_band = forms.ChoiceField(
        label="从业人员数(档)", required=False, choices=[("", "请选择"), *HeadcountBand.choices]
    )
    member_count = forms.IntegerField(
        label="党员数(合计)", min_value=0, max_value=9999, help_text="只填人数，不登记名单。"
    )
    contact_name = forms.CharField(label="联系人", required=False, max_length=30)
    contact_phone = forms.CharField(
        label="联系电话",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class CloseForm(forms.Form):
    """How an organisation leaves the current lists, and on what ground."""

    registration = forms.ChoiceField(
        label="登记状态",
        choices=[
            (c.value, c.label) for c in Registration if c not in (Registration.ACTIVE, Registration.MERGED)
        ],
        initial=Registration.CANCELLED,
    )
    note = forms.CharField(label="依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class JoinForm(forms.Form):
    """Which branch covers an organisation from now on."""

    branch = forms.ModelChoiceField(
        PartyBranch.objects.filter(ended_on=None).exclude(kind=BranchKind.INDEPENDENT),
        label="党组织",
        help_text="只列可以覆盖几家单位的党组织。要单独成立支部，请在党组织台账里新增。",
    )
    since = forms.DateField(
        label="覆盖起始日期", required=False, widget=forms.DateInput, help_text="不填就从今天算起。"
    )


class AskForm(forms.Form):
    """Why an instructor is asked for; may be left empty."""

    note = forms.CharField(
        label="说明", required=False, max_length=100, help_text="例如：正在筹建支部，最好熟悉财务。"
    )
