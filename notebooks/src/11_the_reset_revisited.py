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
# # 11 · The reset revisited
#
# **The question.** The paper takes the reset away, and the neuron becomes parallel. Was the reset ever the obstacle?
#
# **Afterwards you can**
# 1. compute the spikes of a neuron with hard reset without going through the steps in order, and say why that is possible;
# 2. say for each reset which exact parallel form there is here, and which inputs it needs;
# 3. count what few rounds of a fixed point leave wrong;
# 4. tell two questions apart: what a reset costs in time, and what it does to learning.
#
# **Time**: 40 minutes to read and play, 50 in class; exercises 30 more. **Before**: `10_reading_the_results`. **After**:
# `11_the_reset_revisited_further` has the map of the field, questions that people ask, and a quiz over the whole course.

# %%
import torch

import psn_viz as pv
from psn_viz.neurons import first_difference
from psn_viz.neurons.exact_reset import (
    hard_reset_spikes,
    path_rounds,
    serial_run,
    soft_reset_if_spikes,
    successors,
    wrong_after_rounds,
)

# %% [markdown]
# ## Three questions on lesson 10
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("11")

# %% [markdown]
# ## Symbols
#
# ${\color{#1f6fd0}{X}}$ input, ${\color{#a55c00}{H}}$ charge, ${\color{#9338ac}{V}}$ membrane after the reset,
# ${\color{#c10732}{S}}$ spikes, ${\color{#7d6a7c}{θ}}$ threshold ($V_{th}$ in the figures), as before. This lesson writes the charge with β = 1 − 1/τ, without
# the factor 1/τ: ${\color{#a55c00}{H[t]}} = β\,{\color{#9338ac}{V[t-1]}} + {\color{#1f6fd0}{X[t]}}$. β = 1 is an IF. New:
#
# | symbol | name | meaning |
# |---|---|---|
# | $u[t]$ | potential without reset | what H would be if the neuron had never been reset |
# | $n(s)$ | successor of s | the step of the next spike, if there was a spike in step s |
# | | pointer | what leads from a step to another one; at first from s to n(s) |
# | | round | one pass over all steps at once: in section 2 all pointers double, in section 4 all spikes are guessed again |

# %% [markdown]
# ## 1 · A hard reset forgets
#
# Lesson 02 said: with a reset, H depends on S, S on H by a step function, so no fixed matrix gives H. That is true. But it
# says nothing about *other* ways to compute all steps at once. What does a neuron know after a hard reset?

# %%
pv.predict("11/forgets")

# %% [markdown]
# **After a hard reset nothing of the past is left.** V is 0, whatever came before. So the next spike depends on *where the last
# one was*, and on the inputs since. Nothing else. Here is that sentence as code:


# %%
def next_spike(X, s, beta, threshold=1.0):
    """The step of the next spike, if there was one in step s; len(X): never again."""
    V = 0.0
    for t in range(s + 1, len(X)):
        V = beta * V + X[t]  # charge
        if V >= threshold:  # fire
            return t
    return len(X)


X = torch.tensor([0.6, 0.6, 0.2, 0.9, 0.9, 0.1, 0.5, 0.6], dtype=torch.float64)
print("s:   ", *range(-1, 8))
print("n(s):", *(next_spike(X, s, beta=1.0) for s in range(-1, 8)))

# %% [markdown]
# (s = −1 is the start.) This table asks for no spike: it says *if there was one in step s*, for every s, spike or not.
# So no entry waits for another, and all can be computed at once. The loop inside can go, too. Without a reset, u is a matrix
# product (lesson 02), and a neuron that was reset in step s has u, minus the part of u[s] that has not leaked away:
#
# $${\color{#a55c00}{H[t]}} = u[t] - β^{t-s}\,u[s], \qquad n(s) = \text{the first } t > s \text{ with } {\color{#a55c00}{H[t]}} ≥ {\color{#7d6a7c}{θ}}.$$


