"""Databases on a PostgreSQL server, made for one test each."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Databases:
    """Makes and drops databases. ``url`` names a user who may."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._templates: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._admin = psycopg.connect(self._url, autocommit=True)
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._templates.values():
            self._drop(name)
        self._admin.close()

    @contextmanager
    def fresh(self, template: Callable[[str], None] | None = None) -> Iterator[str]:
        """URL of a database of its own: empty, or as ``template`` fills one, which is called once in a session."""
        name = self._create(None if template is None else self._template(template))
        try:
            yield self.url(name)
        finally:
            self._drop(name)

    def url(self, name: str) -> str:
        """URL of a database."""
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    def _template(self, fill: Callable[[str], None]) -> str:
        key = f"{fill.__module__}.{fill.__qualname__}"
        if key not in self._templates:
            name = self._create(None)
            fill(self.url(name))
            self._templates[key] = name
        return self._templates[key]

    def _create(self, template: str | None) -> str:
        name = f"test_{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
