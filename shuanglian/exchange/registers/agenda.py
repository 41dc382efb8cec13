"""The register of the quarterly meeting's agenda; it is taken out for the meeting and filled in afterwards."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from shuanglian.core.dictionary import names
from shuanglian.core.register.columns import Choice, Date, Link, Number, Text
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Facet
from shuanglian.core.register.site import site
from shuanglian.exchange import actions
from shuanglian.exchange.choices import AgendaState, NeedState
from shuanglian.exchange.forms.agenda import DiscussForm
from shuanglian.exchange.models import AgendaItem
from shuanglian.exchange.queries.agenda import DISCUSSED, STANDS, WAITS, agenda_visible_to, quarter_words


def _quarters(user: Any) -> Sequence[tuple[Any, str]]:
    """The quarters that have items, newest first."""
    days = (
        AgendaItem.objects.filter(county=user.county).order_by("-quarter").values_list("quarter", flat=True)
    )
    return [(day.isoformat(), quarter_words(day)) for day in days.distinct()]


AGENDA = site.add(
    Register(
        slug="agenda",
        title="季度会议题",
        noun="议题",
        model=AgendaItem,
        rows=agenda_visible_to,
        columns=(
            Text("need__title", "需求"),
            Link("need", "需求页面", shown=False, sortable=False),
            Text("need__number", "需求编号"),
            Text("need__organization", "提出单位", sort="need__organization__pinyin"),
            Choice("need__category", "类别", options=lambda: names("need_category")),
            Text("quarter", "季度", get=lambda item: quarter_words(item.quarter), sort="quarter"),
            Text("reason"),
            Number("asked", "商请过几次", writable=False),
            Choice(
                "stands", "现在", options=STANDS, tones={WAITS: "warn", DISCUSSED: "teal"}, writable=False
            ),
            Date("discussed_on"),
            Text("result"),
        ),
        heading="need__title",
        under="need__number",
        counter="项",
        help="过了认领时限、商请过也没有单位接的需求，自动列到这里，带到季度专题会议上议。开会以前有单位认领了，就不用议了。",
        empty=Empty("没有要上会的", "过了认领时限、商请过也没有单位接的，会自动列到这里。"),
        sections=(
            Section(
                "议题",
                ("need", "need__organization", "need__category", "quarter", "reason", "asked", "stands"),
            ),
            Section("议定", ("discussed_on", "result")),
        ),
        order="-quarter",
        search=("need__title", "need__number", "reason", "result"),
        search_hint="需求、编号、结果",
        conditions=(
            Condition(
                "waits",
                "待议",
                lambda day: Q(state=AgendaState.WAITING, need__state=NeedState.OPEN),
            ),
        ),
        filters=(Facet("state", "议了没有"), Facet("quarter", "季度", options=_quarters)),
        acts=(
            Act(
                "discuss",
                actions.discuss_item,
                label="记下议定结果",
                permission="exchange.discuss_agenda",
                form=DiscussForm,
                explain="提出单位会收到结果。记下以后不能改。",
                when=lambda item: item.state == AgendaState.WAITING,
            ),
        ),
        menu=Menu("台账与分析", icon="calendar", order=240),
        seen_by=lambda item: "工委、联系领导、联络员和审计员；议定的结果提出单位看得到。",
    )
)
