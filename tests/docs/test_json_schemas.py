"""Every `--json` has a published schema, and what the commands really answer fits it, without a field too many."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from xenferry.cli import watch
from xenferry.cli.frame.entry import carry_out, root
from xenferry.cli.frame.folder import Folder
from xenferry.cli.lab.boot import act_in
from xenferry.plan import file
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "schemas"
ALONE = {
    *(
        "check",
        "cure",
        "explain",
        "matrix",
        "nics-migration",
        "nics-show",
        "plan-show",
        "pool-list",
        "pool-rehearse-join",
        "rehearse",
    ),
    *("accounts-list", "runs-list", "runs-show", "storage-check", "storage-probe", "watch"),
}
"""Commands with an answer of their own; the `--json` of all others is a plan."""


def leaves(folder: Folder, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name in folder.list_commands(click.Context(folder)):
        command = folder.get_command(click.Context(folder), name)
        if isinstance(command, Folder):
            yield from leaves(command, (*path, name))
        elif command is not None:
            yield "-".join((*path, name)), command


def test_every_command_with_json_has_a_schema_or_answers_a_plan() -> None:
    speaking = {
        name: command
        for name, command in leaves(root)
        if any("--json" in param.opts for param in command.params) and name != "metrics"
    }
    assert speaking.keys() >= ALONE
    published = {path.stem for path in FOLDER.glob("*.json")}
    assert published == ALONE | {"plan", "webhook"}
    for name in speaking.keys() - ALONE:
        plans = any({"--plan-only", "--save"} & set(param.opts) for param in speaking[name].params)
        assert plans, f"{name} has an answer of its own and no schema (tools/make_schemas.py)"


def test_the_published_schemas_are_those_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_schemas

    made = {name: make_schemas.text_of(schema) for name, schema in make_schemas.schemas().items()}
    assert made.keys() == {path.name for path in FOLDER.iterdir()}
    old = [name for name, text in made.items() if (FOLDER / name).read_text("utf-8") != text]
    assert not old, f"run `make docs`: {old}"


def test_what_stands_below_a_field_is_published_with_it() -> None:
    item = json.loads((FOLDER / "check.json").read_text("utf-8"))["$defs"]["Item"]["properties"]
    assert item["remedy"]["description"] == "The command that cures it, where software can."


def strict(schema: Any) -> Any:
    """The schema, which then also refuses fields that it does not know."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        closed["additionalProperties"] = False
    return closed


def fits(name: str, answer: Any) -> None:
    schema = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer, strict(schema), cls=jsonschema.Draft202012Validator)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    config = tmp_path / "config.toml"
    config.write_text(
        '[pools.home]\naddress = "192.0.2.11"\nfingerprints = ["ab"]\npassword = { env = "X" }\n'
        '[pools.home.dom0."192.0.2.12"]\naddress = "192.0.2.112"\n'
    )
    config.chmod(0o600)
    monkeypatch.setenv("XENFERRY_CONFIG", str(config))


def answer_of(line: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert carry_out([*line.split(), "--json"]) in (0, 1)
    return json.loads(capsys.readouterr().out)


NAS = "nfs nfs-nas.localdomain:/mnt/store/xcpng-vm-disks"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("check", "check --lab first-pool"),
        ("check", "check --lab first-pool --to-lab calm-pair"),
        ("cure", "cure --plan-only --lab first-pool"),
        ("explain", "explain SR_BACKEND_FAILURE_73 --lab first-pool"),
        ("matrix", "matrix --lab first-pool --to-lab calm-pair"),
        ("nics-migration", "nics migration --lab first-pool"),
        ("nics-show", "nics show --lab first-pool"),
        ("plan", "migrate ledger --lab three-hosts --to-lab calm-pair --plan-only"),
        ("plan", "nics plan --shut-down --lab first-pool"),
        ("plan", "rolling --reboot --home --immobile shutdown --lab three-hosts --plan-only"),
        ("pool-list", "pool list"),
        ("pool-rehearse-join", "pool rehearse-join --lab first-pool --to-lab calm-pair"),
        ("rehearse", "rehearse evacuate north --lab calm-pair --fault VM.pool_migrate,drop=after"),
        ("storage-check", "storage check --lab calm-pair"),
        ("storage-probe", f"storage probe {NAS} --lab first-pool"),
    ],
)
def test_the_answer_fits_its_schema(name: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = line.replace(",", "\0").split(" ")
    assert carry_out([word.replace("\0", " ") for word in [*words, "--json"]]) in (0, 1)
    fits(name, json.loads(capsys.readouterr().out))


def test_a_plan_in_a_file_its_timeline_and_its_run_fit_theirs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "plan.json"
    assert carry_out(["evacuate", "north", "--lab", "calm-pair", "--plan-only", "--save", str(kept)]) == 0
    capsys.readouterr()
    fits("plan", json.loads(kept.read_text("utf-8")))
    fits("plan-show", answer_of(f"plan show {kept}", capsys))
    (tmp_path / "xdg_state_home" / "xenferry").mkdir(parents=True, exist_ok=True)
    journal = Journal(f"sqlite:///{tmp_path}/xdg_state_home/xenferry/journal.db", clock=lambda: 1.0)
    run = journal.create(file.load(kept), "somebody")
    journal.close()
    fits("runs-list", answer_of("runs list", capsys))
    fits("runs-show", answer_of(f"runs show {getattr(run, 'id', run)}", capsys))


def test_every_line_of_watch_fits_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    async def work(connection: Connection) -> None:
        with watch._output(as_json=True) as show, suppress(TimeoutError):
            async with asyncio.timeout(30):
                await watch.follow(connection, show)

    act_in("first-pool", work)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"pool", "host", "finding", "readiness"} <= {line["kind"] for line in lines}
    for line in lines:
        fits("watch", line)


def test_the_documented_body_of_a_webhook_fits_its_schema() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    (body,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    fits("webhook", json.loads(body))


def test_a_field_that_is_not_in_the_schema_would_be_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answer_of("matrix --lab calm-pair", capsys)
    answer["guests"][0]["colour"] = "green"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        fits("matrix", answer)
