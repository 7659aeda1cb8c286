"""Run the benchmark: python -m tests.bench --out FILE.json --only scans,letters"""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.rows import ROWS


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Benchmarks of Kiosk")
    parser.add_argument("--out", type=Path, help="JSON document with all figures")
    parser.add_argument("--only", default=",".join(ROWS), help="rows, separated by commas")
    options = parser.parse_args()
    names = [name for name in options.only.split(",") if name]
    unknown = sorted(set(names) - set(ROWS))
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    found = {name: ROWS[name]() for name in names}
    table = Table("what", "figure", "aim")
    for name, figures in found.items():
        for key, value in figures.items():
            if key not in {"aim", "rounds"}:
                table.add_row(f"{name}: {key}", str(value), str(figures["aim"]))
    Console().print(table)
    if options.out:
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        document = {"machine": machine, "rows": found}
        options.out.write_text(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
