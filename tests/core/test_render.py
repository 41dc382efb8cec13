"""What templates may use: each global, each filter, each macro and each layout, by exact output."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.test import override_settings
from markupsafe import Markup

from shuanglian.core import render

TEMPLATES = Path(render.__file__).parent / "jinja2"
TODAY = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)  # 10 o'clock in Dingxiang


@pytest.fixture
def env():
    return render.environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)


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


def from_macros(env, source, **context):
    """The text of a template that may use every macro, with runs of blanks folded."""
    names = "tag, stage, due, kv, note, empty, pager, need_row, steps, mini, timeline, amount, field, error_summary, confirm"
    text = env.from_string('{% from "macros.html" import ' + names + " %}" + source).render(**context)
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text)).strip()


def words(markup):
    """What a person reads: the text without markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


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
        (Decimal("1000"), "1000"),
        (Decimal("0"), "0"),
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


# ---- macros ----


def test_undefined_names_are_errors_by_default(env):
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ nobody }}").render()


def test_undefined_names_may_be_blank_when_asked():
    loose = render.environment(strict=False, autoescape=True)
    assert loose.from_string("[{{ nobody }}]").render() == "[]"


@pytest.mark.parametrize(
    ("left", "text"),
    [("12", "还剩 12 天"), ("7", "还剩 7 天"), ("0", "今天到期"), ("-2", "已超期 2 天"), ("none", "")],
)
def test_due_says_the_days(env, unbuilt, left, text):
    assert words(from_macros(env, "{{ due(" + left + ") }}")) == text


def test_late_is_told_by_colour_sign_and_words(env, unbuilt):
    late = from_macros(env, "{{ due(-2) }}")
    assert 'class="sl-due is-bad"' in late
    assert "#alert-circle" in late


def test_facts_without_a_value_are_left_out(env, unbuilt):
    markup = from_macros(env, "{{ kv([('名称', '砺石法兰'), ('电话', ''), ('人数', 0), ('备注', none)]) }}")
    assert words(markup) == "名称 砺石法兰 人数 0"


def test_macros_escape_what_people_typed(env, unbuilt):
    assert "<script>" not in from_macros(env, "{{ tag(x) }}{{ note(x) }}{{ kv([(x, x)]) }}", x="<script>")


@pytest.mark.parametrize(
    ("page", "last", "text"),
    [
        (1, 1, ""),
        (1, 2, "第 1 页，共 2 页 1 2"),
        (1, 18, "第 1 页，共 18 页 1 2 … 18"),
        (4, 18, "第 4 页，共 18 页 1 … 3 4 5 … 18"),
        (18, 18, "第 18 页，共 18 页 1 … 17 18"),
    ],
)
def test_pager_shows_the_ends_and_the_neighbours(env, unbuilt, page, last, text):
    assert words(from_macros(env, "{{ pager(page, last, '?q=1&page=') }}", page=page, last=last)) == text


def test_pager_links_keep_the_query(env, unbuilt):
    markup = from_macros(env, "{{ pager(2, 3, '?q=1&page=') }}")
    assert re.findall(r'href="([?][^"]*)"', markup) == [f"?q=1&amp;page={n}" for n in (1, 1, 2, 3, 3)]


def test_steps_say_which_is_done_and_which_is_now(env, unbuilt):
    markup = from_macros(env, "{{ steps(['提出', '公布', '认领'], 2) }}")
    assert words(markup) == "提出 ，已完成 公布 ，进行到这一步 认领 ，还没开始"
    assert markup.count('aria-current="step"') == 1


def test_amount_prints_the_figures_beside_the_bar(env, unbuilt):
    markup = from_macros(env, "{{ amount('已答应', a, b, '场') }}", a=Decimal("0.5"), b=Decimal("2.00"))
    assert words(markup) == "已答应 0.5 / 2 场"
    assert 'width="25.0"' in markup


def test_confirm_posts_with_the_token_and_two_verbs(env, unbuilt):
    markup = from_macros(
        env,
        "{% call confirm('stop', '停用这家企业？', '30 天内可以恢复。', '/stop/', csrf, '停用', '不停用') %}理由{% endcall %}",
        csrf=Markup('<input type="hidden" name="token">'),
    )
    assert words(markup) == "停用这家企业？ 30 天内可以恢复。 理由 不停用 停用"
    assert '<form method="post" action="/stop/"><input type="hidden" name="token">' in markup


