"""The dictionary of how the trade talks, and what became of each suggestion."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shuanglian.core.dictionary import names
from shuanglian.core.register.columns import Choice, Moment, Number, Text, YesNo
from shuanglian.core.register.declare import Empty, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet
from shuanglian.core.register.site import site
from shuanglian.core.register.words import name_verbs
from shuanglian.exchange.choices import MatchState
from shuanglian.exchange.models import Match, Need, Offer
from shuanglian.matching.actions.lexicon import add_entry, change_entry
from shuanglian.matching.choices import VERBS, WhyNot
from shuanglian.matching.engine.records import CATEGORIES
from shuanglian.matching.forms import EntryForm
from shuanglian.matching.models import LexiconEntry
from shuanglian.matching.queries.fared import suggestions_visible_to
from shuanglian.matching.queries.lexicon import lexicon_visible_to
from shuanglian.matching.queries.suggestion import category_read, shows_served, shows_suggestions


def _categories() -> dict[str, str]:
    return {code: name for code, (name, _) in CATEGORIES.items()}


def _category_words(user: Any) -> Sequence[tuple[Any, str]]:
    return list(_categories().items())


LEXICON = site.add(
    Register(
        slug="lexicon",
        title="行话词典",
        noun="词条",
        model=LexiconEntry,
        rows=lexicon_visible_to,
        columns=(
            Text("service", required=True),
            Text("key", writable=False),
            Choice("category", options=_categories, required=True),
            Text("words", get=lambda entry: entry.words.replace("\n", "；"), required=True, card=False),
            Text("talk", get=lambda entry: entry.talk.replace("\n", "；"), required=True, shown=False),
            Number("number", writable=False),
            YesNo("in_use"),
        ),
        heading="service",
        under="key",
        help="企业说“月底要先还本金”，其实是要“应急转贷”。系统按这里的说法把需求和资源对上；改了以后，新的推荐马上照新的来。",
        empty=Empty("词典还是空的", "新增一条：一种服务，资源里怎么写，企业怎么说。"),
        sections=(Section("词条", ("category", "words", "talk")), Section("使用", ("number", "in_use"))),
        order="key",
        search=("service", "words", "talk", "key"),
        search_hint="服务、说法、编号",
        filters=(Facet("category", "类别", options=_category_words),),
        form=EntryForm,
        create=add_entry,
        update=change_entry,
        sheet=("key", "category", "service", "words", "talk", "in_use"),
        keys=(("key",), ("service",)),
        menu=Menu("系统", icon="book-2", order=908),
        seen_by=lambda entry: "工委和安全管理员可以改，系统管理员和审计员可以看。",
    )
)

MATCHES = site.add(
    Register(
        slug="matches",
        title="推荐记录",
        noun="推荐",
        model=Match,
        rows=suggestions_visible_to,
        columns=(
            Text("need", "需求", get=lambda row: row.need.title, sortable=False),
            Text("number", "需求编号", get=lambda row: row.need.number),
            Text("offer", "推荐的资源", get=lambda row: row.offer_item.offer.title),
            Text("unit", "单位", sort="unit__pinyin"),
            Choice("category", "类别", options=lambda: names("need_category"), sortable=False),
            Choice("state", "结果", tones={MatchState.ACCEPTED: "teal", MatchState.SUGGESTED: "info"}),
            Text("decline_reason", "为什么不合适", sortable=False),
            Moment("created", "推荐日期"),
        ),
        heading="need",
        under="number",
        help="系统给需求推荐过哪些资源，后来用上没有，没用上是为什么。改行话词典、补资源时参考。",
        empty=Empty("还没有推荐", "需求受理以后，系统会推荐合适的资源，结果记在这里。"),
        order="-created",
        search=("need_item__need__title", "need_item__need__number", "offer_item__offer__title"),
        search_hint="需求、资源、编号",
        filters=(
            Facet("state", "结果"),
            Facet("category", "类别", options=lambda user: list(names("need_category").items())),
            Facet("why", "为什么不合适", options=lambda user: WhyNot.choices),
            Dates("created", "推荐日期", moment=True),
        ),
        conditions=(Condition("first", "推荐的第一名", lambda day: Q(better=None)),),
        menu=Menu("系统", icon="bulb", order=909),
        seen_by=lambda row: "工委和审计员。",
        link=lambda row: reverse("exchange.need", args=(row.need.pk,)),
    )
)

name_verbs(VERBS)
# Parts of pages of the exchange, fetched from here.
site.panel(Need, "哪些共享资源合适", "matching.need_suggestions", shows_suggestions)
site.panel(Offer, "能帮上哪些需求", "matching.offer_needs", shows_served)
site.hint("category of need", "matching.category_hint")
site.reader("category of need", category_read)
