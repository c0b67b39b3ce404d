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
# # 04 · Going further: pieces, a wrong state, an opened mask, 0 · ∞, and the order k in the paper
#
# **The question.** What else is there to know of the masked PSN?
#
# 1. A sequence may be cut into pieces anywhere.
# 2. What a state left over from another sequence does, counted.
# 3. What a trained network does when its mask is opened again.
# 4. An infinite input, all at once and step by step.
# 5. How the accuracy depends on k in the authors' logs.
#
# The five parts do not need each other. **Time**: 5 minutes each. **Before**: `04_masked_psn`.

# %%
import torch

import psn_viz as pv
from psn_viz.learning.reported_results import reported_results

# %% [markdown]
# ## 1 · In pieces
#
# Between *all at once* and *step by step* there is `chunk`. It takes as many steps as have come, and returns their spikes and
# the next state. Wherever the sequence is cut, the spikes are the same:

# %%
T, k = 28, 4
torch.manual_seed(1)
X = 5 * torch.randn(T, 300, dtype=torch.float64)
neuron = pv.MaskedPSN(T, k, lambda_=1.0).double().requires_grad_(False)
S = neuron(X)  # all at once

for lengths in ([14, 14], [1, 27], [5, 3, 20]):
    state, spikes = neuron.initial_state(), []
    for piece in X.split(lengths):
        S_piece, state = neuron.chunk(piece, state)
        spikes.append(S_piece)
    print(f"in pieces of {lengths}: the same spikes: {torch.equal(torch.cat(spikes), S)}")

# %% [markdown]
# ## 2 · A state left over
#
# A sequence is broken off after 10 steps, and another one follows without a new state. The neuron takes its first input for an
# eleventh and uses rows 10 to 27 of W. No error is raised:
# <!-- evidence: not a result: what the next cell does -->

# %%
other = 5 * torch.randn(T, 300, dtype=torch.float64)
_, left_over = neuron.chunk(X[:10], neuron.initial_state())
wrong, _ = neuron.chunk(other[:18], left_over)
right, _ = neuron.chunk(other[:18], neuron.initial_state())
print(f"spikes with a new state: {int(right.sum())}, with the old one: {int(wrong.sum())}")
print(f"share of entries that differ: {(right != wrong).double().mean():.2f}")
print("steps at which some neuron differs:", (right != wrong).any(1).nonzero().flatten().tolist())

# %% [markdown]
# ## 3 · The mask opened again
#
# The weights outside the band are still stored when λ is 1. No gradient has reached them since, and the rest of the network has
# learned without them. Here is a trained network with k = 8, on the validation pictures:

# %% tags=["nbval-ignore-output", "measured"]
model = pv.load_model("rows-masked-8")
data = pv.load_dataset("fashion-mnist-rows")
for lambda_ in (1.0, 0.9, 0.5, 0.0):
    pv.set_lambda(model, lambda_)
    print(f"λ = {lambda_}: {100 * pv.accuracy(model, data.validation):.1f} %")

# %% [markdown]
# *At λ = 0 this network began; it is no longer made for it.* An accuracy at one λ says little about another one, in either direction.

# %% [markdown]
# ## 4 · 0 · ∞
#
# *With λ = 1 no input acts before it has come.* The product does not leave masked entries out. It multiplies them by 0, and 0 · ∞ is
# not a number. One broken input at the last step:

# %%
broken = X.clone()
broken[-1] = float("inf")
state, by_steps = neuron.initial_state(), 0
for X_t in broken[:-1]:
    S_t, state = neuron.step(X_t, state)
    by_steps += int(S_t.sum())
at_once = int(neuron(broken)[:-1].sum())
print(f"spikes before the last step: {by_steps} step by step, {at_once} all at once")

# %% [markdown]
# A comparison with what is not a number is false, so H ≥ B holds at no step: all at once the neuron is silent, also in the
# past. `record` refuses such a run.

# %% [markdown]
# ## 5 · The order k in the authors' logs
#
# Sequential CIFAR100, T = 32. For each k one run, two for k = 7 and 18 of the masked PSN and for k = 25 of the sliding one. The number is the best
# epoch by the test set; of the masked PSN with k = 1 that epoch has λ < 1 (lesson 04, section 5):
# <!-- evidence: not a result: how the next table was chosen -->

# %%
print("   k | masked PSN   sliding PSN   (test accuracy in %)")
sweep = [result for result in reported_results().results if result.table.startswith("order sweep")]
for order in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32):
    masked, sliding = (
        [r.best for r in sweep if r.neuron == name and r.k == order] for name in ("masked PSN", "sliding PSN")
    )
    print(f"{order:4} | {masked[0]:10.2f} {sliding[0]:13.2f}")

# %% [markdown]
# *Up steeply to k ≈ 4, then flat.* Between k = 4 and k = 32 all runs of the masked PSN lie within 1.8 points, and two runs of one
# setting differ by up to 0.6. So these logs do not show which k above 4 is best.
# <!-- evidence: 1.8 == max(paper('order sweep, sequential CIFAR100', 'masked PSN', k) for k in range(4, 33)) - min(paper('order sweep, sequential CIFAR100', 'masked PSN', k) for k in range(4, 33));
# 0.6 == max(repeats()) -->
