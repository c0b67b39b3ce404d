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
# **The question.** How much faster is a PSN than a loop: where, compared with what, and why not everywhere?
#
# **Afterwards you can**
# 1. measure a speed-up that holds: warm, waiting for the device, in turns, with a median and its quartiles;
# 2. count operations, bytes and launches of a neuron, and say which of the three limits it on a given device;
# 3. say why the advantage over a loop shrinks with N, when a fused LIF catches up, and when T² loses to a band;
# 4. name four ways to a speed-up that is none, and see them in somebody else's numbers.
#
# **Time**: 40 minutes to read and play, 60 in class; exercises 35 more. **Before**: `05_sliding_psn`.

# %%
import itertools
import math
import time
from concurrent.futures import ThreadPoolExecutor

import torch

import psn_viz as pv
from psn_viz.bench import alternate
from psn_viz.neurons import leak_by_fft, leak_by_product, leak_by_scan

# %% [markdown]
# ## Three questions on lesson 05
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("06")

# %% [markdown]
# ## Symbols
#
# ${\color{#4a95fa}{X}}$ input, ${\color{#d87e0f}{H}}$ charge, ${\color{#9338ac}{V}}$ membrane after the reset,
# ${\color{#c10732}{S}}$ spikes, W, k, β = 1 − 1/τ, as before; T time-steps of N neurons. New:
#
# | symbol | name | meaning |
# |---|---|---|
# | $t(\cdot)$ | time | seconds that a layer takes for all T steps of all N neurons |
# | | operations | additions and multiplications of numbers |
# | | bandwidth | bytes a second between the memory and the processor |
# | | launch | handing one piece of work to the device |
# | | fused | several operations in one launch |

# %% [markdown]
# ## 1 · Predict, then measure
#
# The paper's first claim is speed: what has no reset can be computed in parallel. So: a PSN against the Python loop of
# an LIF with a hard reset, the forward pass of a layer of 1024 neurons. (They compute different things, and no one needs
# the one to give the spikes of the other. What is compared is the time that a layer takes in a network.)

# %%
guess = pv.predict("06/crossover")
guess

# %% [markdown]
# How to take a time: first a few calls that do not count; then both in turns, many times; of these the *median*, for a
# mean is spoilt by one interruption. The *quartiles* beside it say how much to trust it. `pv.measure` does all that, on a
# GPU if there is one (`device=None`), else on one core, since several wait for each other, and for whatever else the
# machine is doing.

# %% tags=["nbval-ignore-output", "measured"]
torch.set_num_threads(1)
steps = (4, 16, 64, 256, 1024, 4096)
sizes = [(T, 1024) for T in steps]
line = pv.measure(("psn", "sliding-8", "loop-lif"), sizes, modes=("inference",), device=None, budget=10)
busy = " (busy: expect wild numbers, try again later)" if (line.others or 0) > 0.2 else ""
print(f"{line.machine_in_words}; cores that other programs used just before: {line.others}{busy}")
print("median and quartiles in ms\n   T        PSN                   LIF loop             LIF loop / PSN")
for T in steps:
    rows = [line.row(name, T, 1024, "inference") for name in ("psn", "loop-lif")]
    told = [f"{1e3 * r.median:8.3f} ({1e3 * r.lower:.3f} to {1e3 * r.upper:.3f})" for r in rows if r.median]
    ratio = line.ratio("loop-lif", "psn", T, 1024, "inference")
    print(f"{T:4} ", *told, f"{ratio:10.2f}" if ratio else "not measured")


# %% tags=["nbval-ignore-output", "measured"]
def crossover(ratios):
    """Where a line through the points, on logarithmic axes, passes a ratio of 1."""
    points = [(math.log2(T), math.log2(ratio)) for (T, _), ratio in sorted(ratios.items())]
    for (T, before), (T_next, after) in itertools.pairwise(points):
        if before > 0 >= after:
            return 2 ** (T + (T_next - T) * before / (before - after))