# %%
def all_next(X, beta, threshold=1.0):
    T, step = len(X), torch.arange(len(X))
    W = torch.tril(beta ** (step[:, None] - step).clamp(min=0).to(X))  # without reset
    u = torch.cat((X.new_zeros(1), W @ X))  # u[s] at place s + 1; before the start it is 0
    lag = step - torch.arange(-1, T)[:, None]  # t − s, one row for each s
    H = u[1:] - beta ** lag.clamp(min=0) * u[:, None]
    fires = (H >= threshold) & (lag > 0)
    return torch.where(fires.any(1), fires.int().argmax(1), T)


print("n(s):", *all_next(X, beta=1.0).tolist())

# %% [markdown]
# In the lab an arc leads from every step to its successor. Most arcs are never used: the path from the start picks the real spikes.

# %% tags=["nbval-ignore-output"]
pv.LABS["successors"]().show()

# %% [markdown]
# *The loop is not needed to know where the arcs lead.* It is needed, so it seems, to follow them: spike by spike.
#
# ## 2 · Follow a path in few steps
#
# Mark the start. In each round, mark where the pointers of all marked places lead. Then let every pointer lead to where the
# pointer at its end leads: n(n(s)), two spikes ahead; in the next round four. That is *pointer doubling*, an old trick of parallel
# programs. After r rounds the first $2^r - 1$ spikes are marked.

# %%
pv.predict("11/rounds")

# %%
torch.manual_seed(0)
X_long = 1 + 0.6 * torch.randn(1024, 1, dtype=torch.float64)
table = successors(X_long, beta=0.9)
marked = [int(spikes.sum()) for spikes in path_rounds(table)]
spikes = int(serial_run(X_long, beta=0.9).s.sum())
with pv.folded("What came"):
    print("marked after each round:", *marked)
    print("spikes of the loop:", spikes)

# %% [markdown]
# Move *round* in the lab: the path lights up, and each round doubles it.
#
# **Check.** The library does this in blocks of about √T steps, since H after every possible spike is T² numbers for each
# neuron. Spikes and gradients against the loop, on 1000 neurons:

# %%
for beta in (1.0, 0.99, 0.9, 0.5):
    torch.manual_seed(1)
    X_many = (0.3 + 0.6 * torch.randn(256, 1000, dtype=torch.float64)).requires_grad_()
    at_once, loop = hard_reset_spikes(X_many, beta), serial_run(X_many, beta).s
    slopes = [torch.autograd.grad(S.mean(), X_many)[0] for S in (at_once, loop)]
    alike = bool((slopes[0] - slopes[1]).abs().max() < 1e-9)
    print(f"β = {beta:4}: {int((at_once != loop).sum())} of {loop.numel()} spikes differ; gradients alike: {alike}")

# %% [markdown]
# **A neuron with hard reset can be computed in parallel, exactly** (but for rounding, where H is at the threshold). Its gradients,
# too: once the spikes are known, what flows back is a linear recurrence, cut where the neuron fired. We know of no published form in
# discrete time; a search found none, which proves little. (*Bullet Trains*, arXiv 2603.13283, has an exact one in continuous time, from
# event to event.)

# %% [markdown]
# ## 3 · A soft reset remembers
#
# A soft reset subtracts ${\color{#7d6a7c}{θ}}$ and keeps the rest. So the past is not erased: no successors. But for an **IF** (β = 1)
# every spike takes away the same ${\color{#7d6a7c}{θ}}$, for ever. It is enough to know *how many* spikes there were:
#
# ${\color{#a55c00}{H[t]}} = {\color{#1f6fd0}{X[0]}} + … + {\color{#1f6fd0}{X[t]}} - {\color{#7d6a7c}{θ}}\,·$ (spikes before t)
#
# Think of a desk with one clerk. Each step brings work X. If at least one ${\color{#7d6a7c}{θ}}$ of work is waiting, the clerk finishes one
# ${\color{#7d6a7c}{θ}}$: a spike. Let A[t] be the number of whole ${\color{#7d6a7c}{θ}}$ that have come up to t. How many are finished?
#
# | if | the clerk | finished up to t |
# |---|---|---|
# | X ≤ θ | keeps up: never two whole θ at once | $\max(0, \max_{i \le t} A[i])$ |
# | X ≥ 0 | has a queue; since some step i it was never empty | $\min(t + 1, \min_{i \le t} (A[i] + t - i))$ |
#
# A running maximum and a running minimum can be computed in about log T rounds, as a running sum can.


