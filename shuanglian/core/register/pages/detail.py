"""One row: its facts, its buttons, its history, the parts that upper apps hang on it, and who else can see it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from shuanglian.core.access import can, who_may
from shuanglian.core.register import acting, index, words
from shuanglian.core.register.acting import Button
from shuanglian.core.register.ask import with_relations
from shuanglian.core.register.columns import NOTHING
from shuanglian.core.register.declare import Register, Section
from shuanglian.core.register.pages.frame import TYPED_WRONG, add_errors, row_of, show


@dataclass(frozen=True, slots=True)
class Asking:
    """A button with the form it asks first; ``open`` when the page comes back with an error or without scripts."""

    button: Button
    form: BaseForm | None
    open: bool
    href: str


@login_required
@require_safe
def detail_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """The row's own page, or where it lives now."""
    row = row_of(request, register, pk)
    if register.link is not None:
        return redirect(register.href(row))
    return _detail(request, register, pk)


@login_required
@require_POST
def move_page(request: HttpRequest, register: Register, pk: int, move: str) -> HttpResponse:
    """Press a button: do the act, or come back with what must be filled in."""
    row = row_of(request, register, pk)
    pressed = acting.button(register, move)
    if pressed is None:
        raise Http404
    form = acting.question(pressed, request.user, request.POST, request.FILES, row=row)
    if form is not None and not form.is_valid():
        return _detail(request, register, pk, (pressed, form), TYPED_WRONG)
    fields = getattr(form, "cleaned_data", {})
    try:
        acting.press(pressed, row, fields, by=request.user)
    except ValidationError as error:
        if form is None:
            messages.error(request, "；".join(error.messages))
            return redirect(register.href(row))
        add_errors(form, error)
        return _detail(request, register, pk, (pressed, form), TYPED_WRONG)
    messages.success(request, f"已{pressed.label}")
    still_there = register.rows(request.user).filter(pk=pk).exists()
    return redirect(register.href(row) if still_there else register.url("list"))


def _detail(
    request: HttpRequest,
    register: Register,
    pk: int,
    came_back: tuple[Button, BaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page itself; ``came_back`` is the button whose form has errors."""
    user = request.user
    rows = with_relations(register, register.rows(user), [*register.columns])
    row = rows.get(pk=pk)
    seen_by = register.seen_by(row) if register.seen_by and can(user, "core.explain_access", row) else ""
    context = {
        "row": row,
        "title": register.column(register.heading).words(register.column(register.heading).raw(row))
        or str(row),
        "under": _under(register, row),
        "sections": [
            (s.title, facts) for s in _sections(register) if (facts := _facts(register, s, row, user))
        ],
        "askings": _askings(request, register, row, came_back),
        "can_edit": _can_edit(register, row, user),
        "told": words.tell(register, row, user),
        "panels": index.panels_of(user, row),
        "seen_by": seen_by,
        "may": _may(register) if seen_by else [],
    }
    return show(request, register, "detail", context, status)


def _may(register: Register) -> list[tuple[str, str]]:
    """Which roles may change, add and export, taken from the sentences of permission themselves."""
    verbs = [
        ("谁能改", "change" if register.form and register.update else ""),
        ("谁能新增", "add" if register.form and register.create else ""),
        ("谁能导出、打印", "export"),
    ]
    return [(label, "、".join(who_may(register.permission(verb)))) for label, verb in verbs if verb]


def _can_edit(register: Register, row: Model, user: Any) -> bool:
    may = register.form is not None and register.update is not None
    return may and can(user, register.permission("change"), row)


def _under(register: Register, row: Model) -> str:
    column = register.column(register.under) if register.under else None
    return column.words(column.raw(row)) if column else ""


def _sections(register: Register) -> tuple[Section, ...]:
    return register.sections or (Section("基本情况", tuple(c.key for c in register.columns)),)


def _facts(register: Register, section: Section, row: Model, user: Any) -> list[tuple[str, SafeString | str]]:
    """What is known; nothing at all for a section that nobody fills in and that has nothing to say."""
    columns = [register.column(key) for key in section.keys]
    pairs = [(column.label, column.html(row, user, full=True)) for column in columns]
    said = [(label, html) for label, html in pairs if html != NOTHING]
    return said or ([("", "还没有填写")] if any(column.writable for column in columns) else [])


def _askings(
    request: HttpRequest, register: Register, row: Model, came_back: tuple[Button, BaseForm] | None
) -> list[Asking]:
    wanted = request.GET.get("open", "")
    made = []
    for offered in acting.offered(register, row, request.user):
        is_back = came_back is not None and came_back[0].act.name == offered.act.name
        form = came_back[1] if came_back and is_back else acting.question(offered, request.user, row=row)
        open_now = is_back or wanted == offered.act.name
        made.append(Asking(offered, form, open_now, register.url("move", row.pk, offered.act.name)))
    return made
