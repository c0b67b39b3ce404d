# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · Simulation speed
#
# **The question.** A PSN does not wait for the step before. How much faster is it: where, and compared with what?
#
# **Afterwards you can**
# 1. read the paper's speed figure, and say what each side ran as;
# 2. name sizes at which an LIF is faster than a PSN;
# 3. count operations, numbers moved and launches of a neuron, and say which of the three limits it on a device;
# 4. measure a speed-up that holds: warm, in turns, with a median and its quartiles.
#
# **Time**: 35 minutes to read and play, 50 in class; exercises 25 more. **Before**: `05_sliding_psn`. **After**:
# `06_simulation_speed_further` has a leak without T², memory, and four ways to fool oneself.

# %%
import itertools
import math

import torch

import psn_viz as pv
from psn_viz.bench.cost_model import DATA_SHEETS, work
from psn_viz.bench.plain_loop import plain_lif
from psn_viz.bench.stored_machines import kernels

# %% [markdown]
# ## Three questions on lesson 05
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("06")

# %% [markdown]
# ## Symbols
#
# ${\color{#1f6fd0}{X}}$ input, ${\color{#a55c00}{H}}$ charge, ${\color{#9338ac}{V}}$ membrane after the reset,
# ${\color{#c10732}{S}}$ spikes, W, k, as before; T time-steps of N neurons. New:
#
# | word | meaning |
# |---|---|
# | $t(\cdot)$ | seconds that a layer takes for T steps of N neurons |
# | kernel | here: a program that a device runs in one go, such as a product (not the kernel of a sliding PSN) |
# | launch | handing one kernel to the device; it takes some millionths of a second, however small the work is |
# | fused | several operations in one kernel |
# | just-in-time compiler | makes a faster program of a program while it runs; it fuses operations |
# | inference, training | the forward pass alone; forward and backward |

# %% [markdown]
# ## 1 · The paper's figure
#
# Without a reset all steps are one product, so it should be faster. The paper has one figure on that: t(LIF) / t(PSN) for
# N = 2⁸ … 2²⁰ neurons and T = 2 … 64 steps. It prints no single factor, and we do not know on which machine it was measured. Its LIF was a
# loop in PyTorch with the just-in-time compiler: at inference one fused function for each step, in training three. Its
# PSN was a matrix product, then the threshold.
#
# Here is the same figure, measured on two cores of a CPU, **not the paper's machine nor its opponent**: choose the
# opponent under *t*. The *plain loop* (where it was measured) is a good simple one: an operation each to charge,
# to fire and to reset. *Each operation a kernel* is the LIF of this course, which takes eleven. *Compiled LIF* is the same
# loop after a compiler has fused it.

# %% tags=["nbval-ignore-output"]
pv.LABS["speed_ratio"]().show()

# %% [markdown]
# *With many steps the ratio falls from left to right.* Point at cells of the map. Below it stands what one gets for four
# times as many neurons: where the time hardly grows, the calls take it; where it grows as much as N, the data does.
# A loop makes T times as many calls; so it loses most on the left, with many steps.
#
# Two rows do not fit: with T = 2 and T = 4 the ratio *rises*. The two ends of every row, for the LIF with each operation a kernel:

# %%
stored = pv.load_results("cpu-2-cores-figure")
inference = stored.ratios("loop-lif", "psn", "inference")
for T in (2, 4, 8, 16, 32, 64):
    print(f"T = {T:2}: ratio {inference[T, 2**8]:5.1f} with N = 2⁸, {inference[T, 2**20]:4.1f} with N = 2²⁰")

# %% [markdown]
# A reason that we have not tested: on the left the ratio counts calls, and grows with T. On the right it counts numbers
# moved, whatever T is. With few steps the first ratio is the smaller one. (With T = 2, SpikingJelly's loop ends still higher.
# That we cannot explain.)
# <!-- evidence: bench('cpu-2-cores-figure').ratio('sj-lif', 'psn', 2, 2**20, 'inference') > 2 * bench('cpu-2-cores-figure').ratio('loop-lif', 'psn', 2, 2**20, 'inference') -->
#
# ## 2 · The opponent decides
#
# Now the same machine, but a compiled LIF, and training, which is what a faster neuron is wanted for.

# %%
pv.predict("06/compiled")