# %%
def finished(X, form):
    """How often an IF with soft reset and threshold 1 has fired up to each step."""
    A, t = torch.floor(X.cumsum(0)), torch.arange(len(X))[:, None]
    if form == "maximum":
        return A.cummax(0).values.clamp(min=0)
    return t + (A - t).cummin(0).values.clamp(max=1)


# %% tags=["nbval-ignore-output"]
pv.LABS["queue"]().show()

# %% [markdown]
# **Check.** Each form on the inputs that it is for. On others the library refuses:

# %%
torch.manual_seed(2)
noise = torch.randn(256, 1000, dtype=torch.float64)
for form, X_in in {"maximum": noise.clamp(max=1.0), "queue": noise.abs()}.items():
    by_loop = serial_run(X_in, 1.0, reset="soft").s.cumsum(0)
    print(f"{form:7}: {int((finished(X_in, form) != by_loop).sum())} of {X_in.numel()} counts differ")
for form, X_out in {"maximum": [[2.0], [0.0]], "queue": [[0.5], [-0.5]]}.items():
    try:
        soft_reset_if_spikes(torch.tensor(X_out), form=form)
    except ValueError as error:
        print(f"{form}: refused. {error}")

# %% [markdown]
# ## 4 · Leak and soft reset: guess, and guess again
#
# With a leak, what a spike took away fades: counting is not enough. We know of no exact form that takes about log T steps. But one can
# *guess*: take some spikes as given. Then H is linear in X and S, one product. Fire again: new spikes. That is a round. If a round
# changes nothing, all spikes are right: the first wrong one would have been corrected. After T rounds at the latest that is so: after round
# r, the first r steps are right.
#
# Published programs take few rounds, three for instance (FPT, arXiv 2506.12087; between its rounds it carries a smooth step in place of
# spikes). What do three rounds leave wrong?

# %%
pv.predict("11/few")

# %% tags=["nbval-ignore-output"]
pv.LABS["wavefront"]().show()

# %% [markdown]
# *What is right grows from the left, like a front.* Now move the leak and the mean input.

# %%
print("wrong entries of S in % after round 1, 2, 3, 4, 5; and after how many rounds none")
for T, beta, mean, reset in (
    (4, 0.9, 0.1, "soft"),
    (128, 0.5, 0.1, "soft"),
    (128, 0.9, 0.1, "soft"),
    (128, 0.9, 0.5, "soft"),
    (128, 0.9, 0.1, "hard"),
):
    torch.manual_seed(3)
    X_many = mean + 0.6 * torch.randn(T, 500, dtype=torch.float64)
    wrong = [*wrong_after_rounds(X_many, beta, reset=reset), 0]
    rate = serial_run(X_many, beta, reset=reset).s.mean()
    shares = " ".join(f"{100 * count / X_many.numel():5.1f}" for count in [*wrong, 0, 0, 0][:5])
    print(
        f"T = {T:3}, β = {beta}, mean {mean}, {reset}: {shares}   {wrong.index(0) + 1:3}   (firing rate {rate:.2f})"
    )

# %% [markdown]
# In a short sequence, or with a fast leak, three rounds leave at most 3 of 1000 entries wrong; in a long one with a slow leak and soft reset, one in three, or
# half of them where many fire. And the numbers go up and down: a round with too many spikes is followed by one with too few, so the fourth is better than the third.
# **With few rounds one has another neuron, not that LIF faster.** It may learn as well; but compare it with its own loop.

