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
# # 03 · Going further: where W starts, what it costs, and weights from another library
#
# **The question.** What else must one know to use a PSN in a network of one's own?
#
# 1. Where W and B start, and why.
# 2. What they cost.
# 3. How far back a gradient reaches, in numbers, and what trained networks reach.
# 4. Weights from another library: mind the sign.
#
# The four parts do not need each other. **Time**: 5 minutes each. **Before**: `03_parallel_spiking_neuron`.

# %%
import torch
from torch.utils.flop_counter import FlopCounterMode

import psn_viz as pv

# %% [markdown]
# ## 1 · Where W and B start
#
# Before training, the entries of W are uniform between −1/√T and 1/√T, and every threshold is 1. (PyTorch calls this *Kaiming
# uniform* with a = √5. `torch.nn.Linear` starts its weights so, too.)

# %%
torch.manual_seed(0)
neuron = pv.PSN(T=28)
torch.manual_seed(0)
W = torch.nn.init.kaiming_uniform_(torch.empty(28, 28), a=5**0.5)
print("W is Kaiming uniform, a = √5:", torch.equal(neuron.weight, W))
print(f"largest |W[t, i]|: {neuron.weight.abs().max():.3f}   1/√T: {28**-0.5:.3f}")
print("every B[t] is 1:", bool((neuron.threshold == 1).all()))

# %% [markdown]
# Why divide by √T? A number that is uniform between −a and a has variance a²/3. So an entry of W has variance 1/(3T). H[t] sums
# T of them. For inputs of variance 1 the variance of H[t] is then 1/3, *whatever T is*. The threshold of 1 is √3 standard
# deviations away, and of a normal distribution about 4 % lie beyond that.
# <!-- evidence: 4 == 100 * (1 - math.erf((3 / 2) ** 0.5)) / 2 -->
#
# **Check**, averaged over 100 new neurons each:
# <!-- evidence: not a result: the size of the check -->

# %%
for T in (4, 32, 256):
    runs = [pv.PSN(T).record(torch.randn(T, 500)) for _ in range(100)]
    variance = sum(run.h.var() for run in runs) / 100
    rate = sum(run.s.mean() for run in runs) / 100
    print(f"T = {T:3}: variance of H {variance:.2f}, firing rate {rate:.2f}")

# %% [markdown]
# ## 2 · What they cost
#
# A layer learns T² + T numbers. The product takes T² multiply-adds for each neuron, the loop of an LIF about two for each step (lesson
# 02). Counted on the modules themselves:

# %%
print("      numbers to learn    multiply-adds per neuron")
print("   T     LIF       PSN         LIF       PSN")
for T in (4, 28, 256):
    neuron, N = pv.PSN(T), 100
    learned = [sum(p.numel() for p in n.parameters()) for n in (pv.LIF(), neuron)]
    with FlopCounterMode(display=False) as counter:
        neuron(torch.randn(T, N))
    print(f"{T:4} {learned[0]:7} {learned[1]:9} {2 * T:11} {counter.get_total_flops() // (2 * N):9}")

# %% [markdown]
# T² is the price of this dense product, not of working in parallel: a leak without a reset has cheaper ways to its charge
# (`06_simulation_speed_further`).
#
# While T is small, the numbers to learn are next to nothing. At T = 4 the paper quotes 340 more parameters for a spiking ResNet-18
# and 200 more for a VGG-11, 0.00291 % and 0.00015 %. Both are multiples of what one layer learns:
# <!-- evidence: 340 == 17 * sum(p.numel() for p in pv.PSN(4).parameters()); 200 == 10 * sum(p.numel() for p in pv.PSN(4).parameters()); not a result: the percentages are quoted from the paper -->

# %%
per_layer = sum(p.numel() for p in pv.PSN(T=4).parameters())
print(f"one layer {per_layer}, 17 layers {17 * per_layer}, 10 layers {10 * per_layer}")

