"""What the shell shows on the pages of registers below it."""

from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.core.register.site import site
from shuanglian.directory.models import Organization, PartnerUnit

site.panel(
    Organization,
    "双向账",
    "web.account_part",
    lambda user, row: can(user, "directory.view_account", row),
)
site.panel(PartnerUnit, "承接了多少", "web.capacity", lambda user, row: can(user, "exchange.view_offer"))
site.panel(User, "手上的事", "web.holdings", lambda user, row: can(user, "exchange.hand_over"))