# %%
compiled = stored.ratios("fused-lif", "psn", "training")
sizes_N = sorted({N for _, N in compiled})
with pv.folded("What came"):
    print(f"{stored.machine_in_words}, training: t(compiled LIF) / t(PSN); below 1 the LIF is faster")
    print("  T  ", *(f"N = 2^{int(math.log2(N)):<3}" for N in sizes_N))
    for T in sorted({T for T, _ in compiled}):
        print(f"{T:3}  ", *(f"{compiled[T, N]:<7.2f}" for N in sizes_N))
    faster = sum(ratio < 1 for ratio in compiled.values())
    print(f"the LIF is faster at {faster} of {len(compiled)} sizes, up to {1 / min(compiled.values()):.1f} times")

# %% [markdown]
# ***On this machine a compiled LIF takes less time in training than our PSN at about half of the sizes: with many neurons, at every T.
# With few neurons the PSN takes less.*** The PSN does T² operations for each neuron, the LIF a few times T; but our PSN was not
# compiled, so T² and compiler are not told apart. (A GPU may answer otherwise.)
# <!-- evidence: abs(sum(r < 1 for r in bench('cpu-2-cores-figure').ratios('fused-lif', 'psn', 'training').values()) / 35 - 0.5) < 0.1;
# max(r for (T, N), r in bench('cpu-2-cores-figure').ratios('fused-lif', 'psn', 'training').items() if N >= 2**18) < 1;
# min(r for (T, N), r in bench('cpu-2-cores-figure').ratios('fused-lif', 'psn', 'training').items() if N <= 2**10) > 1 -->
#
# Trust the pattern, not a single size: in an earlier run of the same command on this machine, single ratios were up to three
# times as small. The pattern was the same.
# <!-- evidence: not a result: the earlier run is not stored, and the sentence warns of single numbers -->
#
# **What is left of it in a network?** Seconds for a whole epoch, from the training logs that the authors published. Only
# numbers of one machine can be compared:
#
# | machine | seconds an epoch |
# |---|---|
# | one | masked PSN 10.3 · sliding PSN 18.1 · LIF without reset 18.9 |
# | another | sliding PSN 17.0 · PSN 26.6 · PLIF **not fused** 64.7 |
# | others | PLIF **fused** 21.9 · LIF **fused** 22.0 |
#
# (PLIF is an LIF whose τ is learned. *Fused* is SpikingJelly's kernel for whole sequences, written with CuPy, a library for
# NVIDIA GPUs; *not fused* its loop in PyTorch.) The large ratio, 64.7 to 26.6, is one over a loop. A fused
# LIF and a PSN on one machine are not in the logs.
# <!-- evidence: not a result: seconds that the authors' logs give, no accuracy -->

# %% [markdown]
# ## 3 · What takes the time
#
# Three things: *launches*, pieces of work that wait for each other; *numbers moved* between the memory and the processor;
# *operations* on them.
#
# ```
# time →                         ▏ launch    ░ move and compute
# LIF, one kernel a step         ▏░▏░▏░▏░▏░▏░▏░▏░▏░▏░▏░▏░
# PSN, product and threshold     ▏░░░░░░░░░▏░░░░░░
# PSN, one kernel                ▏░░░░░░░░░
# ```
#
# At inference, at least:
#
# | | operations | numbers moved | launches |
# |---|---|---|---|
# | PSN, one kernel (as it could be) | 2T²N | 2TN + T² + T | 1 |
# | PSN, product and threshold (as published) | 2T²N | 4TN + T² + T | 2 |
# | sliding PSN, its band only | 2kTN | 2TN + k + 1 | 1 |
# | LIF, fused (as it could be) | 6TN | 2TN | 1 |
# | LIF, one kernel a step (as published) | 6TN | 4TN | T |
# | LIF, each operation a kernel | 6TN | 15TN | 6T |
#
# Every neuron reads X and writes ${\color{#c10732}{S}}$: 2TN. What one kernel hands to the next is written and read again: the
# published PSN does that with ${\color{#a55c00}{H}}$, a loop with ${\color{#9338ac}{V}}$, 2TN more. The six operations:
# subtract, divide, add; compare; 1 − S, multiply. **Compare as published with as published, as it could be with as it could
# be.**
#
# **Check.** A plain loop is three operations. It gives the spikes of our LIF, and we count what each one starts:


# %%
def plain_loop(X):
    V, S = torch.zeros_like(X[0]), []
    for X_t in X.unbind():
        H = V.lerp(X_t, 0.5)  # charge: V + (X − V)/2
        S.append(H >= 1)  # fire
        V = H.masked_fill(S[-1], 0)  # reset
    return torch.stack(S).to(X)


