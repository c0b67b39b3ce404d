"""Results: rows and what is computed from them, the file that keeps them, plans, targets, and the printed report."""

import json
import re
from dataclasses import asdict, replace
from itertools import pairwise

import pytest

import psn_viz as pv
from psn_viz.bench import results as module
from psn_viz.bench.machine_limits import Roofs
from psn_viz.bench.plan import PLANS, plan_named
from psn_viz.bench.results import Results, Row, load_results, stored_results
from psn_viz.bench.subjects import SUBJECTS
from psn_viz.bench.targets import against_product, against_spikingjelly, checked
from psn_viz.bench.text_report import busy_in_short as short
from psn_viz.bench.text_report import report, too_busy, was_alone

MACHINE = {"system": "Linux", "processor": "x86_64", "cores": 2, "device": "cpu", "threads": 2, "cpu": "Some CPU"}
ROOFS = asdict(Roofs("cpu", "float32", bandwidth=1e10, cache_bandwidth=None, flops=2e11, latency=1e-6))
VERSIONS = {"psn_viz": "0.1.0", "torch": "2.13.0", "python": "3.11.7", "spikingjelly": "2.0.0"}


def row(subject: str, T: int, N: int, ms: float | None, mode: str = "training", **more) -> Row:
    times = {} if ms is None else {"median": ms / 1e3, "lower": ms / 2e3, "upper": ms / 5e2, "repeats": 31}
    return Row(T, N, mode, "float32", subject, **times, **more)


def of(*rows: Row, plan: str = "targets", **more) -> Results:
    facts = {"machine": MACHINE, "versions": VERSIONS, "complete": True, "others": 0.05, **more}
    return Results(plan, "2026-11-24T13:00:00+00:00", rows=list(rows), **facts)


# -------------------------------------------------------------------------------- what is computed


def test_ratios_are_of_medians_at_the_same_size_and_mode():
    results = of(
        row("psn", 8, 64, 2), row("sj-psn", 8, 64, 5), row("psn", 16, 64, 3), row("psn", 8, 64, 1, "inference")
    )
    assert results.ratio("sj-psn", "psn", 8, 64, "training") == 2.5
    assert results.ratio("sj-psn", "psn", 8, 64, "inference") is None
    assert results.ratios("sj-psn", "psn", "training") == {(8, 64): 2.5}
    assert results.sizes("training") == [(8, 64), (16, 64)]
    assert results.subjects == ("psn", "sj-psn")


def test_what_was_not_measured_has_no_ratio_and_keeps_its_reason():
    results = of(row("psn", 8, 64, 2), row("sj-psn", 8, 64, None, reason="SpikingJelly is not installed"))
    assert results.ratio("psn", "sj-psn", 8, 64, "training") is None
    assert results.row("sj-psn", 8, 64, "training").reason == "SpikingJelly is not installed"
    assert results.row("sj-lif", 8, 64, "training") is None


def test_the_exponent_is_that_of_a_power_law():
    rows = [row("psn", T, 256, 0.5 * T**1.5) for T in (256, 512, 1024)] + [row("psn", 8, 256, 700)]
    results = of(*rows, row("psn", 2048, 64, 1e-3))
    assert results.exponent("psn", 256, "training", lowest=256) == pytest.approx(1.5)
    assert results.exponent("psn", 256, "training") < 1
    assert results.exponent("psn", 256, "training", 1024) is None
    assert results.exponent("psn", 256, "inference") is None


def test_it_says_where_it_was_measured():
    assert of().machine_in_words == "2 cores of Some CPU (Linux)"
    assert of(machine={**MACHINE, "threads": 1}).machine_in_words == "1 core of 2, Some CPU (Linux)"
    assert of(machine={**MACHINE, "cores": 1, "cpu": None}).machine_in_words == "1 core of x86_64 (Linux)"
    assert of(machine={**MACHINE, "gpu": "Some GPU"}).machine_in_words == "Some GPU"
    assert "1 measured, 1 not, stopped" in repr(of(row("psn", 2, 4, 1), row("copy", 2, 4, None), complete=False))


# ---------------------------------------------------------------------------------------- the file


