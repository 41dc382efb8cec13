"""Made-up people: names from two fixed lists, telephone numbers of a prefix no carrier uses, the accounts to try."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from demo.chance import chance_of
from shuanglian.accounts.choices import Role

SURNAMES = (
    "王李张刘陈杨赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余杜叶程魏苏吕丁任沈姚卢"
)
_PAIRS = (
    "安民伯衡昌和成章承志楚云春晓存义德明东升恩泽方圆凤仪广田桂兰海川和平红梅鸿飞怀远济舟嘉禾建勋景行"
    "静远克勤兰芝立新利群临风美玲明远慕青念慈宁静沛然齐家启航清源庆丰润生若谷尚文慎言守正书琴思源素娥"
    "泰来天佑庭芳万里维新文博晓岚欣怡秀峰彦青永年玉树远帆韵秋泽民长青正阳知行志坚子衿"
)
GIVEN = tuple(_PAIRS[n : n + 2] for n in range(0, len(_PAIRS), 2))
INSTRUCTORS = 29
HEAD_OF_HAOKUN = "何景行"
SECRETARY_OF_HENGYUE = "杜守正"
GUANLI = "冠力集团"
HAOKUN = "山西昊坤法兰集团有限公司"
HENGYUE = "恒跃集团"
STAFF_OFFICE = "县委两新工委"


@dataclass(frozen=True, slots=True)
class Post:
    """A role and the organisation, unit or township it is held for, by name; empty for the county."""

    role: Role
    place: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account."""

    username: str
    name: str
    posts: tuple[Post, ...]
    signs_in: bool = True


# The doors of the sign-in page, in its order. The three administrators come last and hold nothing else.
DEMONSTRATION = (
    Person("demo-staff", "林静远", (Post(Role.STAFF, title="工委工作人员"),)),
    Person("demo-approver", "宋明远", (Post(Role.APPROVER, title="工委负责人"),)),
    Person("demo-guanli", "程晓岚", (Post(Role.ENTERPRISE_CLERK, GUANLI, "冠力集团经办人"),)),
    Person(
        "demo-haokun-owner",
        HEAD_OF_HAOKUN,
        (
            Post(Role.OWNER, HAOKUN, "昊坤集团出资人"),
            Post(Role.BRANCH_SECRETARY, HAOKUN, "昊坤集团党支部书记"),
        ),
    ),
    Person(
        "demo-hengyue-secretary",
        SECRETARY_OF_HENGYUE,
        (Post(Role.BRANCH_SECRETARY, HENGYUE, "恒跃集团党支部书记"),),
    ),
    Person("demo-kejiju", "沈启航", (Post(Role.PARTNER_HANDLER, "县科技局", "县科技局经办人"),)),
    Person("demo-rsj", "许韵秋", (Post(Role.PARTNER_HANDLER, "县人社局", "县人社局经办人"),)),
    Person("demo-liaison", "韩文博", (Post(Role.LIAISON, title="联络员"),)),
    Person("demo-leader", "郑怀远", (Post(Role.LEADER, title="县级领导"),)),
    Person("demo-township", "田立新", (Post(Role.TOWNSHIP, "蒋村镇", "蒋村镇党委经办"),)),
)
INSTRUCTOR = ("demo-instructor", "叶清源")
ADMINISTRATORS = (
    Person("demo-sysadmin", "卢方圆", (Post(Role.SYSADMIN),)),
    Person("demo-secadmin", "任慎言", (Post(Role.SECADMIN),)),
    Person("demo-auditor", "魏知行", (Post(Role.AUDITOR),)),
)
COLLEAGUE = Person("staff-02", "苏维新", (Post(Role.STAFF, title="两新工委办公室"),))


def names(purpose: str) -> Iterator[str]:
    """Different names without end of the lists, the same for the same purpose."""
    found = [surname + given for surname, given in product(SURNAMES, GIVEN)]
    chance_of(f"names:{purpose}").shuffle(found)
    return iter(found)


def phone(n: int) -> str:
    """An eleven-digit mobile number that belongs to nobody: no carrier gives out numbers beginning with 154.

    Raises:
        ValueError: n is not between 0 and 9999.
    """
    if not 0 <= n <= 9999:
        raise ValueError(n)
    return f"1540921{n:04d}"


def handlers(units: list[str]) -> dict[str, Person]:
    """Unit → who handles things for it. The committee's own office has its staff."""
    known = {person.posts[0].place: person for person in DEMONSTRATION}
    made = names("handlers")
    return {
        unit: known.get(unit)
        or Person(f"handler-{n:02d}", next(made), (Post(Role.PARTNER_HANDLER, unit, "经办人"),))
        for n, unit in enumerate(units, start=1)
        if unit != STAFF_OFFICE
    }


def clerks(organizations: list[str]) -> dict[str, Person]:
    """Organisation → who asks for it."""
    known = {person.posts[0].place: person for person in DEMONSTRATION}
    made = names("clerks")
    return {
        name: known.get(name)
        or Person(f"clerk-{n:03d}", next(made), (Post(Role.ENTERPRISE_CLERK, name, "经办人"),))
        for n, name in enumerate(organizations, start=1)
    }


def instructors(first: list[str], others: list[str]) -> list[Person]:
    """The 29 instructors; the first one, for ``first``, can be tried. The rest share the others, up to four each.

    They are on the list as posts; nobody signs in as one of them.
    """
    found = [Person(*INSTRUCTOR, tuple(Post(Role.INSTRUCTOR, place, "党建指导员") for place in first))]
    made, places = names("instructors"), iter(others)
    for n in range(2, INSTRUCTORS + 1):
        own = tuple(Post(Role.INSTRUCTOR, place, "党建指导员") for place in islice(places, 4))
        found.append(Person(f"instructor-{n:02d}", next(made), own, signs_in=False))
    return found
