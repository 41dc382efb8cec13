from django.db.models import Q

from shuanglian.core import actions, queries
from shuanglian.core.forms import AnswerForm, DayForm, PlanForm, TermForm
from shuanglian.core.models import CalendarDay, Suggestion, Term
from shuanglian.core.register.columns import Choice, Date, Moment, Number, Text, YesNo
from shuanglian.core.register.declare import Act, Empty, Menu, Register, Section
from shuanglian.core.register.filters import Condition, Dates, Facet
from shuanglian.core.register.filters import YesNo as YesNoFilter
from shuanglian.core.register.site import site


def _dated(wordings: list[list[str]]) -> str:
    """一直以来“红”，2027-01-01 起“大红”."""
    return "，".join(f"{day} 起“{name}”" if day else f"原来“{name}”" for day, name, _ in wordings)


def _weekday(row: CalendarDay) -> str:
    return f"星期{'一二三四五六日'[row.day.weekday()]}"


TERMS = site.add(
    Register(
        slug="terms",
        title="字典",
        noun="字典项",
        model=Term,
        rows=queries.terms_visible_to,
        columns=(
            Text("name", required=True, sort="name"),
            Text("code", required=True),  # case counts: rules are in lower case, categories in capitals
            Choice("dictionary", options=queries.dictionaries, required=True),
            Number("position"),
            Date("valid_from"),
            Date("valid_to"),
            Text("note", card=False, sortable=False),
            Text(
                "called", "各个时期的叫法", get=lambda row: _dated(row.wordings), writable=False, shown=False
            ),
            Text(
                "ahead",
                "预定的修改",
                get=lambda row: _dated(actions.planned(row)),
                writable=False,
                shown=False,
            ),
        ),
        heading="name",
        under="code",
        counter="项",
        help="表单里可以选的词、机关名称和规则都在这里。可以预定从哪天起改名、启用、停用；停用的词不能再选，已经用过的内容不变。",
        empty=Empty("还没有字典项", "新增一项，表单里就能选到。"),
        sections=(
            Section("字典项", ("dictionary", "code", "name", "note")),
            Section("使用", ("position", "valid_from", "valid_to")),
            Section("改名", ("ahead", "called")),
        ),
        order="dictionary",
        search=("name", "code", "note"),
        search_hint="名称、代码、说明",
        filters=(
            Facet("dictionary", "字典"),
            Dates("valid_from", "启用日期"),
            Dates("valid_to", "停用日期"),
        ),
        conditions=(
            Condition("ahead", "还没启用", lambda day: Q(valid_from__gt=day)),
            Condition("ended", "已停用", lambda day: Q(valid_to__lt=day)),
        ),
        acts=(
            Act(
                "plan",
                actions.plan_term,
                label="预定修改",
                permission="core.change_term",
                form=PlanForm,
                fill=lambda row: {"name": row.name, "note": row.note},
                explain="到了那一天，表单和页面自动换成新的叫法，在这以前不变。以前的叫法留在这里。",
                icon="calendar",
            ),
            Act(
                "unplan",
                actions.unplan_term,
                label="取消预定",
                permission="core.change_term",
                when=lambda row: bool(actions.planned(row)),
            ),
        ),
        form=TermForm,
        create=actions.create_term,
        update=actions.change_term,
        sheet=("dictionary", "code", "name", "note", "position", "valid_from", "valid_to"),
        keys=(("dictionary", "code"),),
        menu=Menu("系统", icon="tags", order=900),
        seen_by=lambda term: "工委工作人员、工委负责人、安全管理员可以改，系统管理员和审计员可以看。",
    )
)

CALENDAR = site.add(
    Register(
        slug="calendar",
        title="工作日历",
        noun="日子",
        model=CalendarDay,
        rows=queries.days_visible_to,
        columns=(
            Date("day", required=True),
            YesNo("is_workday", required=True),
            Text("note", sortable=False),
            Text("weekday", "星期", get=_weekday, writable=False),
        ),
        heading="day",
        under="weekday",
        counter="天",
        help="时限按这张表算工作日。国务院每年 11 月公布下一年的放假安排，请在年底前导入或逐天录入；改了以后，正在走的时限会重新计算。",
        empty=Empty("日历还是空的", "导入一年的放假和调休安排，时限才算得准。"),
        sections=(Section("这一天", ("is_workday", "note")),),
        order="-day",
        filters=(YesNoFilter("is_workday", "要上班"), Dates("day", "日期")),
        form=DayForm,
        create=actions.create_day,
        update=actions.change_day,
        sheet=("day", "is_workday", "note"),
        keys=(("day",),),
        menu=Menu("系统", icon="calendar", order=905),
        seen_by=lambda day: "工委工作人员、工委负责人可以改，管理员和审计员可以看。",
    )
)

SUGGESTIONS = site.add(
    Register(
        slug="suggestions",
        title="意见建议",
        noun="意见",
        model=Suggestion,
        rows=queries.suggestions_visible_to,
        columns=(
            Text("subject", "意见", get=str),
            Text("body", shown=False, sortable=False),
            Text("by__name", "谁提的", sortable=False),
            Text("contact", shown=False, sortable=False),
            Moment("created", "提出日期"),
            Date("answer_by"),
            Date("answered_on"),
            Text("answer", shown=False, sortable=False),
            Text("answered_by__name", "答复人", shown=False, sortable=False),
        ),
        heading="subject",
        counter="条",
        help="页面底部“意见建议”里提的都在这里，5 个工作日内答复。",
        empty=Empty("还没有意见建议", "有人在页面底部提了意见，会出现在这里。"),
        sections=(
            Section("意见", ("body", "by__name", "contact", "created", "answer_by")),
            Section("答复", ("answer", "answered_on", "answered_by__name")),
        ),
        order="-created",
        search=("body",),
        search_hint="意见里的字",
        filters=(Dates("created", "提出日期", moment=True),),
        conditions=(Condition("open", "等答复", lambda day: Q(answered_on=None)),),
        acts=(
            Act(
                "answer",
                actions.answer_suggestion,
                label="答复",
                permission="core.answer_suggestion",
                form=AnswerForm,
                when=lambda row: row.answered_on is None,
            ),
        ),
        verbs={"answer": "答复"},
        menu=Menu("系统", icon="messages", order=904),
        seen_by=lambda row: "工委和审计员；提意见的人看得到自己的和答复。",
    )
)
