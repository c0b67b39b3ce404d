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
# # 05 · Going further: what training starts from, zeros in front, pieces, and what two layers pass on
#
# **The question.** What else is there to know of the sliding PSN?
#
# 1. What training starts from, and how near that is to a leak.
# 2. Zeros in front of a sequence, and a layer with a bias.
# 3. A sequence in pieces.
# 4. What two layers *can* see, and what they do pass on.
#
# The four parts do not need each other. **Time**: 5 minutes each. **Before**: `05_sliding_psn`.

# %%
import torch

import psn_viz as pv

torch.manual_seed(0)
long = torch.randn(200, 300, dtype=torch.float64)
neuron = pv.SlidingPSN(4).double().requires_grad_(False)

# %% [markdown]
# ## 1 · What training starts from
#
# Two initialisations are in use. *Exponential*: $W_s = 2^{\,s-k+1}$, that is …, 1/4, 1/2, 1. *Uniform*: drawn between −1/√k and
# 1/√k. The threshold starts at 1. The exponential one is the leak of lesson 02 with τ = 2, in the form without X/τ, cut off after k
# inputs. Here it is compared with the matrix of that leak, 32 × 32:

# %%
leak = pv.reset_free_weight(32, tau=2.0, decay_input=False)
for k in (1, 4, 8, 32):
    missing = leak - pv.SlidingPSN(k).double().requires_grad_(False).dense_weight(32)
    same = torch.allclose(missing.triu(1 - k), torch.zeros(32, 32, dtype=torch.float64))
    cut_off = missing.sum(1).max()  # of the row that loses most
    print(f"k = {k:2}: the newest k weights are the leak's: {same}; those cut off in a row add up to {cut_off:.4f}")

# %% [markdown]
# With k → ∞ the exponential start is the LIF without reset, τ = 2. A short kernel already gives nearly its spikes:

# %%
noise = torch.randn(64, 5000, dtype=torch.float64)
lif = pv.LIF(tau=2.0, decay_input=False, reset="none")(noise)
for k in (1, 2, 4, 8):
    differ = (pv.SlidingPSN(k).double()(noise) != lif).double().mean()
    print(f"k = {k}: {100 * differ:4.1f} % of the spikes differ")

# %% [markdown]
# ## 2 · Zeros in front, and a bias
#
# Zeros in front of a sequence change nothing, for they are what the neuron assumes there. They must still be zeros when they
# reach it. A layer with a bias in between adds it to them:

# %%
for bias in (0.0, 0.5):
    filled = torch.cat((torch.zeros(7, 300), long[:5])) + bias
    alone = long[:5] + bias
    differ = (neuron(filled)[7:] != neuron(alone)).any(1).nonzero().flatten()
    print(f"7 zeros in front, bias {bias}: other spikes at its own steps", differ.tolist() or "none")

# %% [markdown]
# To cut the first steps *off* is something else, too: `neuron(X[3:])` finds zeros where the whole sequence had inputs.

# %%
cut, whole = neuron(long[3:]), neuron(long)[3:]
print("steps at which some neuron differs:", (cut != whole).any(1).nonzero().flatten().tolist())

# %% [markdown]
# ## 3 · In pieces
#
# `chunk` takes as many steps as have come. Wherever the sequence is cut, the spikes are the same:

# %%
for lengths in ([100, 100], [1, 1, 1, 197], [3, 97, 96, 4]):
    state, spikes = neuron.initial_state(), []
    for piece in long.split(lengths):
        S_piece, state = neuron.chunk(piece, state)
        spikes.append(S_piece)
    print(f"in pieces of {lengths}: the same spikes: {torch.equal(torch.cat(spikes), neuron(long))}")

# %% [markdown]
# ## 4 · What two layers pass on
#
# L layers of order k *can* see L(k − 1) + 1 inputs. What reaches a spike, the weights decide. Two layers of order 4 on top of each
# other, and X[2] alone changed:
# <!-- evidence: not a result: a formula of lesson 05 -->

# %%
X = long[:16]
changed = X.clone()
changed[2] += 3.0
kernels = {"(1, 0, 0, 0)": torch.tensor([1.0, 0, 0, 0]), "(1/8, 1/4, 1/2, 1)": torch.tensor([0.125, 0.25, 0.5, 1])}
for name, kernel in kernels.items():
    layer = pv.SlidingPSN(4).double().requires_grad_(False)
    layer.weight.copy_(kernel)
    moved = (layer(layer(changed)) != layer(layer(X))).any(1)
    print(f"{name}: spikes of the second layer change at t =", moved.nonzero().flatten().tolist())

# %% [markdown]
# With (1, 0, 0, 0) each layer delays by three steps, and the change comes out six steps later, the longest way there is.
#
# With exponential kernels two layers reach *no* further than one. The second layer receives zeros and ones. At threshold 1 the older
# spikes, which weigh 1/8 + 1/4 + 1/2 together, less than 1, cannot make it fire, and a new one always does. So it passes on what
# it gets. (Networks have weights between two such layers, and training changes all of them. The bound stays.)
