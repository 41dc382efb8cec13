"""What may be typed about the quarterly meeting."""

from django import forms

from shuanglian.core.clock import today
from shuanglian.exchange.forms.fields import ActForm, Day, Words, words_of


class PutOnForm(ActForm):
    """列入季度会议题."""

    reason = Words(
        label="为什么上会",
        max_length=200,
        widget=words_of(2, 200, placeholder="例如：商请过三个单位，都接不了，要会上定"),
        error_messages={"required": "请写为什么上会"},
    )


class DiscussForm(forms.Form):
    """What the meeting decided."""

    discussed_on = Day(label="开会日期", initial=today)
    result = Words(
        label="议定结果",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="提出单位会看到；谁来办、怎么办，一两句话",
        error_messages={"required": "请写议定的结果"},
    )
