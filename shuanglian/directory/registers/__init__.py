"""The registers of the directory, one file each; importing them enters them."""

from shuanglian.core.register.words import name_verbs
from shuanglian.directory.registers import branches, divisions, organizations, posts, units

name_verbs({"follow_merge": "随企业合并移来", "ask_instructor": "请派指导员"})

__all__ = ["branches", "divisions", "organizations", "posts", "units"]
