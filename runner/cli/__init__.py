"""The command ``cad-runner``: the composition root, one module per command.

A command's module is imported when it is called, so that ``--help`` and completion answer at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import ClassVar

import click
from click.shell_completion import CompletionItem

from runner import __version__
from runner.errors import Permanent, RunnerError, WrongSetting

USAGE, DATA, AGAIN, CONFIG, INTERRUPTED = 64, 65, 75, 78, 130  #: exit codes; all but the last as in sysexits.h


class LazyGroup(click.Group):
    """A group that knows its commands by name and a sentence, and imports one when it is called."""

    commands_by_name: ClassVar[dict[str, str]] = {
        "convert": "Convert drawings into 3D models.",
        "publish": "Upload drawings and publish their jobs.",
        "work": "Take messages and do their jobs.",
        "status": "Show queues, circuits, running jobs and the last errors.",
        "jobs": "List jobs, show, cancel or retry them.",
        "dlq": "Look at dead letters, send them back, throw them away.",
        "topology": "Make the exchanges and queues, and compare them.",
        "migrate": "Make the schema of the database, or bring it up to date.",
        "sweep": "Publish lost messages, and delete what is kept no longer.",
        "schema": "Print the JSON Schemas of messages, events and results.",
        "doctor": "Check that everything is there that a conversion needs.",
        "completion": "Print the script that completes commands in a shell.",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of use."""
        del ctx
        return list(self.commands_by_name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in self.commands_by_name:
            return None
        command = importlib.import_module(f"runner.cli.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, or an option, without importing the commands."""
        named = [
            CompletionItem(name, help=help_)
            for name, help_ in self.commands_by_name.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self.commands_by_name.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="cad-runner", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn architectural drawings into 3D models: a DXF in, a GLB out.

    \b
      cad-runner convert plan.dxf

    \b
    Exit codes: 0 done, 64 called wrongly, 65 a drawing can't be used,
    75 trying again may help, 78 a setting is wrong, 130 interrupted.
    """  # noqa: D301  click keeps lines as they are after a backspace


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    _prepare_streams()
    try:
        code = cli.main(arguments, prog_name="cad-runner", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (WrongSetting, RunnerError) as error:
        return _told(error)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def _told(error: WrongSetting | RunnerError) -> int:
    """Say what is wrong, and what to do; the exit code."""
    if isinstance(error, WrongSetting):
        for fault in error.faults:
            click.echo(f"Error: {fault}", err=True)
        return CONFIG
    click.echo(f"Error: {error.message} {error.advice}", err=True)
    return DATA if isinstance(error, Permanent) else AGAIN


def _prepare_streams() -> None:
    """Let nothing that is written fail: a drawing may hold more letters than a terminal knows."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the command
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  as long as the process lives
        else:
            stream.reconfigure(errors="replace")
