from shuanglian.core import actions, queries
from shuanglian.core.forms import TermForm
from shuanglian.core.models import Term
from shuanglian.core.register.columns import Choice, Code, Date, Number, Text
from shuanglian.core.register.declare import Empty, Menu, Register, Section
from shuanglian.core.register.filters import Facet
from shuanglian.core.register.site import site

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
