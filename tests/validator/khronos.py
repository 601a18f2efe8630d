"""The Khronos glTF validator (npm ``gltf-validator``), for any test that has made a model.

Where Node.js or the package is missing, tests are skipped on a laptop and fail where ``CI`` is set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def issues(*models: bytes) -> list[str]:
    """Everything that the validator has to say of models, down to hints: code, place and message."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.glb" for number in range(len(models))]
        for path, data in zip(paths, models, strict=True):
            path.write_bytes(data)
        run = subprocess.run(
            [_node(), str(HERE / "validate.mjs"), *map(str, paths)], capture_output=True, text=True, check=True
        )
    return [
        f"{Path(report['path']).name}: {issue['code']} at {issue.get('pointer', '?')}: {issue['message']}"
        for report in json.loads(run.stdout)
        for issue in report["issues"]["messages"]
    ]


def _node() -> str:
    node = shutil.which("node")
    missing = "Node.js" if node is None else "" if (HERE / "node_modules/gltf-validator").is_dir() else "gltf-validator"
    if missing or node is None:
        reason = f"{missing} is missing: install Node.js, then `cd tests/validator && npm ci`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return node
