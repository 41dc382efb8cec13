"""What may be typed about matching."""

from typing import Any

from django import forms

from shuanglian.core.forms import PlainForm
from shuanglian.matching.choices import WhyNot
from shuanglian.matching.engine.records import CATEGORIES
from shuanglian.matching.models import LexiconEntry


class EntryForm(PlainForm):
    """One kind of service and how people speak of it, a phrase a line."""

    category = forms.ChoiceField(
        label="类别", choices=[(code, name) for code, (name, _) in CATEGORIES.items()]
    )

    class Meta:
        model = LexiconEntry
        fields = ("category", "service", "words", "talk", "in_use")
        widgets: dict[str, Any] = {
            "words": forms.Textarea(attrs={"rows": 5}),
            "talk": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "service": "如 应急转贷与续贷",
            "words": "一行一个，单位登记资源时常用的词",
            "talk": "一行一句，按企业平常说话的样子写，不写企业和人的名字",
            "in_use": "不打钩就不再用来对需求和资源",
        }


class DeclineForm(forms.Form):
    """这项不合适: one reason of the list, and words where they help."""

    why = forms.ChoiceField(
        label="为什么不合适",
        choices=WhyNot.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因", "invalid_choice": "请选一个原因"},
    )
    words = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "例如：只做 DN400 以下的"}),
        help_text="选“其他原因”时要写一句；只写事，不评人",
    )
