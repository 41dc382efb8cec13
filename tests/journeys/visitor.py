"""Somebody at the platform, who signs in with one click and whose presses are counted."""

import os
import re
from pathlib import Path

from playwright.sync_api import expect


class Visitor:
    """Somebody at the platform: signs in with one click and counts every press of hers from her home page on."""

    def __init__(self, browser, name):
        self.page = browser.new_page()
        self.name = name
        self.clicks = 0

    def come_in(self):
        self.page.goto("/accounts/login/")
        self.page.get_by_role("button", name=re.compile(self.name)).click()
        expect(self.page).to_have_url(re.compile(r"^http://[^/]+/$"))
        self.clicks = 0

    def leave(self):
        self.page.context.clear_cookies()
        self.page.close()

    def press(self, name, role="button", within=None, exact=False):
        self.clicks += 1
        self.find(name, role, within, exact).click()

    def find(self, name, role="button", within=None, exact=False):
        """The button (or link that looks like one) a person would press."""
        place = within or self.page
        found = place.get_by_role(role, name=name, exact=exact)
        if role == "button":
            found = found.or_(place.get_by_role("link", name=name, exact=exact))
        return found.filter(visible=True).first

    def shows(self, name):
        """Keep a picture of the page when a folder for pictures is named (for the manual, and to look at)."""
        if folder := os.environ.get("SHUANGLIAN_SHOTS"):
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    def sees(self, text):
        expect(self.page.locator("body")).to_contain_text(text)
