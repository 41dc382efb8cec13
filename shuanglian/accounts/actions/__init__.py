"""What can be done with accounts and roles. Every act asks permission, checks, saves, records; passwords are never kept."""

from shuanglian.accounts.actions.beginning import create_first_administrators, ensure_system_user
from shuanglian.accounts.actions.factor import encrypt_second_factors, remove_second_factor
from shuanglian.accounts.actions.role import Post, assign_role, end_role
from shuanglian.accounts.actions.user import (
    UserFacts,
    change_user,
    choose_password,
    create_user,
    deactivate_user,
    reactivate_user,
    reset_password,
)

__all__ = [
    "Post",
    "UserFacts",
    "assign_role",
    "change_user",
    "choose_password",
    "create_first_administrators",
    "create_user",
    "deactivate_user",
    "encrypt_second_factors",
    "end_role",
    "ensure_system_user",
    "reactivate_user",
    "remove_second_factor",
    "reset_password",
]
