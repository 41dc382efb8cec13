"""What every template may use: globals (icons, addresses, form controls) and filters (dates, quantities, money).

Interface wording follows one rule book: dates are 10月25日 in text and 10-25 in tables, figures are Arabic, a mobile
number is masked unless the page says otherwise. The words are made here once, never in a template.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shuanglian.core.clock import SHANGHAI, now, today

STEPS = 6  # 提出 公布 认领 对接 办结 评价

# Six drawings of the same ring: the filled sector says how far, the last one is a tick. Shape carries it, not colour.
_SECTOR_ENDS = ("11.46 6.00", "11.46 10.00", "8.00 12.00", "4.54 10.00", "4.54 6.00")
_STAGE = '<svg class="sl-stage-i" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>'
_DONE = _STAGE.format(
    '<circle cx="8" cy="8" r="7" fill="currentColor"/><path class="tick" d="M4.8 8.2l2.2 2.2 4.2-4.6" fill="none"'
    ' stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>'
)


@cache
def _manifest(folder: Path) -> Mapping[str, Mapping[str, Any]] | None:
    try:
        text = (folder / "manifest.json").read_text()
    except OSError:
        return None
    parsed: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return parsed


def asset(name: str) -> str:
    """The address of a built file by its source name, such as `js/main.js`; KeyError for a name the build lacks.

    Before the bundle is built the plain name is returned: a page without its style is better than no page,
    and `shuanglian doctor` says what is missing.
    """
    if settings.DEBUG:
        _manifest.cache_clear()
    manifest = _manifest(settings.ASSETS)
    return static(name if manifest is None else manifest[name]["file"])


def icon(name: str, cls: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it say what it means."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"sl-i {cls}".rstrip(),
        asset("icons.svg"),
        name.removeprefix("filled/"),
    )


def stage_icon(step: int) -> SafeString:
    """How far something has come: a ring filled by sixths, a tick at the last of the six steps."""
    if step >= STEPS:
        return mark_safe(_DONE)  # noqa: S308 (a constant)
    end = _SECTOR_ENDS[max(step, 1) - 1]
    large = 1 if step * 2 > STEPS else 0
    return mark_safe(  # noqa: S308 (numbers only)
        _STAGE.format(
            '<circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            f'<path d="M8 8V4A4 4 0 {large} 1 {end}Z" fill="currentColor"/>'
        )
    )


def bar(value: float | Decimal, maximum: float | Decimal, tone: str = "") -> SafeString:
    """An inline proportion, cut to 0–100 %. Print the figures beside it: the bar is decoration.

    `tone`: "" needs, "teal" resources, "warn", "hot" late, "rest". A maximum of 0 gives an empty bar.
    """
    share = float(value) / float(maximum) if maximum else 0.0
    return format_html(
        '<svg class="{}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="t" width="100" height="6"/><rect class="f" width="{}" height="6"/></svg>',
        f"sl-bar is-{tone}" if tone else "sl-bar",
        f"{min(max(share, 0.0), 1.0) * 100:.1f}",
    )


def url(name: str, *args: object, **kwargs: object) -> str:
    """Django's reverse, in a template: `url('exchange:need', need.pk)`."""
    return reverse(name, args=args, kwargs=kwargs)


