"""The two networks: a small U-Net for walls, a slim YOLO for what stands in and between them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pipelines.linework import Seen

#: Channels of the wall net at half, quarter, eighth ... resolution.
WIDTHS = (12, 24, 48, 72)
#: Outputs of the wall net.
CHANNELS = ("wall", "window", "door")
#: Sides of pictures are multiples of this.
STRIDE = 32


def wall_net() -> Any:
    """A torch module (b, 1, h, w) -> (b, 3, h, w) logits of ``CHANNELS``, h and w multiples of 32."""
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained
    from torch import nn  # noqa: PLC0415

    def conv(inside: int, outside: int, *, stride: int = 1, size: int = 3) -> Any:
        return nn.Sequential(
            nn.Conv2d(inside, outside, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
        )

    class WallNet(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
        def __init__(self) -> None:
            super().__init__()
            first, *rest = WIDTHS
            pairs = list(zip(WIDTHS[:-1], rest, strict=True))
            self.stem = conv(1, first, stride=2, size=5)
            self.down = nn.ModuleList(nn.Sequential(conv(a, b, stride=2), conv(b, b)) for a, b in pairs)
            self.deep = nn.Sequential(*(conv(WIDTHS[-1], WIDTHS[-1]) for _ in range(3)))
            self.up = nn.ModuleList(conv(a + b, a) for a, b in pairs)
            self.out = nn.Sequential(nn.Conv2d(first, 4 * len(CHANNELS), 3, 1, 1), nn.PixelShuffle(2))

        def forward(self, x: Any) -> Any:
            levels = [self.stem(x)]
            for down in self.down:
                levels.append(down(levels[-1]))
            x = self.deep(levels.pop())
            for up, level in zip(reversed(self.up), reversed(levels), strict=True):
                x = nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
                x = up(torch.cat([level, x], 1))
            return self.out(x)

    return WallNet()


def layers(width: float, depth: float, bins: int) -> dict[str, Any]:
    """The layers of YOLOv8 (https://docs.ultralytics.com/models/yolov8) at a width, a depth and bins per side."""
    return {
        "nc": len(Seen),
        "reg_max": bins,
        "scales": {"n": [depth, width, 1024]},
        "scale": "n",
        "backbone": [
            [-1, 1, "Conv", [64, 3, 2]],
            [-1, 1, "Conv", [128, 3, 2]],
            [-1, 3, "C2f", [128, True]],
            [-1, 1, "Conv", [256, 3, 2]],
            [-1, 6, "C2f", [256, True]],
            [-1, 1, "Conv", [512, 3, 2]],
            [-1, 6, "C2f", [512, True]],
            [-1, 1, "Conv", [1024, 3, 2]],
            [-1, 3, "C2f", [1024, True]],
            [-1, 1, "SPPF", [1024, 5]],
        ],
        "head": [
            [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
            [[-1, 6], 1, "Concat", [1]],
            [-1, 3, "C2f", [512]],
            [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
            [[-1, 4], 1, "Concat", [1]],
            [-1, 3, "C2f", [256]],
            [-1, 1, "Conv", [256, 3, 2]],
            [[-1, 12], 1, "Concat", [1]],
            [-1, 3, "C2f", [512]],
            [-1, 1, "Conv", [512, 3, 2]],
            [[-1, 9], 1, "Concat", [1]],
            [-1, 3, "C2f", [1024]],
            [[15, 18, 21], 1, "Detect", ["nc"]],
        ],
    }


def detector_net(width: float, depth: float, bins: int) -> Any:
    """A YOLO of ultralytics for the classes of ``Seen``; in training it takes a batch and gives its loss."""
    from ultralytics.nn.tasks import DetectionModel  # noqa: PLC0415  # heavy, and only where networks are trained

    net = DetectionModel(layers(width, depth, bins), ch=3, nc=len(Seen), verbose=False)
    net.args = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5)
    net.names = {int(seen): seen.name.lower() for seen in Seen}
    return net
