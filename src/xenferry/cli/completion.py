"""Completion of commands, options and configured pools in bash, zsh and fish."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script that makes SHELL complete xenferry's commands.

    \b
    xenferry completion bash > ~/.local/share/bash-completion/completions/xenferry
    xenferry completion zsh > ~/.zfunc/_xenferry
    xenferry completion fish > ~/.config/fish/completions/xenferry.fish

    For zsh, ~/.zshrc has `fpath+=~/.zfunc` before `compinit`.

    Or for this shell only: eval "$(xenferry completion bash)". Completed are commands, options, configured pools,
    scenarios, findings, error codes, files, runs, and the guests, hosts, SRs and networks of the last look at a pool.
    """
    from click.shell_completion import get_completion_class

    from xenferry.cli.frame.entry import root

    spoken = get_completion_class(shell)
    assert spoken is not None
    click.echo(spoken(root, {}, "xenferry", "_XENFERRY_COMPLETE").source())
    return 0