def test_a_file_gives_back_what_was_saved(tmp_path):
    saved = of(
        row("psn", 8, 64, 2),
        row("fused-lif", 8, 64, 0.1234, compile_seconds=12.5, note="compiled for any N"),
        row("sj-psn", 8, 64, None, reason="»not« here"),
        roofs=Roofs(**ROOFS),
    )
    path = saved.save(tmp_path / "r.json")
    loaded = load_results(path)
    assert loaded == saved
    assert load_results(str(path)).rows[1].compile_seconds == 12.5


def test_times_are_kept_to_four_digits(tmp_path):
    loaded = load_results(of(row("psn", 8, 64, 1.23456789)).save(tmp_path / "r.json"))
    assert loaded.rows[0].median == 0.001235


def test_a_row_is_a_line(tmp_path):
    text = of(row("psn", 8, 64, 2), row("copy", 8, 64, 1)).to_json()
    assert '\n[8, 64, "training", "float32", "psn", 0.002, ' in text
    assert json.loads(text)["columns"][:5] == ["T", "N", "mode", "dtype", "subject"]


def stored(**changed) -> dict:
    """The content of a file with one row."""
    return {**json.loads(of(row("psn", 8, 64, 2)).to_json()), **changed}


def stored_row(**changed) -> dict:
    """The same, with some columns of the row changed."""
    values = {column: getattr(row("psn", 8, 64, 2), column) for column in module.COLUMNS}
    return stored(rows=[list((values | changed).values())])


def without(name: str) -> dict:
    return {key: value for key, value in stored().items() if key != name}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "Input data was truncated"),
        (json.dumps(stored())[:300], "truncated"),
        (json.dumps(stored()).replace("0.002", "NaN"), "JSON is malformed: invalid character (byte "),
        ("{" * 100_000, "malformed"),
        ([], "$: expected `object`, got []"),
        (stored(format=2), "its format is 2, this psn_viz reads 1"),
        (without("machine"), "$: object missing required field `machine`"),
        (without("rows"), "$: object missing required field `rows`"),
        (stored(machine={}), "$.machine: object missing required field"),
        (stored(machine=MACHINE | {"cores": 0}), "$.machine.cores: expected `int` >= 1, got 0"),
        (stored(machine=MACHINE | {"threads": True}), "$.machine.threads: expected `int`, got True"),
        (stored(versions={"torch": 2}), "$.versions[...]: expected `str | null`, got `int`"),
        (stored(complete="yes"), "$.complete: expected `bool`, got 'yes'"),
        (stored(load=-1), "$.load: expected `float` >= 0.0, got -1"),
        (stored(roofs=ROOFS | {"flops": 0}), "$.roofs.flops: expected `float` > 0.0, got 0"),
        (stored(roofs=ROOFS | {"latency": None}), "$.roofs.latency: expected `float`, got None"),
        (stored(rows=[[8, 64]]), "rows[0] must have 12 values, one a column, has 2"),
        (stored(columns=["T"], rows=[[8]]), "$.rows[0]: object missing required field `N`"),
        (stored_row(T="8"), "$.rows[0].T: expected `int`, got '8'"),
        (stored_row(N=10**400), "$.rows[0].N: "),
        (stored_row(median=10**400), "$.rows[0].median: number out of range, got 1000"),
        (stored_row(mode="train"), "$.rows[0]: mode must be one of inference, training, update, epoch, got 'train'"),
        (stored_row(lower=3.0), "$.rows[0]: lower ≤ median ≤ upper must hold, or all be None; got 3.0, 0.002, 0.004"),
        (
            stored_row(upper=None),
            "$.rows[0]: lower ≤ median ≤ upper must hold, or all be None; got 0.001, 0.002, None",
        ),
    ],
)
def test_a_damaged_file_is_refused_by_name_and_place(content, words, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ValueError) as error:
        load_results(path)
    assert str(error.value).startswith(f"{path} is damaged, or is no results file of psn-viz bench: ")
    assert words in str(error.value)


