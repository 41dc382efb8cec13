"""Posting a need: one box, then a page to check what was guessed; changing a draft or a returned need."""

import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import history
from shuanglian.core.clock import today
from shuanglian.core.dictionary import choices, names
from shuanglian.core.models import Term
from shuanglian.core.register import index
from shuanglian.core.render import date_text, qty
from shuanglian.directory.queries import branch_of
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState, Visibility
from shuanglian.exchange.forms.need import EDITABLE, MOST_LINES, WHENS, PostForm
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.asking import find_organizations
from shuanglian.exchange.queries.guess import DAYS, OWN, Guess, guess
from shuanglian.exchange.queries.similar import Alike, similar_to
from shuanglian.exchange.views.act import UNPROCESSABLE, Request, go
from shuanglian.exchange.views.need import fetch_need

EXAMPLES = (
    ("招人", "想招人："),
    ("培训工人", "想培训工人："),
    ("做检测", "想做检测："),
    ("贷款", "想贷款："),
    ("问政策", "想问政策："),
)
MOST = 1000  # characters of the sentence


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: Request) -> HttpResponse:
    """Without words: the box. With ``text``: the page to check. Sent from there: the need is posted or kept as draft."""
    require(request.user, "exchange.add_need")
    if request.method == "POST" and "token" in request.POST:
        return _send(request, Need(county=request.user.county))
    text = _text(request)
    if not text:
        return render(
            request, "exchange/post_box.html", {"examples": EXAMPLES, "most": MOST, "active": "mine"}
        )
    found = _read(text, request.user)
    form = PostForm(initial=_initial(text, found), about=Need(county=request.user.county), user=request.user)
    return _check_page(
        request, form, guessed=_guessed(found), alike=similar_to(text, request.user, found.category)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: Request, pk: int) -> HttpResponse:
    """Go on with a draft, complete a returned need, or mend one that is not yet accepted."""
    row = fetch_need(request, pk)
    require(request.user, "exchange.change_need", row)
    if row.state not in EDITABLE:
        raise ValidationError(f"现在是“{row.get_state_display()}”，不能再改内容。可以在留言里补充。")
    if request.method == "POST":
        return _send(request, row)
    return _check_page(request, PostForm(initial=_kept(row), about=row, user=request.user))