X = torch.randn(64, 100, generator=torch.Generator().manual_seed(0))
print("plain loop = LIF:", torch.equal(plain_loop(X), pv.LIF()(X)) and torch.equal(plain_lif(X), plain_loop(X)))
for T in (4, 32, 256):
    counts = [kernels(neuron, T) for neuron in (pv.PSN(T, backend="readable"), plain_loop, pv.LIF())]
    print("T = {:3}: kernels of the PSN {}, plain loop {:4}, each operation a kernel {:4}".format(T, *counts))

# %% [markdown]
# The PSN starts a few, whatever T is; a loop some for every step. (Our LIF has eleven: it allows for other resets.)
#
# How long? A device has a *latency* (seconds a launch), a *bandwidth* (bytes a second; a number in float32 has 4) and a
# *peak* (operations a second). It computes while it moves, so of those two the longer one counts:
#
# $$t \approx \text{launches} \cdot \text{latency} + \max\left(\frac{\text{operations}}{\text{peak}}, \frac{\text{bytes}}{\text{bandwidth}}\right)$$
#
# One thing more: a device has a *cache*, a small fast memory. What a kernel hands to the next and fits into the cache costs
# no bandwidth in this model. On an A100 that is 42 MB: ${\color{#9338ac}{V}}$ of a million neurons fits, and
# ${\color{#a55c00}{H}}$, 32 times as large, does not.

# %%
pv.predict("06/limit")

# %%
pv.predict("06/shrinks")

# %% [markdown]
# Which of the two is the longer one depends on the *operations for each byte*. A device that does 9.6 operations in the time
# in which it moves a byte waits for the bytes if a program has fewer, for the operations if it has more. The picture of that is
# called a *roofline*: the slope is the bandwidth, the flat part the peak; they meet at the *ridge*.

# %% tags=["nbval-ignore-output"]
pv.LABS["roofline"]().show()

# %% [markdown]
# *With a million neurons, three take the same time: the PSN in one kernel, the sliding PSN and the fused LIF. They move the
# same numbers.* Now N to the left: launches are left, and the loop has T of them. T to the right: the PSN follows the small
# dots, and passes the ridge at T = 38. (All of this is predicted, from data sheets. The 5 µs of a launch are an assumption.)
#
# So this is what the model says of the paper's figure, T = 32, lowest plot on the right, dashed: **from 16 on the left, T
# launches against two, down to about 1 at N = 2²⁰**, and below it beyond, where V of the loop stays in the cache and H of the PSN does not.
# (One of the authors, too, remarks that the product is limited by the memory there.) As they could be, one kernel each, PSN
# and LIF are equal at every N, as long as T is below the ridge.
#
# **Check.** Up to which T is a PSN not slower, on this device with N = 2²⁰? By the model:

# %%
A100 = DATA_SHEETS["A100"]
pairs = {"as published": ("LIF, one kernel a step", "PSN, product and threshold"),
         "as they could be": ("LIF, fused", "PSN, one kernel")}  # fmt: skip
for name, (lif, psn) in pairs.items():
    for T in range(2, 1000):
        seconds = {neuron: A100.predict(needed, "float32")[0] for neuron, needed in work(T, 2**20, k=8).items()}
        if seconds[psn] > 1.05 * seconds[lif]:  # by more than the 5 % that a measurement would miss
            print(f"{name}: the PSN is slower from T = {T} on")
            break

# %% [markdown]
# A look at the model: SpikingJelly's documentation gives, for an LIF of 4.2 million neurons, T = 32, float16, forward and backward, on an RTX 4090 (1008 GB/s): 41.9 ms in PyTorch, 5.19 with a kernel in
# CuPy, 3.37 with one in Triton (a language for such kernels). At least 6TN numbers must be moved: X in, S and H out; the
# gradient and H in, the gradient out.

# %%
roof = 1e3 * 6 * 32 * 4.2e6 * 2 / 1008e9
print(f"bandwidth alone: {roof:.2f} ms")
for name, milliseconds in {"Triton": 3.37, "CuPy": 5.19, "PyTorch": 41.9}.items():
    print(f"{name:8} {milliseconds:5} ms, {milliseconds / roof:4.1f} times that")

# %% [markdown]
# One neuron, one device, and a factor of twelve between two programs. *A speed-up over "an LIF" can be about the LIF.*

