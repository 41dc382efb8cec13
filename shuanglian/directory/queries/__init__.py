"""What can be asked of the directory: who exists, who covers whom, who is responsible for what."""

from shuanglian.directory.queries.branch import (
    branch_of,
    branches_visible_to,
    current_hosts,
    hosts_of,
    hosts_on,
    overdue,
    remarks_on,
    reminder_day,
    renewal_due,
    term_end,
    with_terms,
)
from shuanglian.directory.queries.division import divisions_visible_to, townships
from shuanglian.directory.queries.organization import (
    COUNTY_READERS,
    OWN_READERS,
    coverage_of,
    covered_by_branch,
    covered_by_instructor,
    in_business,
    organizations_of,
    organizations_visible_to,
    organizations_with_coverage,
    uncovered,
    uncovered_organizations,
)
from shuanglian.directory.queries.post import place_named, posts_visible_to
from shuanglian.directory.queries.unit import in_alliance, units_of, units_visible_to, units_with_mandate

__all__ = [
    "COUNTY_READERS",
    "OWN_READERS",
    "branch_of",
    "branches_visible_to",
    "coverage_of",
    "covered_by_branch",
    "covered_by_instructor",
    "current_hosts",
    "divisions_visible_to",
    "hosts_of",
    "hosts_on",
    "in_alliance",
    "in_business",
    "organizations_of",
    "organizations_visible_to",
    "organizations_with_coverage",
    "overdue",
    "place_named",
    "posts_visible_to",
    "remarks_on",
    "reminder_day",
    "renewal_due",
    "term_end",
    "townships",
    "uncovered",
    "uncovered_organizations",
    "units_of",
    "units_visible_to",
    "units_with_mandate",
    "with_terms",
]
