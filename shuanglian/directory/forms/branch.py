"""What may be typed about party branches: counts and posts, never a roster."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from shuanglian.core import uscc
from shuanglian.core.clock import today
from shuanglian.core.forms import PlainForm
from shuanglian.core.register import messy
from shuanglian.directory.choices import SecretaryBackground
from shuanglian.directory.models import Organization, PartyBranch
from shuanglian.directory.queries import hosts_of

BETWEEN = re.compile(r"[\n、，,；;]+")
_MOST_HOSTS = 60
_DATE = forms.DateInput
_BACKGROUNDS = [("", "请选择"), *SecretaryBackground.choices]


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


class SecretaryForm(forms.Form):
    """Who leads a branch."""

    secretary_name = forms.CharField(label="书记姓名", max_length=30)
    secretary_background = forms.ChoiceField(label="书记身份", required=False, choices=_BACKGROUNDS)


class RenewForm(SecretaryForm):
    """A renewal: the day it was held, who was elected, how many members there are."""

    term_start = forms.DateField(label="换届日期", widget=_DATE, initial=today)
    deputy_name = forms.CharField(label="副书记姓名", required=False, max_length=30)
    full_members = forms.IntegerField(label="正式党员数", min_value=0, max_value=9999)
    probationary_members = forms.IntegerField(label="预备党员数", min_value=0, max_value=9999, initial=0)
    note = forms.CharField(
        label="批复文号或说明",
        required=False,
        max_length=200,
        help_text="比届满日期早或晚一年以上时必须写。",
    )

    field_order = ("term_start", "secretary_name", "secretary_background", "deputy_name")


class ExtendForm(forms.Form):
    """Until when a renewal may wait, and who approved it."""

    until = forms.DateField(label="延期换届至", widget=_DATE)
    note = forms.CharField(label="批准依据", max_length=200, help_text="例如上级党组织的批复文号。")