@login_required
@require_POST
def need_discard(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    row = fetch_need(request, pk)
    actions.discard_draft(row, by=request.user)
    messages.success(request, "草稿已删除")
    return go(request, reverse("exchange.mine"))


@login_required
@require_safe
def guess_words(request: Request) -> HttpResponse:
    """The fragment under the box while somebody types: what the sentence seems to be about."""
    found = _read(_text(request), request.user)
    alike = similar_to(_text(request), request.user, found.category)
    return render(request, "exchange/_guess.html", {"said": _said(found), "alike": alike})


@login_required
@require_safe
def organization_names(request: Request) -> HttpResponse:
    """The fragment under the field 提出单位: organisations that the typed characters may mean."""
    require(request.user, "exchange.add_need")
    typed = request.GET.get("organization", "").replace("\0", "")[:60]
    found = find_organizations(request.user, typed)
    return render(request, "exchange/_organizations.html", {"found": found, "typed": typed})


def _send(request: Request, row: Need) -> HttpResponse:
    if request.POST.get("then") == "line":
        return _one_more_line(request, row)
    form = PostForm(request.POST, request.FILES, about=row, user=request.user)
    draft = request.POST.get("then") == "draft"
    if draft:
        form.take_unfinished()
    if form.is_valid():
        try:
            need = _save(request, row, form, draft=draft)
        except ValidationError as error:
            form.refuse(error)
        else:
            done = reverse("exchange.mine") if draft else reverse("exchange.need", args=[need.pk])
            return go(request, done)
    return _check_page(request, form, status=UNPROCESSABLE)


def _one_more_line(request: Request, row: Need) -> HttpResponse:
    """再加一行: the page again with what was typed and one more line; nothing is judged yet."""
    typed = {name: request.POST[name] for name in request.POST}
    shown = PostForm(request.POST, about=row, user=request.user).count
    form = PostForm(initial={**typed, "lines_shown": shown + 1}, about=row, user=request.user)
    return _check_page(request, form)


def _save(request: Request, row: Need, form: PostForm, *, draft: bool) -> Need:
    organization, fields = form.posted()
    fields["branch"] = branch_of(organization, today())
    existing = row if row.pk else None
    if draft or row.state == NeedState.SUBMITTED:
        need = actions.save_draft(organization, by=request.user, need=existing, **fields)
        messages.success(request, "草稿已存好，可以接着写" if draft else "修改已保存")
    else:
        need = actions.post_need(organization, by=request.user, need=existing, **fields)
        messages.success(request, "需求已提交，工委 2 个工作日内审核")
    for upload in form.cleaned_data.get("uploads") or []:
        actions.attach_file(need, by=request.user, upload=upload)
    return need


def _check_page(
    request: Request,
    form: PostForm,
    *,
    guessed: frozenset[str] = frozenset(),
    alike: Iterable[Alike] = (),
    status: int = 200,
) -> HttpResponse:
    row = form.about
    context = {
        "form": form,
        "need": row if row.pk else None,
        "guessed": guessed,
        "returned": _why_returned(row),
        "is_submitted": row.state == NeedState.SUBMITTED,
        "one": form.one,
        "alike": alike,
        "most_lines": MOST_LINES,
        "draft": draft_key(form),
        "category_hint": index.hint_for("category of need"),
        "active": "mine",
    }
    return render(request, "exchange/post_check.html", context, status=status)


def draft_key(form: PostForm) -> str:
    """Under which name the browser keeps what is half typed: another sentence is another form."""
    row = form.about
    lines = f"-{form.count}" if form.count > 1 else ""
    return f"need-{row.pk or format(zlib.crc32(str(form['detail'].value()).encode()), '08x')}{lines}"


def _why_returned(row: Need) -> str:
    """The committee's words when it sent the need back."""
    if row.state != NeedState.RETURNED:
        return ""
    entry = history(row).filter(verb="return").first()
    return entry.note if entry else ""


def _text(request: Request) -> str:
    given = request.POST.get("text") or request.GET.get("text") or ""
    return given.replace("\0", "").strip()[:MOST]


def _read(text: str, user: User) -> Guess:
    """What the sentence says by itself; its category by what it means, where that can be read now."""
    day = today()
    allowed = dict(choices("need_category", day))
    rows = Term.objects.filter(dictionary="need_category", code__in=allowed).order_by("position", "code")
    found = guess(text, rows.values_list("code", "name", "note"), day)
    meant = index.read("category of need", user, text, found.category)
    return replace(found, category=meant if meant in allowed else "")


def _initial(text: str, found: Guess) -> dict[str, Any]:
    return {
        "detail": text,
        "category": found.category,
        "quantity": qty(found.quantity) if found.quantity else "",
        "measure": found.measure or "次",
        "when": found.when or "month",
        "expected_by": found.day,
    }


def _guessed(found: Guess) -> frozenset[str]:
    """The fields that carry 系统填的."""
    said = {"category": found.category, "quantity": found.quantity, "expected_by": found.day}
    return frozenset({"when", *(name for name, value in said.items() if value)})


def _said(found: Guess) -> str:
    """What was understood, in one phrase; empty when nothing was."""
    parts = [f"“{names('need_category').get(found.category)}”"] if found.category else []
    if found.quantity:
        parts.append(f"{qty(found.quantity)} {found.measure}")
    if found.day:
        parts.append(f"{date_text(found.day)}前")
    elif found.when in DAYS:
        parts.append(dict(WHENS)[found.when])
    return "，".join(parts)


def _kept(row: Need) -> dict[str, Any]:
    items = list(row.items.all())
    several = len(items) > 1
    lines = {
        f"{name}_{item.position}": value
        for item in items
        for name, value in (("text", item.text), ("quantity", qty(item.requested)), ("measure", item.measure))
        if several
    }
    item = items[0] if items else None
    return {
        **lines,
        "lines_shown": len(items),
        "organization": row.organization,
        "source": row.source,
        "contact_name": row.contact_name,
        "detail": row.detail or row.title,
        "category": row.category,
        "quantity": qty(item.requested) if item else "",
        "measure": item.measure if item else "次",
        "when": OWN if row.expected_by else "month",
        "expected_by": row.expected_by,
        "contact_phone": row.contact_phone,
        "only_staff": row.visibility == Visibility.STAFF,
    }
