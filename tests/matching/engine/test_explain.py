import datetime as dt

from shuanglian.matching.engine.records import Need

DAY = dt.date(2026, 5, 1)


def reasons(index, need, offer_id, today=DAY):
    ranking = index.suggest(need, top=10, today=today)
    return {
        reason.kind: reason.sentence
        for suggestion in ranking.suggestions
        if suggestion.offer.id == offer_id
        for reason in suggestion.reasons
    }


def test_every_reason_is_a_fact(index):
    need = Need("N1", "贷款到期", "先还后贷中间有个缺口，倒贷成本高", category="JR", county="140921")

    assert reasons(index, need, "S1") == {
        "category": "类别相同：金融信贷",
        "words": "都提到：到期、贷款",
        "service": "“先还后贷中间有个缺口”一般属于“应急转贷”，该资源提供此类服务",
        "capacity": "本期还可承接 12 次",
        "validity": "有效期至 2026年12月31日，还有 244 天",
        "region": "服务全县",
    }


def test_the_unknown_is_said_to_be_unknown(index):
    found = reasons(index, Need("N1", "电焊工", county="140921", region="晋昌镇"), "S2")

    assert found["capacity"] == "本期余量未登记"
    assert found["validity"] == "长期有效"
    assert found["region"] == "服务范围：晋昌镇"
    assert "category" not in found


def test_without_a_day_no_days_are_counted(index):
    assert (
        reasons(index, Need("N1", "转贷", county="140921"), "S1", today=None)["validity"]
        == "有效期至 2026年12月31日"
    )


def test_refused_words_are_no_reason(index):
    found = reasons(index, Need("N1", "不用体检", "想办转贷", county="140921"), "S3", today=None)

    assert "words" not in found
    assert "体检" not in found.get("service", "")