found = crossover(line.ratios("loop-lif", "psn", "inference"))
guess.reveal(found) if found else print("no crossover up to T = 4096 here")

# %% [markdown]
# *The loop takes twice as long for twice as many steps, the PSN, once T is large, four times as long.* So there must be
# a crossover, beyond 4096 where none was found; a loop that is better than this one has it at a shorter T. The rest of this lesson takes that apart.

# %% [markdown]
# ## 2 · What takes the time
#
# Three things: doing *operations*, moving *bytes*, and *launches*, handing over pieces of work that wait for each other.
# At inference, at least:
#
# | | operations | numbers moved | launches |
# |---|---|---|---|
# | PSN | 2T²N | 2TN + T² + T | 1 |
# | sliding PSN, its band only | 2kTN | 2TN + k + 1 | 1 |
# | LIF, fused into one kernel | 6TN | 2TN | 1 |
# | LIF, one kernel a step | 6TN | 4TN | T |
# | LIF, each operation a kernel | 6TN | 15TN | 6T |
#
# (A *kernel* is here a program that a device runs in one launch.) X is read and ${\color{#c10732}{S}}$ written, once
# each: 2TN. Between two kernels of a loop ${\color{#9338ac}{V}}$ has to go to memory and come back: 2TN more. The six
# operations: subtract, divide, add; compare; 1 − S, multiply.
#
# **Agree.** PyTorch counts the operations of products, and we count what it is asked to start:

# %%
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode


class Started(TorchDispatchMode):
    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += 1
        return function(*args, **(kwargs or {}))


for T in (4, 32, 256):
    X, neuron, other = torch.randn(T, 100), pv.PSN(T, backend="readable"), pv.LIF()
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        neuron(X)
    with torch.no_grad(), Started() as psn:
        neuron(X)
    with torch.no_grad(), Started() as loop:
        other(X)
    same = flops.get_total_flops() == 2 * T**2 * 100
    print(f"T = {T:3}: operations of the PSN = 2T²N: {same} · started: PSN {psn.count}, LIF loop {loop.count}")

# %% [markdown]
# The PSN starts the same few things whatever T is: views, the product, the threshold and the comparison. The loop starts eleven
# for every step (it allows for a V_reset other than 0). The 1 of the table is what the PSN would be in one kernel, the least
# possible, as for the fused LIF.
#
# How long? A device has a *peak* (operations a second), a *bandwidth* (bytes a second) and a *latency* (seconds a
# launch). It computes while it moves, so of those two the longer one counts:
#
# $$t \approx \text{launches} \cdot \text{latency} + \max\left(\frac{\text{operations}}{\text{peak}}, \frac{\text{bytes}}{\text{bandwidth}}\right)$$

# %%
pv.predict("06/limit")

# %%
pv.predict("06/shrinks")

# %% [markdown]
# *Operations a byte* decide. A device that can do 9.6 operations in the time in which it moves one byte waits for the
# bytes if a program has fewer, and for the operations if it has more. A picture of that is called a *roofline*: the
# slope is the bandwidth, the flat part the peak, and they meet at the *ridge*.

# %% tags=["nbval-ignore-output"]
pv.LABS["roofline"]().show()

# %% [markdown]
# *With a million neurons all three that move the same bytes take the same time: PSN, sliding PSN and fused LIF.* Move
# N to the left: what is left is launches, one against T. Then T to the right, along the small dots: at about T = 38 the
# PSN goes under the flat part of the roof. On the other devices, and in float16? (All of these are predictions, from data
# sheets; the 5 µs of a launch are an assumption.)
#
# **Agree.** A measurement by others, as a check on the model. SpikingJelly's documentation gives, for an LIF of 4.2
# million neurons, T = 32, float16, forward and backward, on an RTX 4090 (1008 GB/s): 41.9 ms in PyTorch, 5.19 with a
# CuPy kernel, 3.37 with a Triton kernel. At least 6TN numbers must be moved: X in, S and H out; the gradient and H in,
# the gradient out.

