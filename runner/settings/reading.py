"""The environment as settings: a value stands in NAME, in the file that NAME_FILE names, or in a folder of secrets."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from pydantic import ValidationError

from runner.errors import WrongSetting
from runner.settings.groups import PREFIX, Broker, Database, Group, Logs, Name, Retention, Store, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

G = TypeVar("G", bound=Group)
GROUPS: tuple[type[Group], ...] = (Broker, Database, Store, Work, Retention, Logs)
#: A folder with a file for each setting, named like it: how Kubernetes mounts a secret.
SECRETS = f"{PREFIX}SECRETS"
#: What Kubernetes puts into the environment for a Service whose name starts like our settings.
_SERVICE = re.compile(r"_SERVICE_(HOST|PORT)|_PORT(_|$)")
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings."""

    broker: Broker
    database: Database
    store: Store
    work: Work
    retention: Retention
    logs: Logs

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """All settings. Raises ``WrongSetting`` with a line for each fault."""
        reading = _Reading(environ)
        groups = [reading.group(group) for group in GROUPS]
        reading.finish()
        return cls(*groups)  # type: ignore[arg-type]  # none is missing where there is no fault


def read(group: type[G], environ: Mapping[str, str] = os.environ) -> G:
    """The settings of one group. Raises ``WrongSetting`` with a line for each fault."""
    reading = _Reading(environ)
    settings = reading.group(group)
    reading.finish()
    assert settings is not None
    return settings


def name_of(group: type[Group], field: str) -> str:
    """The name of a setting in the environment."""
    metadata = group.model_fields[field].metadata
    own = next((each.name for each in metadata if isinstance(each, Name)), None)
    return own or f"{PREFIX}{group.prefix}{field.upper()}"


def names(groups: tuple[type[Group], ...] = GROUPS) -> Iterator[str]:
    """The names of all settings."""
    for group in groups:
        for field in group.model_fields:
            yield name_of(group, field)


class _Reading:
    """Reads groups, and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._folder = Path(environ[SECRETS]) if environ.get(SECRETS) else None
        self._faults = list(_misspelt(environ))
        if self._folder is not None and not self._folder.is_dir():
            self._faults.append(
                f"{SECRETS} names {str(self._folder)!r}, which is no folder; mount it, or unset {SECRETS}."
            )

    def group(self, group: type[G]) -> G | None:
        """The settings of a group; None where something is wrong with them."""
        before = len(self._faults)
        texts = {field: self._text(name_of(group, field)) for field in group.model_fields}
        given = {field: text for field, text in texts.items() if text is not None}
        if len(self._faults) > before:
            return None
        try:
            return group.model_validate(given)
        except ValidationError as error:
            self._faults += _told(group, error)
            return None

    def finish(self) -> None:
        """Raise ``WrongSetting`` if anything is wrong."""
        if self._faults:
            raise WrongSetting(*self._faults)

    def _text(self, name: str) -> str | None:
        """What is set; nothing where it is empty, since templates leave such behind."""
        text, path = self._environ.get(name, ""), self._environ.get(f"{name}_FILE", "")
        if text and path:
            self._faults.append(f"{name} and {name}_FILE are both set; unset one of them.")
            return None
        if not text and path:
            text = self._content(f"{name}_FILE", Path(path))
        elif not text and self._folder is not None and (self._folder / name).is_file():
            text = self._content(SECRETS, self._folder / name)
        return text or None

    def _content(self, name: str, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = (getattr(error, "strerror", None) or "not text").lower()
            self._faults.append(
                f"{name} names {str(path)!r}, which can't be read ({reason}); mount it, or unset {name}."
            )
            return ""


def _told(group: type[Group], error: ValidationError) -> Iterator[str]:
    """What is wrong, a line for each setting, and never its value where that is a secret."""
    for fault in error.errors(include_url=False, include_input=False):
        reason = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            yield reason
            continue
        field = str(fault["loc"][0])
        name, info = name_of(group, field), group.model_fields[field]
        if fault["type"] == "missing":
            yield f"{name} is not set. {info.description}{_example(info)}"
        elif fault["type"] == "value_error":
            yield f"{name}{':' if reason[:3] != 'is ' else ''} {reason}"
        else:
            yield f"{name}: {reason[0].lower()}{reason[1:]}. {info.description}"


def _example(info: FieldInfo) -> str:
    return f" For example {info.examples[0]}" if info.examples else ""


def _misspelt(environ: Mapping[str, str]) -> Iterator[str]:
    """Names that look like ours and are not: set, and without any effect."""
    known = {name for each in (*names(), SECRETS) for name in (each, f"{each}_FILE")}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not _SERVICE.search(name):
            close = difflib.get_close_matches(name, sorted(known), 1, _ALIKE)
            if close:
                yield f"{name} is no setting; {close[0]} is."
