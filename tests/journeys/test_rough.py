"""Rough hands: nonsense, two presses, the way back, and a connection that is lost in the middle."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

SENTENCE = "想请人看看电炉为什么老跳闸"


def write(visitor, sentence=SENTENCE):
    visitor.page.get_by_role("textbox", name=re.compile("企业有什么难处")).fill(sentence)
    visitor.press("下一步")
    visitor.page.get_by_label("类别").select_option(label="安全环保")


def test_nonsense_is_answered_at_the_field_and_nothing_is_lost(visit):
    clerk = visit("周建国")
    write(clerk)
    clerk.page.get_by_label("联系电话").fill("一二三")
    clerk.page.get_by_label(re.compile("^数量")).fill("-4")

    clerk.press("提交需求")

    clerk.sees("电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345")
    expect(clerk.page.get_by_label("联系电话")).to_have_value("一二三")
    expect(clerk.page.get_by_label(re.compile("^数量"))).to_have_value("-4")
    expect(clerk.page.get_by_label("需求", exact=True)).to_have_value(SENTENCE)
    clerk.shows("30-nonsense")


def test_two_presses_make_one_need(visit):
    clerk = visit("周建国")
    write(clerk)

    clerk.find("提交需求").dblclick()

    clerk.sees("待审核")
    clerk.page.goto("/mine/")
    expect(clerk.page.get_by_role("link", name=re.compile(SENTENCE))).to_have_count(1)


def test_going_back_and_pressing_again_makes_no_second_need(visit):
    clerk = visit("周建国")
    write(clerk)
    clerk.press("提交需求")
    clerk.sees("待审核")

    clerk.page.go_back()
    clerk.find("提交需求").click()

    clerk.sees("刚才已经提交过同样的需求")
    clerk.shows("32-twin")
    clerk.page.goto("/mine/")
    expect(clerk.page.get_by_role("link", name=re.compile(SENTENCE))).to_have_count(1)


def test_the_first_sentence_is_not_lost_with_the_connection(visit, browser):
    clerk = visit("周建国")
    clerk.page.goto("/needs/new/")
    clerk.page.locator("#text").fill(SENTENCE)
    browser.set_offline(True)

    clerk.press("下一步")

    clerk.sees("您填的内容还在，请再点一次")
    expect(clerk.page.locator("#text")).to_have_value(SENTENCE)
    browser.set_offline(False)
    clerk.press("下一步")
    clerk.sees("核对一下，就可以提交")


def test_a_lost_connection_keeps_what_was_typed(visit, browser):
    clerk = visit("周建国")
    write(clerk)
    browser.set_offline(True)

    clerk.press("提交需求")

    clerk.sees("没有保存成功：网络断了。您填的内容还在，请再点一次")
    expect(clerk.page.get_by_label("需求", exact=True)).to_have_value(SENTENCE)
    clerk.shows("31-offline")
    browser.set_offline(False)
    clerk.press("提交需求")
    clerk.sees("待审核")
