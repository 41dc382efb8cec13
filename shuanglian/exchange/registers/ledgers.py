"""The three ledgers of the exchange: read, filtered and exported; the work itself is done on the pages of a need."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.register.columns import Choice, Code, Column, Date, Moment, Number, Phone, Text, blank
from shuanglian.core.register.declare import Act, Empty, Ledger, Menu, Register
from shuanglian.core.register.filters import Dates, Facet
from shuanglian.core.register.site import site
from shuanglian.core.render import qty
from shuanglian.directory.queries import townships
from shuanglian.exchange import actions
from shuanglian.exchange.choices import (
    HOLDING,
    TONE_OF_STATE,
    CommitmentState,
    Confirmer,
    Mode,
    NeedState,
    OfferState,
    StateKind,
    Verdict,
    ending_words,
)
from shuanglian.exchange.models import Commitment, Need, Offer, state_names
from shuanglian.exchange.queries.ledgers import ledger_commitments, ledger_needs, ledger_offers
from shuanglian.exchange.queries.wording import says

STAFF = "exchange.accept_need"  # full telephone numbers are for the committee; no query a row
GROUP = "台账与分析"


def _categories() -> dict[str, str]:
    return names("need_category")


def _towns(user: Any) -> Sequence[tuple[Any, str]]:
    return list(townships(user.county, today()).values_list("pk", "name"))


def _states(kind: str) -> Callable[[Any], Sequence[tuple[Any, str]]]:
    """The states to choose from, in the words for whoever reads."""
    return lambda user: list(state_names(kind).items())


def _holders(need: Need) -> list[Commitment]:
    """The promises that stand, oldest first (prefetched)."""
    return sorted((c for c in need.commitments.all() if c.state in HOLDING), key=lambda c: c.pk)


def _last_word(need: Need) -> str:
    """The receiver's last word over all promises (prefetched)."""
    said = [
        delivery.confirmation
        for commitment in need.commitments.all()
        for delivery in commitment.deliveries.all()
        if getattr(delivery, "confirmation", None)
    ]
    return str(max(said, key=lambda word: word.pk)) if said else ""


def _awaits_acceptance(need: Need) -> bool:
    return need.state == NeedState.SUBMITTED


def _accepts(user: Any) -> bool:
    return can(user, STAFF)


def _end(need: Any) -> str:
    """How it ended, silence apart (from the query's annotations)."""
    return ending_words(need.outcome or "", need.ending or "")


def _day_of_last_due(need: Need) -> Any:
    return max((c.due for c in _holders(need) if c.due), default=None)


def _capacity(offer: Offer) -> str:
    """每月 4 场; 50 人 for the whole validity (prefetched)."""
    per = "" if offer.period == "total" else str(offer.get_period_display())
    return "、".join(f"{per} {qty(item.capacity)} {item.measure}".strip() for item in offer.items.all())


def _bookable(offer: Offer) -> str:
    start = f"{offer.valid_from:%Y-%m-%d} 起" if offer.valid_from else "随时"
    return start + (f"，提前 {offer.lead_days} 个工作日" if offer.lead_days else "")


def _both_sides(row: Any) -> str:
    """双方确认: the receiver's word, and whose word it is when not its own."""
    if not row.verdict:
        return "待确认" if row.reported_on else ""
    if row.confirmer == Confirmer.SILENCE:
        return str(Confirmer.SILENCE.label)
    said = str(Verdict(row.verdict).label)
    whose = "" if row.confirmer == Confirmer.RECEIVER else f"（{Confirmer(row.confirmer).label}）"
    return said + whose


NEEDS = site.add(
    Register(
        slug="ledger-needs",
        title="需求台账",
        noun="需求",
        model=Need,
        rows=ledger_needs,
        columns=(
            Text("title", sortable=False),
            Code("number"),
            Text("organization", sort="organization__pinyin"),
            Text("division", "乡镇", sort="division__code"),
            Choice("category", options=_categories),
            Choice("state", options=lambda: state_names(StateKind.NEED), tones=TONE_OF_STATE),
            Column("units", "认领单位", get=lambda row: "、".join(c.unit.name for c in _holders(row))),
            Moment("submitted_at", "提出日期"),
            Date("expected_by", shown=False),
            Moment("closed_on", "办结日期", shown=False),
            Text("outcome", "办理结果", get=_end),
        ),
        heading="title",
        under="number",
        counter="项",
        help="所有提交过的需求，一项一行。办理在需求页面上做，这里查、筛、导出。",
        empty=Empty("还没有需求", "企业提出的需求会自动记到这里。"),
        order="-number",
        search=("title", "number", "detail", "organization__name"),
        initials=("organization__initials",),
        word=says,
        search_hint="标题、编号、企业",
        filters=(
            Facet("state", "状态", options=_states(StateKind.NEED)),
            Facet("category", "类别"),
            Facet("division", "乡镇", options=_towns),
            Facet("source", "来源"),
            Facet("urgency", "紧急程度"),
            Facet("visibility", "公开范围"),
            Dates("submitted_at", "提出日期", moment=True),
        ),
        prefetch=("commitments__unit", "commitments__deliveries__confirmation"),
        acts=(
            Act(
                "accept",
                actions.accept_need,
                label="受理并开放",
                permission=STAFF,
                explain="公布以后单位就能认领；类别不对的请到需求页面上先改。",
                bulk=True,
                icon="circle-check",
                when=_awaits_acceptance,
                shown_to=_accepts,
            ),
            Act(
                "return",
                actions.return_need,
                label="退回补充",
                permission=STAFF,
                explain="每一项都退回，提出单位都会看到这句话；补充以后可以再提交，编号不变。",
                needs_note=True,
                danger=True,
                bulk=True,
                when=_awaits_acceptance,
                shown_to=_accepts,
            ),
        ),
        ledger=Ledger("L17", "项目需求清单"),
        sheet=(
            Code("number", "需求编号"),
            Text("organization", "提出单位"),
            Text("branch", "所属党组织"),
            Choice("category", "需求类别", options=_categories),
            Text("title", "需求标题"),
            Text("detail", "具体内容"),
            Date("expected_by", "期望完成时间"),
            Text("contact_name", "联系人"),
            Phone("contact_phone", "联系电话", reveal=STAFF),
            Choice("visibility", "公开范围"),
            Moment("submitted_at", "提出日期"),
            Choice("state", "状态", options=NeedState),
            Text("units", "认领单位", get=lambda row: "、".join(c.unit.name for c in _holders(row))),
            Date("claimed_on", "认领日期", get=lambda row: next((c.created for c in _holders(row)), None)),
            Date("promised", "承诺时限", get=_day_of_last_due),
            Moment("closed_on", "办结日期"),
            Text("outcome", "办理结果", get=_end),
            Text("word", "提出单位确认", get=_last_word),
            blank("备注"),
        ),
        menu=Menu(GROUP, icon="clipboard-list", order=210),
        link=lambda row: reverse("exchange.need", args=[row.pk]),
    )
)

