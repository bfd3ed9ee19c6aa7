"""The group of commands: a table, so that `--help` imports none of them."""

from __future__ import annotations

from importlib import import_module

import click

from mlops_ext import __version__
from mlops_ext.cli.boundary import guarded

COMMANDS = {
    "develop": "Run the pipeline as one tracked run, and compare it.",
    "integrate": "Test a revision: pipeline, data, code. Build its package.",
    "deliver": "Deploy a tested package on a target.",
    "trigger": "Run the deployed pipeline for a cause, and register the model.",
    "release": "Judge a model version, and let it serve if it earns it.",
    "monitor": "Compare live data and labels with the reference.",
    "rollback": "Let the version serve again that served before.",
    "comment": "Say on a pull request what a stage answered.",
    "approve": "Say yes to a package for a target.",
    "why": "Show why this model serves: the chain down to the data.",
    "status": "Show what is deployed, what serves, and what is unfinished.",
    "report": "Write one page that answers whether all is well.",
    "serve": "Serve a model in the foreground.",
    "stop": "Stop the service of a model on a target.",
    "init": "Look at a repository, and write settings for it.",
    "doctor": "Look for what is missing here, and for faults in the repository.",
    "guard": "Keep data of DVC and secrets out of what is committed.",
    "settings": "Show every setting, its value and its source.",
    "plugins": "Show the plugins, and which are asked.",
}


class LazyGroup(click.Group):
    """Imports the file of a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the stages first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command in the file of its name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"mlops_ext.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table as it stands, without importing the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="mlops-ext")
def group() -> None:
    """Continuous delivery of models from the Git repository you have.

    Exit codes: 0 yes, 1 a check or gate said no, 2 usage or settings, 3 could not tell, 130 interrupted.
    """


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    return guarded(group, arguments)
