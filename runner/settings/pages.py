"""The settings as pages for people: ``.env.example`` and ``docs/config.md``, written from the settings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from pydantic import SecretStr

from runner.settings.groups import Form
from runner.settings.reading import GROUPS, SECRETS, name_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from runner.settings.groups import Group

#: Not to be set, but nearly always set.
_OFTEN = ("password", "secret_key")
_DAY, _HOUR, _MINUTE = 86400, 3600, 60
_CONFIG = f"""\
# Settings

<!-- Written by `make docs` from runner/settings; change it there. -->

A runner reads its settings from the environment, once, when it starts. What is wrong stops it with exit code 78 and one
line for each fault, which names the setting and what to do.

- `NAME_FILE` names a file that holds the value of `NAME`; so do secrets of Docker and Kubernetes that are mounted.
- `{SECRETS}` names a folder with a file for each setting, called like it: a mounted Kubernetes secret as it is.
- An empty value is none: the default holds.
- Durations are seconds, or 10m, 1h, 30d. Sizes are bytes, or 800M, 4G (of 1024).
- A misspelt name is refused rather than ignored.

Secrets are never logged or shown. In an address, write @, / and : of a password as %40, %2F and %3A, or set the
password apart. Both a role of the machine and a pair of keys open an object store.
"""
_ENV = """\
# Settings of cad-runner, with their defaults. Written by `make docs`; docs/config.md tells more.
# What is commented out may be left as it is.
"""


def config() -> str:
    """The page ``docs/config.md``."""
    return "\n".join([_CONFIG, *(_section(group) for group in GROUPS)]).rstrip() + "\n"


def env() -> str:
    """The file ``.env.example``."""
    return "\n".join([_ENV, *(_lines(group) for group in GROUPS)]).rstrip() + "\n"


def _fields(group: type[Group]) -> list[tuple[str, FieldInfo]]:
    """The settings of a group; what few need comes last."""
    return sorted(group.model_fields.items(), key=lambda each: each[0].startswith("tls_"))


def _section(group: type[Group]) -> str:
    rows = [f"## {group.title}", "", "| name | value | default | meaning |", "|---|---|---|---|"]
    for field, info in _fields(group):
        mark = " (secret)" if _is_secret(info) else ""
        rows.append(f"| `{name_of(group, field)}` | {_form(info)}{mark} | {_cell(info)} | {info.description} |")
    return "\n".join([*rows, ""])


def _lines(group: type[Group]) -> str:
    lines = [f"# {group.title}"]
    for field, info in _fields(group):
        value = _shown(info.default, info) if not info.is_required() and info.default is not None else ""
        if info.examples:
            value = str(info.examples[0])
        mark = "" if info.examples or field in _OFTEN else "#"
        lines += [f"# {info.description}", f"{mark}{name_of(group, field)}={value}"]
    return "\n".join([*lines, ""])


def _cell(info: FieldInfo) -> str:
    if info.is_required():
        return "**to be set**"
    return "" if info.default is None else f"`{_shown(info.default, info)}`"


def _shown(value: object, info: FieldInfo) -> str:
    """A value as one would write it."""
    form = _form(info)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if form == "duration" and isinstance(value, int | float):
        for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
            if value % size == 0 and value >= 2 * size:
                return f"{value // size:g}{unit}"
        return f"{value:g}"
    if isinstance(value, tuple):
        return ",".join(str(each) for each in value)
    return str(value)


def _form(info: FieldInfo) -> str:
    """What a value looks like."""
    inner = [each for argument in get_args(info.annotation) for each in getattr(argument, "__metadata__", ())]
    return next(each.name for each in (*info.metadata, *inner) if isinstance(each, Form))


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))
