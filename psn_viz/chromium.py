"""Where is a Chromium or Chrome? Pictures and browser tests ask here, and nowhere else."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
WINDOWS_APPS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None when there is none.

    The environment variable `BROWSER_PATH` (kaleido reads it too) decides alone when it is set: if it
    names no program, the answer is None and no other browser is looked for.
    """
    named = os.environ.get("BROWSER_PATH")
    if named:
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for candidate in usual_places():
        if path := shutil.which(candidate):
            return path
    return None


def usual_places() -> list[str]:
    """Return the paths where macOS and Windows keep a browser that is not on PATH."""
    folders = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    mac = [folder / app for folder in (Path("/Applications"), Path.home() / "Applications") for app in MAC_APPS]
    windows = [Path(folder) / app for folder in folders if folder for app in WINDOWS_APPS]
    return [str(path) for path in mac + windows]
