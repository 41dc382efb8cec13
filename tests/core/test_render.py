"""What templates may use: each global and each filter, by exact output."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import jinja2
import pytest
import time_machine
from django.http import QueryDict
from django.test import override_settings

from shuanglian.core import render

TODAY = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)  # 10 o'clock in Dingxiang


@pytest.fixture
def built(tmp_path, settings):
    """A built bundle of two files."""
    manifest = {"icons.svg": {"file": "icons-1.svg"}, "js/main.js": {"file": "main-2.js"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    settings.ASSETS = tmp_path
    settings.STATIC_URL = "/assets/"
    return tmp_path


@pytest.fixture
def unbuilt(tmp_path, settings):
    settings.ASSETS = tmp_path
    settings.STATIC_URL = "/assets/"


# ---- assets and drawings ----


def test_asset_is_the_hashed_file_of_the_manifest(built):
    assert render.asset("js/main.js") == "/assets/main-2.js"


def test_asset_unknown_to_a_built_bundle_is_an_error(built):
    with pytest.raises(KeyError):
        render.asset("js/missing.js")


def test_asset_before_the_build_is_the_plain_name(unbuilt):
    assert render.asset("js/main.js") == "/assets/js/main.js"


def test_icon_points_into_the_sprite_and_is_hidden_from_readers(built):
    assert render.icon("check") == (
        '<svg class="sl-i" aria-hidden="true" focusable="false"><use href="/assets/icons-1.svg#check"></use></svg>'
    )
    assert 'class="sl-i is-lg"' in render.icon("check", "is-lg")
    assert "icons-1.svg#star" in render.icon("filled/star")


def test_icon_escapes_what_it_is_given(built):
    assert '"><script>' not in render.icon('"><script>')


@pytest.mark.parametrize(
    ("step", "path"),
    [
        (0, "M8 8V4A4 4 0 0 1 11.46 6.00Z"),
        (1, "M8 8V4A4 4 0 0 1 11.46 6.00Z"),
        (3, "M8 8V4A4 4 0 0 1 8.00 12.00Z"),
        (5, "M8 8V4A4 4 0 1 1 4.54 6.00Z"),
    ],
)
def test_stage_icon_fills_by_sixths(step, path):
    assert re.findall(r'<path d="([^"]+)"', render.stage_icon(step)) == [path]


def test_stage_icon_is_a_tick_at_the_last_step():
    assert 'class="tick"' in render.stage_icon(6)
    assert render.stage_icon(7) == render.stage_icon(6)


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [(1, 4, "25.0"), (5, 4, "100.0"), (-1, 4, "0.0"), (1, 0, "0.0"), (Decimal("0.5"), 1, "50.0")],
)
def test_bar_is_a_share_between_nothing_and_all(value, maximum, width):
    assert re.findall(r'class="f" width="([^"]+)"', render.bar(value, maximum)) == [width]


def test_bar_has_a_tone():
    assert 'class="sl-bar is-teal"' in render.bar(1, 2, "teal")


def test_query_changes_removes_and_lists():
    params = QueryDict("q=法兰&page=3&kind=a&kind=b")
    assert (
        render.query(params, page=None, kind=["c", "d"], sort="due")
        == "?q=%E6%B3%95%E5%85%B0&kind=c&kind=d&sort=due"
    )
    assert params.urlencode() == "q=%E6%B3%95%E5%85%B0&page=3&kind=a&kind=b"


# ---- dates, quantities, money ----


@time_machine.travel(TODAY, tick=False)
def test_dates_carry_the_year_only_when_it_is_another():
    assert render.date_text(date(2026, 10, 25)) == "10月25日"
    assert render.date_text(date(2025, 1, 2)) == "2025年1月2日"
    assert render.date_text(None) == ""
    assert render.day_text(date(2026, 1, 2)) == "01-02"
    assert render.day_text(date(2025, 1, 2)) == "2025-01-02"
    assert render.day_text(None) == ""


@time_machine.travel(TODAY, tick=False)
def test_moments_are_told_in_the_time_of_the_county():
    late = datetime(2026, 10, 25, 17, 5, tzinfo=UTC)  # after midnight in Dingxiang
    assert render.datetime_text(late) == "10月26日 01:05"
    assert render.date_text(late) == "10月26日"
    assert render.datetime_text(None) == ""
    assert render.now_local().isoformat() == "2026-10-15T10:00:00+08:00"


@time_machine.travel(TODAY, tick=False)
def test_days_left_counts_calendar_days():
    assert render.days_left(date(2026, 10, 25)) == 10
    assert render.days_left(date(2026, 10, 13)) == -2
    assert render.days_left(datetime(2026, 10, 15, 17, 0, tzinfo=UTC)) == 1
    assert render.days_left(None) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("3.00"), "3"),
        (Decimal("0.50"), "0.5"),
        (Decimal(1000), "1000"),
        (Decimal(0), "0"),
        (7, "7"),
        (None, ""),
    ],
)
def test_quantities_have_no_useless_zeros(value, text):
    assert render.qty(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("5000.00"), "5,000 元"), (Decimal("12.5"), "12.50 元"), (0, "0 元"), (None, "")],
)
def test_money_is_in_yuan(value, text):
    assert render.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("13812348000", "138****8000"),
        ("138 1234 8000", "138****8000"),
        ("6022345", "*******"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers_are_masked(value, text):
    assert render.mask_mobile(value) == text


@override_settings(DEBUG=True)
def test_a_new_build_is_seen_at_once_in_development(built):
    assert render.asset("js/main.js") == "/assets/main-2.js"
    (built / "manifest.json").write_text('{"js/main.js": {"file": "main-3.js"}}')
    assert render.asset("js/main.js") == "/assets/main-3.js"


# ---- the environment ----


def test_undefined_names_are_errors_by_default():
    with pytest.raises(jinja2.UndefinedError):
        render.environment(autoescape=True).from_string("{{ nobody }}").render()


def test_undefined_names_may_be_blank_when_asked():
    loose = render.environment(strict=False, autoescape=True)
    assert loose.from_string("[{{ nobody }}]").render() == "[]"
