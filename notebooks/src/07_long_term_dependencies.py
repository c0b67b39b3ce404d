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
# # 07 · Long-term dependencies
#
# **The question.** Over how long a delay can each neuron remember?
#
# **Afterwards you can**
# 1. say what is left of an input after D steps in an LIF, a masked, a sliding and a full PSN;
# 2. predict at which delay each of them fails, and train them to see whether you are right;
# 3. compare neurons fairly: a learning rate for each, chosen on the validation set, and several seeds;
# 4. tell "it cannot remember" from "training has not found out how".
#
# **Time**: 35 minutes to read and play, 50 in class; exercises 35 more. **Before**: `06_simulation_speed`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 06
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("07")

# %% [markdown]
# ## Symbols
#
# ${\color{#4a95fa}{X}}$ input, ${\color{#d87e0f}{H}}$ charge, ${\color{#c10732}{S}}$ spikes, τ time constant, β = 1 −
# 1/τ, k order, L layers, as before. New:
#
# | symbol | name | meaning |
# |---|---|---|
# | | cue | what is to be remembered; it comes at step 0 |
# | $D$ | delay | how many steps later the network is asked for it |
# | | distractors | inputs in between, which tell nothing |

# %% [markdown]
# ## 1 · A probe
#
# The paper argues that the reset of an ordinary spiking neuron makes its dynamics serial and *long-term dependencies*
# hard to learn. On real data many things come together, so here is a task that asks for memory and for nothing else. At
# step 0 one of four cues comes; then D steps of distractors, in a channel of their own; at the last step, D, the
# question. The answer is read from the spikes of the last step.

# %%
from psn_viz.learning import recall_dataset

data = recall_dataset(delay=6)
names = ["cue 0", "cue 1", "cue 2", "cue 3", "distractor", "question"]
print("step       ", *(f"{t:4}" for t in range(7)))
for name, channel in zip(names, data.train.x[:, 2].T, strict=True):
    print(f"{name:11}", *(f"{x:4.1f}" for x in channel))
print("answer:", int(data.train.y[2]))

# %% [markdown]
# **Agree.** Nothing after step 0 tells the answer. Without distractors, samples of different classes are equal from step
# 1 on:

# %%
quiet = recall_dataset(delay=6, noise=0.0).train
first_four = [quiet.x[:, n] for n in range(4)]
print("classes:", quiet.y[:4].tolist())
print("equal from step 1 on:", all(torch.equal(x[1:], first_four[0][1:]) for x in first_four))
print("equal at step 0     :", all(torch.equal(x[0], first_four[0][0]) for x in first_four))

# %% [markdown]
# So whoever has lost step 0 guesses one of four and is right in 25 % of the cases: *chance level*.

# %% [markdown]
# ## 2 · What is left of the cue
#
# All of these neurons charge by a weighted sum of inputs, as long as no reset interferes, so what is left of the cue in
# ${\color{#d87e0f}{H[D]}}$ is one weight, W[D, 0]:
#
# | | weight of ${\color{#4a95fa}{X[0]}}$ in ${\color{#d87e0f}{H[D]}}$ |
# |---|---|
# | LIF | $\frac{1}{\tau}\,\beta^D$: fades, never 0 |
# | sliding PSN | $W_{k-1-D}$ if k > D, else none |
# | masked PSN, λ = 1 | W[D, 0] if k > D, else none |
# | PSN | W[D, 0], learned, for every D |

# %%
pv.predict("07/left")

# %% [markdown]
# **Agree.** The share of the cue that D steps leave, measured: a 1 at step 0, zeros after it.

# %%
delays = (0, 2, 4, 8, 16, 32)
cue = torch.zeros(33, 1, dtype=torch.float64)
cue[0] = 1.0
print("D =", "".join(f"{D:9}" for D in delays))
for tau in (2.0, 16.0, 64.0):
    H = pv.LIF(tau, reset="none").record(cue).h[:, 0]
    share = H / H[0]
    off = (share - (1 - 1 / tau) ** torch.arange(33.0, dtype=torch.float64)).abs().max()
    print(f"τ {tau:2.0f}", "".join(f"{share[D]:9.4f}" for D in delays), "  β^D:", bool(off < 1e-12))

