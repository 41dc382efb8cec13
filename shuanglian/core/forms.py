from typing import Any

from django import forms

from shuanglian.core.models import CalendarDay, Term


class PlainForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form that checks its fields only: what the row as a whole must satisfy its action says, in sentences."""

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self._meta.model._meta.get_fields()}

    def clean(self) -> dict[str, Any]:
        """Nothing beyond the fields; uniqueness is left to the action as well."""
        return self.cleaned_data


class TermForm(forms.ModelForm[Term]):
    """A word of a dictionary. Dictionary and code are what stored rows refer to: they stay as they were given."""

    class Meta:
        model = Term
        fields = ("dictionary", "code", "name", "note", "position", "valid_from", "valid_to")
        help_texts = {
            "dictionary": "这个词属于哪个字典，如 need_category",
            "code": "存到数据里的代码，定了就不再改",
            "position": "数字小的排在前面",
            "valid_to": "过了这一天就不能再选，已经用过的内容不变",
        }
        error_messages = {"dictionary": {"invalid": "字典名只能用小写字母、数字和下划线"}}


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
