from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.pdf import masks, wallnet
from pipelines.pdf.inference import Network
from pipelines.pdf.preprocessor import resized
from tests.unit.pdf.painted import flat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.pdf.preprocessor import Grey


@dataclass
class Session:
    """Stands in for a network: calls the dark wall, and remembers the shapes that it was shown."""

    shapes: list[tuple[int, ...]] = field(default_factory=list)

    @dataclass
    class Input:
        name: str = "images"
        type: str = "tensor(float)"

    @dataclass
    class Meta:
        custom_metadata_map: dict[str, str]

    def get_inputs(self) -> list[Input]:
        return [self.Input()]

    def get_modelmeta(self) -> Meta:
        return self.Meta({"pixels_per_metre": "25"})

    def run(self, _names: None, fed: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        (picture,) = fed.values()
        self.shapes.append(picture.shape)
        dark = 1 - picture[:, 0]
        return [np.stack([dark, np.zeros_like(dark), np.zeros_like(dark)], axis=1)]


def network(session: Session) -> Network:
    return Network(session, "walls.onnx", "CPUExecutionProvider")


@pytest.mark.parametrize("shape", [(40, 50), (300, 2500), (2000, 1100)])
def test_a_picture_of_any_size_is_seen_whole(shape: tuple[int, int]) -> None:
    grey: Grey = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    session = Session()
    likely = wallnet.see(network(session), grey, 25.0)
    assert likely.wall.shape == shape
    np.testing.assert_allclose(likely.wall, 1 - grey / 255.0, atol=1e-5)
    assert all(size % wallnet.STEP == 0 and size <= wallnet.SIDE for seen in session.shapes for size in seen[2:])


def test_it_looks_at_its_own_resolution() -> None:
    painted = flat(75)
    likely = wallnet.see(network(Session()), painted.grey, 75.0)
    assert likely.pixels_per_metre == pytest.approx(25.0, rel=0.01)
    assert likely.wall.shape[0] == pytest.approx(painted.grey.shape[0] / 3, abs=1)


def test_what_it_sees_becomes_a_mask_of_the_pictures_size() -> None:
    painted = flat(50, doors=False)
    likely = wallnet.see(network(Session()), painted.grey, 50.0)
    found = masks.of_likely(likely, painted.grey < 128, 50.0)
    assert found.mask.shape == painted.grey.shape
    assert found.solid > 0.7
    bright = resized(painted.grey, 1.0) > 250
    assert (found.mask & bright).sum() < 0.1 * found.mask.sum()


@pytest.mark.skipif(wallnet.load() is None, reason="the wall network's weights are not installed")
def test_the_network_that_comes_with_the_program_sees_a_flat() -> None:
    net = wallnet.load()
    assert net is not None
    painted = flat(60, hollow=True)
    likely = wallnet.see(net, painted.grey, 60.0)
    outer = likely.wall[int(1.65 * 25) : int(1.85 * 25), int(5.0 * 25) : int(8.0 * 25)]
    room = likely.wall[int(2.5 * 25) : int(3.3 * 25), int(2.2 * 25) : int(4.8 * 25)]
    assert outer.mean() > 0.5
    assert room.mean() < 0.1
