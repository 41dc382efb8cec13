"""Who may keep the dictionaries and the table of working days, to whom a page explains who else can see it, and what the night does."""

from shuanglian.core.access import allow, holds

keepers = holds("staff", "approver", "secadmin")

allow("core.view_term", keepers | holds("sysadmin", "auditor"))
allow("core.add_term", keepers)
allow("core.change_term", keepers)
allow("core.apply_terms", holds("system"))
allow("core.export_term", keepers | holds("auditor"))
allow("core.view_calendarday", keepers | holds("sysadmin", "auditor"))
allow("core.add_calendarday", holds("staff", "approver"))
allow("core.change_calendarday", holds("staff", "approver"))
allow("core.export_calendarday", keepers)
allow("core.view_suggestion", holds("staff", "approver", "auditor"))
allow("core.answer_suggestion", holds("staff", "approver"))
allow("core.export_suggestion", holds("staff", "approver", "auditor"))
allow("core.explain_access", keepers | holds("auditor"))
allow("core.forget_imports", holds("system"))
allow("core.forget_exports", holds("system"))
