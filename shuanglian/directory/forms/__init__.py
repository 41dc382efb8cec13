"""What may be typed into the directory, one file a noun."""

from shuanglian.directory.forms.branch import (
    BETWEEN,
    BranchForm,
    ExtendForm,
    HostsField,
    RenewForm,
    SecretaryForm,
)
from shuanglian.directory.forms.organization import AskForm, CloseForm, JoinForm, OrganizationForm, OwnForm
from shuanglian.directory.forms.unit import CapacityForm, ContactForm, PostForm, UnitForm

__all__ = [
    "BETWEEN",
    "AskForm",
    "BranchForm",
    "CapacityForm",
    "CloseForm",
    "ContactForm",
    "ExtendForm",
    "HostsField",
    "JoinForm",
    "OrganizationForm",
    "OwnForm",
    "PostForm",
    "RenewForm",
    "SecretaryForm",
    "UnitForm",
]
