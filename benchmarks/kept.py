"""What long benchmarks have done so far, in a file: a run that was stopped goes on where it was."""

import json
from collections.abc import Callable
from pathlib import Path


class Kept:
    """Results by condition, in a file of lines of JSON; without a file, in memory only.

    ``settings`` are all that a result depends on besides its condition. They are the first line of
    the file, so results of other settings are refused instead of mixed. A line that was cut off is
    forgotten.
    """

    def __init__(self, path: str | None, settings: object) -> None:
        self.path = None if path is None else Path(path)
        self.done: dict[str, object] = {}
        if self.path is None:
            return
        written = json.dumps(settings)
        if not self.path.exists():
            self.path.write_text(written + "\n", encoding="utf-8")
        text = self.path.read_text(encoding="utf-8")
        if not text.endswith("\n"):  # so that the next line is one of its own
            with self.path.open("a", encoding="utf-8") as file:
                file.write("\n")
        first, *lines = text.splitlines()
        if first != written:
            raise SystemExit(f"{path} holds results of other settings: {first}, not {written}")
        for line in lines:
            try:
                condition, result = json.loads(line)
            except ValueError:
                continue
            self.done[json.dumps(condition)] = result

    def __contains__(self, condition: object) -> bool:
        return json.dumps(condition) in self.done

    def of(self, condition: object, run: Callable[[], object]) -> object:
        """Return the result of a condition: the one that is kept, else that of ``run``, kept."""
        key = json.dumps(condition)
        if key not in self.done:
            self.done[key] = run()
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(f"[{key}, {json.dumps(self.done[key])}]\n")
        return self.done[key]
