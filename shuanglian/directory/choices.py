from django.db.models import TextChoices


class Level(TextChoices):
    PROVINCE = "province", "省"
    PREFECTURE = "prefecture", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"


class OrganizationKind(TextChoices):
    """Handbook 3.5."""

    PRIVATE_ENTERPRISE = "private_enterprise", "私营企业"
    FOREIGN_ENTERPRISE = "foreign_enterprise", "外商投资企业"
    HMT_ENTERPRISE = "hmt_enterprise", "港澳台投资企业"
    MIXED_ENTERPRISE = "mixed_enterprise", "混合所有制企业"
    SELF_EMPLOYED = "self_employed", "个体工商户"
    FARMER_COOP = "farmer_coop", "农民专业合作社"
    SOCIAL_ASSOCIATION = "social_association", "社会团体"
    PRIVATE_NONPROFIT = "private_nonprofit", "民办非企业单位"
    FOUNDATION = "foundation", "基金会"
    PROFESSIONAL_FIRM = "professional_firm", "律所、会计所等"
    VILLAGE_COLLECTIVE = "village_collective", "村集体经济组织"
    GOVERNMENT_UNIT = "government_unit", "机关"
    PUBLIC_INSTITUTION = "public_institution", "事业单位"
    SCHOOL = "school", "院校"
    OTHER = "other", "其他"


NON_PUBLIC_ENTERPRISES = (
    OrganizationKind.PRIVATE_ENTERPRISE,
    OrganizationKind.FOREIGN_ENTERPRISE,
    OrganizationKind.HMT_ENTERPRISE,
)


class Registration(TextChoices):
    ACTIVE = "active", "在业"
    SUSPENDED = "suspended", "停业"
    CANCELLED = "cancelled", "注销"
    MOVED = "moved", "迁出"
    MERGED = "merged", "已合并"  # entered twice; the row only points to the one that stays


GONE = (Registration.CANCELLED, Registration.MOVED, Registration.MERGED)


class HeadcountBand(TextChoices):
    UNDER_20 = "under_20", "不到20人"
    UNDER_300 = "under_300", "20至299人"
    UNDER_1000 = "under_1000", "300至999人"
    FROM_1000 = "from_1000", "1000人以上"


class BranchKind(TextChoices):
    COMMITTEE = "committee", "党委"
    GENERAL = "general", "党总支"
    INDEPENDENT = "independent", "独立支部"
    JOINT = "joint", "联合支部"
    OTHER = "other", "其他"


class SecretaryBackground(TextChoices):
    ENTERPRISE_HEAD = "enterprise_head", "企业负责人"
    MIDDLE_SENIOR_MANAGER = "middle_senior_manager", "中高层管理人员"
    TECHNICAL_BACKBONE = "technical_backbone", "技术骨干"
    INSTRUCTOR = "instructor", "指导员兼任"
    OTHER = "other", "其他"


class UnitLevel(TextChoices):
    """Where a unit that shares something stands. What the county itself has goes first, then the city's, then the province's."""

    COUNTY = "county", "本县"
    CITY = "prefecture", "市级"
    PROVINCE = "province", "省级"

    @property
    def tier(self) -> int:
        """0 for the county, 1 for its city, 2 for its province."""
        return list(UnitLevel).index(self)


ABOVE_COUNTY = (UnitLevel.CITY, UnitLevel.PROVINCE)


class UnitKind(TextChoices):
    DEPARTMENT = "department", "县直部门"
    TOWNSHIP = "township", "乡镇"
    SCHOOL = "school", "院校"
    BANK = "bank", "金融机构"
    INSTITUTION = "institution", "事业单位"
    ASSOCIATION = "association", "协会、社会组织"
    ENTERPRISE = "enterprise", "企业"