# %%
roof = 1e3 * 6 * 32 * 4.2e6 * 2 / 1008e9
print(f"bandwidth alone: {roof:.2f} ms")
for name, milliseconds in {"Triton": 3.37, "CuPy": 5.19, "PyTorch": 41.9}.items():
    print(f"{name:8} {milliseconds:5} ms, {milliseconds / roof:4.1f} times that")

# %% [markdown]
# One neuron, one device, and a factor of twelve between two ways to write it down. *A speed-up over "an LIF" can be
# as much about the LIF as about the PSN.*

# %% [markdown]
# ## 3 · Over T and N: the paper's figure
#
# The paper shows t(LIF) / t(PSN) for N = 2⁸ … 2²⁰ and T = 2 … 64, at inference and in training. Its LIF was a loop in
# PyTorch with the just-in-time compiler: at inference one fused function a step, in training three. One of the
# authors remarks that the advantage shrinks at large N, since the product is then limited by the memory.
#
# By the model of section 2, T = 32, that is a fall from nearly 32, all launches, towards 2: the loop moves 4TN numbers, the PSN
# 2TN. A *fused* LIF moves 2TN, too: with it, the ratio would be about 1 throughout.
#
# Now measured, on a CPU. The map is the paper's figure for the machine that stands over it, **which is not yours**, and
# for the loop that you choose. (A CPU has no launches to wait for, but a call in Python takes its time, too.)

# %% tags=["nbval-ignore-output"]
pv.LABS["speed_ratio"]().show()

# %% [markdown]
# *With many steps the ratio falls from left to right: where a step has little to do, the calls take the time of the loop; with
# more neurons, data and operations do.* (With two or four steps there are few calls to save, and little falls.) Point at cells:
# below the map stands what takes the time. Then compare with the loop after a compiler has fused it (`fused-lif`; not measured
# at T = 64), and look at training. (A CPU does few operations while it moves a byte: `roofline;device=cpu-2-cores` has its ridge
# at a T of this map, and beyond it, with many neurons, the PSN can lose to the fused loop.)
#
# Your machine, here and now, on a smaller map:

# %% tags=["nbval-ignore-output", "measured"]
sizes = [(T, N) for T in (4, 16, 64) for N in (2**8, 2**12, 2**16)]
names, modes = ("psn", "loop-lif", "bare", "copy"), ("inference", "training")
here = pv.measure(names, sizes, modes=modes, device=None, budget=8)
pv.ratio_lab(here, T=16, N=2**8).show()

# %% [markdown]
# And your machine under the roofs that it has itself (a large copy for the bandwidth, a large product for the peak, the
# smallest operation for the launch), with what has just been measured beside the predictions:

# %% tags=["nbval-ignore-output", "measured"]
roofs = pv.measure_roofs()
pv.roofline_lab(roofs, here, T=16, N=2**16, k=8).show()

# %% [markdown]
# *Where a measured bar is far to the right of its mark, there is time to be gained; left of it, the data came from the
# caches, which the model leaves out.* (The dotted roof is theirs.)
#
# What is left of a ratio in the end? Of the authors' training logs, whole epochs, on one host: masked PSN 10.2 s, LIF
# without reset 18.9 s; on another: PSN 26.6 s, PLIF 64.6 s. About a factor of two, since a network has other layers, too.

# %% [markdown]
# ## 4 · A leak does not need T²
#
# The T² operations buy a W with every entry free. The W of a *leak*, H[t] = β H[t−1] + X[t], has one number in it, and
# without a reset there are cheaper ways to the same H:
#
# | | operations | that wait for each other |
# |---|---|---|
# | loop | T · N | T |
# | product with the triangular W | T² · N | 1 |
# | convolution with 1, β, β², … by Fourier transform | T log T · N | log T, inside the transform |
# | scan: H[t] ← H[t] + β^d H[t−d] for d = 1, 2, 4, … | T log T · N | log₂ T |
#
# **Agree.** All equal to the loop, in float32, for long sequences as well:

