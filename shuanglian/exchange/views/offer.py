"""The hall of shared offers, the page of one offer, writing one, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.accounts.choices import COMMITTEE
from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.core.clock import today
from shuanglian.core.register import index
from shuanglian.exchange import actions
from shuanglian.exchange.choices import Availability, OfferState
from shuanglian.exchange.forms.hall import offer_wish
from shuanglian.exchange.forms.offer import BookForm, NoteForm, OfferForm, RenewForm, ReturnOfferForm
from shuanglian.exchange.models import Commitment, Offer
from shuanglian.exchange.queries.asking import town_asked_for
from shuanglian.exchange.queries.counting import MOST
from shuanglian.exchange.queries.offer import bookable_on, offers_visible_to
from shuanglian.exchange.queries.shelf import (
    SORTS,
    OfferDetail,
    offer_detail,
    per_period,
    shelf,
    similar_offers,
)
from shuanglian.exchange.queries.waiting import promised_ahead
from shuanglian.exchange.states import OFFER
from shuanglian.exchange.views.act import UNPROCESSABLE, Act, Lost, Opened, Request, go, run, wants_part
from shuanglian.exchange.views.card import Button
from shuanglian.exchange.views.standing import in_line_already, renewals, require_reach, standing_parts
from shuanglian.exchange.views.story import offer_story


@require_safe
def offers(request: Request) -> HttpResponse:
    """共享清单: for everybody; who is not signed in reads the public offers."""
    user, wish = request.user, offer_wish(request.GET)
    context = {
        "shelf": shelf(user, wish),
        "sorts": SORTS,
        "most": MOST,
        "may_book": user.is_authenticated and can(user, "exchange.book_offer"),
        "town": _town(user),
        "may_add": user.is_authenticated and can(user, "exchange.add_offer"),
        "active": "offers",
    }
    return render(request, "exchange/_shelf.html" if wants_part(request) else "exchange/offers.html", context)


def fetch_offer(request: Request, pk: int) -> Offer:
    """The offer, when this user may see it; absent and hidden are the same 404."""
    rows = offers_visible_to(request.user).select_related("unit__division", "entered_by", "checked_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def offer(request: Request, pk: int) -> HttpResponse:
    """One offer with what is left of it."""
    return offer_page(request, fetch_offer(request, pk))


def offer_page(request: Request, row: Offer, opened: Opened | None = None, status: int = 200) -> HttpResponse:
    """The page of an offer, with the form of an act open on it or not."""
    user = request.user
    inside = user.is_authenticated and can(user, "exchange.change_offer", row)
    detail = offer_detail(row, user, inside=inside)
    standing = standing_parts(detail, user, inside=inside)
    town = _town(user)
    main, more = _buttons(detail, user, in_line=len(standing["places"]), town=town)
    context = {
        **standing,
        "detail": detail,
        "offer": row,
        "row": detail.row,
        "period": per_period(row),
        "towns": detail.row.towns,
        "town": town,
        "inside": inside,
        "shows_contact": user.is_authenticated,
        "main": main,
        "more": more,
        "story": offer_story(detail.entries),
        "returned": next((e.note for e in reversed(detail.entries) if e.verb == "return"), "")
        if row.state == OfferState.RETURNED
        else "",
        "opened": opened,
        "panels": index.panels_of(user, row),
        "active": "offers",
    }
    return render(request, "exchange/offer.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: Request) -> HttpResponse:
    """发布资源."""
    require(request.user, "exchange.add_offer")
    return _write(request, Offer(county=request.user.county))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: Request, pk: int) -> HttpResponse:
    """Change an offer; what was returned or taken down is handed in again."""
    row = fetch_offer(request, pk)
    require(request.user, "exchange.change_offer", row)
    return _write(request, row)


def _write(request: Request, row: Offer) -> HttpResponse:
    if request.method != "POST":
        form = OfferForm(about=row, user=request.user)
        return render(request, "exchange/offer_form.html", _form_context(form))
    form = OfferForm(request.POST, about=row, user=request.user)
    if form.is_valid():
        try:
            saved = _save(request, row, form)
        except ValidationError as error:
            form.refuse(error)
        else:
            return go(request, reverse("exchange.offer", args=[saved.pk]))
    return render(request, "exchange/offer_form.html", _form_context(form), status=UNPROCESSABLE)


def _save(request: Request, row: Offer, form: OfferForm) -> Offer:
    unit, fields = form.written()
    kept = row if row.pk else None
    if row.state in (OfferState.DRAFT, OfferState.RETURNED) and request.POST.get("then") != "draft":
        saved = actions.post_offer(unit, by=request.user, offer=kept, **fields)
        messages.success(request, "已提交，工委审核以后开放预约")
    else:
        saved = actions.save_offer(unit, by=request.user, offer=kept, **fields)
        messages.success(request, "已保存")
    return saved


def _form_context(form: OfferForm) -> dict[str, Any]:
    row = form.about
    crowded = bool(row.pk) and form.has_error("capacity", code="promised")
    unfinished = row.state in (OfferState.DRAFT, OfferState.RETURNED)
    return {
        "form": form,
        "offer": row if row.pk else None,
        "one": form.one,
        "unfinished": unfinished,
        "periods": promised_ahead(row) if crowded else [],
        "active": "offers",
    }


def _town(user: Any) -> str:
    """The township for which this user books; empty for who does not, or books for several."""
    return town_asked_for(user) if user.is_authenticated and can(user, "exchange.book_offer") else ""


def _buttons(detail: OfferDetail, user: Any, *, in_line: int, town: str) -> tuple[list[Button], list[Button]]:
    """The main acts of this user on an offer, and the others."""
    if not user.is_authenticated:
        return [], []
    row = detail.offer
    booking = _booking(detail, user, in_line) if detail.row.is_for(town) else []
    found = [*booking, *_reviews(row, user), *_own_acts(row, user)]
    return found[:2], found[2:]


def _booking(detail: OfferDetail, user: Any, in_line: int) -> list[Button]:
    """Book, or stand in line when it is used up; ``in_line``: how many of the user's organisations do already."""
    row = detail.offer
    if not can(user, "exchange.book_offer"):
        return []
    if detail.row.state_text == Availability.USED_UP.label:
        if in_line and in_line_already(row, user):
            return []
        text = "替企业排队" if user.holds(*COMMITTEE) else "排队等候"
        return [Button(text, _href(row, "wait"), "btn-line" if user.holds(*COMMITTEE) else "btn-primary")]
    if not detail.row.bookable:
        return []
    href = _href(row, "book")
    if user.holds(*COMMITTEE):
        return [Button("替企业预约", href, "btn-line")]
    return [Button("预约", href, "btn-primary")]


