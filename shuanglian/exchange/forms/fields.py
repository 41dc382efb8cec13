"""Fields that take what people type, and forms that answer in plain sentences."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model

from shuanglian.accounts.models import User
from shuanglian.core.files import MOST_PER_ROW, inspect
from shuanglian.core.phones import normalise_phone, phone_fault
from shuanglian.exchange.queries.check import checks_for

DATES = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d")
CHOOSING = (forms.ChoiceField, forms.ModelChoiceField)


class Day(forms.DateField):
    """A date as people write it; full-width figures are read too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=DATES, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(_half(value))


class Words(forms.CharField):
    """Text whose line ends count as one character, as the browser's counter counts them."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Phone(Words):
    """A mobile number or a landline with its area code, in the one form that is stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}

    def clean(self, value: Any) -> str:
        number = normalise_phone(super().clean(value))
        if number and (fault := phone_fault(number)):
            raise ValidationError(fault)
        return number


class Quantity(forms.DecimalField):
    """A quantity above 0 with up to two decimals: ５, 1,200 and 0.5 are read."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def to_python(self, value: Any) -> Any:
        text = _half(value)
        return super().to_python(text.replace(",", "") if isinstance(text, str) else text)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Uploads(forms.FileField):
    """Any number of files up to what one row keeps, each judged by its content."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFiles(attrs={"multiple": True}), **options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[type-arg]
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(given) > MOST_PER_ROW:
            raise ValidationError(f"一次最多传 {MOST_PER_ROW} 个文件，现在是 {len(given)} 个")
        if self.required and not given:
            raise ValidationError("请选一个文件")
        faults = []
        for upload in given:
            try:
                inspect(upload)
            except ValidationError as error:
                faults.append(f"{upload.name}：{error.messages[0]}")
        if faults:
            raise ValidationError(faults)
        return list(given)


class PlainForm(forms.Form):
    """A form whose faults are said in the words of the house, each field naming itself."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.prepare()
        for field in self.fields.values():
            _speak_plainly(field)

    def prepare(self) -> None:
        """Set what depends on the day, the row and the user: choices, first values, fields that are not needed."""

    def refuse(self, error: ValidationError) -> None:
        """Put what an action refused at its fields; what belongs to none stands at the top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, faults in error.error_dict.items():
            self.add_error(name if name in self.fields else None, faults)


class Ticks(forms.MultipleChoiceField):
    """Checks to tick: their ids; what is no longer asked is passed over."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        return [int(one) for one in value or () if self.valid_value(one)]


class ActForm(PlainForm):
    """The form of one act on one row: it knows the row (``about``) and who acts (``user``).

    ``step``: the step whose checks the form asks for, when there are any.
    """

    step = ""

    def __init__(self, *args: Any, about: Model, user: User, **options: Any) -> None:
        self.about: Any = about
        self.user = user
        options.setdefault(
            "auto_id", f"{type(self).__name__.lower()}_%s"
        )  # several of them stand on one page
        super().__init__(*args, **options)
        if self.step:
            self._ask_checks()

    def _ask_checks(self) -> None:
        """The list of checks, last; whether a required one was forgotten the action says."""
        need = getattr(self.about, "need", self.about)
        asked = checks_for(need.county, self.step, need.category)
        if asked:
            words = [(check.pk, f"{check}（必须）" if check.required else str(check)) for check in asked]
            self.fields["checks"] = Ticks(label="办之前核对", choices=words, required=False)


class BareForm(ActForm):
    """Nothing to type: the press of the button says it."""


def words_of(rows: int = 3, most: int = 500, **attrs: str) -> forms.Textarea:
    """A box for a few sentences."""
    return forms.Textarea(attrs={"rows": rows, "maxlength": most, **attrs})


def _speak_plainly(field: forms.Field) -> None:
    label, said = str(field.label or ""), field.error_messages
    choosing = isinstance(field, CHOOSING)
    if said.get("required") is forms.Field.default_error_messages["required"]:
        said["required"] = f"请{'选' if choosing else '填写'}{label}"
    said["max_length"] = "最多 %(limit_value)d 字，现在是 %(show_value)d 字"
    said["null_characters_not_allowed"] = "里面有看不见的字符，请重新填写"
    if isinstance(field, forms.DateField):
        said["invalid"] = "日期请写成 2026-10-25 这样"
    elif isinstance(field, forms.DecimalField):
        said["invalid"] = "只能填数字，例如 5"
        said["max_digits"] = said["max_whole_digits"] = "数字太大了"
        said["max_decimal_places"] = "最多两位小数"
    elif choosing:
        said["invalid_choice"] = f"请从列出的{label}里选一个"


def _half(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
