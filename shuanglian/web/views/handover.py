"""工作交接: what somebody who leaves holds, who can take it over, and the moving of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.exchange import actions
from shuanglian.exchange.queries.handover import Holdings, holdings_of, people_holding, successors
from shuanglian.web.forms import HandoverForm
from shuanglian.web.views.request import Request

SHOWN = 100  # people listed; the search finds the others
PREVIEWED = 50  # things of each kind that the preview names


@login_required
@require_safe
def handover(request: Request) -> HttpResponse:
    """Who holds something; those who cannot sign in any more come first."""
    require(request.user, "exchange.hand_over")
    question = request.GET.get("q", "").strip()[:30]
    people = people_holding(request.user)
    if question:
        people = people.filter(name__icontains=question) | people.filter(username__icontains=question)
    context = {"people": people[:SHOWN], "question": question, "active": "handover"}
    return render(request, "web/handover.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_of(request: Request, pk: int) -> HttpResponse:
    """What one person holds; with POST all of it moves to the chosen successor."""
    require(request.user, "exchange.hand_over")
    leaver = _leaver(request, pk)
    held = holdings_of(leaver)
    form = HandoverForm(request.POST or None, people=successors(leaver, held))
    if request.method == "POST" and form.is_valid():
        to, note = form.cleaned_data["to"], form.cleaned_data["note"]
        try:
            moved = actions.hand_over(leaver, by=request.user, to=to, note=note)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.info(
                request, f"{amounts(moved)}已从{leaver}交给{to}。以后的提醒发给{to}，{leaver}不再收到。"
            )
            return redirect("web.handover_of", pk=leaver.pk)
    context = {
        "leaver": leaver,
        "held": held,
        "amounts": amounts(held),
        "previewed": PREVIEWED,
        "form": form,
        "may_read": can(request.user, "exchange.view_need"),
        "active": "handover",
    }
    return render(request, "web/handover_of.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def holdings(request: Request, pk: int) -> HttpResponse:
    """The part on an account's own page: how much this person holds, and the way to hand it over."""
    require(request.user, "exchange.hand_over")
    leaver = _leaver(request, pk)
    held = holdings_of(leaver)
    context = {"leaver": leaver, "held": held, "amounts": amounts(held)}
    return render(request, "web/_holdings.html", context)


def amounts(held: Holdings) -> str:
    """2 项对接、1 份草稿、3 项需求; nothing when there is nothing."""
    parts = (
        (len(held.commitments), "项对接"),
        (len(held.drafts), "份草稿"),
        (len(held.needs), "项需求"),
    )
    return "、".join(f"{count} {what}" for count, what in parts if count)


def _leaver(request: Request, pk: int) -> User:
    people = User.objects.filter(county=request.user.county).exclude(assignments__role=Role.SYSTEM)
    return get_object_or_404(people, pk=pk)
