"""The register of divisions: read only; old names are there because old sheets still use them."""

from shuanglian.core.register.columns import Choice, Code, Date, Link, Text
from shuanglian.core.register.declare import Register, Section
from shuanglian.core.register.filters import Facet
from shuanglian.core.register.site import site
from shuanglian.directory.models import Division
from shuanglian.directory.queries import divisions_visible_to

DIVISIONS = site.add(
    Register(
        slug="divisions",
        title="行政区划",
        model=Division,
        rows=divisions_visible_to,
        columns=(
            Text("name"),
            Code("code"),
            Choice("level"),
            Link("parent", "上级", sort="parent__code"),
            Text("aliases", get=lambda row: "、".join(row.aliases)),
            Date("ended_on"),
        ),
        heading="name",
        under="code",
        counter="个",
        help="名称和代码照统计用区划代码。旧名用来认旧表格。",
        sections=(Section("区划", ("level", "parent", "aliases", "ended_on")),),
        order="code",
        search=("name", "code"),
        filters=(Facet("level", "级别"),),
        seen_by=lambda row: "县里登录的人都能看。",
        public=True,
    )
)
