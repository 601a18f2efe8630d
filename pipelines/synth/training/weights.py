"""Networks as ONNX files: what is published, and what a new training begins from."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.linework import Seen
from pipelines.synth.training.nets import CHANNELS, STRIDE

if TYPE_CHECKING:
    from pathlib import Path

OPSET = 17
#: Ends the names of weights that are kept as float16.
HALF = ".half"


def write(net: Any, path: Path, *, side: int, scale: float) -> None:
    """Write a network in evaluation mode.

    Batch, height and width stay free; ``side`` is only what it is traced with. ``scale``, the pixels per metre that it
    was trained at, is written beside it.

    Norms are folded into the weights before them. A detector's file says its classes as ultralytics' own do.
    """
    import onnx  # noqa: PLC0415  # only where networks are trained
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained

    detector = hasattr(net, "names")
    wrapped = _deployed(net, detector=detector)
    example = torch.zeros(1, 3 if detector else 1, side, side)
    path.parent.mkdir(parents=True, exist_ok=True)
    free = {0: "batch", 2: "height", 3: "width"}
    torch.onnx.export(
        wrapped,
        (example,),
        str(path),
        input_names=["images"],
        output_names=["output0"],
        dynamic_axes={"images": free, "output0": {0: "batch", 2: "boxes"} if detector else free},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(path))
    facts = {"stride": str(STRIDE), "licence": "AGPL-3.0-or-later", "pixels_per_metre": f"{scale:g}"}
    if detector:
        facts |= {"task": "detect", "names": json.dumps({int(seen): seen.name.lower() for seen in Seen})}
    else:
        facts |= {"task": "segment", "names": json.dumps(dict(enumerate(CHANNELS)))}
    for key, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _deployed(net: Any, *, detector: bool) -> Any:
    """A copy as it is published: norms folded, sigmoid at the end, boxes decoded."""
    import copy  # noqa: PLC0415  # see write

    import torch  # noqa: PLC0415  # see write

    net = copy.deepcopy(net).float().eval()
    if detector:
        net = net.fuse(verbose=False)
        head = net.model[-1]
        head.export, head.dynamic, head.format = True, True, "onnx"
        return net
    modules = dict(net.named_modules())
    for name, norm in _norms(modules).items():
        parent, _, last = name.rpartition(".")
        modules[parent][int(last)] = torch.nn.utils.fusion.fuse_conv_bn_eval(modules[name], norm)
        modules[parent][int(last) + 1] = torch.nn.Identity()
    return torch.nn.Sequential(net, torch.nn.Sigmoid()).eval()


def halve(model: Any) -> None:
    """Keep large weights as float16: the file is half as large, and they are float32 again once it is loaded."""
    import onnx  # noqa: PLC0415  # see write

    graph = model.graph
    kept, nodes = [], []
    for each in graph.initializer:
        values = onnx.numpy_helper.to_array(each)
        if values.dtype != np.float32 or values.size < 256:
            kept.append(each)
            continue
        kept.append(onnx.numpy_helper.from_array(values.astype(np.float16), each.name + HALF))
        nodes.append(onnx.helper.make_node("Cast", [each.name + HALF], [each.name], to=onnx.TensorProto.FLOAT))
    nodes += graph.node
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)


def _norms(modules: dict[str, Any]) -> dict[str, Any]:
    """The norm behind each convolution that has one, by the convolution's name."""
    import torch  # noqa: PLC0415  # see write

    found = {}
    for name, module in modules.items():
        parent, _, last = name.rpartition(".")
        norm = modules.get(f"{parent}.bn" if last == "conv" else f"{parent}.{int(last) + 1}" if last.isdigit() else "")
        if isinstance(module, torch.nn.Conv2d) and isinstance(norm, torch.nn.BatchNorm2d):
            found[name] = norm
    return found


def parameters(path: Path) -> int:
    """How many numbers a published network has learned."""
    import onnx  # noqa: PLC0415  # see write

    return sum(math.prod(each.dims) for each in onnx.load(str(path)).graph.initializer)


def warm(net: Any, path: Path) -> bool:
    """Begin from published weights: norms come back as ones that change nothing at first.

    Returns:
        Whether there was such a file and it fits.
    """
    import onnx  # noqa: PLC0415  # see write
    import torch  # noqa: PLC0415  # see write

    if not path.exists():
        return False
    held = {each.name.removeprefix("0.").removesuffix(HALF): each for each in onnx.load(str(path)).graph.initializer}
    modules = dict(net.named_modules())
    norms = _norms(modules)
    found: list[tuple[Any, str]] = []
    for name, module in modules.items():
        if not isinstance(module, torch.nn.Conv2d):
            continue
        found.append((module.weight, f"{name}.weight"))
        if name in norms or module.bias is not None:
            found.append((norms[name].bias if name in norms else module.bias, f"{name}.bias"))
    if any(key not in held or list(held[key].dims) != list(tensor.shape) for tensor, key in found):
        return False
    with torch.no_grad():
        for tensor, key in found:
            tensor.copy_(torch.from_numpy(np.array(onnx.numpy_helper.to_array(held[key]), dtype=np.float32)))
        for norm in norms.values():
            norm.running_mean.zero_()
            norm.running_var.fill_(1.0)
            norm.weight.fill_((1.0 + norm.eps) ** 0.5)
    return True
