"""The registers of what the office sets: time limits with their versions, and ready-made replies."""

from collections.abc import Sequence
from typing import Any

from shuanglian.core.dictionary import names
from shuanglian.core.register.columns import Choice, Date, Number, Text, YesNo
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Facet
from shuanglian.core.register.site import site
from shuanglian.exchange import actions
from shuanglian.exchange.forms.rule import ReplyForm, ReviseForm, RuleForm
from shuanglian.exchange.models import DeadlineRule, ReplyTemplate
from shuanglian.exchange.queries.rule import (
    IN_FORCE,
    REPLACED,
    STANDS,
    TO_COME,
    replies_visible_to,
    rules_visible_to,
)


def _any_category() -> dict[str, str]:
    return {"": "全部类别"} | names("need_category")


def _category_words(user: Any) -> Sequence[tuple[Any, str]]:
    return list(names("need_category").items())


RULES = site.add(
    Register(
        slug="deadline-rules",
        title="办理时限",
        noun="时限",
        model=DeadlineRule,
        rows=rules_visible_to,
        columns=(
            Choice("kind"),
            Choice("category", "类别", options=_any_category),
            YesNo("complex"),
            Number("days"),
            Date("valid_from"),
            Number("version"),
            Choice(
                "stands",
                "现在",
                options=STANDS,
                tones={IN_FORCE: "teal", TO_COME: "info"},
                sortable=False,
                writable=False,
            ),
        ),
        heading="kind",
        under="category",
        counter="条",
        help="每一步最多几个工作日。要改就出新版本，定好从哪天起用；以前的版本留着，已经在走的时限不变。",
        empty=Empty("还没有时限", "新增一条，这一步就开始计时。"),
        sections=(Section("时限", ("category", "complex", "days", "valid_from", "version", "stands")),),
        order="kind",
        filters=(Facet("kind", "环节"), Facet("category", "类别", options=_category_words)),
        form=RuleForm,
        create=actions.add_rule,
        acts=(
            Act(
                "revise",
                actions.revise_rule,
                label="出新版本",
                permission="exchange.change_deadlinerule",
                form=ReviseForm,
                when=lambda rule: rule.stands != REPLACED,
            ),
        ),
        menu=Menu("系统", icon="clock", order=902),
        seen_by=lambda rule: "工委、联系领导、联络员、审计员和安全管理员。",
    )
)

REPLIES = site.add(
    Register(
        slug="replies",
        title="答复范本",
        noun="范本",
        model=ReplyTemplate,
        rows=replies_visible_to,
        columns=(
            Text("title", required=True),
            Choice("occasion", required=True),
            Choice("category", "类别", options=_any_category),
            Text("body", required=True, sortable=False),
            Number("position"),
            Date("ended_on"),
        ),
        heading="title",
        under="occasion",
        counter="条",
        help="退回、谢绝、商请、留言时点一下就填好的话，填好了还能改。",
        empty=Empty("还没有范本", "新增一条，办事时点一下就能填。"),
        sections=(Section("范本", ("occasion", "category", "body", "position", "ended_on")),),
        order="position",
        search=("title", "body"),
        search_hint="名称、内容",
        filters=(Facet("occasion", "用在"), Facet("category", "类别", options=_category_words)),
        form=ReplyForm,
        create=actions.create_reply,
        update=actions.change_reply,
        menu=Menu("系统", icon="message-2-check", order=903),
        seen_by=lambda reply: "工委可以改，联盟单位经办人可以用。",
    )
)