def _reviews(row: Offer, user: Any) -> list[Button]:
    moves = {m.name for m in OFFER.offered(row, user)}
    found = []
    if "publish" in moves:
        found.append(Button("审核通过并开放", _href(row, "publish"), "btn-primary", post=True))
    if "return" in moves:
        found.append(Button("退回补充", _href(row, "return"), "btn-danger-line"))
    return found


def _own_acts(row: Offer, user: Any) -> list[Button]:
    if not can(user, "exchange.change_offer", row):
        return []
    moves = {m.name for m in OFFER.offered(row, user)}
    found = []
    if row.state != OfferState.WITHDRAWN:
        found.append(Button("修改", reverse("exchange.offer_edit", args=[row.pk]), "btn-line", page=True))
    if row.state == OfferState.PUBLISHED:
        paused = row.availability == Availability.PAUSED
        found.append(
            Button("恢复预约", _href(row, "resume"), "btn-line", post=True)
            if paused
            else Button("暂停", _href(row, "pause"), "btn-line")
        )
        found += renewals(row)
    if "withdraw" in moves:
        found.append(Button("下架", _href(row, "take_down"), "btn-ghost"))
    if "restore" in moves:
        found.append(Button("重新上架", _href(row, "restore"), "btn-line", post=True))
    return found


def _href(row: Offer, name: str) -> str:
    return reverse(f"exchange.offer_{name}", args=[row.pk])


# ---- acts ----


