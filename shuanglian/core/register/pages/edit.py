"""Create and edit. What was typed stays typed; every error stands at its field and in the summary."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, BaseModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shuanglian.core.access import require
from shuanglian.core.register import index
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import TYPED_WRONG, add_errors, row_of, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest, register: Register) -> HttpResponse:
    """A new row."""
    create = register.create
    if create is None or register.form is None:
        raise Http404
    require(request.user, register.permission("add"))
    return _form_page(request, register, None, lambda fields: create(by=request.user, **fields))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """An existing row. The action gets a row of its own: a model form writes into the one it is given."""
    row, update = row_of(request, register, pk), register.update
    if update is None or register.form is None:
        raise Http404
    require(request.user, register.permission("change"), row)
    fresh = row_of(request, register, pk) if request.method == "POST" else row
    return _form_page(request, register, row, lambda fields: update(fresh, by=request.user, **fields))


def form_for(
    register: Register, user: Any, row: Model | None, data: Any = None, files: Any = None
) -> BaseForm:
    """The register's form for a row or a new one, with choices narrowed to what the user may see."""
    if register.form is None:
        raise Http404
    given: dict[str, Any] = {"data": data, "files": files}
    if issubclass(register.form, BaseModelForm):
        given["instance"] = row
    elif row is not None:
        given["initial"] = {name: getattr(row, name, None) for name in register.form.base_fields}
    return index.narrow(register.form(**given), user)


def _form_page(
    request: HttpRequest, register: Register, row: Model | None, save: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    sent = request.method == "POST"
    form = form_for(
        register, request.user, row, request.POST if sent else None, request.FILES if sent else None
    )
    if sent and form.is_valid():
        try:
            saved = save(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "已保存")
            return redirect(register.href(saved))
    context = {
        "form": form,
        "row": row,
        "title": str(register.rows(request.user).get(pk=row.pk)) if row else "",
    }
    return show(request, register, "form", context, TYPED_WRONG if sent else 200)
