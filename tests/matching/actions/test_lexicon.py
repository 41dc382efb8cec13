import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.matching.actions.lexicon import add_entry, change_entry
from shuanglian.matching.queries.lexicon import edition, lexicon
from tests.factories.matching import LexiconEntryFactory

pytestmark = pytest.mark.django_db

HAMMER = {
    "category": "KJ",
    "service": "锻锤维修",
    "words": "锤头修复\n\n锤头更换",
    "talk": "锤子打不动了\n锤子打不动了",
}


def described():
    return {entry.key: (entry.words, entry.talk) for entry in lexicon().entries}


def test_new_entry_is_read_by_the_engine_a_phrase_a_line(staff):
    entry = add_entry(by=staff, **HAMMER)

    assert described()[entry.key] == (("锤头修复", "锤头更换"), ("锤子打不动了",))


def test_key_is_the_next_of_the_category(staff):
    LexiconEntryFactory(key="KJ-998", category="KJ")

    assert [add_entry(by=staff, **HAMMER | {"service": name}).key for name in ("一", "二")] == [
        "KJ-999",
        "KJ-1000",
    ]


def test_every_change_raises_the_edition(staff):
    before = edition()
    entry = add_entry(by=staff, **HAMMER)
    change_entry(entry, by=staff, talk="锤子不动了")
    change_entry(entry, by=staff, in_use=False)

    assert edition() == before + 3
    assert lexicon().version == str(before + 3)


def test_entry_out_of_use_is_kept_and_not_read(staff):
    entry = change_entry(add_entry(by=staff, **HAMMER), by=staff, in_use=False)

    assert entry.key not in described()
    assert [line.verb for line in history(entry)] == ["change", "create"]


def test_service_is_described_once(staff):
    first = add_entry(by=staff, **HAMMER)

    with pytest.raises(ValidationError) as refused:
        add_entry(by=staff, **HAMMER)
    assert refused.value.message_dict == {
        "service": [f"“锻锤维修”已经有词条了（{first.key}），请到那一条里补充"]
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("talk", " \n ", "请至少写一行"),
        ("words", "锤" * 41, "一行最多 40 个字：“锤锤锤锤锤锤锤锤锤锤锤锤……”太长了"),
        ("talk", "\n".join(map(str, range(61))), "最多 60 行，现在有 61 行"),
        ("category", "XX", "请从列表里选一个类别"),
    ],
)
def test_what_the_engine_could_not_use_is_refused(staff, field, value, sentence):
    with pytest.raises(ValidationError) as refused:
        add_entry(by=staff, **HAMMER | {field: value})

    assert refused.value.message_dict == {field: [sentence]}


def test_a_cell_of_a_sheet_holds_many_phrases(staff):
    entry = add_entry(by=staff, **HAMMER | {"talk": "锤子不动了；锤头裂了"})

    assert entry.talk == "锤子不动了\n锤头裂了"


def test_units_and_enterprises_do_not_keep_the_dictionary(handler, clerk):
    entry = LexiconEntryFactory()

    for person in (handler, clerk):
        with pytest.raises(PermissionDenied):
            add_entry(by=person, **HAMMER)
        with pytest.raises(PermissionDenied):
            change_entry(entry, by=person, talk="换一句")
