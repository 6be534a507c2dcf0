"""Settings: one table, documented as it is, and nothing passed over in silence."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausier import options
from clausier.options import SettingRefused
from tests.architecture.sources import ROOT, modules
from tests.engine.served import environment


def test_the_documented_table_is_the_programs() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert options.table("en").strip() in page, "run: clausier settings --markdown"


def test_every_setting_that_the_program_names_is_in_the_table() -> None:
    named = {
        node.value
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(options.PREFIX)
        and node.value.replace("_", "").isalnum()
        and node.value.isupper()
        and not node.value.endswith("_")
    }
    assert named <= set(options.OPTIONS)


def test_every_default_is_understood() -> None:
    options.check({option.name: option.default for option in options.OPTIONS.values() if option.default})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CLAUSIER_HOST", "CLAUSIER_HOSTS"),
        ("CLAUSIER_BACKUP_KEEP_DAY", "CLAUSIER_BACKUP_KEEP_DAYS"),
        ("CLAUSIER_METRIC_TOKEN", "CLAUSIER_METRICS_TOKEN"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(name: str, meant: str) -> None:
    with pytest.raises(SettingRefused, match=f"{name} is no setting.*Did you mean {meant}"):
        options.check({name: "1"})


def test_a_name_that_is_near_to_nothing_gets_no_hint() -> None:
    with pytest.raises(SettingRefused) as refused:
        options.check({"CLAUSIER_XX": "1"})
    assert "Did you mean" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CLAUSIER_HTTPS", "oui"),
        ("CLAUSIER_BACKUP_AT", "25:00"),
        ("CLAUSIER_BACKUP_KEEP_DAYS", "-1"),
        ("CLAUSIER_HEARTBEAT", "0"),
        ("CLAUSIER_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_its_type_does_not_understand_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingRefused, match=f"{name}: {text} cannot be read; expected"):
        options.check({name: text})


def test_the_value_of_a_secret_is_never_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from clausier.cli import settings

    monkeypatch.setenv("CLAUSIER_METRICS_TOKEN", "hush")
    assert "hush" not in settings.present(options.OPTIONS["CLAUSIER_METRICS_TOKEN"])


printable = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40)


@given(st.dictionaries(st.sampled_from(sorted(options.OPTIONS)), printable, max_size=5))
def test_a_written_settings_file_is_read_back(settings: dict[str, str]) -> None:
    assert options.parse(options.written(settings)) == settings


def test_a_settings_file_may_hold_comments_and_bare_values() -> None:
    text = "# mail\n\nCLAUSIER_MAIL_HOST=smtp.example.org\n; off\nCLAUSIER_HTTPS = '1'\n"
    assert options.parse(text) == {"CLAUSIER_MAIL_HOST": "smtp.example.org", "CLAUSIER_HTTPS": "1"}


@pytest.mark.parametrize("line", ["CLAUSIER_HTTPS", 'CLAUSIER_MAIL_HOST="open', "DATABSE_URL=x"])
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(SettingRefused):
        options.parse(line)


def test_the_file_lies_under_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / options.FILE_NAME).write_text('CLAUSIER_HOSTS="desk.example.org"\nCLAUSIER_MAIL_PORT="25"\n')
    monkeypatch.setenv("CLAUSIER_HOME", str(tmp_path))
    monkeypatch.setenv("CLAUSIER_MAIL_PORT", "465")
    monkeypatch.setenv("CLAUSIER_HOSTS", "")
    monkeypatch.delenv("CLAUSIER_HOSTS")
    options.settle()
    assert options.value("CLAUSIER_HOSTS") == ["desk.example.org"]
    assert options.value("CLAUSIER_MAIL_PORT") == 465


def test_a_command_on_an_installation_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clausier.cli.main", "settings"]
    done = subprocess.run(
        command, env=environment(tmp_path, CLAUSIER_HTPS="1"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "CLAUSIER_HTPS is no setting" in done.stderr
    assert "Did you mean CLAUSIER_HTTPS" in done.stderr
