"""The macros and layouts every page is made of: what people read, and what their tools hear."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
from django import forms
from markupsafe import Markup

from shuanglian.core import render

TEMPLATES = Path(render.__file__).parent / "jinja2"


@pytest.fixture
def env():
    return render.environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)


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


# ---- macros ----


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


def test_templates_are_short():
    long = [str(path) for path in TEMPLATES.rglob("*.html") if len(path.read_text().splitlines()) > 150]
    assert long == []
