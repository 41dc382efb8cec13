from shuanglian.core import actions, queries
from shuanglian.core.forms import DayForm, TermForm
from shuanglian.core.models import CalendarDay, Term
from shuanglian.core.register.columns import Choice, Code, Date, Number, Text, YesNo
from shuanglian.core.register.declare import Empty, Menu, Register, Section
from shuanglian.core.register.filters import Dates, Facet
from shuanglian.core.register.filters import YesNo as YesNoFilter
from shuanglian.core.register.site import site


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
            Code("code", required=True),
            Choice("dictionary", options=queries.dictionaries, required=True),
            Number("position"),
            Date("valid_from"),
            Date("valid_to"),
            Text("note", card=False, sortable=False),
        ),
        heading="name",
        under="code",
        counter="项",
        help="表单里可以选的词都在这里。停用的词不能再选，已经用过的内容不变。",
        empty=Empty("还没有字典项", "新增一项，表单里就能选到。"),
        sections=(
            Section("字典项", ("dictionary", "code", "name", "note")),
            Section("使用", ("position", "valid_from", "valid_to")),
        ),
        order="dictionary",
        search=("name", "code", "note"),
        search_hint="名称、代码、说明",
        filters=(Facet("dictionary", "字典"),),
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