# %%
tau = 4.0
beta = 1 - 1 / tau
for T in (64, 1000, 4096):
    X = torch.randn(T, 20, generator=torch.Generator().manual_seed(0))
    H = pv.LIF(tau, decay_input=False, reset="none").record(X.double()).h
    for way in (leak_by_product, leak_by_fft, leak_by_scan):
        difference = ((way(X, beta) - H).abs().max() / H.abs().max()).item()
        assert difference < 1e-5, (way.__name__, T, difference)
    print(f"T = {T:4}: product, Fourier transform and scan agree with the loop to 1e-5")

# %% tags=["nbval-ignore-output", "measured"]
print("medians in ms, 64 neurons")
for T in (64, 1024, 4096):
    X = torch.randn(T, 64)
    ways = {way.__name__: lambda way=way, X=X: way(X, beta) for way in (leak_by_product, leak_by_fft, leak_by_scan)}
    times = alternate(ways, repeats=7)
    print(f"T = {T:4}:", "  ".join(f"{name} {1e3 * timing.median:7.3f}" for name, timing in times.items()))

# %% [markdown]
# **Why not divide?** H[t] = β^t · Σ_{i ≤ t} X[i] / β^i is the same sum, and only one running sum. Try it:


# %%
def one_running_sum(X, beta):
    power = beta ** torch.arange(len(X), dtype=X.dtype)[:, None]
    return power * (X / power).cumsum(0)