# %% [markdown]
# It is halved after about 0.7 τ steps. In the parallel family there is no fading, there is an edge:

# %%
torch.manual_seed(0)
k = 9
neurons = {
    "sliding, k = 9": lambda T: pv.SlidingPSN(k),
    "masked, k = 9": lambda T: pv.MaskedPSN(T, k=min(k, T), lambda_=1.0),
    "PSN": lambda T: pv.PSN(T),
}
for name, neuron_of in neurons.items():
    has = []
    for D in (2, 4, 8, 9, 16, 32):
        H = neuron_of(D + 1).double().record(cue[: D + 1]).h
        has.append(f"{D}: {'yes' if H[D, 0] != 0 else 'no'}")
    print(f"{name:15} a weight for the cue at D =", ", ".join(has))

# %% [markdown]
# The gradient that is to teach the layer below what the cue is worth passes through the same weight (lesson 03):

# %% tags=["nbval-ignore-output"]
pv.LABS["gradients"](tau=2, reset="none").show()

# %% [markdown]
# *Through an LIF with τ = 2 the gradient falls below 10⁻⁶ some 18 steps back; through the PSN the distance does not
# matter.* Move τ to 16.

# %% [markdown]
# ## 3 · Is a small share too small?
#
# With τ = 2 and D = 16 one part in 65 536 of the cue is left. Not much; but Θ is infinitely sharp. Choose the weights by
# hand: let the cue charge the neuron to 0.99, just too little for a spike, and let the question fill up the rest, *but
# for half of what is left of the cue*. Then the last step fires if and only if there was a cue.


# %%
def by_hand(D, dtype, jitter=0.0):
    left = 0.99 * 0.5**D
    X = torch.zeros(D + 1, 2, 2000, dtype=dtype)  # with and without the cue, 2000 times
    X[0, 0] = 2 * 0.99  # charge: half of it arrives
    X[D] = 2 * (1 - left / 2)
    noise = torch.rand(2, 2000, generator=torch.Generator().manual_seed(0)).to(dtype)
    X[D] += jitter * (2 * noise - 1)
    S = pv.LIF(tau=2.0)(X)[D]
    return 100 * ((S[0] == 1) & (S[1] == 0)).float().mean()


print(" D  left of the cue | both right in float64, float32, question disturbed by 0.001")
for D in (4, 8, 16, 24, 32):
    right = by_hand(D, torch.float64), by_hand(D, torch.float32), by_hand(D, torch.float64, 0.001)
    print(f"{D:2} {f'0.99 / 2^{D}':>16} | {right[0]:6.0f} % {right[1]:12.0f} % {right[2]:10.0f} %")

# %% [markdown]
# So "an LIF with τ = 2 *cannot* remember 32 steps" is not quite true: in exact arithmetic it can. Each step costs one
# binary digit of precision; float32 has 24, and a disturbance of a thousandth leaves about ten. (Two coins both come up
# right in 25 % of the cases.)
#
# And what does the reset do? With a hard reset the cue must *not* make the neuron fire, for a spike erases it. That is
# why it had to stay below 1, and why less than $\beta^D$ is left of it at the end. Without reset the cue may be as large
# as one likes:

# %%
X = torch.zeros(33, 2)
X[0, 0] = 2.0**33  # with the cue, and without it
for reset in ("hard", "soft", "none"):
    S = pv.LIF(tau=2.0, reset=reset)(X)
    last, without = int(S[:, 0].nonzero()[-1]), int(S[:, 1].sum())
    print(f"reset {reset}: with the cue the last spike is at step {last}; without it, {without} spikes")

# %% [markdown]
# (Without reset it fires at every step to carry the cue to step 32. A soft reset takes 1 off at each spike and comes one
# step short.) What exists is one thing. What gradient descent finds, from random weights and with inputs of ordinary
# size, is another.

# %% [markdown]
# ## 4 · Train them
#
# One hidden layer of 32 neurons between linear layers, one network for each delay. Six kinds of neuron: LIF with τ = 2,
# the same without reset, LIF with τ = 16, sliding and masked PSN with k = 9, PSN.

# %%
pv.predict("07/sweep")

# %% [markdown]
# To be fair, each neuron gets the *learning rate* that suits it: of three, the one with the best mean validation
# accuracy. The test set is looked at once, for that rate. Three *seeds* (of data, weights and order) show how much is
# luck.


