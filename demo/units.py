"""The partner units: those whose offers are shared, with their duties and how much they take on in a month.

Which categories of needs belong to a unit follows from what it offers: the most frequent one, and any with two offers
or more, are its main duties; with the others it helps. The units of the city and the province have no duties here; they
and the lists they are said to stand in are made up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from demo.offers import Shared
from shuanglian.directory.choices import UnitKind, UnitLevel

_D, _I, _B = UnitKind.DEPARTMENT, UnitKind.INSTITUTION, UnitKind.BANK
_S, _A, _E = UnitKind.SCHOOL, UnitKind.ASSOCIATION, UnitKind.ENTERPRISE

# name: (kind, duty, needs it can take on in a month)
_UNITS: dict[str, tuple[UnitKind, str, int]] = {
    "县委两新工委": (_D, "指导非公企业和社会组织党建，选派党建指导员，组织两清单双链供需对接。", 30),
    "县委组织部": (_D, "人才引进和培养，党员教育管理，基层党组织建设。", 15),
    "县委党校": (_I, "党员干部教育培训，党的创新理论宣讲，现场教学。", 20),
    "县总工会": (_D, "工会组建和会员服务，劳动竞赛，困难职工帮扶，职工权益维护。", 20),
    "团县委": (_D, "团组织建设，青年就业创业服务，青年志愿服务。", 15),
    "县妇联": (_D, "妇女儿童权益维护，妇女就业创业培训，家庭服务。", 20),
    "县工商联": (_A, "联系服务民营企业和商会，反映企业诉求，组织企业对接交流。", 20),
    "县科协": (_A, "科普和学术交流，院士专家工作站服务。", 10),
    "县残联": (_A, "残疾人就业和康复服务，按比例就业审核。", 15),
    "县红十字会": (_A, "应急救护培训，无偿献血宣传，人道救助。", 10),
    "县志愿者协会": (_A, "组织志愿者为企业活动、社区服务提供支援。", 12),
    "县社会心理服务协会": (_A, "职工心理健康宣传、团体辅导和咨询。", 12),
    "县科技局": (_D, "科技计划和高新技术企业服务，产学研合作，科技成果转化。", 20),
    "县工信局": (_D, "工业运行和技术改造，中小企业培育，数字化转型和工业节能。", 25),
    "县人社局": (_D, "就业创业和人才服务，职业技能培训，社会保险，劳动关系协调。", 40),
    "县教育局": (_D, "学前教育和中小学管理，民办教育，入学安排。", 15),
    "县公安局": (_D, "治安和经济犯罪侦查，网络安全，出入境管理。", 25),
    "县公安局交警大队": (_D, "道路交通安全管理和宣传，驾驶人、机动车业务。", 15),
    "县民政局": (_D, "社会组织登记管理，慈善事业促进。", 15),
    "县司法局": (_D, "公共法律服务，人民调解，法律援助，公证。", 25),
    "县财政局": (_D, "财政资金管理，政府采购监管，应急转贷资金。", 15),
    "县自然资源局": (_D, "国土空间规划，用地审批，不动产登记。", 15),
    "县生态环境局": (_D, "环评和排污许可，污染防治指导，环境监测。", 25),
    "县住建局": (_D, "建设工程审批监管，住房保障，市政设施。", 15),
    "县交通局": (_D, "道路建设养护，道路运输管理，公共交通。", 15),
    "县水利局": (_D, "水资源管理，取水许可，节约用水。", 10),
    "县农业农村局": (_D, "种植养殖技术推广，农业项目，动物防疫。", 20),
    "县乡村振兴局": (_D, "帮扶项目管理，村企结对。", 12),
    "县商务局": (_D, "内外贸易促进，展会和电子商务，招商引资。", 25),
    "县文旅局": (_D, "公共文化服务，文艺演出辅导，旅游开发。", 15),
    "县退役军人事务局": (_D, "退役军人就业创业扶持和优抚。", 12),
    "县应急管理局": (_D, "安全生产综合监管，应急预案，安全培训考核。", 25),
    "县市场监管局": (_D, "企业登记信用监管，质量、标准、计量、认证，特种设备和食品安全，知识产权。", 40),
    "县行政审批局": (_D, "企业登记和投资项目审批，帮办代办。", 30),
    "县医保局": (_D, "职工和居民医疗保险参保、待遇、异地就医。", 15),
    "县税务局": (_D, "税费征管和政策辅导，出口退税。", 25),
    "县气象局": (_D, "气象预报预警，防雷安全。", 10),
    "县检察院": (_D, "涉企犯罪预防，知识产权和民事行政检察。", 10),
    "县法院": (_D, "涉企案件立案、调解、审判和执行。", 20),
    "县消防救援大队": (_D, "消防监督检查，消防宣传和演练。", 15),
    "县融媒体中心": (_I, "新闻宣传，宣传片制作和推送。", 10),
    "县图书馆": (_I, "图书借阅和流动服务点，报告厅、会议室开放。", 15),
    "县体育中心": (_I, "体育场馆开放，群众体育活动。", 15),
    "县医院": (_I, "诊疗和健康体检，急救培训。", 15),
    "县中医院": (_I, "中医诊疗和义诊，康复理疗。", 15),
    "县疾控中心": (_I, "职业卫生检测，从业人员健康检查。", 20),
    "县电商公共服务中心": (_I, "电商培训、代运营和物流服务。", 15),
    "住房公积金定襄管理部": (_I, "公积金缴存、提取和贷款。", 15),
    "法兰锻造产业研究院": (_I, "锻造工艺研发，检测检验，认证技术服务。", 25),
    "山西机械高级技工学校": (_S, "技工教育，短期技能培训，职业技能等级认定。", 20),
    "县职业中学": (_S, "职业教育，订单班培养，特种作业培训。", 15),
    "太原科技大学": (_S, "锻压、材料、机械专业的产学研合作。", 8),
    "县农商银行": (_B, "企业和个人贷款，创业担保贷款。", 20),
    "农行定襄支行": (_B, "农户和外贸企业信贷，国际结算。", 15),
    "邮储银行定襄支行": (_B, "小微企业信用贷款。", 15),
    "县融资担保公司": (_B, "政府性融资担保。", 15),
    "人保财险定襄支公司": (_B, "企业财产、责任和出口信用保险。", 15),
    "县供电公司": (_E, "供电服务，用电报装，用电安全检查。", 20),
    "定襄晋源燃气公司": (_E, "工业和民用天然气供应。", 12),
    "移动定襄分公司": (_E, "通信网络，企业专网和物联网。", 12),
    "联通定襄分公司": (_E, "通信网络，企业专线和视频监控。", 12),
    "邮政定襄分公司": (_E, "寄递服务，农村电商物流。", 12),
    "山西晋衡律师事务所": (_E, "企业法律顾问，诉讼和非诉讼代理。", 12),
    "忻州诚信会计师事务所": (_E, "审计验资，代理记账，财税培训。", 10),
}


# by name: kind, level and duty
_ABOVE: dict[str, tuple[UnitKind, UnitLevel, str]] = {
    "忻州市企业节能低碳服务站": (
        _I,
        UnitLevel.CITY,
        "演示用的虚构单位。工业节能测评，碳排放核算和申报辅导。",
    ),
    "忻州市农业废弃物资源化中心": (_I, UnitLevel.CITY, "演示用的虚构单位。畜禽粪污、秸秆收集转运和利用。"),
    "山西省外贸物流协会": (_A, UnitLevel.PROVINCE, "演示用的虚构单位。进出口企业订舱、集港和单证服务。"),
}
_LISTS = {
    UnitLevel.CITY: "市级惠企服务清单第 2 期（演示用，虚构）",
    UnitLevel.PROVINCE: "省级外贸服务名录（演示用，虚构）",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the alliance with its mandates (codes of categories), or one of the city or the province."""

    name: str
    kind: str
    duty: str
    monthly_capacity: int | None
    main: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    level: str = UnitLevel.COUNTY
    source: str = ""


def units(offers: Iterable[Shared]) -> list[Unit]:
    """Every unit, with the mandates that its offers give it."""
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    for offer in offers:
        shared[offer.unit][offer.category] += 1
    found = []
    for name, (kind, duty, capacity) in _UNITS.items():
        counts = shared[name].most_common()
        main = tuple(category for n, (category, many) in enumerate(counts) if n == 0 or many > 1)
        others = tuple(category for category, _ in counts if category not in main)
        found.append(Unit(name, kind, duty, capacity, main, others))
    above = (
        Unit(name, kind, duty, None, level=level, source=_LISTS[level])
        for name, (kind, level, duty) in _ABOVE.items()
    )
    return [*found, *above]
