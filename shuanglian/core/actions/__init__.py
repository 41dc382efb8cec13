"""What can be done in the kernel. Every verb: permission, validity, save, history (personal settings have none)."""

from shuanglian.core.actions.day import change_day, create_day
from shuanglian.core.actions.notice import choose_paces, read_all_notices, read_notice
from shuanglian.core.actions.register import (
    MOST_VIEWS,
    choose_columns,
    confirm_import,
    drop_import,
    drop_view,
    fix_import,
    forget_imports,
    open_import,
    record_export,
    save_view,
    write_import,
)
from shuanglian.core.actions.suggestion import answer_suggestion, send_suggestion
from shuanglian.core.actions.term import change_term, create_term

__all__ = [
    "MOST_VIEWS",
    "answer_suggestion",
    "change_day",
    "change_term",
    "choose_columns",
    "choose_paces",
    "confirm_import",
    "create_day",
    "create_term",
    "drop_import",
    "drop_view",
    "fix_import",
    "forget_imports",
    "open_import",
    "read_all_notices",
    "read_notice",
    "record_export",
    "save_view",
    "send_suggestion",
    "write_import",
]
