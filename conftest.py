"""What must be set before anything imports NumPy or starts a notebook kernel.

Kernels started by nbval, papermill and nbclient inherit this environment, so a lesson sees the
same settings here as under tools/lessons/run_notebooks.py, which wrote its committed outputs.
"""

import contextlib
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent

os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # "python3" means the kernel of this environment

# tests/ and tools/ hold scripts, not packages; tests import them by name.
for folder in ("tests", "tools", "tools/lessons", "tools/reference", "tools/site"):
    sys.path.insert(0, str(ROOT / folder))

from lesson_settings import SETTINGS  # noqa: E402

os.environ.update(SETTINGS)

# A test that takes more memory than this fails and is named. Without a limit the machine ends some
# process, not always the one that took it. Not counted: what is reserved and never written to.
with contextlib.suppress(ImportError, AttributeError, ValueError):  # not on every system
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (12 * 2**30, most))


def pytest_collect_file(file_path, parent):
    """Collect lessons as nbval does, with more between their cells."""
    if file_path.suffix != ".ipynb":
        return None
    from lesson_items import Lesson

    return Lesson.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(items):
    """Begin with the files of whole lessons: one that starts last keeps one core waiting."""
    whole = Counter(
        item.path
        for item in items
        if item.path.suffix == ".ipynb" or item.get_closest_marker("slow")
    )
    items.sort(key=lambda item: -whole[item.path])
