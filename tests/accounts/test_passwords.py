import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from shuanglian.accounts.models import User
from shuanglian.accounts.passwords import LongEnoughValidator, ThreeClassesValidator


@pytest.mark.parametrize(
    "password", ["Dingxiang2026", "dingxiang-2026", "DINGXIANG-ab", "Ding1xiang!", "定襄Flange2026"]
)
def test_three_classes_are_enough(password):
    assert ThreeClassesValidator().validate(password) is None


@pytest.mark.parametrize(
    ("password", "kinds"), [("dingxiang2026", 2), ("dingxiangxian", 1), ("20262026", 1), ("", 0)]
)
def test_fewer_are_refused_with_their_number(password, kinds):
    with pytest.raises(ValidationError) as refusal:
        ThreeClassesValidator().validate(password)
    assert refusal.value.messages == [f"大写字母、小写字母、数字、符号里至少要有三种，现在只有 {kinds} 种"]


def test_ten_characters_are_enough_and_nine_are_not():
    assert LongEnoughValidator().validate("0123456789") is None
    with pytest.raises(ValidationError) as refusal:
        LongEnoughValidator().validate("012345678")
    assert refusal.value.messages == ["密码至少 10 位，现在是 9 位"]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Password123!x", None),
        ("P@ssw0rd123", None),
        ("Zhangsan-01", "密码跟 账号 太相似了。"),
        ("13800138000-Ab", "密码跟 手机号 太相似了。"),
    ],
)
def test_all_rules_together(password, sentence):
    user = User(username="zhangsan-01", mobile="13800138000")
    if sentence is None:
        assert validate_password(password, user) is None
    else:
        with pytest.raises(ValidationError) as refusal:
            validate_password(password, user)
        assert refusal.value.messages == [sentence]
