from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shuanglian.core.models import Pace
from shuanglian.core.notify import Kind


class PaceForm(forms.Form):
    """One choice for each kind of notice: at once, every morning, not at all."""

    def __init__(self, *args: Any, paces: list[tuple[Kind, Pace]], **options: Any) -> None:
        super().__init__(*args, label_suffix="", **options)
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