def _book(row: Offer, user: User, form: Any) -> Commitment:
    return actions.book_offer(row, by=user, **form.booked())


def _bookable(row: Offer, user: User) -> None:
    if not bookable_on(Offer.objects.filter(pk=row.pk), today()).exists():
        raise ValidationError("这项资源现在不能预约：已暂停、下架或过了有效期。")
    require_reach(row, user)


def _booking_lost(row: Offer, user: User, error: ValidationError) -> Lost:
    near = similar_offers(row, user)
    more = f"，或看看相近的 {len(near)} 项。" if near else "。"
    ways = [("排队等候", _href(row, "wait")), *((f"{o.title}（{o.unit}）", o.href) for o in near)]
    return Lost("这段时间已经约满了。可以换个时间再约、排队等候" + more, ways)


OFFER_ACTS = (
    Act(
        "book",
        "预约这项资源",
        "确认预约",
        "已发出预约，等单位答复",
        "exchange.book_offer",
        _book,
        BookForm,
        "单位在 2 个工作日内答复，您在“我的需求”里能看到。",
        no="先不预约",
        ready=_bookable,
        lost=_booking_lost,
        subject=lambda row: None,
    ),
    Act(
        "publish",
        "审核通过并开放",
        "审核通过并开放",
        "已审核通过，开放预约了",
        "exchange.review_offer",
        lambda row, user, form: actions.publish_offer(row, by=user, note=form.cleaned_data["note"]),
        NoteForm,
        ready=lambda row, user: OFFER.check(row, "publish", by=user),
    ),
    Act(
        "return",
        "退回补充？",
        "退回单位",
        "已退回，请单位补充",
        "exchange.review_offer",
        lambda row, user, form: actions.return_offer(row, by=user, note=form.cleaned_data["note"]),
        ReturnOfferForm,
        "单位补充以后可以再提交，编号不变。",
        no="先不退回",
        tone="danger-line",
        ready=lambda row, user: OFFER.check(row, "return", by=user, note="-"),
    ),
    Act(
        "pause",
        "暂停预约？",
        "暂停",
        "已暂停，随时可以恢复",
        "exchange.change_offer",
        lambda row, user, form: actions.pause_offer(row, by=user, note=form.cleaned_data["note"]),
        NoteForm,
        "暂停以后不再接新的预约，已经答应的照办。随时可以恢复。",
        no="先不暂停",
    ),
    Act(
        "resume",
        "恢复预约",
        "恢复预约",
        "已恢复，可以预约了",
        "exchange.change_offer",
        lambda row, user, form: actions.resume_offer(row, by=user, note=form.cleaned_data["note"]),
        NoteForm,
    ),
    Act(
        "renew",
        "续期",
        "续期",
        "有效期已延长",
        "exchange.change_offer",
        lambda row, user, form: actions.renew_offer(row, by=user, **form.cleaned_data),
        RenewForm,
        no="先不续期",
    ),
    Act(
        "take_down",
        "下架这项资源？",
        "下架",
        "已下架",
        "exchange.withdraw_offer",
        lambda row, user, form: actions.withdraw_offer(row, by=user, note=form.cleaned_data["note"]),
        NoteForm,
        "下架以后不在共享清单里，已经答应的照办。以后可以重新上架。",
        no="先不下架",
        tone="danger-line",
        ready=lambda row, user: OFFER.check(row, "withdraw", by=user),
    ),
    Act(
        "restore",
        "重新上架",
        "重新上架",
        "已提交，审核以后重新开放",
        "exchange.change_offer",
        lambda row, user, form: actions.submit_offer(row, by=user),
        NoteForm,
        ready=lambda row, user: OFFER.check(row, "restore", by=user),
    ),
)


@login_required
@require_http_methods(["GET", "POST"])
def offer_act(request: Request, pk: int, act: Act) -> HttpResponse:
    """One of ``OFFER_ACTS`` on an offer."""
    back = reverse("exchange.mine") if act.name == "book" else reverse("exchange.offer", args=[pk])
    return run(request, act, fetch_offer(request, pk), page=offer_page, back=back)