# %%
def trained(neuron_of, D, seed, rate, hidden=(32,)):
    data = recall_dataset(D, train=600, validation=200, test=500, seed=seed)
    torch.manual_seed(seed)
    model = pv.SpikingClassifier(6, 4, neuron=lambda: neuron_of(D + 1), hidden=hidden)
    history = pv.train(model, data, epochs=10, learning_rate=rate, seed=seed)
    return model, data, history.validation_accuracy[-1]


def chosen(neuron_of, D, rates=(0.02, 0.1, 0.5), **more):
    runs = {rate: [trained(neuron_of, D, seed, rate, **more) for seed in range(3)] for rate in rates}
    best = max(rates, key=lambda rate: sum(validation for _, _, validation in runs[rate]))
    return best, [pv.accuracy(model, data.test) for model, data, _ in runs[best]]


# %% tags=["nbval-ignore-output", "measured"]
NEURONS = {
    "LIF, τ = 2": lambda T: pv.LIF(2.0),
    "LIF, τ = 2, no reset": lambda T: pv.LIF(2.0, reset="none"),
    "LIF, τ = 16": lambda T: pv.LIF(16.0),
    "sliding PSN, k = 9": lambda T: pv.SlidingPSN(9),
    "masked PSN, k = 9": lambda T: pv.MaskedPSN(T, k=min(9, T)),
    "PSN": lambda T: pv.PSN(T),
}
DELAYS = (2, 4, 8, 16, 32)
tested = {}
print("mean test accuracy in %, and the learning rate chosen")
for name, neuron_of in NEURONS.items():
    results = [chosen(neuron_of, D) for D in DELAYS]
    tested[name] = list(zip(*(accuracies for _, accuracies in results), strict=True))
    print(f"{name:20}", *(f"{100 * sum(a) / 3:4.0f} ({rate:4})" for rate, a in results))

# %% tags=["nbval-ignore-output"]
pv.sweep_panel(DELAYS, tested, chance=0.25)

# %% [markdown]
# *With τ = 2 memory ends between 4 and 8 steps, with a reset or without; with τ = 16 it still holds at 32. With k = 9 it
# ends between 8 and 16, with the weight for the cue. The PSN answers at every delay.* (Circles: seeds; line: their mean;
# dotted: chance. Measured on two CPU cores, for this network, these sizes and ten epochs. λ of the masked PSN is 1 from
# the third epoch on.)

# %% [markdown]
# ## 5 · At chance, and yet it remembers
#
# The next one is an LIF with τ = 64. After 32 steps 60 % of the cue is left. At a learning rate that suits the others, it
# stays at chance for every delay. What is in its way?

# %%
pv.predict("07/charge")

# %% [markdown]
# **Agree.** X = 1, steadily, for D + 1 steps:

# %%
steady = torch.ones(33, 1, dtype=torch.float64)
print("  D   H[D]: τ = 2  τ = 16  τ = 64   τ = 64, X not divided by τ")
for D in (2, 8, 32):
    H = [pv.LIF(tau, reset="none").record(steady).h[D, 0] for tau in (2.0, 16.0, 64.0)]
    whole = pv.LIF(64.0, decay_input=False, reset="none").record(steady).h[D, 0]
    print(f"{D:3} {H[0]:12.3f} {H[1]:7.3f} {H[2]:7.3f} {whole:13.2f}")
print(f"formula, τ = 64, D = 32: 1 - (63/64)^33 = {1 - (63 / 64) ** 33:.3f}")

# %% [markdown]
# This LIF divides its input by τ, and BatchNorm hands it inputs of about 1: it is never charged to the threshold. If it
# does not fire, no sample looks different from another, and training must first make its input several times as large.
# Two ways out, with the same leak: larger steps, or the form that does not divide X by τ.

