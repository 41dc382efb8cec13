"""What can be done in the kernel. Every verb: permission, validity, save, history (personal settings have none)."""

from shuanglian.core.actions.day import change_day, create_day
from shuanglian.core.actions.export import (
    UNFINISHED,
    drop_export,
    fail_export,
    finish_export,
    forget_exports,
    note_exported,
    order_export,
    record_print,
    start_export,
    stored,
)
from shuanglian.core.actions.imports import (
    check_import,
    confirm_import,
    drop_import,
    fail_import,
    fix_import,
    forget_imports,
    map_import,
    open_import,
    stop_import,
    turn_import,
    write_import,
)
from shuanglian.core.actions.locks import job_name
from shuanglian.core.actions.notice import choose_paces, read_all_notices, read_notice
from shuanglian.core.actions.register import (
    MOST_VIEWS,
    choose_columns,
    drop_view,
    record_export,
    save_view,
)
from shuanglian.core.actions.suggestion import answer_suggestion, send_suggestion
from shuanglian.core.actions.take_back import can_undo, take_back_import, undo_import
from shuanglian.core.actions.term import (
    apply_terms,
    change_term,
    create_term,
    plan_term,
    planned,
    unplan_term,
)

__all__ = [
    "MOST_VIEWS",
    "UNFINISHED",
    "answer_suggestion",
    "apply_terms",
    "can_undo",
    "change_day",
    "change_term",
    "check_import",
    "choose_columns",
    "choose_paces",
    "confirm_import",
    "create_day",
    "create_term",
    "drop_export",
    "drop_import",
    "drop_view",
    "fail_export",
    "fail_import",
    "finish_export",
    "fix_import",
    "forget_exports",
    "forget_imports",
    "job_name",
    "map_import",
    "note_exported",
    "open_import",
    "order_export",
    "plan_term",
    "planned",
    "read_all_notices",
    "read_notice",
    "record_export",
    "record_print",
    "save_view",
    "send_suggestion",
    "start_export",
    "stop_import",
    "stored",
    "take_back_import",
    "turn_import",
    "undo_import",
    "unplan_term",
    "write_import",
]
