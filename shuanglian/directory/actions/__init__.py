"""What can be done in the directory. One file per noun; every act asks permission, checks, saves, records."""

from shuanglian.directory.actions.branch import change_branch, create_branch, end_branch
from shuanglian.directory.actions.organization import (
    change_organization,
    check_organization,
    close_organization,
    create_organization,
    reopen_organization,
)
from shuanglian.directory.actions.post import appoint
from shuanglian.directory.actions.unit import (
    change_unit,
    create_unit,
    set_capacity,
    set_contact,
    set_mandates,
)

__all__ = [
    "appoint",
    "change_branch",
    "change_organization",
    "change_unit",
    "check_organization",
    "close_organization",
    "create_branch",
    "create_organization",
    "create_unit",
    "end_branch",
    "reopen_organization",
    "set_capacity",
    "set_contact",
    "set_mandates",
]
