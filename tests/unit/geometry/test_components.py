import numpy as np

from pipelines.geometry.components import components


def test_labels_count_up_in_the_order_of_their_lowest_node() -> None:
    label = components(6, np.array([4, 3]), np.array([1, 5]))
    assert label.tolist() == [0, 1, 2, 3, 1, 3]


def test_nodes_without_edges_are_alone() -> None:
    nothing = np.zeros(0, np.intp)
    assert components(3, nothing, nothing).tolist() == [0, 1, 2]
    assert components(0, nothing, nothing).tolist() == []


def test_a_long_chain_in_any_order_is_one() -> None:
    order = np.random.default_rng(1).permutation(20_000)
    assert not components(20_001, order, order + 1).any()