# %% tags=["nbval-ignore-output", "measured"]
print("LIF, τ = 64, D = 16, three seeds")
print("    | learning rate | % validation       | spikes per step after training")
for name, divide in {"X/τ": True, "X": False}.items():

    def lif(T, divide=divide):
        return pv.LIF(64.0, decay_input=divide)

    for rate in (0.02, 0.1, 0.5):
        runs = [trained(lif, 16, seed, rate) for seed in range(3)]
        percent = "".join(f"{100 * validation:5.0f}" for _, _, validation in runs)
        firing = "".join(f"{model.firing_rate(data.validation.x)[0]:6.2f}" for model, data, _ in runs)
        print(f"{name:3} | {rate:13} | {percent}    | {firing}")

# %% [markdown]
# *The leak is the same in all six lines; in the first two no neuron fires.* A curve at chance shows that
# this training did not succeed, not that the neuron forgets.

# %% [markdown]
# ## 6 · Layers add up
#
# By lesson 05, L layers of order k can reach L(k − 1) steps back. For k = 9: 8, 16 and 24 steps.
#
# **Agree.** Does the answer of an untrained network depend on the cue at all? The gradient says so, and it is *exactly* 0
# beyond the reach:

# %%
for L in (1, 2, 3):
    reaches = []
    for D in (7, 8, 9, 15, 16, 17, 23, 24, 25):
        torch.manual_seed(0)
        model = pv.SpikingClassifier(6, 4, neuron=lambda: pv.SlidingPSN(9), hidden=(16,) * L)
        model.eval()  # in training, BatchNorm's mean would mix the steps
        x = recall_dataset(D, train=20).train.x.requires_grad_()
        model(x).square().sum().backward()
        reaches += [D] * bool((x.grad[0] != 0).any())
    print(f"L = {L}: reaches the cue at D =", *reaches)

# %% [markdown]
# And does training use it? At the last delay within reach, and one step beyond, from both initialisations:

# %% tags=["nbval-ignore-output", "measured"]
print("test accuracy in %, three seeds, learning rate 0.1")
for L in (2, 3):
    for init in ("exponential", "uniform"):
        line = f"L = {L}, {init:11}"
        for D in (8 * L, 8 * L + 1):
            _, right = chosen(lambda T, init=init: pv.SlidingPSN(9, init), D, (0.1,), hidden=(32,) * L)
            line += f" | D = {D:2}:" + "".join(f"{100 * share:5.0f}" for share in right)
        print(line)

# %% [markdown]
# *One step beyond the reach, guessing; within it, two layers answer without a mistake.* Lesson 05 found that a second
# layer with an exponential kernel only repeats what it gets, where no weights stand in between; training gets it away
# from there. With three layers at D = 24, where each must pass the cue on by its *oldest* weight, it did not (that weight
# starts at 1/256; even the best seed is right about half the time); from the uniform start it did, with two of three seeds. The reach is a bound, not a promise.

# %% [markdown]
# ## 7 · What this says about the paper's argument, and what it does not
#
# Measured here, on one made-up task: a PSN recalls over every delay that we tried, at ordinary learning rates; an LIF
# with τ = 2, the value in the paper's sequential experiments, loses the cue within 8 steps. But taking its reset away
# changes nothing, and a slower leak does: **on this task it is the leak that forgets.** That does not contradict the
# paper's experiment on sequential CIFAR10 (T = 32, best test epoch of single runs), where LIF without reset stays below
# LIF, and PSN is above both: 79.50, 81.50 and 88.45 %. What an LIF with a larger τ would have reached there, those
# numbers do not say.
#
# Left out here: longer delays, distractors in the channel of the cue, and neurons that learn their τ.

# %% [markdown]
# ## Where it fails
#
# *"The PSN remembers longest, so it is the one to take."* All cues so far came at step 0.

# %%
pv.predict("07/moved")

# %% tags=["nbval-ignore-output", "measured"]
print("percent right, cue at step ", *(f"{step:3}" for step in (0, 1, 3, 5)))
for name in ("LIF, τ = 16", "sliding PSN, k = 9", "PSN"):
    for seed in range(2):
        model, data, _ = trained(NEURONS[name], 8, seed, rate=0.1)
        shares = []
        for step in (0, 1, 3, 5):
            x = data.test.x.clone()
            x[0, :, :4], x[step, :, :4] = 0, data.test.x[0, :, :4]
            shares.append((model(x).argmax(1) == data.test.y).float().mean())
        print(f"{name:18} seed {seed}  ", "".join(f"{100 * share:4.0f}" for share in shares))