def test_a_row_that_cannot_be_is_refused_when_it_is_made():
    with pytest.raises(ValueError, match="mode must be one of inference, training, update, epoch, got 'train'"):
        row("psn", 8, 64, 2, mode="train")
    with pytest.raises(ValueError, match="lower ≤ median ≤ upper must hold"):
        replace(row("psn", 8, 64, 2), median=None)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.json"):
        load_results(tmp_path / "none.json")
    with pytest.raises(ValueError, match=r"name must be one of .*got 'gpu-9'"):
        load_results("gpu-9")
    with pytest.raises(TypeError, match="name must be a path, got 3"):
        load_results(3)


def test_stored_results_are_found_by_their_plan(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    for plan in ("figure", "long"):
        of(plan=plan).save(tmp_path / f"cpu-2-cores-{plan}.json")
    assert stored_results() == ("cpu-2-cores-figure", "cpu-2-cores-long")
    assert stored_results("long") == ("cpu-2-cores-long",)
    assert load_results("cpu-2-cores-long").plan == "long"
    of(plan="figure").save(tmp_path / "a-long-one-figure.json")
    assert stored_results("long") == ("cpu-2-cores-long",)


def test_the_results_that_ship_are_whole(tmp_path):
    for name in stored_results():
        results = load_results(name)
        assert load_results(results.save(tmp_path / "again.json")) == results
        assert results.complete and name.endswith(f"-{results.plan}")
        assert {row.subject for row in results.rows} <= set(SUBJECTS)
        path = module.FOLDER / f"{name}.json"
        assert path.stat().st_size < 150_000
        # What was measured beside something else may ship, and says so.
        assert ("not known whether other programs" in report(results)) == (was_alone(results) is None)


def test_the_public_names_are_there():
    assert pv.load_results is load_results and pv.stored_results is stored_results
    assert callable(pv.measure) and callable(pv.measure_roofs)


# ----------------------------------------------------------------------------------------- the plans


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("device", ["cpu", "cuda:0"])
def test_every_plan_measures_what_there_is_and_nothing_twice(name, device):
    plan = plan_named(name, device)
    assert plan.name == name and plan.about
    assert {subject for point in plan.points for subject in point.subjects} <= set(SUBJECTS)
    assert len({(point.T, point.N, point.mode) for point in plan.points}) == len(plan.points)


def test_the_figure_is_the_grid_of_the_paper():
    points = plan_named("figure").points
    for mode in ("inference", "training"):
        sizes = {(point.T, point.N) for point in points if point.mode == mode}
        assert sizes == {(2**a, 4**b) for a in range(1, 7) for b in range(4, 11)}
    assert all(
        {"psn", "plain-lif", "loop-lif", "fused-lif", "bare", "copy"} <= set(point.subjects) for point in points
    )
    # A compiled loop serves all N of a T and a mode: they must follow each other.
    kinds = [(point.T, point.mode) for point in points]
    assert len(dict.fromkeys(kinds)) == 1 + sum(a != b for a, b in pairwise(kinds))


def test_long_reaches_4096_and_targets_hold_every_target():
    assert {point.T for point in plan_named("long").points} == {2**a for a in range(6, 13)}
    plan = plan_named("targets")
    assert plan.repeats == 31 and plan.budget is None
    everything = [row(s, p.T, p.N, 1.0, p.mode) for p in plan.points for s in p.subjects]
    found = list(checked(of(*everything)))
    assert all(one.value is not None for one in found)
    # 5 sizes each against SpikingJelly's, less one without target; 3 and the 5 long ones against the product;
    # growth of two; inference of three at five sizes.
    assert len(found) == (5 + 4 + 4) + (3 + 5) + 2 + 15


def test_an_unknown_plan_is_refused():
    with pytest.raises(ValueError, match="plan must be one of quick, figure, long, targets, epoch, reset, got 'all'"):
        plan_named("all")


def test_limits():
    assert [against_spikingjelly("psn", T) for T in (8, 32, 128, 512, 1024)] == [0.65, 0.65, 0.8, 1.0, 1.0]
    assert [against_spikingjelly("masked-8", T) for T in (8, 128, 512, 1024)] == [0.7, 0.7, None, 0.7]
    assert [against_spikingjelly("sliding-8", T) for T in (8, 128, 512, 1024)] == [0.7, 0.7, None, 0.15]
    assert [against_product("psn", T) for T in (32, 128, 512, 1024)] == [None, 1.5, 1.2, 1.2]
    assert against_product("sliding-8", 1024) is None


# ---------------------------------------------------------------------------------------- the report


def line_of(text: str, *starts: str) -> str:
    (line,) = [line for line in text.splitlines() if all(start in line for start in starts)]
    return " ".join(line.split())


def test_the_report_computes_its_ratios_and_holds_targets_beside_them():
    results = of(
        row("psn", 32, 16384, 2),
        row("sj-psn", 32, 16384, 4),
        row("bare", 32, 16384, 1),
        row("psn", 512, 2048, 9.6),
        row("sj-psn", 512, 2048, None, reason="out of memory"),
        row("sj-lif", 512, 2048, None, reason="out of memory"),
        row("bare", 512, 2048, 6.4),
        *(row("sliding-8", T, 256, T / 100, "update") for T in (256, 512, 1024)),
        *(row("masked-8", T, 256, T**1.5 / 1e4, "update") for T in (256, 512, 1024)),
        *(row(name, 8, 65536, ms, "inference") for name, ms in (("psn", 6), ("bare", 1), ("copy", 2))),
        *(row(name, 8, 1024, ms, "inference") for name, ms in (("psn", 6), ("bare", 1), ("copy", 2))),  # too few
    )
    text = report(results)
    assert line_of(text, "psn / sj-psn, training", "32") == "psn / sj-psn, training 32 × 16384 0.50 ≤ 0.65 met"
    assert line_of(text, "psn / sj-psn, training", "512").endswith("– ≤ 1 not measured")
    assert line_of(text, "psn / bare, training", "512") == "psn / bare, training 512 × 2048 1.50 ≤ 1.2 NOT MET"
    assert line_of(text, "sliding-8, p in time").endswith("1.00 ≤ 1.15 met")
    assert line_of(text, "masked-8, p in time").endswith("1.50 ≤ 2 met")
    assert line_of(text, "psn / larger of bare and copy").endswith("8 × 65536 3.00 ≤ 2.5 NOT MET")
    assert "  sj-psn, sj-lif: out of memory" in text
    times = text[text.index("training, medians in ms") :].splitlines()
    assert [times[1].split(), times[2].split()] == [
        ["T", "×", "N", "psn", "sj-psn", "bare", "sj-lif"],
        ["32", "×", "16384", "2", "4", "1", "–"],
    ]
    assert "2 cores of Some CPU" in text and "SpikingJelly 2.0.0" in text and "torch 2.13.0" in text
    assert "In the minute" not in text and "Stopped" not in text


def test_a_gpu_is_held_to_a_copy():
    rows = [row(name, 32, 2**20, ms, "inference") for name, ms in (("psn", 3), ("bare", 4), ("copy", 2.5))]
    text = report(of(*rows, machine={**MACHINE, "device": "cuda", "gpu": "Some GPU"}))
    assert line_of(text, "psn / copy, inference") == "psn / copy, inference 32 × 1048576 1.20 ≤ 1.5 met"
    assert "psn / copy" not in report(of(*rows))


def test_over_a_grid_the_report_is_the_papers_figure():
    rows = [
        row(name, T, N, ms * T)
        for T in (2, 4, 8)
        for N in (16, 64, 256)
        for name, ms in (("psn", 1), ("plain-lif", T))
    ]
    text = report(of(*rows, plan="figure"))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    at = lines.index("training, plain-lif / psn")
    assert lines[at + 1 : at + 5] == ["N \\ T 2 4 8", "16 2.00 4.00 8.00", "64 2.00 4.00 8.00", "256 2.00 4.00 8.00"]
    assert "targets" not in lines


def test_the_report_of_long_sequences_says_how_time_grows():
    rows = [row("psn", T, 64, T * T / 1e3) for T in (256, 512, 1024)]
    text = report(of(*rows, *(row("sj-psn", T, 64, None) for T in (256, 512, 1024)), plan="long"))
    grows = text[text.index("p in time") :].split("not measured")[0]
    assert line_of(grows, "psn, training") == "psn, training T = 256 … 1024, N = 64 2.00" and "sj-psn" not in grows


def test_growth_is_that_of_the_steps_that_a_subject_was_measured_at():
    rows = [row("sliding-8", T, 64, T / 1e3) for T in (64, 256, 512, 1024, 2048, 4096)]
    theirs = [row("sj-sliding-8", T, 64, T * T / 1e3 if T <= 1024 else None) for T in (256, 512, 1024, 2048, 4096)]
    two = [row("sj-psn", T, 64, T / 1e3 if T <= 512 else None) for T in (256, 512, 1024)]
    text = report(of(*rows, *theirs, *two, plan="long"))
    grows = text[text.index("p in time") :].split("not measured")[0]
    lines = [" ".join(line.split()) for line in grows.splitlines() if "T = " in line]
    assert lines == [
        "sliding-8, training T = 256 … 4096, N = 64 1.00",
        "sj-sliding-8, training T = 256 … 1024, N = 64 2.00",
    ]


def test_growth_is_judged_over_the_steps_that_were_measured():
    def growth(*measured: int) -> str:
        rows = [
            row("sliding-8", T, 256, T / 100 if T in measured else None, "update") for T in (64, 256, 512, 1024, 2048)
        ]
        return line_of(report(of(*rows)), "sliding-8, p in time")

    what = "sliding-8, p in time ∝ T^p, training and update"
    assert growth(256, 512, 1024) == f"{what} T = 256 … 1024, N = 256 1.00 ≤ 1.15 met"
    assert growth(64, 256, 512).endswith("T = 256 … 2048, N = 256 – ≤ 1.15 not measured")


def test_the_growth_of_training_without_an_update_is_no_target():
    """So it was measured by earlier versions, whose results are still read."""
    rows = [row("sliding-8", T, 256, T / 100) for T in (256, 512, 1024)]
    assert not list(checked(of(*rows))) and "p in time" not in report(of(*rows))


def test_short_sequences_have_a_note():
    rows = {T: [row("psn", T, 65536, 2), row("sj-psn", T, 65536, 4)] for T in (8, 32)}
    assert "At T = 8, time goes into memory" in report(of(*rows[8], *rows[32]))
    assert "At T = 8" not in report(of(*rows[32]))


@pytest.mark.parametrize("dtype", ["bfloat16", "float64"])
def test_targets_are_not_held_beside_other_dtypes(dtype):
    rows = [replace(row(name, 32, 16384, ms), dtype=dtype) for name, ms in (("psn", 2), ("sj-psn", 4))]
    text = report(of(*rows))
    assert "\ntargets hold for float32 only" in text and "wanted" not in text
    assert list(checked(of(*rows))) == []
    assert "targets" not in report(of(*rows, plan="figure"))


def test_the_report_says_what_makes_times_doubtful():
    text = report(of(row("psn", 2, 4, 1), complete=False, others=1.5))
    assert "Stopped: what follows was measured before." in text
    assert "In the second before the run, other programs used 1.5 of the 2 cores: if they went on" in text


@pytest.mark.parametrize(
    ("others", "load", "alone", "words"),
    [
        (0.2, 9.0, True, ""),  # the load is of the measurement before
        (0.3, 0.0, False, "other programs used 0.3 of the 2 cores"),
        (None, 0.07, True, ""),
        (
            None,
            1.26,
            None,
            "not known whether .* in the minute before the run, 1.3 programs wanted one of the 2 cores",
        ),
        (None, None, None, "It is not known whether other programs were at work meanwhile."),
    ],
)
def test_a_machine_is_called_idle_or_busy_only_where_that_is_known(others, load, alone, words):
    results = of(row("psn", 2, 4, 1), others=others, load=load)
    assert was_alone(results) is alone and too_busy(results) is (alone is not True)
    assert alone or (
        re.search(words, report(results)) and re.search("busy" if others else "not known", short(results))
    )
    assert not alone or "programs" not in report(results)


def test_results_from_before_others_were_measured_can_be_read(tmp_path):
    content = json.loads(of(row("psn", 8, 64, 2), load=4.2).to_json())
    assert content.pop("others") == 0.05
    (tmp_path / "old.json").write_text(json.dumps(content))
    old = load_results(tmp_path / "old.json")
    assert old.others is None and old.load == 4.2 and was_alone(old) is None
