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
# # 06 · Going further: a leak without T², memory, and four traps
#
# **The question.** What else is there to know of speed, once the figure of lesson 06 is understood?
#
# 1. A leak without reset does not need the T² operations of a product.
# 2. A wide band need not be multiplied with its zeros.
# 3. What training keeps in memory.
# 4. Four ways to a speed-up that is none.
#
# The four parts do not need each other. **Time**: 10 minutes each. **Before**: `06_simulation_speed`.

# %%
import time
from concurrent.futures import ThreadPoolExecutor

import torch

import psn_viz as pv
from psn_viz.bench import alternate
from psn_viz.bench.memory import kept_for_backward
from psn_viz.neurons import leak_by_fft, leak_by_product, leak_by_scan

# %% [markdown]
# ## 1 · A leak does not need T²
#
# The T² operations of a PSN buy a W in which every entry is free. The W of a *leak*, H[t] = β H[t−1] + X[t] with
# β = 1 − 1/τ, has a single number in it. Without a reset there are cheaper ways to the same
# ${\color{#a55c00}{H}}$:
#
# | | operations | that wait for each other |
# |---|---|---|
# | loop | T · N | T |
# | product with the triangular W | T² · N | 1 |
# | Fourier transform | T log T · N | log T |
# | scan | T log T · N | log₂ T |
#
# **By Fourier transform.** Written out, H[t] = X[t] + β X[t−1] + β² X[t−2] + …: the numbers 1, β, β², … slide along the input. That is
# a convolution, and a Fourier transform turns a convolution into a plain product: transform the input, transform 1, β, β², …,
# multiply number by number, transform back. A fast Fourier transform needs about T log T operations.
#
# **By a scan.** Each H adds what its neighbour d steps before has gathered so far, leaked by β^d; d doubles from round to
# round. After a round, H[t] holds twice as many inputs as before it. Here is what H[7] holds, of the inputs X[0] … X[7]:

# %%
X, H, d = torch.eye(8), torch.eye(8), 1  # the input at step t arrives in column t
print("before round 1:", *("●" if held else "·" for held in H[7]))
while d < 8:
    H = torch.cat((H[:d], H[d:] + 0.75**d * H[:-d]))
    print(f"after d = {d}:   ", *("●" if held else "·" for held in H[7]))
    d *= 2

# %% [markdown]
# Three rounds for eight steps, and all steps do a round at the same time.
#
# **Check.** All are equal to the loop, in float32, for long sequences as well:

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
# ## 2 · A band without its zeros
#
# A masked PSN with λ = 1 and a sliding PSN have k weights in a row of W; all else is zero. As a product with all of W, zeros
# included, they cost T²; computed as the band they are, kT. (An independent paper, arXiv 2501.14490, notes that a sliding PSN
# computed as a dense product costs the same whatever k is.) `pv.MaskedPSN` and `pv.SlidingPSN` cut a wide band into blocks,
# once that is faster.
#
# **Check.** Band and dense product fire alike; where H is within rounding of the threshold they may differ.

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
# ## 3 · Memory
#
# Training has to keep what the backward pass needs. `kept_for_backward` asks PyTorch what a call puts aside, in units of X:

# %%
for T, N in ((32, 4096), (1024, 128)):
    X = torch.randn(T, N)
    neurons = {"PSN": pv.PSN(T), "sliding": pv.SlidingPSN(8), "LIF": pv.LIF()}
    neurons["LIF, soft reset"] = pv.LIF(reset="soft")
    kept = (f"{name} {kept_for_backward(neuron, X):.2f}" for name, neuron in neurons.items())
    print(f"T = {T:4}, N = {N:4}:", ", ".join(kept))

# %% [markdown]
# The PSN keeps X and H, 2TN numbers, and W and B besides. For few neurons and long sequences it is W that counts: T² numbers,
# and as many again for its gradient. An LIF with a hard reset keeps three arrays as large as X here; with a soft one H − V_th is
# enough. **Parallel is not frugal.**

# %% [markdown]
# ## 4 · Four ways to fool oneself
#
# Each of them is done wrong once, so that you see what it looks like.
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
# *The same equations, the same spikes, two speed-ups.* At a T this small a fused loop can even win (the PSN is not compiled here). (That at T ≤ 4 the product is too thin to be efficient is also a finding of arXiv 2501.14490.) To
# find out what an opponent is, count the kernels that it starts, as in section 3 of lesson 06.

# %% [markdown]
# ## Exercise
#
# **1 · A leak by doubling** (medium, 15 minutes). H[t] = β H[t−1] + X[t] for X [T, N], with about log₂ T operations,
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
# ## What you can now explain
#
# - A leak without reset is a convolution. A Fourier transform or a scan computes it with T log T operations; dividing by β^t
#   does not, since that overflows.
# - A PSN keeps X, H and W for its backward pass; with few neurons and many steps W is the largest of them.
# - A clock that does not wait and a first call measure something else. An advantage can be made by an opponent that wastes
#   time, and hidden by one that is fused in secret.
