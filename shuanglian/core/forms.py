from django import forms

from shuanglian.core.models import Term


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