# %% [markdown]
# ## 4 · Your machine
#
# The forward pass of 1024 neurons: a PSN, a sliding PSN, and the plain loop.

# %%
guess = pv.predict("06/crossover")
guess

# %% [markdown]
# How to take a time: first a few calls that do not count, then all in turns, many times. Of these the *median*, because a
# single interruption spoils a mean. The *quartiles* beside it say how much to trust it. `pv.measure` does that, on a GPU
# if there is one, else on one core.

# %% tags=["nbval-ignore-output", "measured"]
torch.set_num_threads(1)
steps = (4, 16, 64, 256, 1024, 4096)
names, sizes = ("psn", "sliding-8", "plain-lif"), [(T, 1024) for T in steps]
line = pv.measure(names, sizes, modes=("inference",), device=None, budget=10)
busy = " (busy: expect wild numbers, try again later)" if (line.others or 0) > 0.2 else ""
print(f"{line.machine_in_words}; cores that other programs used just before: {line.others}{busy}")
print("median and quartiles in ms\n   T        PSN                   plain loop             loop / PSN")
for T in steps:
    rows = [line.row(name, T, 1024, "inference") for name in ("psn", "plain-lif")]
    told = [f"{1e3 * r.median:8.3f} ({1e3 * r.lower:.3f} to {1e3 * r.upper:.3f})" for r in rows if r.median]
    ratio = line.ratio("plain-lif", "psn", T, 1024, "inference")
    print(f"{T:4} ", *told, f"{ratio:10.2f}" if ratio else "not measured")


# %% tags=["nbval-ignore-output", "measured"]
def crossover(ratios):
    """Where a line through the points, on logarithmic axes, passes a ratio of 1."""
    points = [(math.log2(T), math.log2(ratio)) for (T, _), ratio in sorted(ratios.items())]
    for (T, before), (T_next, after) in itertools.pairwise(points):
        if before > 0 >= after:
            return 2 ** (T + (T_next - T) * before / (before - after))


found = crossover(line.ratios("plain-lif", "psn", "inference"))
guess.reveal(found) if found else print("no crossover up to T = 4096 here")

# %% [markdown]
# *For twice as many steps the loop takes twice as long; the PSN, once T is large, four times.* So there must be a crossover,
# beyond 4096 where none was found. A band of k weights keeps the advantage that T² loses:

# %% tags=["nbval-ignore-output", "measured"]
for name in ("psn", "sliding-8", "plain-lif"):
    p = line.exponent(name, 1024, "inference", lowest=256)
    print(f"{name:9} from T = 256 on: time ∝ T^{p:.2f}" if p else f"{name:9} not measured")

# %% [markdown]
# Look for an exponent of about 2 for the PSN, and of about 1 for the band and the loop. And your machine under its own
# roofs: the bandwidth of a large copy, the peak of a large product, the latency of the smallest operation. What has been
# measured stands beside the predictions.

# %% tags=["nbval-ignore-output", "measured"]
pv.roofline_lab(pv.measure_roofs(), line, T=64, N=2**10, k=8).show()

# %% [markdown]
# *Where a measured stroke is far to the right of its mark, there is time to be gained.* Where it is left of its mark, the data
# came from the caches of the processor, whose size the model does not know here (the dotted roof is their bandwidth).

# %% [markdown]
# ## Where it fails
#
# The claim: *a PSN is faster than an LIF.* Section 2 has shown one machine on which it fails in training with many neurons. And on the
# A100 of section 3, with a million neurons and a long sequence?

# %%
pv.predict("06/fails")

# %% [markdown]
# *Far beyond the ridge even a loop of one kernel a step is faster than the PSN, and a sliding PSN is as fast as a fused
# LIF.*

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). How many operations a PSN in one kernel does for each byte that it has to move at
# least. T is a tensor of lengths, float64; `size` is the number of bytes of a number.


# %% tags=["exercise"]
def intensity(T, N, size):
    return 2 * T**2 * N / (size * (2 * T * N + T**2 + T))  # blank: return ...


# solution: For many neurons this is T / size: T / 4 in float32. Setting it to peak / bandwidth gives the T of the ridge.
pv.check("06/intensity", intensity)

# %% [markdown]
# **2 · The time that the roofs allow** (medium, 10 minutes). `operations`, `moved` (numbers moved to and from memory) and
# `launches` are tensors, float64, one entry for each neuron to be compared; the others are numbers. Return the seconds that
# the model predicts.