X = torch.randn(2000, 20, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
H = pv.LIF(2.0, decay_input=False, reset="none").record(X).h
for dtype in (torch.float32, torch.float64):
    given = one_running_sum(X.to(dtype), 0.5)
    wrong = (~((given - H).abs() < 1e-3)).any(1)
    lost = (~given.isfinite()).any(1)
    print(f"{dtype}: wrong from t = {int(wrong.nonzero()[0])}, infinite or NaN from t = {int(lost.nonzero()[0])}")

# %% [markdown]
# 1/β^i grows beyond every bound while β^t falls to 0, and infinity times 0 is NaN. A scan only ever multiplies by powers
# with exponents ≥ 0; those may fade to 0, as the leak does.
#
# (With a reset, none of these sums is H: lesson 02.)

# %% [markdown]
# ## 5 · Long sequences: T² against a band
#
# A masked PSN with λ = 1 and a sliding PSN have k weights in a row. As a product with all of W, zeros included, they
# cost T²; computed as the band they are, kT. (An independent paper, arXiv 2501.14490, notes that a sliding PSN computed as
# a dense product costs the same whatever k is.) `pv.MaskedPSN` and `pv.SlidingPSN` cut a wide band into blocks, once that
# is faster.
#
# **Agree.** Band and dense product fire alike; where H is within rounding of the threshold they may differ.

# %%
torch.manual_seed(0)
T = 1024
X = torch.randn(T, 200)
sliding, masked = pv.SlidingPSN(8), pv.MaskedPSN(T, 8, lambda_=1.0)
with torch.no_grad():
    for neuron, W in ((sliding, sliding.dense_weight(T)), (masked, masked.masked_weight())):
        H = W @ X
        clear = (H - 1).abs() > 1e-4
        differ = ((neuron(X) != (H >= 1)) & clear).sum()
        name = type(neuron).__name__
        print(f"{name}: {int((W != 0).sum())} of {T * T} entries; spikes that differ: {int(differ)}")

# %% [markdown]
# With the measurement of section 1, 1024 neurons:

# %% tags=["nbval-ignore-output", "measured"]
print("ms       ", *(f"T = {T:<6}" for T in steps))
for name in ("psn", "sliding-8", "loop-lif"):
    print(f"{name:9}", *(f"{1e3 * (line.median(name, T, 1024, 'inference') or math.nan):<10.3f}" for T in steps))
for name in ("psn", "sliding-8", "loop-lif"):
    p = line.exponent(name, 1024, "inference", lowest=256)
    print(f"{name:9} from T = 256 on: time ∝ T^{p:.2f}" if p else f"{name:9} not measured")

# %% [markdown]
# *In the end, twice the steps take about four times the time with all of W, and about twice with a band or a loop. A band keeps
# the advantage that T² loses.* (Exponents well above 2 and 1? Look at what section 1 has printed of other programs.)

# %% [markdown]
# ## 6 · Memory
#
# Training has to keep what the backward pass needs. PyTorch tells what it puts aside:


# %%
def kept(neuron, X):
    """Bytes that autograd keeps, each piece of memory once, in units of X."""
    pieces = {}

    def put_aside(tensor):
        pieces[tensor.untyped_storage().data_ptr()] = tensor  # held, so that no other gets its place
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(put_aside, lambda tensor: tensor):
        neuron(X)
    return sum(tensor.untyped_storage().nbytes() for tensor in pieces.values()) / (X.numel() * X.element_size())


for T, N in ((32, 4096), (1024, 128)):
    X = torch.randn(T, N, requires_grad=True)
    neurons = {"PSN": pv.PSN(T), "sliding": pv.SlidingPSN(8), "LIF": pv.LIF()}
    neurons["LIF, soft reset"] = pv.LIF(reset="soft")
    print(f"T = {T:4}, N = {N:4}:", ", ".join(f"{name} {kept(neuron, X):.2f}" for name, neuron in neurons.items()))

# %% [markdown]
# In units of X. The PSN keeps X and H, 2TN numbers, besides W and B. For few neurons and long sequences it is W that
# counts: T² numbers, and again as many for its gradient. An LIF with a hard reset keeps three tensors here; with a soft one
# H − V_th is enough. **Parallel is not frugal.**

# %% [markdown]
# ## 7 · Four ways to fool oneself
#
# Each of them done wrong once.
#
# **The clock of somebody who does not wait.** A GPU is handed its work and the call returns at once. A machine without a
# GPU needs a stand-in that behaves so: a helper that works in the background. The clock is read first without waiting,
# then with.

# %% tags=["nbval-ignore-output", "measured"]
on_gpu = torch.cuda.is_available()
X = torch.randn(64, 2**16, device="cuda" if on_gpu else "cpu")
psn, helper = pv.PSN(64).to(X.device).requires_grad_(False), ThreadPoolExecutor(1)


def hand_over():
    return psn(X) if on_gpu else helper.submit(psn, X)


def wait(handed_over):
    torch.cuda.synchronize() if on_gpu else handed_over.result()


wait(hand_over())  # warm
for waits in (False, True):
    start = time.perf_counter()
    handed_over = hand_over()
    if waits:
        wait(handed_over)
    print(f"{'with' if waits else 'without'} waiting: {1e3 * (time.perf_counter() - start):8.3f} ms")
    wait(handed_over)
print("on a GPU" if on_gpu else "on a stand-in: a helper in the background, no GPU here")

# %% [markdown]
# *The first number says how long handing over takes.* (`pv.measure` waits, before each look at the clock.)
#
# **The first call.** It loads, plans and reserves what all later ones find ready; with a compiler that can be seconds. An LIF
# loop through `torch.compile` (which needs a C++ compiler), the same call six times:

# %% tags=["nbval-ignore-output", "measured"]
X4, calls = torch.randn(4, 2**16), []
fused = torch.compile(pv.LIF())
with torch.no_grad():
    for _ in range(6):
        start = time.perf_counter()
        try:
            fused(X4)
        except Exception as error:  # such as: no compiler on this machine
            print("it cannot be compiled here:", type(error).__name__)
            fused = pv.LIF()
            break
        calls.append(1e3 * (time.perf_counter() - start))
if calls:
    print("ms:", *(f"{one:.2f}" for one in calls))
    print(f"mean of all {sum(calls) / 6:.2f}, median of the last five {sorted(calls[1:])[2]:.2f}")

# %% [markdown]
# **A slow opponent.** Two loops with the same spikes and gradients. One takes the steps apart once, with `unbind`; the other
# writes `X[t]` at each step, and in the backward pass every `X[t]` makes a tensor of zeros, [T, N], for one row of it.


# %%
def lif(steps):
    V, S = 0.0, []
    for X_t in steps:
        H = V + (X_t - V) / 2
        S.append(pv.ATan()(H - 1))
        V = H * (1 - S[-1])
    return torch.stack(S)


loops = {"unbind": lambda X: lif(X.unbind(0)), "X[t]": lambda X: lif(X[t] for t in range(len(X)))}
X = torch.randn(50, 100, generator=torch.Generator().manual_seed(0)).requires_grad_()
results = [(S := loop(X), torch.autograd.grad(S.sum(), X)[0]) for loop in loops.values()]
print("same spikes:", torch.equal(results[0][0], results[1][0]))
print("same gradients:", torch.allclose(results[0][1], results[1][1], atol=1e-6))

# %% tags=["nbval-ignore-output", "measured"]
print("forward and backward, 1024 neurons: how many times as fast is the PSN?")
for T in (32, 128, 512):
    X = torch.randn(T, 1024, requires_grad=True)
    runs = {**loops, "PSN": pv.PSN(T)}
    calls = {name: lambda run=run, X=X: torch.autograd.grad(run(X).sum(), X) for name, run in runs.items()}
    times = {name: timing.median for name, timing in alternate(calls, repeats=3, warmup=1).items()}
    print(f"T = {T:3}:", "  ".join(f"over {name} {times[name] / times['PSN']:.1f}" for name in loops))

# %% [markdown]
# *The longer the sequence, the larger the part of the speed-up that is due to one line of the opponent.* Its backward
# pass costs T²N for a loop of T steps.
#
# **An opponent in disguise.** The other way round: a loop that something fuses behind its back looks like any other in
# the program. (For a while SpikingJelly's LIF with the backend "torch" was routed to Triton kernels; its pull request
# 660 did that, 690 undid it. Whoever compared with "the PyTorch loop" in between did not.) Here the loop of before and the
# compiled one, both called "LIF":

# %% tags=["nbval-ignore-output", "measured"]
lifs, psn = {"LIF": pv.LIF(), "LIF, compiled": fused}, pv.PSN(4)
with torch.no_grad():
    same = torch.equal(lifs["LIF"](X4), fused(X4))
    times = alternate({name: lambda run=run: run(X4) for name, run in {**lifs, "PSN": psn}.items()})
    for name in lifs:
        print(f"speed-up of the PSN over {name}: {times[name].median / times['PSN'].median:.2f}")
print("same spikes:", same)

# %% [markdown]
# *The same equations, the same spikes, two speed-ups.* At a T this small the product is so thin that a fused loop
# can even win. (That at T ≤ 4 the product is too thin to be efficient is also a finding of arXiv 2501.14490.) To
# find out what an opponent is, count what it starts, as in section 2.

# %% [markdown]
# ## Where it fails
#
# The claim: *a PSN is faster than an LIF.* On the large device of section 2, with a million neurons:

# %%
pv.predict("06/fails")

# %% [markdown]
# *Far beyond the ridge even a loop of one kernel a step is faster than the PSN, and a sliding PSN is as fast as a fused
# LIF.* Up to which T does the claim hold there? Move T to the left. And on your machine, against a loop in plain Python?
# From section 1:

# %% tags=["nbval-ignore-output", "measured"]
for T in steps:
    ratio = line.ratio("loop-lif", "psn", T, 1024, "inference")
    if ratio:
        word = "faster" if ratio > 1 else "SLOWER"
        print(f"T = {T:4}, N = 1024: the PSN is {word} than the loop, {max(ratio, 1 / ratio):.1f} times")

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). How many operations a PSN does, forward, for each byte that it has to move at
# least. T is a tensor of lengths, float64; `size` is the number of bytes of a number.