NEED = {
    "href": "/needs/1/",
    "title": "招 5 名数控车工",
    "number": "XQ20260001",
    "summary": "夜班也行",
    "organization": "砺石法兰",
    "place": "蒋村乡",
    "category": "人才招聘",
    "category_icon": "users-plus",
    "stage_text": "待认领",
    "stage_step": 2,
    "stage_tone": "info",
    "days_left": 10,
    "posted": "10-13 公布",
    "rec": "",
}


def test_need_row_tells_who_what_and_how_far(env, unbuilt):
    markup = from_macros(env, "{% call need_row(need) %}<b>认领</b>{% endcall %}", need=NEED)
    assert words(markup) == (
        "人才招聘 砺石法兰 蒋村乡 XQ20260001 招 5 名数控车工 夜班也行 待认领 还剩 10 天 10-13 公布 认领"
    )


# ---- forms ----


class PostForm(forms.Form):
    title = forms.CharField(label="需求", widget=forms.Textarea, max_length=300, help_text="写一句话就行")
    category = forms.ChoiceField(label="类别", choices=[("tech", "技术检测"), ("hire", "人才招聘")])
    due = forms.DateField(label="希望哪天前办好", required=False)
    speed = forms.ChoiceField(label="急不急", choices=[("a", "急"), ("b", "不急")], widget=forms.RadioSelect)
    private = forms.BooleanField(label="不公开", required=False)


def field_of(env, name, data=None, **arguments):
    form = PostForm(data)
    return from_macros(env, "{{ field(f, **arguments) }}", f=form[name], arguments=arguments)


def test_text_has_label_hint_and_the_letters_left(env, unbuilt):
    markup = field_of(env, "title", {"title": "招工"})
    assert '<label class="form-label" for="id_title">需求' in markup
    assert 'class="form-control"' in markup
    assert 'aria-describedby="id_title_helptext id_title_left"' in markup
    assert 'data-counter="#id_title_left"' in markup
    assert 'id="id_title_left">还能写 298 字<' in markup
    assert 'id="id_title_helptext">写一句话就行<' in markup


def test_error_stands_at_the_field_and_keeps_what_was_typed(env, unbuilt):
    markup = field_of(env, "due", {"due": "后天"})
    assert 'value="后天"' in markup
    assert 'class="form-control is-invalid"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_due_error"' in markup
    assert 'class="sl-err" id="id_due_error"' in markup


def test_date_is_the_browsers_picker_with_an_iso_value(env, unbuilt):
    form = PostForm(initial={"due": date(2026, 10, 25)})
    markup = from_macros(env, "{{ field(f) }}", f=form["due"])
    assert 'type="date"' in markup
    assert 'value="2026-10-25"' in markup
    assert "（可不填）" in markup


def test_select_is_a_select(env, unbuilt):
    markup = field_of(env, "category", guessed=True)
    assert 'class="form-select"' in markup
    assert "系统填的" in markup


def test_radio_buttons_are_a_group_with_a_legend(env, unbuilt):
    markup = field_of(env, "speed", {"speed": "b"})
    assert '<legend class="form-label fs-6">急不急' in markup
    assert re.findall(r'value="(\w)" id="(\w+)"( checked)?', markup) == [
        ("a", "id_speed_0", ""),
        ("b", "id_speed_1", " checked"),
    ]


def test_checkbox_stands_before_its_words(env, unbuilt):
    markup = field_of(env, "private", {"private": "on"})
    assert re.search(r'class="form-check-input" [^>]*checked[^>]*><label class="form-check-label"', markup)
    assert "可不填" not in markup


def test_hidden_field_has_no_label(env, unbuilt):
    class Hidden(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput, initial="7")

    markup = from_macros(env, "{{ field(f) }}", f=Hidden()["key"])
    assert markup == '<input type="hidden" name="key" value="7" id="id_key">'


def test_summary_links_every_error_to_its_field(env, unbuilt):
    form = PostForm({"category": "tech", "speed": "a"})
    form.is_valid()
    markup = from_macros(env, "{{ error_summary(form) }}", form=form)
    assert words(markup) == "有 1 处要改 需求：这个字段是必填项。"
    assert 'href="#id_title"' in markup
    assert "data-focus" in markup


