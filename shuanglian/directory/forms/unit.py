"""What may be typed about partner units, and about who gets which role where."""

from typing import Any

from django import forms

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.core import dictionary
from shuanglian.core.clock import today
from shuanglian.core.forms import PlainForm
from shuanglian.directory.actions.unit import CATEGORIES
from shuanglian.directory.models import Mandate, PartnerUnit

_DATE = forms.DateInput


class UnitForm(PlainForm):
    """A partner unit with the categories it answers for."""

    main = forms.MultipleChoiceField(label="主责类别", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.MultipleChoiceField(
        label="可以配合的类别", required=False, widget=forms.CheckboxSelectMultiple
    )

    groups = (
        (
            "单位",
            ("name", "short_name", "kind", "level", "source", "uscc", "division", "joined_on", "left_on"),
        ),
        ("职能", ("main", "others", "duty", "monthly_capacity")),
        ("联系", ("contact_name", "contact_phone")),
    )

    class Meta:
        model = PartnerUnit
        fields = (
            "name",
            "short_name",
            "kind",
            "level",
            "source",
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
        help_texts = {
            "level": "本县单位是联盟成员；市级、省级单位由工委登记和联系，本县没有合适的才请它。",
            "source": "市级、省级单位要写，例如：市级惠企服务清单 2026 年第 2 期",
            "monthly_capacity": "超过时会提醒，不会拦住。不限就不填。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].required = False  # nothing said: the county
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
