from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.models import Pace
from shuanglian.core.notify import Kind


class PaceForm(forms.Form):
    """One choice for each kind of notice: at once, every morning, not at all."""

    def __init__(self, *args: Any, paces: list[tuple[Kind, Pace]], **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for kind, pace in paces:
            self.fields[kind.code] = forms.ChoiceField(
                label=kind.name,
                choices=Pace.choices,
                initial=pace,
                error_messages={
                    "required": "请选一种提醒方式",
                    "invalid_choice": "请从列出的提醒方式里选一个",
                },
            )

    def refuse(self, error: ValidationError) -> None:
        """Put what the action refused at its fields."""
        self.add_error(None, error)


class _Person(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name and account: two may share a name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.username}）"


class HandoverForm(forms.Form):
    """Who takes everything over, and why."""

    to = _Person(
        User.objects.none(),
        label="交给谁",
        empty_label="请选接手的人",
        error_messages={
            "required": "请选接手的人",
            "invalid_choice": "他没有这些事的权限，请先加上角色，或换一个人",
        },
    )
    note = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        help_text="如 调离、退休、换岗，会写进这些事的记录",
        error_messages={"max_length": "最多 %(limit_value)d 字，现在是 %(show_value)d 字"},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class SuggestionForm(forms.Form):
    """What somebody says about the platform; how to reach him only if he wants to say it."""

    body = forms.CharField(
        label="您的意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1000}),
        error_messages={
            "required": "请写一句您的意见",
            "max_length": "最多 %(limit_value)d 字，现在是 %(show_value)d 字",
        },
    )
    contact = forms.CharField(
        label="怎么联系您",
        max_length=60,
        required=False,
        help_text="电话或微信号都行，只有工委看得到",
        error_messages={"max_length": "最多 %(limit_value)d 字，现在是 %(show_value)d 字"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