# %% tags=["exercise"]
def seconds(operations, moved, launches, peak, bandwidth, latency, size):
    # blank
    moving, computing = moved * size / bandwidth, operations / peak
    return launches * latency + torch.maximum(moving, computing)
    # end blank


# solution: The device computes while it moves: the longer of the two counts. Launches come on top.
pv.check("06/seconds", seconds)

# %% [markdown]
# **3 · Open** (10 minutes). "Our parallel neuron is 40 times as fast as LIF." Which five questions do you ask?

# %%
pv.answer("06/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# At which T and N, and does it hold at the sizes of a real network? Which LIF: a Python loop, compiled, one kernel; how
# many launches does it start? Forward alone or with backward, and how does the loop take its steps apart? Was the
# device waited for, were there warm-up calls, is it a median of how many, and how far apart are the quartiles? And what
# is left of it in a whole epoch?
# </details>

# %% [markdown]
# Your answers are kept in a small file beside this notebook. `pv.hand_in("your name")` writes a copy to hand in,
# `pv.reset_progress("06")` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - The paper's figure divides the time of an LIF of one to three kernels a step by that of a PSN of a product and a
#   threshold. With many steps the ratio falls with N: by the model, first launches count, then numbers moved.
# - What was measured here, on two cores: at every size of the map the PSN takes no more time than a plain loop. With many neurons a
#   compiled LIF takes less in training (the PSN was not compiled).
#   <!-- evidence: min(bench('cpu-2-cores-figure').ratios('plain-lif', 'psn', 'inference').values()) > 1;
#   min(bench('cpu-2-cores-figure').ratios('plain-lif', 'psn', 'training').values()) > 1;
#   max(r for (T, N), r in bench('cpu-2-cores-figure').ratios('fused-lif', 'psn', 'training').items() if N >= 2**18) < 1 -->
# - Below the ridge a PSN and an LIF in one kernel each take the same time; beyond it T² loses to a band, and in the end to a
#   loop.
# - A time is a median with quartiles of warm calls, taken in turns. A ratio says what both sides ran as.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, the figure of simulation speed.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `speed_ratio;mode=training`: how many times as fast is the PSN (2)? Then
# `speed_ratio;above=fused-lif;mode=training`: the same machine, the same PSN. What has changed (3)?
#
# **Fifty minutes**: the map and the rows that rise (8), the prediction of section 2 and its table (8), the table of
# section 3 at the board, and both predictions before the lab (20), your machine (10), where it fails (4).
#
# **Ninety minutes**: the fifty minutes (50), exercise 1 (5), exercise 2 (10), the four traps of *Going further* in
# pairs, as "what is wrong with this cell?" (15), the discussion (10).
#
# **To present**: `psn-viz present 06` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (5) and 2 (10), the open task 3 (10), in *Going further* exercise 1 (15). Answers that
# only `psn-viz teachers` holds: *Under two roofs* (15), *A measurement that does not hold* (15).
#
# **Misconceptions to expect**
# - *"Parallel means fewer operations."* The table of section 3; `roofline;T=1024`.
# - *"With many neurons the PSN gains most."* `roofline;device=H100` against `roofline;N=256;device=H100`.
# - *"The PSN is limited by its T² operations."* Not below the ridge, T = 38 here: `roofline;T=8`. At `roofline;T=64` it is.
# - *"A ratio does not depend on the machine."* `roofline;dtype=float16;device=T4` against `roofline`; the map
#   of section 1 beside section 4 on the classroom machine.
#
# **To discuss**, and what a good answer has in it
# - *"Which LIF should a paper compare its neuron with?"* With the one that people run, and with the fastest one that
#   there is, and both are named. A good answer asks for the same dtype, the same passes, and for compiling both or
#   neither.
# - *"Your network has very many neurons and few steps. What does speed say for a PSN there?"* Each step already fills
#   the device, so launches hardly count. Below the ridge a PSN and an LIF in one kernel each take the same time. A
#   good answer ends in a measurement on the machine in question.
# - *"What would have to be measured before one writes "training is faster"?"* A whole epoch: data, linear layers,
#   backward and all. Warm calls, taken in turns, with the spread; and the share of the neuron in it, since no more
#   than that can be saved.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `roofline` · `roofline;N=256` ·
# `roofline;T=1024` · `roofline;T=4096` · `speed_ratio` · `speed_ratio;above=fused-lif` · `speed_ratio;mode=training`
# </details>