# %% [markdown]
# ## 5 · How fast is it?
#
# Exact and parallel does not mean fast. On your machine, forward: the loop, the exact form in blocks, a scan of the neuron
# *without* reset, and a PSN. N = 64 neurons; how to take a time: lesson 06.

# %% tags=["nbval-ignore-output", "measured"]
torch.set_num_threads(1)
names = ("plain-lif", "exact-lif", "scan-lif", "psn")
line = pv.measure(names, [(T, 64) for T in (64, 256, 1024)], modes=("inference",), device=None, budget=8)
print(f"{line.machine_in_words}; cores that other programs used just before: {line.others}")
print("time of each, as a multiple of the plain loop's")
for T in (64, 256, 1024):
    ratios = {name: line.ratio(name, "plain-lif", T, 64, "inference") for name in names[1:]}
    told = (f"{name} {ratio:.2f}" if ratio else f"{name} not measured" for name, ratio in ratios.items())
    print(f"T = {T:4}:", ", ".join(told))

# %% [markdown]
# The exact form does about T√T operations for each neuron, the loop T, a scan about T log T: fewer steps have to wait, but there is more work.
# Without a reset there is less of both.
#
# A GPU would wait less for each step; we have measured none. What one quiet machine gave, with more neurons and in training
# (*psn-viz bench reset* measures the same on yours):

# %%
stored = pv.load_results("cpu-2-cores-reset")
print(f"{stored.machine_in_words}: time of the exact form in blocks, as a multiple of")
print("                            loop   loop, backward by hand   scan without reset     PSN")
for mode in ("inference", "training"):
    for T in (64, 256, 1024):
        for N in (256, 4096):
            loop_, hand, scan, psn = (
                stored.ratio("exact-lif", name, T, N, mode) for name in ("plain-lif", "hand-lif", "scan-lif", "psn")
            )
            print(f"{mode:9} T = {T:4}, N = {N:4} {loop_:7.2f} {hand:17.2f} {scan:21.2f} {psn:13.2f}")

# %% [markdown]
# In training with 256 neurons the exact form takes about a third of the loop's time. That is no gain of computing in parallel: the same loop with
# its backward pass written as one function takes as long. It is autograd, noting each operation of each step, that makes the plain loop slow there.
# In every other row the plain loop is ahead of the exact form. The PSN is ahead of the plain loop in all of them.
# <!-- evidence: all(0.2 < bench('cpu-2-cores-reset').ratio('exact-lif', 'plain-lif', T, 256, 'training') < 0.4 for T in (64, 256, 1024));
# all(0.95 < bench('cpu-2-cores-reset').ratio('exact-lif', 'hand-lif', T, 256, 'training') < 1.3 for T in (64, 256, 1024));
# all(bench('cpu-2-cores-reset').ratio('exact-lif', 'plain-lif', T, N, mode) > 1.5 for T in (64, 256, 1024) for N, mode in ((256, 'inference'), (4096, 'inference'), (4096, 'training')));
# all(bench('cpu-2-cores-reset').ratio('psn', 'plain-lif', T, N, mode) < 0.9 for T in (64, 256, 1024) for N in (256, 4096) for mode in ('inference', 'training')) -->

# %% [markdown]
# ## 6 · So what did removing the reset buy?
#
# Two questions are often mixed.
#
# **Can it be computed in parallel?** The reset makes a *fixed matrix* impossible (lesson 02). It does not make parallel
# computation impossible: not for a hard reset, nor for an IF with soft reset on the inputs above.
#
# **Does it learn better?** This is not about speed at all. Lesson 08 has the rows: the same leak, the same reach, only the reset
# differs.

# %%
pv.predict("11/buys")

