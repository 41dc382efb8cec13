from django.db.models import TextChoices


class Role(TextChoices):
    """The roles of handbook 0.3. People are never ranked by them; they only say what somebody may do."""

    STAFF = "staff", "工委工作人员"
    APPROVER = "approver", "工委负责人"
    LEADER = "leader", "联系领导"
    LIAISON = "liaison", "联络员"
    INSTRUCTOR = "instructor", "党建指导员"
    BRANCH_SECRETARY = "branch_secretary", "党支部书记"
    OWNER = "owner", "出资人"
    ENTERPRISE_CLERK = "enterprise_clerk", "企业经办人"
    PARTNER_HANDLER = "partner_handler", "联盟单位经办人"
    TEAM_CAPTAIN = "team_captain", "志愿服务队队长"
    TOWNSHIP = "township", "乡镇党委经办"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全管理员"
    AUDITOR = "auditor", "审计员"
    SYSTEM = "system", "系统自动办理"


class Scope(TextChoices):
    """How far a role reaches."""

    COUNTY = "county", "全县"
    TOWNSHIP = "township", "乡镇"
    ORGANIZATION = "organization", "企业或社会组织"
    UNIT = "unit", "联盟单位"


SCOPE_OF_ROLE: dict[str, Scope] = {
    Role.STAFF: Scope.COUNTY,
    Role.APPROVER: Scope.COUNTY,
    Role.LEADER: Scope.COUNTY,
    Role.LIAISON: Scope.COUNTY,
    Role.INSTRUCTOR: Scope.ORGANIZATION,
    Role.BRANCH_SECRETARY: Scope.ORGANIZATION,
    Role.OWNER: Scope.ORGANIZATION,
    Role.ENTERPRISE_CLERK: Scope.ORGANIZATION,
    Role.PARTNER_HANDLER: Scope.UNIT,
    Role.TEAM_CAPTAIN: Scope.COUNTY,
    Role.TOWNSHIP: Scope.TOWNSHIP,
    Role.SYSADMIN: Scope.COUNTY,
    Role.SECADMIN: Scope.COUNTY,
    Role.AUDITOR: Scope.COUNTY,
    Role.SYSTEM: Scope.COUNTY,
}

ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
ENTERPRISE_SIDE = (Role.BRANCH_SECRETARY, Role.OWNER, Role.ENTERPRISE_CLERK)
COMMITTEE = (Role.STAFF, Role.APPROVER)