OFFERS = site.add(
    Register(
        slug="ledger-offers",
        title="资源台账",
        noun="共享资源",
        model=Offer,
        rows=ledger_offers,
        columns=(
            Text("title", sortable=False),
            Code("number"),
            Text("unit", sort="unit__pinyin"),
            Choice("category", options=_categories),
            Choice(
                "state",
                options=lambda: state_names(StateKind.OFFER),
                tones={OfferState.PUBLISHED: "teal", OfferState.SUBMITTED: "warn"},
            ),
            Column("amount", "数量", get=_capacity),
            Date("valid_until"),
            Number("times", "已对接次数"),
        ),
        heading="title",
        under="number",
        counter="项",
        help="联盟单位提交过的共享资源，一项一行。",
        empty=Empty("还没有共享资源", "联盟单位发布的资源会自动记到这里。"),
        order="-number",
        search=("title", "number", "detail", "unit__name"),
        initials=("unit__initials",),
        search_hint="名称、编号、单位",
        filters=(
            Facet("state", "状态", options=_states(StateKind.OFFER)),
            Facet("category", "类别"),
            Facet("availability", "可预约"),
            Dates("valid_until", "有效期至"),
        ),
        prefetch=("items",),
        ledger=Ledger("L18", "共享开放清单"),
        sheet=(
            Code("number", "资源编号"),
            Text("unit", "提供单位"),
            Choice("category", "资源类别", options=_categories),
            Text("title", "资源名称"),
            Text("detail", "内容与条件"),
            Text("amount", "数量(场次)", get=_capacity),
            Text("bookable", "可预约时间", get=_bookable),
            Text("contact_name", "联系人"),
            Phone("contact_phone", "联系电话", reveal="exchange.view_offer"),
            Text("until", "有效期至", get=lambda o: "长期有效" if o.standing else o.valid_until),
            Number("times", "已对接次数"),
            Choice("state", "状态", options=OfferState),
            Text("terms", "备注"),
        ),
        menu=Menu(GROUP, icon="packages", order=220),
        link=lambda row: reverse("exchange.offer", args=[row.pk]),
    )
)

COMMITMENTS = site.add(
    Register(
        slug="ledger-commitments",
        title="对接台账",
        noun="对接",
        model=Commitment,
        rows=ledger_commitments,
        columns=(
            Code("number"),
            Text("need__title", "需求", sortable=False),
            Text("need__organization", "需求单位", sort="need__organization__pinyin"),
            Text("unit", "提供单位", sort="unit__pinyin"),
            Choice("mode", options=Mode),
            Choice(
                "state",
                options=lambda: state_names(StateKind.COMMITMENT),
                tones={CommitmentState.ACTIVE: "info", CommitmentState.FINISHED: "ok"},
            ),
            Moment("created", "认领日期"),
            Date("due"),
            Text("both", "双方确认", get=_both_sides),
        ),
        heading="number",
        under="need__title",
        counter="项",
        help="每一次认领和预约，一次一行；办成没有，以双方确认为准。",
        empty=Empty("还没有对接", "单位认领需求、企业预约资源，都会自动记到这里。"),
        order="-number",
        search=("number", "need__number", "need__title", "unit__name", "need__organization__name"),
        initials=("unit__initials", "need__organization__initials"),
        search_hint="编号、企业、单位",
        filters=(
            Facet("state", "状态", options=_states(StateKind.COMMITMENT)),
            Facet("mode", "认领方式"),
            Dates("due", "承诺时限"),
            Dates("created", "认领日期", moment=True),
        ),
        ledger=Ledger("L19", "供需对接(项目认领)台账"),
        sheet=(
            Code("number", "对接编号"),
            Code("need__number", "需求编号"),
            Code("offer_item__offer__number", "资源编号"),
            Text("need__organization", "需求单位"),
            Text("unit", "提供单位"),
            Choice("mode", "认领方式", options=Mode),
            Moment("created", "认领日期"),
            Text("plan", "对接方案"),
            Date("due", "计划完成日期"),
            Date("reported_on", "实际完成日期"),
            Choice("state", "结果", options=CommitmentState),
            Text("both", "双方确认", get=_both_sides),
            blank("备注"),
        ),
        menu=Menu(GROUP, icon="arrows-join", order=230),
        link=lambda row: reverse("exchange.need", args=[row.need_id]),
    )
)