# %% [markdown]
# *The PSN has learned what to do with a cue at step 0 and nothing about cues at other steps; it can even be wrong every
# time. A leak treats all steps alike.* Each weight of a PSN is learned by itself: that is what lets it reach far, and
# what it pays with. (The kernel of a sliding PSN is no better here: its weights belong to ages, and it was asked about
# one age only.)

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). The smallest order with which L sliding layers can recall over each delay of D (a
# tensor, float64).


# %% tags=["exercise"]
def smallest_order(D, L):
    return torch.ceil(D / L) + 1  # blank: return ...


# solution: L(k − 1) ≥ D, and k is a whole number.
pv.check("07/order", smallest_order)

# %% [markdown]
# **2 · A leak that is slow enough** (medium, 10 minutes). The smallest τ with which an LIF, if it does not fire, still
# holds `share` of the cue after D steps (a tensor, float64): H[D] ≥ share · H[0].


# %% tags=["exercise"]
def smallest_tau(D, share):
    # blank
    beta = share ** (1 / D)
    return 1 / (1 - beta)
    # end blank


# solution: (1 − 1/τ)^D = share. A tenth after 32 steps takes τ = 14.4.
pv.check("07/tau", smallest_tau)

# %% [markdown]
# **3 · What to report** (easy, 10 minutes). Validation and test accuracies as tensors [rates, seeds]. Return the test
# accuracies [seeds] of the learning rate with the best mean validation accuracy (the first one, if two are equal).


# %% tags=["exercise"]
def to_report(validation, test):
    # blank
    return test[validation.mean(1).argmax()]
    # end blank


# solution: The test set plays no part in the choice.
pv.check("07/report", to_report)

# %% [markdown]
# **4 · Open** (15 minutes). A sensor gives 100 numbers a second. Whether to raise an alarm depends on the newest reading
# and on whether a certain pattern came within the last 10 seconds, no matter when. Which neuron, with which τ, k or T,
# and how many layers?
#
# <details><summary>A thought</summary>
#
# The delay is up to 1000 steps, its length is not fixed, and an answer is wanted at each step. A PSN has fixed T and
# waits. A sliding PSN needs k = 1001 in one layer, or k = 101 in ten. An LIF that keeps half for 1000 steps has τ ≈ 1443:
# one number per neuron as memory, but mind the scale of its input. Or ask whether 100 readings a second are needed: with
# 10, all delays are a tenth.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy
# to hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - After D steps an LIF without a spike holds $\beta^D$ of an input; a masked or sliding PSN holds
#   what its weight says if k > D, and nothing otherwise; a PSN whatever it has learned.
# - Trained, LIF with τ = 2 fails between 4 and 8 steps, with reset or without; k = 9 from D = 9 on; L layers beyond L(k − 1).
# - A fair comparison chooses the learning rate on the validation set for each neuron, and shows more than one seed.
# - At chance may mean: nothing is left; or it is below the precision; or the neuron never fires, and training could not begin.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, the argument on long-term dependencies.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `gradients;tau=2;reset=none`, then `gradients;tau=16;reset=none`, then `gradients;tau=2`: what fades,
# what cuts? Then the figure of section 4.
#
# **Fifty minutes**: sections 1 and 2 with the curve (15), section 3 at the board (5), section 4: predict, start the
# training, discuss while it runs (10), section 5 (5), section 6 (5), where it fails with its prediction (5), exercise 3
# (5).
#
# **Misconceptions to expect**
# - *"Spiking neurons cannot remember."* Section 4, τ = 16; `gradients;tau=IF;reset=none`.
# - *"Without the reset an LIF remembers longer."* Section 4, the first two plots; `gradients;tau=2;reset=none`.
# - *"At chance: so the information is gone."* Section 5.
# - *"k = 8 is enough for a delay of 8."* `sliding_psn;kernel=exponential+8;t=8`: the queue holds X[1] to X[8].
# - *"A PSN has learned to remember cues."* It has learned to remember step 0. Where it fails; `psn`, point at two columns.
#
# **Codes**: `gradients;tau=2;reset=none` · `gradients;tau=16;reset=none` · `gradients;tau=2` · `masked_psn;lambda=1;k=8`
# · `sliding_psn;kernel=exponential+8;t=8`
# </details>
