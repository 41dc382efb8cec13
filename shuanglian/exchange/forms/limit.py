"""What may be typed about a running time limit: more days, standing still, going on."""

from django import forms

from shuanglian.core.render import date_text
from shuanglian.exchange.actions.deadline import MOST_EXTENSION
from shuanglian.exchange.forms.fields import ActForm, Words, words_of

MOST_REASON = 200


class ExtendForm(ActForm):
    """延期."""

    days = forms.IntegerField(
        label="延长几个工作日",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填延长几个工作日", "invalid": "只能填整数，例如 5"},
    )
    reason = Words(
        label="为什么延期",
        max_length=MOST_REASON,
        widget=words_of(2, MOST_REASON, placeholder="例如：专家出差，下周三才能到厂"),
        help_text="企业和工委会看到",
        error_messages={"required": "请写明延期的理由"},
    )

    def prepare(self) -> None:
        now = date_text(self.about.due)
        self.fields["days"].help_text = f"现在是 {now}到期；一次延期 1 到 {MOST_EXTENSION} 个工作日"


class StopForm(ActForm):
    """暂停计时."""

    reason = Words(
        label="在等什么",
        max_length=MOST_REASON,
        widget=words_of(2, MOST_REASON, placeholder="例如：等企业把图纸发过来"),
        help_text="企业和工委会看到",
        error_messages={"required": "请写明在等什么"},
    )
