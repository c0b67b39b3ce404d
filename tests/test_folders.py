"""Folders of Jupyter that cannot be written: a temporary one in their place, or one sentence."""

import os
import tempfile
from pathlib import Path

import pytest

from psn_viz import folders
from psn_viz.cli import doctor, installation

VARIABLES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


def nowhere(folder: Path) -> Path:
    """A folder that nobody can make, not even root: it would lie in a file."""
    (folder / "file").write_text("")
    return folder / "file" / "home"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home folder that can be written, and none of the variables set."""
    for name in (*VARIABLES, "JUPYTER_NO_CONFIG", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, "")  # so that it is put back even when a test makes it
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def test_a_home_that_can_be_written_is_left_as_it_is(home):
    assert folders.use_temporary() is None
    assert list(home.iterdir()) == [] and not set(VARIABLES) & set(os.environ)


@pytest.mark.parametrize("name", VARIABLES)
def test_one_folder_that_cannot_be_written_is_replaced_and_no_other(name, home, monkeypatch):
    lost = nowhere(home)
    monkeypatch.setenv(name, str(lost))
    said = folders.use_temporary()
    assert said.startswith(f"{lost} cannot be written: a temporary folder") and "\n" not in said
    assert folders.unwritable() == {} and Path(os.environ[name]).is_dir()
    if os.name == "posix":
        assert Path(os.environ[name]).stat().st_mode & 0o077 == 0  # keys of kernels
    others = {"JUPYTER_RUNTIME_DIR"} if name == "JUPYTER_DATA_DIR" else set()  # it lies in there
    assert set(VARIABLES) & set(os.environ) == {name} | others


@pytest.mark.parametrize("before", [None, "elsewhere"])
def test_what_lies_in_a_folder_that_cannot_be_written_is_still_read(before, home, monkeypatch):
    data = home / ".local" / "share"
    data.mkdir(parents=True)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    monkeypatch.setenv("JUPYTER_PATH", before or "")
    monkeypatch.setattr(folders, "writable", lambda folder: Path(folder) != data)
    folders.use_temporary()
    assert os.environ["JUPYTER_PATH"] == (f"{before}{os.pathsep}{data}" if before else str(data))
    assert os.environ["JUPYTER_DATA_DIR"] != str(data)


def test_a_home_that_cannot_be_written_is_told_in_one_sentence(home, monkeypatch):
    lost = nowhere(home)
    monkeypatch.setenv("HOME", str(lost))
    monkeypatch.setenv("USERPROFILE", str(lost))
    assert folders.use_temporary().startswith(f"{lost} cannot be written: a temporary folder")
    assert folders.unwritable() == {} and Path.home().is_dir()
    assert all(Path.home() in folder.parents for folder in folders.kept_in().values())


def test_a_home_that_is_only_read_stays_the_home(home, monkeypatch):
    monkeypatch.setattr(folders, "writable", lambda folder: home not in Path(folder).parents)
    assert f"{home / '.ipython'} cannot be written" in folders.use_temporary()
    assert Path.home() == home and set(VARIABLES) <= set(os.environ)


def test_without_a_home_folders_that_are_named_are_asked_for_too(home, monkeypatch):
    lost = nowhere(home)
    monkeypatch.setenv("HOME", str(lost))
    monkeypatch.setenv("USERPROFILE", str(lost))
    monkeypatch.setenv("IPYTHONDIR", str(lost.parent / "python"))
    said = folders.use_temporary()
    assert str(lost) in said and str(lost.parent / "python") in said and folders.unwritable() == {}


def unknown():
    raise RuntimeError("Could not determine home directory.")


def test_a_user_without_a_home_gets_one(home, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: unknown() if os.environ["HOME"] == str(home) else home)
    assert folders.use_temporary().startswith("~ cannot be written: a temporary folder")
    assert Path(os.environ["HOME"]).name == "HOME" and Path(os.environ["HOME"]) != home


def test_without_a_temporary_folder_it_says_what_to_do(home, monkeypatch):
    def fail(**options):
        raise FileNotFoundError(2, "No usable temporary directory found in ['/nowhere']")

    monkeypatch.setenv("IPYTHONDIR", str(nowhere(home)))
    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(folders.NoFolder, match=r"cannot be written, and there is no temporary .* set TMPDIR"):
        folders.use_temporary()


def test_asking_leaves_nothing_behind(tmp_path):
    assert folders.writable(tmp_path / "a" / "b")
    assert not folders.writable(nowhere(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_doctor_is_told_of_the_home_and_of_the_notebooks(home, monkeypatch):
    lost = nowhere(home)
    assert installation.folders(home) == {"temporary": True, "unwritable": "", "read_only": False}
    monkeypatch.setenv("IPYTHONDIR", str(lost))
    assert installation.folders(lost) == {"temporary": True, "unwritable": str(lost), "read_only": True}
    (problem,) = doctor.folder_problems(installation.Installation(unwritable=str(lost)))
    assert "temporary folder" in problem.do and str(lost) in problem.why


def test_the_doctor_is_told_that_there_is_no_temporary_folder(home, monkeypatch):
    def fail():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/nowhere']")

    monkeypatch.setattr(tempfile, "gettempdir", fail)
    assert installation.folders(home)["temporary"] is False


def test_a_drive_that_is_not_there_cannot_be_written(monkeypatch):
    monkeypatch.setattr(folders.os.path, "lexists", lambda path: False)
    assert not folders.writable("/away/home")