# %% tags=["exercise"]
def intensity(T, N, size):
    return 2 * T**2 * N / (size * (2 * T * N + T**2 + T))  # blank: return ...


# solution: For many neurons this is T / size: T / 4 in float32. Setting it to peak / bandwidth gives the T of the ridge.
pv.check("06/intensity", intensity)

# %% [markdown]
# **2 · The time that the roofs allow** (medium, 10 minutes). Operations, elements and launches are tensors, float64,
# one entry for each neuron to be compared; the others are numbers. Return the seconds that the model predicts.


# %% tags=["exercise"]
def seconds(operations, elements, launches, peak, bandwidth, latency, size):
    # blank
    moving, computing = elements * size / bandwidth, operations / peak
    return launches * latency + torch.maximum(moving, computing)
    # end blank


# solution: The device computes while it moves: the longer of the two counts. Launches come on top.
pv.check("06/seconds", seconds)

# %% [markdown]
# **3 · A leak by doubling** (medium, 15 minutes). H[t] = β H[t−1] + X[t] for X [T, N], with about log₂ T operations,
# each over all of time at once. After the round with d, H[t] is to hold its newest 2d inputs.


# %% tags=["exercise"]
def scan(X, beta):
    # blank
    H, d = X, 1
    while d < len(X):
        H = torch.cat((H[:d], H[d:] + beta**d * H[:-d]))
        d *= 2
    return H
    # end blank


