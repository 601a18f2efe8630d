"""Trained networks in ONNX Runtime: loaded once, run on arrays. The only module that imports it.

The import (a quarter of a second) happens with the first network that is loaded, so a drawing that is understood by
its vectors alone never pays for it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Networks that come with the program.
WEIGHTS: Final = Path(__file__).with_name("weights")
#: Processors that a container may use in a time, and that time, microseconds (Linux, cgroup v2).
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
_CUDA: Final = "CUDAExecutionProvider"
_CPU: Final = "CPUExecutionProvider"


@dataclass(frozen=True, slots=True)
class Network:
    """A network of one input and one output that matters."""

    session: Any  #: ``onnxruntime.InferenceSession``
    source: str  #: name of the file it came from
    provider: str  #: what runs it: 'CPUExecutionProvider' or 'CUDAExecutionProvider'

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape of its input, None where any size will do."""
        sizes = self.session.get_inputs()[0].shape
        return tuple(size if isinstance(size, int) else None for size in sizes)

    @property
    def answer(self) -> tuple[int | None, ...]:
        """The shape of its output, None where that depends on the input."""
        sizes = self.session.get_outputs()[0].shape
        return tuple(size if isinstance(size, int) else None for size in sizes)

    @property
    def notes(self) -> dict[str, str]:
        """What was written into the file beside the network, such as the names of its classes."""
        return dict(self.session.get_modelmeta().custom_metadata_map)

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The first output for one input, both float32, whatever the network computes in."""
        first = self.session.get_inputs()[0]
        fed = values.astype(np.float16) if first.type == "tensor(float16)" else values
        return np.asarray(self.session.run(None, {first.name: fed})[0], dtype=np.float32)


@lru_cache(maxsize=4)
def load(path: Path, *, threads: int | None = None, gpu: bool = False) -> Network:
    """Load a network, once per process.

    Args:
        path: An ``.onnx`` file.
        threads: How many to use; None takes ``processors``.
        gpu: Whether to ask for CUDA. ``Network.provider`` says whether it answered.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file holds no network, or one that this version does not know.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no network at {path}.")
    import onnxruntime  # noqa: PLC0415  # heavy, and needed by few drawings

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or processors()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin while they wait take the processor from everything else in the pod.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    wanted = [_CUDA, _CPU] if gpu and _CUDA in onnxruntime.get_available_providers() else [_CPU]
    try:
        session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=wanted)
    except Exception as error:  # its errors share no base but Exception
        raise ValueError(f"{path.name} is no network that can be run: {error}") from error
    return Network(session, path.name, session.get_providers()[0])


def processors() -> int:
    """How many processors this process may run on, and its container may use: at least one."""
    allowed = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):  # no such file, or 'max'
        quota, period = map(int, _QUOTA.read_text(encoding="ascii").split())
        allowed = min(allowed, -(-quota // period))
    return max(1, allowed)


def runtime() -> tuple[str, bool]:
    """Version of the runtime that is installed, and whether it was built for GPUs."""
    import onnxruntime  # noqa: PLC0415  # as in ``load``

    return str(onnxruntime.__version__), _CUDA in onnxruntime.get_available_providers()
