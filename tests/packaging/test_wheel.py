"""The wheel: built, installed into an empty environment, run from an empty folder."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ROOT / "tests" / "third_party"

# Runs inside the empty environment: answers what the pages and files of the wheel say.
PROBE = """
import json, pathlib, sys
from kiosk import create_app
import kiosk
from kiosk.auth.access import issue_token
from kiosk.clock import now
from kiosk.db.base import db, writing
from kiosk.models import Meeting
from kiosk.paths import STATIC
from kiosk.plugin import registry

app = create_app()
client = app.test_client()
with app.app_context():
    plugins = sorted(registry().plugins)
    meeting = db.session.scalars(db.select(Meeting)).one()
    m, key = meeting.name, meeting.id
    with writing() as session:
        token = issue_token(session, key, "organiser", "probe", now())
headers = {"Authorization": f"Bearer {token}"}
pages = {}
for rule in app.url_map.iter_rules():
    if "GET" in rule.methods and rule.arguments == {"m"} and not rule.rule.startswith("/live"):
        pages[rule.rule] = client.get(rule.rule.replace("<m>", m), headers=headers).status_code
files = {}
for path in STATIC.rglob("*"):
    if path.is_file() and not path.name.startswith("."):
        name = path.relative_to(STATIC).as_posix()
        files[name] = client.get(f"/static/{name}").status_code
found = {"where": str(pathlib.Path(kiosk.__file__).parent), "plugins": plugins, "pages": pages,
         "files": len(files), "broken": [n for n, s in files.items() if s != 200],
         "decoder": "vendor/decoder/zxing_reader.wasm" in files}
if "seats" in plugins:
    client.post(f"/api/v1/meetings/{m}/seats", headers=headers)
    home = client.get(f"/m/{m}", headers=headers).get_data(as_text=True)
    found["menu"] = "Sơ đồ chỗ ngồi" in home
    policies = client.get(f"/api/v1/meetings/{m}/speakers/policies", headers=headers).json
    found["policies"] = [policy["name"] for policy in policies]
    wanted = {"policy": "quiet_areas", "version": 0}
    arrange = f"/api/v1/meetings/{m}/speakers/arrange"
    found["arranged"] = client.post(arrange, json=wanted, headers=headers).json
    found["page"] = client.get(f"/m/{m}/seats", headers=headers).get_data(as_text=True)
    answer = client.get(f"/live/{m}?view=seats", headers=headers, multithread=True)
    chunks = iter(answer.response)
    found["stream"] = [next(chunks).decode() for _ in range(2)][1]
    app.extensions["kiosk.hub"].close()
    answer.close()
print(json.dumps(found))
"""


@dataclass
class Environment:
    """An empty virtual environment: our dependencies by path, our code by wheel only."""

    folder: Path
    data: Path

    @property
    def python(self) -> str:
        return str(self.folder / "bin" / "python")

    def run(self, *command: str) -> str:
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        env = {"PATH": os.environ["PATH"], "KIOSK_DATA": str(self.data), "LANG": "C.UTF-8"}
        done = subprocess.run(
            [self.python, *command], cwd=empty, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def install(self, wheel: Path) -> None:
        self.run("-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel))


def _wheel(source: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _wheel(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Environment:
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / "venv", with_pip=True)
    made = Environment(folder / "venv", folder / "data")
    # Dependencies come from the tests' own environment, without the editable project:
    # a .pth inside a .pth is not read.
    site = Path(made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    made.install(built)
    made.run("-m", "kiosk.cli", "demo", "--households", "12")
    return made


def test_a_clean_clone_builds_a_whole_wheel_or_says_what_to_run(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    for kind in ("--wheel", "--sdist"):
        done = subprocess.run(
            [*command, kind, str(clone)], capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        assert "Run ./scripts/setup first" in done.stdout + done.stderr
    assert not list(tmp_path.glob("dist/*"))


def test_the_wheel_holds_fonts_decoder_and_every_translation(built: Path) -> None:
    with zipfile.ZipFile(built) as wheel:
        names = set(wheel.namelist())
    vendor = "kiosk/static/vendor"
    assert f"{vendor}/fonts/Tinos_400Regular.ttf" in names
    assert f"{vendor}/decoder/zxing_reader.wasm" in names
    sources = [name for name in names if name.endswith(".po")]
    assert len(sources) > 8
    assert [name for name in sources if name.removesuffix("po") + "mo" not in names] == []


def test_nothing_asks_for_a_distribution_of_a_strangers_name() -> None:
    wrong = [
        path.name
        for path in _committed()
        if path.suffix in {".py", ".toml"}
        and re.search(r"version\(.kiosk.\)|dependencies = \[.kiosk.[\],]", path.read_text())
    ]
    assert wrong == []


def test_the_wheel_runs_from_an_empty_folder(environment: Environment) -> None:
    found = json.loads(environment.run("-c", PROBE))
    assert str(environment.folder) in found["where"]
    assert set(found["plugins"]) >= {"accounts", "meetings", "checkin", "speakers"}
    assert len(found["pages"]) > 20
    # Managing people is for a person who is signed in; the probe holds a token.
    assert found["pages"].pop("/m/<m>/people") == 403
    assert set(found["pages"].values()) == {200}
    assert found["broken"] == []
    assert found["files"] > 40
    assert found["decoder"]


def test_an_outside_plugin_adds_page_view_menu_and_table(
    environment: Environment, tmp_path: Path
) -> None:
    environment.install(_wheel(OUTSIDE, tmp_path))
    try:
        environment.run("-m", "kiosk.cli", "init")
        found = json.loads(environment.run("-c", PROBE))
    finally:
        environment.run("-m", "pip", "uninstall", "-q", "-y", "kiosk-seats")
    assert "seats" in found["plugins"]
    assert found["menu"]
    assert "quiet_areas" in found["policies"]
    assert found["arranged"]["ids"] == []
    assert "1 chỗ" in found["page"]
    assert '"seats":1' in found["stream"]


def test_entry_points_are_exactly_the_plugin_folders() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = project["project"]["entry-points"]["kiosk.plugins"]
    folders = {path.parent.name for path in (ROOT / "kiosk" / "plugins").glob("*/__init__.py")}
    assert set(named) == folders
    assert all(value == f"kiosk.plugins.{name}:plugin" for name, value in named.items())


def test_the_changelog_begins_with_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == version


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_no_registry_host_and_no_machine_path_is_named() -> None:
    needles = ["py" + "pi.org", "pythonhosted" + ".org", "registry." + "npmjs", "deb." + "debian"]
    needles += ["/wo" + "rk/", "/ro" + "ot/"]
    wrong = []
    for path in _committed():
        if path.suffix in {".png", ".ico", ".zip"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.name}: {needle}" for needle in needles if needle in text]
    assert wrong == []


def test_nothing_third_party_is_committed() -> None:
    wrong = [p for p in _committed() if p.suffix in {".woff2", ".ttf", ".wasm", ".mo"}]
    assert wrong == []
    assert not any("vendor" in path.parts for path in _committed())


def test_the_public_names_are_all_documented() -> None:
    tree = ast.parse((ROOT / "kiosk" / "__init__.py").read_text())
    readme = (ROOT / "README.md").read_text()
    names = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    )
    assert [name for name in names if f"`{name}" not in readme] == []
