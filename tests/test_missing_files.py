"""Labs where files of the package are missing or damaged: importing reads none, and each lab fails by itself."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = "digits-psn"

READ = """
import json, sys
files = []

def note(event, arguments):
    if event in ("open", "os.listdir", "os.scandir"):
        files.append(str(arguments[0]))

sys.addaudithook(note)
import psn_viz.labs
print(json.dumps(files))
"""

OPEN_ALL = """
import json
import psn_viz.labs
found = {"package": psn_viz.labs.__file__}
for name, kind in psn_viz.labs.LABS.items():
    try:
        lab = kind()
        found[name] = {"description": lab.description, "state": lab.state}
        found[name]["options"] = {control.name: getattr(control, "options", None) for control in lab.table}
        if name == "psn":
            lab.set(preset="learned 1")
    except ValueError as error:
        found.setdefault(name, {})["error"] = str(error)
print(json.dumps(found))
"""


def run(code: str, folder: Path) -> list | dict:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_importing_the_labs_reads_no_file_but_modules():
    package = ROOT / "psn_viz"
    files = {Path(file) for file in run(READ, ROOT) if Path(file).is_relative_to(package)}
    assert package / "labs" / "psn" / "lab.py" in files or any(file.suffix == ".pyc" for file in files)
    assert not [file for file in files if file.is_file() and file.suffix not in (".py", ".pyc")]
    assert not files & {package / "learning" / "models", package / "bench" / "results"}


@pytest.fixture
def damaged(tmp_path) -> Path:
    """A copy of the package without results and finished studies, and with cards that are no JSON."""
    copy = tmp_path / "psn_viz"
    shutil.copytree(ROOT / "psn_viz", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(copy / "bench" / "results")
    for study in (copy / "learning" / "results").glob("*.json"):
        study.write_text("{")
    for card in (copy / "learning" / "models").glob("*.json"):
        card.write_text("{")
    return copy


def test_labs_that_need_none_of_the_damaged_files_work(damaged):
    found = run(OPEN_ALL, damaged.parent)
    assert Path(found.pop("package")).is_relative_to(damaged)
    failed = {name: lab["error"] for name, lab in found.items() if "description" not in lab}
    assert failed.keys() == {"microscope", "ablation", "speed_ratio", "study", "probe"}
    assert failed["microscope"] == failed["ablation"] and "psn_viz has no trained model" in failed["ablation"]
    assert "no measurements come with this copy of psn_viz" in failed["speed_ratio"]
    assert "no finished study comes with this copy of psn_viz" in failed["study"]
    assert "rows-psn.json is damaged" in found["psn"]["error"], "what was learned is read when it is asked for"
    assert found["roofline"]["options"]["device"] == ["T4", "RTX 4090", "A100", "H100"]


def test_one_card_is_enough(damaged):
    card = Path("learning", "models", f"{KEPT}.json")
    shutil.copy(ROOT / "psn_viz" / card, damaged / card)
    found = run(OPEN_ALL, damaged.parent)
    for name in ("microscope", "ablation"):
        assert found[name]["options"]["model"] == [KEPT] and found[name]["state"]["model"] == KEPT
        assert found[name]["description"].startswith(f"{KEPT}, layer 1")
