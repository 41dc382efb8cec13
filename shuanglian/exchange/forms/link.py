"""What may be typed to link a need to another one, and to split one off."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.core.dictionary import choices
from shuanglian.core.render import qty
from shuanglian.exchange.forms.fields import ActForm, Quantity, Words, words_of
from shuanglian.exchange.models import Need, NeedItem
from shuanglian.exchange.queries.ledger import lines_of
from shuanglian.exchange.queries.link import need_numbered
from shuanglian.exchange.queries.similar import Alike, similar_to

MOST = 1000  # characters of a need


class NeedNumber(forms.CharField):
    """A need by its number; ``near`` are those that say much the same, to choose from.

    It looks like a field that must be filled in; whether it must is the form's to say.
    """

    near: list[Alike]
    shown_when = ""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "写需求编号，例如 XQ20260012")
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {"autocomplete": "off"}
        self.near = []

    def look_for(self, need: Need, user: User) -> None:
        """Say from where the number is typed and by whom."""
        self.need, self.user = need, user
        text = f"{need.title}\n{need.detail}"
        self.near = similar_to(text, user, need.category, but=need.pk)

    def clean(self, value: Any) -> Any:
        text = self.to_python(value)
        if not text:
            return None
        found = need_numbered(text, self.user)
        if found is None:
            raise ValidationError(f"没有编号是“{text[:20]}”的需求，请核对")
        if found.pk == self.need.pk:
            raise ValidationError("不能写这一项自己的编号")
        return found


class RelateForm(ActForm):
    """关联另一项."""

    other = NeedNumber(label="关联哪一项")

    def prepare(self) -> None:
        field: Any = self.fields["other"]
        field.look_for(self.about, self.user)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("other") is None and "other" not in self.errors:
            self.add_error("other", "请写要关联的需求编号")
        return data


class FreeLine(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A line of a need that nobody ever claimed."""

    def label_from_instance(self, item: Any) -> str:
        return f"{item.text}（{qty(item.requested)} {item.measure}）"


class SplitForm(ActForm):
    """分出一条: a line of several moves over; out of a single one the words are taken apart."""

    item = FreeLine(NeedItem.objects.none(), label="分出哪一行", empty_label="请选择")
    detail = Words(label="分出来的是什么事", max_length=MOST, widget=words_of(3, MOST))
    category = forms.ChoiceField(label="类别")
    quantity = Quantity(label="分出来的要多少", required=False)
    measure = forms.ChoiceField(label="单位")
    rest = Words(label="原来的这项还剩什么事", max_length=MOST, widget=words_of(3, MOST))
    left = Quantity(label="原来的还要多少", required=False)

    def prepare(self) -> None:
        need, day = self.about, today()
        lines = lines_of(need.pk)
        fields: dict[str, Any] = dict(self.fields)
        fields["category"].choices, fields["category"].initial = choices("need_category", day), need.category
        if len(lines) > 1:
            fields["item"].queryset = need.items.filter(commitments=None)
            fields["detail"].required = False
            fields["detail"].help_text = "不填就用那一行的文字"
            self._leave_out("quantity", "measure", "rest", "left")
            return
        self._leave_out("item")
        item = lines[0].item
        fields["measure"].choices, fields["measure"].initial = choices("measure", day), item.measure
        fields["detail"].initial = fields["rest"].initial = need.detail or need.title
        fields["detail"].help_text = "只留分出来的那件事"
        fields["left"].initial = qty(item.requested)
        fields["left"].label = f"原来的还要多少（{item.measure}）"

    def _leave_out(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        whole = (self.about.detail or self.about.title).strip()
        if data.get("detail", "").strip() == whole and "item" not in self.fields:
            self.add_error("detail", "和原来的一样；请只留分出来的那件事")
        if "item" in self.fields and not data.get("detail") and data.get("item") is not None:
            data["detail"] = data["item"].text
        return data
