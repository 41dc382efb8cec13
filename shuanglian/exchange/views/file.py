"""Files of needs, served to those who may have them; for everybody else they do not exist."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shuanglian.core.access import can
from shuanglian.core.files import send
from shuanglian.core.models import StoredFile
from shuanglian.exchange import actions
from shuanglian.exchange.models import Need
from shuanglian.exchange.views.act import Request, go
from shuanglian.exchange.views.need import fetch_need


@login_required
@require_safe
def file(request: Request, pk: int) -> FileResponse:
    """Download a file of a need, for its two sides and the committee."""
    stored, _ = _fetch(request, pk)
    return send(stored)


@login_required
@require_POST
def file_remove(request: Request, pk: int) -> HttpResponse:
    """Take a file away."""
    stored, need = _fetch(request, pk)
    actions.remove_file(stored, need, by=request.user)
    messages.success(request, f"已删除 {stored.name}")
    return go(request, reverse("exchange.need", args=[need.pk]))


def _fetch(request: Request, pk: int) -> tuple[StoredFile, Need]:
    kind = ContentType.objects.get_for_model(Need)
    stored = get_object_or_404(StoredFile, pk=pk, kind=kind, removed=None)
    need = fetch_need(request, stored.object_id)
    if not can(request.user, "exchange.read_files_of_need", need):
        raise Http404
    return stored, need
