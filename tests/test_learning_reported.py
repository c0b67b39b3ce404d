"""What papers and logs report: the quoted tables are those of the file, and the file agrees with itself."""

import pytest

from psn_viz.learning.reported_results import Curve, reported, reported_curve, reported_results

# The paper's table of sequential CIFAR10 and CIFAR100 (arXiv 2304.12760), in %.
TABLE = {
    "PSN": (88.45, 62.21),
    "masked PSN": (85.81, 60.69),
    "sliding PSN": (86.70, 62.11),
    "GLIF": (83.66, 58.92),
    "PLIF": (83.49, 57.55),
    "KLIF": (83.26, 57.37),
    "LIF": (81.50, 55.45),
    "LIF without reset": (79.50, 53.33),
}
AGAIN = "another run with the same arguments"
SEQUENTIAL = ("sequential CIFAR10", "sequential CIFAR100")
SWEEP = "order sweep, sequential CIFAR100"


def rows_of(table: str) -> list:
    return [row for row in reported_results().results if row.table == table]


@pytest.mark.parametrize("neuron", TABLE)
def test_the_table_of_the_paper(neuron):
    assert tuple(reported(table, neuron).best for table in SEQUENTIAL) == TABLE[neuron]


def test_two_runs_with_the_same_arguments():
    gaps = [reported(table, "LIF").best - reported(table, "LIF", note=AGAIN).best for table in SEQUENTIAL]
    assert gaps == pytest.approx([1.65, 2.71])


@pytest.mark.parametrize("table", SEQUENTIAL)
def test_every_run_of_a_final_table_has_its_curve_and_its_times(table):
    names = {(row.neuron, row.k, row.note) for row in rows_of(table)}
    for kept in (reported_results().curves, reported_results().epoch_seconds):
        assert {(row.neuron, row.k, row.note) for row in kept if row.table == table} == names


def test_best_and_last_are_those_of_the_curves():
    checked = 0
    for curve in reported_results().curves:
        row = reported(curve.table, curve.neuron, curve.k, curve.note)
        assert len(curve.accuracy) == 256
        assert curve.best() == (row.best, row.best_epoch)
        assert curve.accuracy[-1] == row.last
        checked += 1
    assert checked == 24


def test_the_sweep_has_every_order_of_both_and_ends_in_the_final_table():
    for neuron in ("masked PSN", "sliding PSN"):
        orders = [row.k for row in rows_of(SWEEP) if row.neuron == neuron]
        assert set(orders) == set(range(1, 33))
        assert reported(SWEEP, neuron, 32).best == reported("sequential CIFAR100", neuron).best


def test_order_1_had_its_best_epoch_while_the_mask_was_open():
    shut = next(e for e in range(256) if min(8 * e / 255, 1) == 1)
    curve = reported_curve(SWEEP, "masked PSN", 1)
    assert shut == 32
    assert curve.best(end=shut) == curve.best() == (49.3, 28)
    assert (
        curve.accuracy[shut]
        == reported("order 1, sequential CIFAR100", "masked PSN", note="epoch 32, the first with λ = 1").best
    )
    assert (
        curve.best(shut)[0]
        == reported("order 1, sequential CIFAR100", "masked PSN", note="the best epoch with λ = 1").best
    )


def test_every_number_names_its_source():
    kept = reported_results()
    for row in (*kept.results, *kept.curves, *kept.epoch_seconds, *kept.energies):
        assert row.source in kept.sources
    assert all(source.citation and source.read for source in kept.sources.values())


def test_times_and_energies_are_in_order():
    for row in reported_results().epoch_seconds:
        assert row.low <= row.median <= row.high and row.on_its_gpu <= row.beside_it
    (neurons, without) = reported_results().energies
    assert (neurons.in_neurons, neurons.total, without.total) == (88.56, 91.62, 10.66)


def test_the_best_of_a_part_of_a_curve():
    curve = Curve("t", "n", [1.0, 5.0, 3.0, 5.0, 2.0], "logs")
    assert curve.best() == (5.0, 1) and curve.best(2) == (5.0, 3) and curve.best(end=1) == (1.0, 0)


def test_what_is_not_reported_is_refused():
    with pytest.raises(ValueError, match=r"table must be one of 'sequential CIFAR10'.*; got 'MNIST'"):
        reported("MNIST", "PSN")
    with pytest.raises(
        ValueError, match=r"table and neuron must be of a run whose curve is kept .*got 'static', 'PSN'"
    ):
        reported_curve("static", "PSN")
    with pytest.raises(ValueError, match=r"got .* k = 3, note = None"):
        reported_curve(SWEEP, "masked PSN", 3)