# %% [markdown]
# The products are of real numbers, and they are *inside* the neuron. Between the layers of a spiking network an input is 0 or 1, and a
# product with it is an addition or nothing. On hardware made for spikes this saves energy; a PSN gives a part of it up. A later
# paper puts 88.56 of the 91.62 µJ that one CIFAR100 image costs down to the products in the neurons, and builds a variant whose
# weights are powers of two, for which a product is a shift of bits (arXiv 2501.14490).
# <!-- evidence: not a result: quoted from that paper -->

# %% [markdown]
# ## 3 · How far back a gradient reaches, in numbers
#
# Lesson 03 shows how far back a gradient reaches in a figure. Here are numbers: the gradient of H[29] with respect to inputs further
# and further back, by autograd, no neuron with a reset:

# %%
torch.manual_seed(0)
X = torch.randn(32, 1, dtype=torch.float64, requires_grad=True)
neurons = {
    "LIF, τ = 4": pv.LIF(tau=4.0, reset="none"),
    "LIF, τ = 16": pv.LIF(tau=16.0, reset="none"),
    "IF": pv.IF(reset="none"),
    "PSN": pv.PSN(T=32).double(),
}
print("i =", "".join(f"{i:10}" for i in (29, 20, 10, 0)))
for name, neuron in neurons.items():
    (gradient,) = torch.autograd.grad(neuron.record(X).h[29, 0], X)
    print(f"{name:11}", "".join(f"{gradient[i, 0]:10.4f}" for i in (29, 20, 10, 0)))
print("LIF, τ = 4, i = 0:", f"0.25 · 0.75^29 = {0.25 * 0.75**29:.4f}")
print("the PSN's is its W[29, i]:", torch.equal(gradient[:, 0], neuron.weight[29]))

# %% [markdown]
# Do trained networks profit? On sequential CIFAR10 (pictures read column by column, T = 32) the paper reports 88.45 % for the PSN
# and 81.50 % for LIF, in the best test epoch of single runs. How much of that is due to gradients, the numbers do not say. More
# freedom does not always help: on CIFAR10 pixel by pixel, T = 1024, a later paper (arXiv 2410.03530) reports 55.24 % for the PSN and
# 70.23 % for the sliding one, which has far fewer weights.
# <!-- evidence: 88.45 == paper('sequential CIFAR10', 'PSN'); 81.50 == paper('sequential CIFAR10', 'LIF'); 55.24 == paper('pixel by pixel CIFAR10', 'PSN'); 70.23 == paper('pixel by pixel CIFAR10', 'sliding PSN') -->
#
# The abstract of that later paper also says something on the premise of this course. It claims that with a "decoupled" reset an LIF
# can be trained in parallel, in T log T instead of T² time, with the result of its sequential counterpart. Its main neuron, PRF, has a
# complex-valued membrane that swings. We have not computed it again.

# %% [markdown]
# ## 4 · Weights from another library: mind the sign
#
# SpikingJelly, for one, stores a *bias* b = −B and computes Θ(WX + b). What happens to someone who takes the bias for the
# threshold?

# %%
torch.manual_seed(0)
neuron, X = pv.PSN(T=16), torch.randn(16, 5000)
with torch.no_grad():
    S, H, bias = neuron(X), neuron.charge(X), -neuron.threshold[:, None]
print("Θ(W X + bias), same spikes:", torch.equal((H + bias >= 0).to(X), S))
print(f"firing rate {S.mean():.2f}; with the bias taken for the threshold {(H >= bias).float().mean():.2f}")

# %% [markdown]
# Where SpikingJelly 2 or newer is installed (`pip install spikingjelly`; this course does not need it), its neurons come over
# with their weights, the sign taken care of:
#
# ```python
# from spikingjelly.activation_based import neuron
#
# pv.from_spikingjelly(neuron.PSN(T=16))
# ```

# %% [markdown]
# ## What you can now explain
#
# - W starts from U(−1/√T, 1/√T) and B from 1, so that a new neuron charges and fires alike at every T.
# - A layer learns T² + T numbers, and its dense product takes T² multiply-adds of real numbers for each neuron.
# - Without a reset, a gradient through an LIF fades with τ, one through an IF does not, and one through a PSN is an entry of W.
# - A bias is the threshold with a minus.
