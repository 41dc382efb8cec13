"""All registers of the house; together they are addresses, a menu, panels and the battery of tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, path

from shuanglian.core.access import can
from shuanglian.core.register import index
from shuanglian.core.register.declare import Panel, Register
from shuanglian.core.register.pages import (
    bulk_page,
    columns_page,
    detail_page,
    edit_page,
    export_page,
    exported_file_page,
    exported_page,
    exports_page,
    import_page,
    list_page,
    map_page,
    move_page,
    new_page,
    preview_page,
    print_page,
    template_page,
    view_page,
    wrong_rows_page,
)

PAGES: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("", list_page, "list"),
    ("columns/", columns_page, "columns"),
    ("view/", view_page, "view"),
    ("bulk/", bulk_page, "bulk"),
    ("export/", export_page, "export"),
    ("exports/", exports_page, "exports"),
    ("exports/<int:export>/", exported_page, "exported"),
    ("exports/<int:export>/file/", exported_file_page, "exported-file"),
    ("print/", print_page, "print"),
    ("template/", template_page, "template"),
    ("import/", import_page, "import"),
    ("import/<int:batch>/", preview_page, "preview"),
    ("import/<int:batch>/columns/", map_page, "map"),
    ("import/<int:batch>/wrong/", wrong_rows_page, "wrong"),
    ("new/", new_page, "new"),
    ("<int:pk>/", detail_page, "detail"),
    ("<int:pk>/edit/", edit_page, "edit"),
    ("<int:pk>/do/<slug:move>/", move_page, "move"),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the side menu."""

    key: str
    href: str
    icon: str
    text: str
    count: str = ""
    hot: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries under one heading."""

    title: str
    items: tuple[MenuItem, ...]


@dataclass(slots=True)
class Site:
    """The registers and panels that the apps declared, in the order they were added."""

    registers: list[Register] = field(default_factory=list)

    def add(self, register: Register) -> Register:
        """Enter a register.

        Raises:
            KeyError: its slug is taken.
        """
        index.enter(register)
        self.registers.append(register)
        return register

    def panel(
        self, model: type[Model], title: str, view_name: str, allowed: Callable[[Any, Any], bool]
    ) -> None:
        """Show a part of an upper app on the detail page of a lower model."""
        index.panels.append(Panel(model, title, view_name, allowed))

    def hint(self, field: str, view_name: str) -> None:
        """Let an upper app speak beneath a field of a lower app's form while it is filled in."""
        index.hints[field] = view_name

    def reader(self, field: str, read: index.Reader) -> None:
        """Let an upper app read what a text says of a field: of a user, a text and a guess; None when it cannot now."""
        index.readers[field] = read

    def urls(self) -> list[URLPattern]:
        """The addresses of every register, named ``slug.page``."""
        return [
            path(f"{register.slug}/{route}", view, {"register": register}, name=f"{register.slug}.{name}")
            for register in self.registers
            for route, view, name in PAGES
        ]

    def menu(self, user: Any) -> list[MenuGroup]:
        """The registers this user may open, under their headings, in the declared order."""
        shown = [r for r in self.registers if r.menu and can(user, r.permission("view"))]
        first_of: dict[str, int] = {}
        for register in sorted(shown, key=_order):
            first_of.setdefault(_group(register), len(first_of))
        shown.sort(key=lambda r: (first_of[_group(r)], _order(r)))
        return [MenuGroup(title, tuple(map(_item, group))) for title, group in groupby(shown, _group)]


def _group(register: Register) -> str:
    return register.menu.group if register.menu else ""


def _order(register: Register) -> int:
    return register.menu.order if register.menu else 0


def _item(register: Register) -> MenuItem:
    entry = register.menu
    if entry is None:
        raise ValueError(register.slug)
    return MenuItem(register.slug, register.url("list"), entry.icon, entry.text or register.title)


site = Site()