def query(params: QueryDict, **changes: object) -> str:
    """The query string of `params` with some values changed, for filter, sort and pager links.

    None removes a parameter, a list sets several values. The result starts with "?".
    """
    changed = params.copy()
    for key, value in changes.items():
        if value is None:
            changed.pop(key, None)
        else:
            changed.setlist(key, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return "?" + changed.urlencode()


def now_local() -> datetime:
    """The present moment in the county's time zone."""
    return now().astimezone(SHANGHAI)


# ---- forms ----


def control(field: forms.BoundField, attrs: Mapping[str, str] | None = None) -> SafeString:
    """The widget of a bound field with the classes of our style sheet; dates as the browser's own picker.

    Django adds `aria-describedby` (ids `…_helptext` and `…_error`) and `aria-invalid` by itself.
    """
    widget = field.field.widget
    merged = {**widget.attrs, **(attrs or {})}
    css = [_control_class(widget), merged.pop("class", ""), "is-invalid" if field.errors else ""]
    merged["class"] = " ".join(part for part in css if part)
    if isinstance(widget, forms.DateInput):
        return field.as_widget(widget=_IsoDate(format="%Y-%m-%d"), attrs=merged)
    return field.as_widget(attrs=merged)


class _IsoDate(forms.DateInput):
    """The only form a browser's date picker understands, whatever the language."""

    input_type = "date"


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        return "form-select"
    return "form-check-input" if isinstance(widget, forms.CheckboxInput) else "form-control"


def options(field: forms.BoundField) -> list[dict[str, Any]]:
    """The choices of a radio or checkbox group: dicts with type, name, value, label, id, selected, disabled."""
    widget = field.field.widget
    found = widget.subwidgets(field.html_name, field.value(), {"id": field.auto_id})
    return [
        {
            "type": one["type"],
            "name": one["name"],
            "value": str(one["value"]),
            "label": one["label"],
            "id": one["attrs"]["id"],
            "selected": one["selected"],
            "disabled": field.field.disabled or bool(one["attrs"].get("disabled")),
        }
        for one in found
    ]


# ---- filters ----


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(SHANGHAI) if isinstance(value, datetime) and value.tzinfo else value


def date_text(value: date | datetime | None) -> str:
    """10月25日, with the year when it is not this one; nothing for None."""
    if value is None:
        return ""
    day = _local(value)
    text = f"{day.month}月{day.day}日"
    return text if day.year == today().year else f"{day.year}年{text}"


def day_text(value: date | datetime | None) -> str:
    """10-25 for tables, 2024-10-25 when it is not this year; nothing for None."""
    if value is None:
        return ""
    day = _local(value)
    return f"{day:%m-%d}" if day.year == today().year else f"{day:%Y-%m-%d}"


def datetime_text(value: datetime | None) -> str:
    """10月25日 09:12, in the county's time zone; nothing for None."""
    return "" if value is None else f"{date_text(value)} {_local(value):%H:%M}"


def days_left(value: date | datetime | None) -> int | None:
    """Calendar days from today to a date; negative when it has passed, None when there is none."""
    if value is None:
        return None
    day = _local(value)
    return ((day.date() if isinstance(day, datetime) else day) - today()).days


def qty(value: Decimal | int | None) -> str:
    """A quantity without useless zeros: 3, 0.5; nothing for None. The unit is printed by the caller."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


def money(value: Decimal | int | None) -> str:
    """An amount in yuan: 5,000 元, 12.50 元; nothing for None."""
    if value is None:
        return ""
    amount = Decimal(value)
    return f"{amount:,.0f} 元" if amount == amount.to_integral_value() else f"{amount:,.2f} 元"


def mask_mobile(value: str | None) -> str:
    """138****8000: the first three and the last four digits; anything shorter than 8 is hidden whole."""
    text = "".join((value or "").split())
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > 7 else "*" * len(text)


def environment(*, strict: bool = True, **options_of_django: Any) -> jinja2.Environment:
    """The Jinja2 environment that `settings.TEMPLATES` names.

    `strict` (on by default) makes an undefined name an error instead of a blank on the page.
    """
    if strict:
        options_of_django["undefined"] = jinja2.StrictUndefined
    made = jinja2.Environment(  # noqa: S701 (Django passes autoescape=True)
        trim_blocks=True, lstrip_blocks=True, **options_of_django
    )
    made.globals.update(
        asset=asset,
        bar=bar,
        control=control,
        icon=icon,
        now_local=now_local,
        options=options,
        query=query,
        stage_icon=stage_icon,
        static=static,
        url=url,
    )
    made.filters.update(
        date=date_text,
        datetime=datetime_text,
        day=day_text,
        days_left=days_left,
        mask_mobile=mask_mobile,
        money=money,
        qty=qty,
    )
    return made