# %%
rows, mean = pv.load_study("rows"), pv.load_study("rows-mean")
with pv.folded("What came"):
    print("rows of clothes, read at the last step")
    for tau in (2, 8, 32):
        print("  ", pv.difference(rows.row(f"lif-none-{tau}"), rows.row(f"lif-hard-{tau}")))
    print("the same, read as a mean over all steps")
    print("  ", pv.difference(mean.row("lif-none-2"), mean.row("lif-hard-2")))
    print("what a learned kernel adds to a leak without reset, read at the last step")
    print("  ", pv.difference(rows.row("sliding-28"), rows.row("lif-none-32")))

# %% [markdown]
# So, **was the reset the obstacle?** For one product with a fixed matrix: yes. For computing in parallel: not the hard one, though
# without it there is less to do. For remembering rows of clothes up to the last step: yes, by many points, with nothing parallel about it. Read as a
# mean: no difference shown; and in lesson 07 there is a task on which the reset helps.
#
# And the family does more than remove a reset: it *learns* the weights over time, which is the last line above. In the paper's own table, too, the step
# from LIF (81.50 and 79.85 % in two runs) to LIF without reset (79.50 %) is small and open (lesson 10), and the one to PSN (88.45 %) is large
# (sequential CIFAR10; best test epoch of a run).
# <!-- evidence: 79.85 == paper('sequential CIFAR10', 'LIF', note='another run with the same arguments');
# difference('recall/8-mixed-lif-hard-4', 'recall/8-mixed-lif-none-4').low > 0; all(difference(f'rows/lif-none-{t}', f'rows/lif-hard-{t}').low > 0 for t in (2, 8, 32));
# not difference('rows-mean/lif-none-2', 'rows-mean/lif-hard-2').shown; difference('rows/sliding-28', 'rows/lif-none-32').low > 0;
# 81.50 == paper('sequential CIFAR10', 'LIF'); 79.50 == paper('sequential CIFAR10', 'LIF without reset'); 88.45 == paper('sequential CIFAR10', 'PSN') -->

# %% [markdown]
# ## Where it fails
#
# The claim: *a neuron with reset has an exact parallel form.* Break it: `first_difference` tries small inputs, the shortest first, until two
# neurons give different spikes.


# %%
def spikes_by(form):
    return lambda X: torch.diff(finished(X, form), dim=0, prepend=X.new_zeros(1, X.shape[1]))


def loop(reset, beta=1.0):
    return lambda X: serial_run(X, beta, reset=reset).s


for name, one, other in (
    ("maximum, loop", spikes_by("maximum"), loop("soft")),
    ("queue, loop", spikes_by("queue"), loop("soft")),
    ("soft, hard reset", loop("soft"), loop("hard")),
    ("successors, loop", lambda X: hard_reset_spikes(X, 0.9), loop("hard", 0.9)),
):
    found = first_difference(one, other, values=(-2.0, -0.5, 0.0, 0.4, 1.3, 2.0), lengths=range(1, 5))
    if found:
        print(f"{name}: X = {found.x[:, 0].tolist()}: {found.one.tolist()} and {found.other.tolist()}")
    else:
        print(f"{name}: alike on all inputs of up to 4 steps that were tried")

# %% [markdown]
# *The maximum finishes two in one step; the queue takes a spike back.* For an IF whose inputs go above ${\color{#7d6a7c}{θ}}$ *and* below 0, and for a leak
# with soft reset, we know of rounds only.

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). u `[T]` is the potential without reset. Return H `[T − s − 1]` of a neuron that was reset in step
# s, for the steps s + 1 … T − 1.


# %% tags=["exercise"]
def charge_since(u, s, beta):
    lag = torch.arange(1, len(u) - s, dtype=u.dtype)
    return u[s + 1 :] - beta**lag * u[s]  # blank: return ...


# solution: what u had at s has leaked t − s times by step t. Take it away, and only the inputs since s are left.
pv.check("11/charge_since", charge_since)

# %% [markdown]
# **2 · Doubling** (medium, 15 minutes). `successor` `[T + 1]`, int64: entry s + 1 is the step of the next spike after one in step s, entry 0 that
# of the first spike; T means never again. Return the spikes `[T]`, bool, in about log₂ T rounds, without a loop over the steps. (Number the
# places: 0 is the start, t + 1 is step t, and T + 1 is *never*, which leads to itself.)


