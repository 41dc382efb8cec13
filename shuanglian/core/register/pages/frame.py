"""What all pages of registers share: finding the row, knowing what is allowed, rendering."""

from typing import IO, Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shuanglian.core.access import can, require
from shuanglian.core.register.declare import Register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
TYPED_WRONG = 422


def show(
    request: HttpRequest, register: Register, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the register, in the layout of this person."""
    given = {"register": register, "active": register.slug, "open": request.GET.get("open", "")}
    return render(request, f"register/{name}.html", {**given, **context}, status=status)


def row_of(request: HttpRequest, register: Register, pk: int) -> Any:
    """The row with this key among those the user may see; hidden and absent are the same 404."""
    row = register.rows(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    require(request.user, register.permission("view"))
    return row


def allowed(request: HttpRequest, register: Register) -> dict[str, bool]:
    """What this user may do with the register as a whole; the pages show buttons by it."""
    user = request.user
    may_add = can(user, register.permission("add"))
    return {
        "add": register.create is not None and register.form is not None and may_add,
        "export": can(user, register.permission("export")),
        "import": register.is_importable
        and (may_add if register.create else can(user, register.permission("change"))),
    }


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page instead of a link being followed."""
    return request.headers.get("HX-Request-Type") == "partial"


def add_errors(form: Any, error: ValidationError) -> None:
    """Put an action's refusal where it belongs: at its field, or above the form."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def send(file: IO[bytes], name: str, media_type: str) -> FileResponse:
    """A made file as a download."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return response