# solution: What H[t−d] holds has leaked d times more. T need not be a power of two: the last round just reaches less far.
pv.check("06/scan", scan)

# %% [markdown]
# **4 · Open** (10 minutes). "Our parallel neuron is 40 times as fast as LIF." Which five questions do you ask?
#
# <details><summary>A thought</summary>
#
# At which T and N, and does it hold at the sizes of a real network? Which LIF: a Python loop, compiled, one kernel; how
# many launches does it start? Forward alone or with backward, and how does the loop take its steps apart? Was the
# device waited for, were there warm-up calls, is it a median of how many, and how far apart are the quartiles? And what
# is left of it in a whole epoch?
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy
# to hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - A time is a median with quartiles of warm calls, taken in turns, after waiting for the device.
# - A PSN does 2T²N operations on about 2TN numbers in one launch; a loop does 6TN in T launches or more. The roofline
#   says which of the three counts.
# - With few neurons launches count, and the PSN wins by up to T and more; with many the bytes count, and a fused LIF,
#   which moves the same, ties. Beyond the ridge T² loses: to a band, to a scan, in the end to a loop.
# - An advantage can be made by an opponent that wastes time, and hidden by one that is fused in secret. A clock that does
#   not wait, and a first call, measure something else.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, the figure of simulation speed. It prints no single
# factor.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `roofline;N=256`, then drag N to 2²⁰: what happens to the five marks, and why? Then
# `roofline;T=1024`: who wins now?
#
# **Sixty minutes**: section 1 with the first prediction (10), section 2 at the board, the table and both predictions before
# the lab (20), section 3 with the two maps (10), section 7, each trap first as a question: "what is wrong with this
# cell?" (15), where it fails (5). Sections 4 to 6 at home.
#
# **Misconceptions to expect**
# - *"Parallel means fewer operations."* The table of section 2; `roofline;T=1024`.
# - *"With many neurons the PSN gains most."* `roofline;device=H100` against `roofline;N=256;device=H100`.
# - *"The PSN is limited by its T² operations."* Not below the ridge, T = 38 here: `roofline;T=8`. At `roofline;T=64` it is.
# - *"A ratio does not depend on the machine."* `roofline;dtype=float16;device=T4` against `roofline`; the map
#   of section 3 beside that of the classroom machine.
# - *"A number from a call on the GPU is the time of the neuron."* Section 7.
#
# **Codes**: `roofline` · `roofline;N=256` · `roofline;T=1024` · `roofline;T=4096` · `speed_ratio` ·
# `speed_ratio;above=fused-lif` · `speed_ratio;mode=training`
# </details>