# %% tags=["exercise"]
def follow(successor):
    # blank
    T = len(successor) - 1
    pointer = torch.cat((successor + 1, torch.tensor([T + 1])))  # places instead of steps; the last leads to itself
    marked = torch.zeros(T + 2, dtype=torch.bool)
    marked[0] = True  # the start
    for _ in range(T.bit_length()):
        marked[pointer[marked]] = True
        pointer = pointer[pointer]
    return marked[1 : T + 1]
    # end blank


# solution: place 0 is the start, place t + 1 is step t, place T + 1 stands for "never again" and leads to itself.
pv.check("11/follow", follow)

# %% [markdown]
# **3 · Open** (10 minutes). A paper says: "Our neuron keeps the reset and runs in parallel." Which questions do you ask?

# %%
pv.answer("11/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# Which reset, hard or soft, and is a spike of this step still able to change the next? Equal to which loop: the LIF's, or one of its
# own; how many spikes differ, and at which firing rate? For which inputs: any, or only some range? How much work and memory for
# T steps, and is the time compared with a loop in one kernel? (And, if a result is claimed: with the same weights over time, what
# does the reset itself do?)
# </details>

# %% [markdown]
# Your answers are kept in a small file beside this notebook. `pv.hand_in("your name")` writes a copy to hand in,
# `pv.reset_progress("11")` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - A hard reset forgets, so the next spike depends on the last one and on the inputs since. It is computed for all steps at
#   once, and doubling follows the path in about log₂ T rounds.
# - An IF with soft reset is a count: a running maximum for inputs ≤ θ, a queue for inputs ≥ 0. For a leak with soft reset we
#   know of rounds only.
# - Few rounds leave spikes wrong: many in a long sequence with a slow leak.
# - Removing the reset buys one product with a fixed matrix, which can then be learned. What the reset does to learning is
#   another question, and its answer depends on task and readout.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, which removes the reset. The forms of sections 1 to 4 are not in it.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `successors;round=0`: each step points at its successor (1). Then `successors;round=1` (1),
# `successors` (1) and `successors;round=3` (1): no loop ran. So why remove the reset (1)?
#
# **Fifty minutes**: recall (5), section 1 with the table by hand at the board (15), doubling (10), the clerk (8),
# `wavefront` with two leaks (7), section 6 as a discussion (5).
#
# **Ninety minutes**: the fifty minutes (50), exercise 1 (5), exercise 2 in pairs, with the path of the board (15),
# section 5 (10), the discussion (10).
#
# **To present**: `psn-viz present 11` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (5) and 2 (15), the open task 3 (10). Answers that only `psn-viz teachers` holds:
# *Successors by hand* (15), *Why not with a soft reset* (15).
#
# **Misconceptions to expect**
# - *"With a reset nothing can be parallel."* `successors`.
# - *"After a hard reset a little of the past is left."* The prediction of section 1.
# - *"Three rounds are enough."* `wavefront` with its start state.
# - *"The reset is only a nuisance."* `probe` of lesson 07: two neurons, with the reset they tell the cue.
#
# **To discuss**, and what a good answer has in it
# - *"A neuron with a hard reset can run in parallel. Why remove the reset, then?"* For one product with a fixed
#   matrix, which can be learned. A good answer keeps two questions apart: can it be computed in parallel, and does it
#   learn well? The second has different answers for different tasks and readouts.
# - *"When do you call a form parallel?"* When few stages wait for one another, at every input and not in a lucky
#   case. A good answer counts the work as well: more of it in fewer stages need not be faster.
# - *"After a few rounds some spikes are still wrong. Does that matter?"* A wrong spike can change those after it. A
#   good answer asks how many differ, at which leak and firing rate, and what the network's answer does; and it does
#   not take training and use for the same.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `successors` · `successors;beta=1` ·
# `successors;round=0` · `queue` · `wavefront`
# </details>
