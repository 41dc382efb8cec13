"""The dictionary of how the trade talks, as a register: whoever keeps it sees, corrects, exports and imports it."""

from collections.abc import Sequence
from typing import Any

from shuanglian.core.register.columns import Choice, Number, Text, YesNo
from shuanglian.core.register.declare import Empty, Menu, Register, Section
from shuanglian.core.register.filters import Facet
from shuanglian.core.register.site import site
from shuanglian.matching.actions.lexicon import add_entry, change_entry
from shuanglian.matching.engine.records import CATEGORIES
from shuanglian.matching.forms import EntryForm
from shuanglian.matching.models import LexiconEntry
from shuanglian.matching.queries.lexicon import lexicon_visible_to


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
        menu=Menu("系统", icon="book-2", order=904),
        seen_by=lambda entry: "工委和安全管理员可以改，系统管理员和审计员可以看。",
    )
)
