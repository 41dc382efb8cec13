"""The registers of the directory, one file each; importing them enters them."""

from shuanglian.directory.registers import branches, divisions, organizations, posts, units

__all__ = ["branches", "divisions", "organizations", "posts", "units"]
