"""The pages of every register. Thin: they fetch, ask, call an action and show. Each works as a plain link or form."""

from shuanglian.core.register.pages.bulk import bulk_page
from shuanglian.core.register.pages.detail import detail_page, move_page
from shuanglian.core.register.pages.edit import edit_page, new_page
from shuanglian.core.register.pages.export import (
    export_page,
    exported_file_page,
    exported_page,
    exports_page,
    template_page,
)
from shuanglian.core.register.pages.imports import import_page, preview_page, wrong_rows_page
from shuanglian.core.register.pages.list import columns_page, list_page, view_page
from shuanglian.core.register.pages.mapping import map_page
from shuanglian.core.register.pages.printing import print_page

__all__ = [
    "bulk_page",
    "columns_page",
    "detail_page",
    "edit_page",
    "export_page",
    "exported_file_page",
    "exported_page",
    "exports_page",
    "import_page",
    "list_page",
    "map_page",
    "move_page",
    "new_page",
    "preview_page",
    "print_page",
    "template_page",
    "view_page",
    "wrong_rows_page",
]