def test_summary_of_a_good_form_is_nothing(env, unbuilt):
    assert from_macros(env, "{{ error_summary(form) }}", form=PostForm()) == ""


# ---- layouts ----

SHELL = {
    "menu": [
        {
            "title": "",
            "items": [
                {"key": "home", "href": "/", "icon": "home", "text": "首页", "count": "", "hot": False}
            ],
        },
        {
            "title": "台账",
            "items": [
                {"key": "late", "href": "/late/", "icon": "bell", "text": "超期", "count": 2, "hot": True}
            ],
        },
    ],
    "user_name": "李志远",
    "role_name": "联盟单位经办人",
    "roles": [],
    "unread": 0,
    "demo": True,
    "office": "定襄县委社会工作部",
    "urls": {"home": "/", "search": "/search/", "logout": "/logout/"},
}


class Said(str):
    level_tag = "success"


def page(env, layout, **context):
    source = (
        '{% extends "layouts/'
        + layout
        + '.html" %}{% set active = "late" %}{% block content %}<h1>这一页</h1>{% endblock %}'
    )
    return env.from_string(source).render(**context)


@pytest.mark.parametrize("layout", ["app", "owner", "public", "login"])
def test_layouts_keep_the_content_security_policy(env, unbuilt, layout):
    markup = page(env, layout, shell=SHELL, csrf_input="", messages=[])
    assert re.findall(r'<script(?![^>]*src="/)|<style|\sstyle=|\son\w+=|data:|https?://', markup) == []
    assert markup.count("<h1>") == 1
    ids = re.findall(r'\sid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("layout", ["app", "owner", "public", "login"])
def test_invented_names_are_marked_in_a_demonstration_only(env, unbuilt, layout):
    line = "演示数据：除报道中出现的名称外，企业、人名、编号均为虚构"
    assert line in page(env, layout, shell=SHELL, csrf_input="", messages=[])
    assert line not in page(env, layout, shell={**SHELL, "demo": False}, csrf_input="", messages=[])


def test_public_layout_works_with_nothing_at_all(env, unbuilt):
    assert "<h1>这一页</h1>" in page(env, "public")


def test_menu_marks_the_current_place_and_counts(env, unbuilt):
    markup = page(env, "app", shell=SHELL, csrf_input="", messages=[])
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', markup) == [
        "/late/",
        "/late/",
    ]  # menu and drawer
    assert 'class="n is-hot">2<' in markup


def test_role_switch_appears_with_several_roles(env, unbuilt):
    roles = [
        {"value": "1", "text": "经办人", "current": True},
        {"value": "2", "text": "指导员", "current": False},
    ]
    urls = {**SHELL["urls"], "switch_role": "/role/"}
    markup = page(env, "app", shell={**SHELL, "roles": roles, "urls": urls}, csrf_input="", messages=[])
    assert re.findall(r'name="role" value="(\d)"( aria-current=true)?', markup) == [
        ("1", " aria-current=true"),
        ("2", ""),
    ]
    assert 'name="role"' not in page(env, "app", shell={**SHELL, "urls": urls}, csrf_input="", messages=[])


def test_success_is_a_toast_and_the_rest_stays_on_the_page(env, unbuilt):
    bad = Said("没有保存")
    bad.level_tag = "error"
    markup = page(env, "app", shell=SHELL, csrf_input="", messages=[Said("已认领"), bad])
    assert '<div class="sl-toast" data-saved>已认领</div>' in markup
    assert re.search(r'class="sl-note is-bad mb-3" role="alert">.*?没有保存', markup, re.DOTALL)


@override_settings(DEBUG=True)
def test_a_new_build_is_seen_at_once_in_development(built):
    assert render.asset("js/main.js") == "/assets/main-2.js"
    (built / "manifest.json").write_text('{"js/main.js": {"file": "main-3.js"}}')
    assert render.asset("js/main.js") == "/assets/main-3.js"


def test_templates_are_short():
    long = [str(path) for path in TEMPLATES.rglob("*.html") if len(path.read_text().splitlines()) > 150]
    assert long == []
