"""``cad-runner completion``: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
      bash  eval "$(cad-runner completion bash)"      in ~/.bashrc
      zsh   eval "$(cad-runner completion zsh)"       in ~/.zshrc
      fish  cad-runner completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301  click keeps lines as they are after a backspace
    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root()
    click.echo(kind(root.command, {}, "cad-runner", "_CAD_RUNNER_COMPLETE").source())
