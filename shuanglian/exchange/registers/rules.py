"""The registers of what the office sets: time limits with their versions, ready-made replies, checks before a step, and
what states are called."""

from collections.abc import Sequence
from typing import Any

from shuanglian.core.dictionary import names
from shuanglian.core.register.columns import Choice, Date, Number, Text, YesNo
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Facet
from shuanglian.core.register.site import site
from shuanglian.exchange import actions
from shuanglian.exchange.forms.rule import CheckForm, ReplyForm, ReviseForm, RuleForm, WordsForm
from shuanglian.exchange.models import DeadlineRule, ReplyTemplate, StateWord, StepCheck
from shuanglian.exchange.queries.check import checks_visible_to
from shuanglian.exchange.queries.rule import (
    IN_FORCE,
    REPLACED,
    STANDS,
    TO_COME,
    replies_visible_to,
    rules_visible_to,
    words_visible_to,
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

CHECKS = site.add(
    Register(
        slug="checks",
        title="办前核对",
        noun="核对项",
        model=StepCheck,
        rows=checks_visible_to,
        columns=(
            Text("text", required=True),
            Choice("step", required=True),
            Choice("category", "类别", options=_any_category),
            YesNo("required"),
            Number("position"),
            Number("version", writable=False),
            Date("ended_on"),
        ),
        heading="text",
        under="step",
        counter="条",
        help="受理、结束、报办结以前要核对的几件小事，列在表单里打钩。只有“必须核对”的没打钩才不让办；打了什么钩，记在经过里。",
        empty=Empty("还没有要核对的", "新增一条，办这一步的时候就列出来。"),
        sections=(
            Section("核对项", ("step", "category", "text", "required", "position", "version", "ended_on")),
        ),
        order="step",
        search=("text",),
        search_hint="内容",
        filters=(Facet("step", "环节"), Facet("category", "类别", options=_category_words)),
        form=CheckForm,
        create=actions.create_check,
        update=actions.change_check,
        menu=Menu("系统", icon="clipboard-check", order=904),
        seen_by=lambda check: "工委可以改；打钩的人在表单里看到。",
    )
)

WORDS = site.add(
    Register(
        slug="state-words",
        title="状态说法",
        noun="状态",
        model=StateWord,
        rows=words_visible_to,
        columns=(
            Text("name", writable=False),
            Choice("kind", writable=False),
            Text("public"),
            Text("enterprise"),
            Text("unit"),
            Text("staff"),
            Number("position", "次序", shown=False, writable=False),
        ),
        heading="name",
        under="kind",
        counter="个",
        help="同一个状态，对不同的人可以有不同的说法。空着的用标准说法；台账导出和印发的清单总用标准说法。改了以后一分钟内各页都换过来。",
        sections=(Section("说法", ("kind", "public", "enterprise", "unit", "staff")),),
        order="position",
        search=("name", "public", "enterprise", "unit", "staff"),
        search_hint="说法",
        filters=(Facet("kind", "哪一类"),),
        form=WordsForm,
        update=actions.change_words,
        menu=Menu("系统", icon="message-2-check", order=905),
        seen_by=lambda word: "工委可以改；各页上的人看到的是给他的说法。",
    )
)
