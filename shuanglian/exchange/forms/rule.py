"""What may be typed about time limits, ready-made replies and checks before a step."""

from typing import Any

from django import forms

from shuanglian.core.dictionary import names
from shuanglian.core.forms import PlainForm
from shuanglian.exchange.models import DeadlineRule, ReplyTemplate, StateWord, StepCheck


def _categories() -> list[tuple[str, str]]:
    return [("", "全部类别"), *names("need_category").items()]


class RuleForm(PlainForm):
    """A time limit for a step, with the day it starts on."""

    category = forms.ChoiceField(label="类别", choices=_categories, required=False)

    class Meta:
        model = DeadlineRule
        fields = ("kind", "category", "complex", "days", "valid_from")
        help_texts = {
            "complex": "复杂事项另有时限的才打钩",
            "days": "从第二天起算，节假日不算",
            "valid_from": "从这一天起新开始的按它算，已经在走的不变",
        }


class ReviseForm(forms.Form):
    """How many working days from which day on."""

    days = forms.IntegerField(label="工作日", min_value=1)
    valid_from = forms.DateField(label="启用日期", help_text="从这一天起新开始的按它算，已经在走的不变")


class ReplyForm(PlainForm):
    """A ready-made reply."""

    category = forms.ChoiceField(
        label="类别", choices=_categories, required=False, help_text="只在这一类需求里出现；不选就都出现"
    )

    class Meta:
        model = ReplyTemplate
        fields = ("occasion", "category", "title", "body", "position", "ended_on")
        widgets: dict[str, Any] = {"body": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "title": "按钮上的几个字",
            "body": "点一下填进去的话，还可以再改",
            "position": "数字小的排在前面",
            "ended_on": "从这一天起不再出现",
        }


class CheckForm(PlainForm):
    """A check before a step."""

    category = forms.ChoiceField(
        label="类别", choices=_categories, required=False, help_text="只在这一类需求里核对；不选就都核对"
    )

    class Meta:
        model = StepCheck
        fields = ("step", "category", "text", "required", "position", "ended_on")
        help_texts = {
            "text": "一句话，打钩就是“是”，如 写清楚了要什么",
            "required": "不打钩就不让办这一步；多一道核对就多一次点击，少用",
            "position": "数字小的排在前面",
            "ended_on": "从这一天起不再列出来",
        }


class WordsForm(PlainForm):
    """What a state is called for each audience."""

    class Meta:
        model = StateWord
        fields = ("public", "enterprise", "unit", "staff")
        help_texts = {"public": "没有登录的人看到的", "staff": "工委、乡镇、联系领导看到的；空着就用标准说法"}
