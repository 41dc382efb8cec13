from typing import Any

from django import forms

from shuanglian.core.models import CalendarDay, Term
from shuanglian.core.queries import dictionaries


class PlainForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form that checks its fields only: what the row as a whole must satisfy its action says, in sentences."""

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.get_fields()}

    def clean(self) -> dict[str, Any]:
        """Nothing beyond the fields; uniqueness is left to the action as well."""
        return self.cleaned_data


class TermForm(forms.ModelForm[Term]):
    """A word of a dictionary. Dictionary and code are what stored rows refer to: they stay as they were given.

    A new dictionary is itself a word of the dictionary of dictionaries, its slug the code.
    """

    dictionary = forms.ChoiceField(label="字典", choices=lambda: [("", ""), *dictionaries().items()])

    class Meta:
        model = Term
        fields = ("dictionary", "code", "name", "note", "position", "valid_from", "valid_to")
        help_texts = {
            "code": "存到数据里的代码，定了就不再改",
            "position": "数字小的排在前面",
            "valid_to": "过了这一天就不能再选，已经用过的内容不变",
        }


class PlanForm(forms.Form):
    """What a word is called from a day to come."""

    starts = forms.DateField(label="从哪天起", widget=forms.DateInput)
    name = forms.CharField(label="改叫什么", max_length=60)
    note = forms.CharField(label="说明", max_length=200, required=False)


class DayForm(PlainForm):
    """One day of the table of working days. Its date stays as it was entered."""

    class Meta:
        model = CalendarDay
        fields = ("day", "is_workday", "note")
        help_texts = {
            "is_workday": "调休上班的日子打钩，放假的日子不打钩",
            "note": "如 国庆、国庆调休上班",
        }
        error_messages = {"day": {"required": "请填写日期", "invalid": "日期请写成 2026-10-25 这样"}}


class AnswerForm(forms.Form):
    """The answer to a suggestion."""

    answer = forms.CharField(label="答复", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
