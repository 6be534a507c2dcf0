"""The house rules that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.architecture.sources import PACKAGE, ROOT, dotted, imported, migrations, modules

LONGEST = 650  # lines of a source file; a longer one holds more than one idea
# What the design page shows, part after part; every setting of an installation, one after the other.
ONE_LONG_LIST = {"src/clausier/console/design/examples.py", "src/clausier/options.py"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "extras"}
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "date.today",
    "datetime.date.today",
    "time.time",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "functions.Now",
    "Now",
}
LAZY_FACES = {"cli"}  # the command line imports late, to answer fast


def test_nothing_is_imported_by_star() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names)
    ]
    assert found == []


def test_every_module_says_by_its_name_what_is_inside() -> None:
    found = [
        str(path) for path in modules() if NAMES_THAT_SAY_NOTHING & {part.lower() for part in _words(path)}
    ]
    assert found == []


def test_no_business_happens_in_a_signal() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path, tree in modules().items()
        for name, line in imported(tree)
        if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals"))
        or ".signals." in name
    ]
    assert found == []


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        f"{path}:{node.lineno}: {dotted(node.func)}"
        for path, tree in modules().items()
        if path != Path("foundation/clock.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in CLOCKS
    ]
    assert found == []


def test_no_field_reads_the_clock_or_holds_a_float() -> None:
    found = [
        f"{path}:{node.lineno}: {dotted(node.func)}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            dotted(node.func).endswith("FloatField")
            or any(word.arg in {"auto_now", "auto_now_add"} for word in node.keywords)
            or any(word.arg == "default" and dotted(word.value) in CLOCKS for word in node.keywords)
        )
    ]
    assert found == []


def test_no_import_hides_in_a_function_to_dodge_a_circle() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path, tree in modules().items()
        if path.parts[0] not in LAZY_FACES
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for name, line in imported(function)
        if name.startswith("clausier")
    ]
    assert found == []


def test_migrations_do_not_lean_on_code_that_will_change() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path, tree in migrations().items()
        for name, line in imported(tree)
        # Django itself writes the place of a model's manager or a field's storage.
        if name.startswith("clausier") and not re.fullmatch(r"clausier\.\w+\.models", name)
    ]
    assert found == []


def test_no_source_file_is_too_long() -> None:
    kinds = ("*.py", "*.css", "*.js", "*.html")
    ours = [
        path
        for folder in (PACKAGE, ROOT / "tests")
        for kind in kinds
        for path in folder.rglob(kind)
        if "vendor" not in path.parts and "migrations" not in path.parts
    ]
    found = {str(path.relative_to(ROOT)): count for path in ours if (count := _lines(path)) > LONGEST}
    assert set(found) <= ONE_LONG_LIST, found


def test_vendored_files_are_those_we_took() -> None:
    vendor = PACKAGE / "pages" / "static" / "vendor"
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (vendor / "MANIFEST.sha256").read_text(encoding="utf-8").splitlines()
    )
    present = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "MANIFEST.sha256"
    }
    assert present == listed
    for package in (path for path in vendor.iterdir() if path.is_dir()):
        assert (package / "LICENSE").is_file(), package.name


def test_the_locks_name_no_index_and_pin_every_package_by_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, name
        assert "--index" not in text, name
        packages = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
        assert len(packages) > 10
        for block in re.split(r"\n(?=[\w])", text):
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_both_locks_hold_the_same_versions() -> None:
    running, developing = (
        dict(
            re.findall(
                r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert running.items() <= developing.items()


def _words(path: Path) -> list[str]:
    return [word for part in path.with_suffix("").parts for word in part.split("_")]


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_file_a_template_links_to_is_there() -> None:
    """Served for real, a page that names a missing one fails whole."""
    linked = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in PACKAGE.rglob("*.html")
        for name in linked.findall(path.read_text(encoding="utf-8"))
        if finders.find(name) is None
    ]
    assert found == []
