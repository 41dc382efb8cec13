"""What can be done in the directory. One file per noun; every act asks permission, checks, saves, records."""

from shuanglian.directory.actions.branch import (
    change_branch,
    check_branch_facts,
    create_branch,
    end_branch,
    join_branch,
)
from shuanglian.directory.actions.merge import TAKEN, merge_organizations, tell_apart
from shuanglian.directory.actions.organization import (
    MERGED_IS_NO_FACT,
    OWN,
    change_organization,
    check_organization,
    close_organization,
    correct_organization,
    create_organization,
    reopen_organization,
)
from shuanglian.directory.actions.organizations import change_organizations, weigh_organizations
from shuanglian.directory.actions.post import appoint, ask_instructor
from shuanglian.directory.actions.renewal import (
    extend_branch,
    name_secretary,
    remind_renewals,
    renew_branch,
)
from shuanglian.directory.actions.unit import (
    change_unit,
    create_unit,
    set_capacity,
    set_contact,
    set_mandates,
)

__all__ = [
    "MERGED_IS_NO_FACT",
    "OWN",
    "TAKEN",
    "appoint",
    "ask_instructor",
    "change_branch",
    "change_organization",
    "change_organizations",
    "change_unit",
    "check_branch_facts",
    "check_organization",
    "close_organization",
    "correct_organization",
    "create_branch",
    "create_organization",
    "create_unit",
    "end_branch",
    "extend_branch",
    "join_branch",
    "merge_organizations",
    "name_secretary",
    "remind_renewals",
    "renew_branch",
    "reopen_organization",
    "set_capacity",
    "set_contact",
    "set_mandates",
    "tell_apart",
    "weigh_organizations",
]
