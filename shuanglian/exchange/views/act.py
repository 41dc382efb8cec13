"""One act on one row: its form as a dialog (htmx) or open on the row's page (plain), its refusal at the place.

Every act of the exchange is a line in a table (``views/need.py``, ``commitment.py``, ``offer.py``): who may, which form,
which action. The address of an act answers GET with the form and POST with the act; what was typed is never lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.exchange.forms.fields import ActForm
from shuanglian.exchange.forms.offer import NoteForm
from shuanglian.exchange.models import ReplyTemplate
from shuanglian.exchange.queries.reply import replies_for

SEE_OTHER = 303
UNPROCESSABLE = 422
TAKEN = "taken"  # the code of a refusal because somebody was faster


class Request(HttpRequest):
    """A request as our middleware leaves it. On public pages ``user.is_authenticated`` is asked first."""

    user: User
    htmx: HtmxDetails


Do: TypeAlias = Callable[[Any, User, Any], object]
Ready: TypeAlias = Callable[[Any, User], object]


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody was faster: a sentence, and where to go instead, as (words, address)."""

    sentence: str
    instead: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Act:
    """What a button does. ``do(row, user, form)`` calls the action; ``ready`` refuses before the form is shown."""

    name: str
    title: str
    yes: str
    done: str
    permission: str
    do: Do
    form: type[ActForm] = NoteForm
    text: str = ""
    no: str = "再想想"
    tone: str = "primary"
    ready: Ready | None = None
    lost: Callable[[Any, User, ValidationError], Lost] | None = None
    is_upload: bool = False
    place: str = ""  # where on the page it stands; otherwise it opens at the top or as a dialog
    subject: Callable[[Any], Any] | None = None  # what the permission is asked about, when not the row itself
    occasion: str = ""  # whose ready-made replies fill the form


@dataclass(frozen=True, slots=True)
class Opened:
    """An act with its form as it stands: fresh, or with what was typed and what is wrong with it."""

    act: Act
    form: ActForm | None
    address: str
    back: str
    what: str  # the row in words, as the heading's second line
    lost: Lost | None = None
    next: str = ""  # the page of ours to return to afterwards
    replies: list[ReplyTemplate] = field(default_factory=list)


class Page(Protocol):
    """Renders the page of the row with an act open on it."""

    def __call__(
        self, request: Request, row: Any, opened: Opened | None = None, status: int = 200
    ) -> HttpResponse: ...


def run(request: Request, act: Act, row: Any, *, page: Page, back: str) -> HttpResponse:
    """Show the form of an act, or do it.

    Raises:
        PermissionDenied: the user may not do this to this row.
    """
    require(request.user, act.permission, act.subject(row) if act.subject else row)
    if request.method != "POST":
        return _answer(request, _open(request, act, row, back), row, page)
    form = act.form(request.POST, request.FILES, about=row, user=request.user)
    lost = None
    if form.is_valid():
        try:
            act.do(row, request.user, form)
        except ValidationError as error:
            lost = _lost(act, row, request, error)
            form.refuse(error)
        else:
            messages.success(request, act.done)
            return go(request, next_page(request) or (back if request.htmx else back + act.place))
    opened = _opened(request, act, row, back, None if lost else form, lost)
    return _answer(request, opened, row, page, UNPROCESSABLE)


def what_of(row: Any) -> str:
    """A need or an offer by its title; a promise or a delivery by the need it is for."""
    return str(need_of(row))


def need_of(row: Any) -> Any:
    """The need that a promise, a delivery, a time limit or an asking is about; otherwise the row itself."""
    return getattr(getattr(row, "commitment", None) or row, "need", row)


def go(request: Request, address: str) -> HttpResponse:
    """Send the browser on after an act: a plain answer for a form, a header for htmx."""
    if request.htmx:
        answer: HttpResponse = HttpResponseClientRedirect(address)
        return answer
    return HttpResponseRedirect(address, status=SEE_OTHER)


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page; when it restores history it needs the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def next_page(request: Request) -> str:
    """Where the form asked to return to, when that is a page of ours."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


def _open(request: Request, act: Act, row: Any, back: str) -> Opened:
    if act.ready is not None:
        try:
            act.ready(row, request.user)
        except ValidationError as error:
            lost = _lost(act, row, request, error) or Lost(error.messages[0])
            return _opened(request, act, row, back, None, lost)
    given = {name: value for name, value in request.GET.items() if name in act.form.base_fields}
    form = act.form(initial=given, about=row, user=request.user)
    return _opened(request, act, row, back, form)


def _opened(
    request: Request, act: Act, row: Any, back: str, form: ActForm | None, lost: Lost | None = None
) -> Opened:
    category = getattr(need_of(row), "category", "")
    replies = replies_for(request.user, act.occasion, category) if act.occasion and form else []
    return Opened(act, form, request.path, back, what_of(row), lost, next_page(request), replies)


def _lost(act: Act, row: Any, request: Request, error: ValidationError) -> Lost | None:
    taken = getattr(error, "code", "") == TAKEN
    return act.lost(row, request.user, error) if taken and act.lost is not None else None


def _answer(request: Request, opened: Opened, row: Any, page: Page, status: int = 200) -> HttpResponse:
    if request.htmx:
        return render(request, "exchange/_act.html", {"opened": opened}, status=status)
    return page(request, row, opened, status)
