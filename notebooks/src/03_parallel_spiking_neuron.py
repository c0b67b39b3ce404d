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
# # 03 · The Parallel Spiking Neuron
#
# **The question.** If H = W X is all there is, which W?
#
# **Afterwards you can**
# 1. read a W: say what a charge is made of, where an input goes, and which inputs a step has to wait for;
# 2. say what T is, and what a PSN made for T steps cannot be given;
# 3. say what is learned, where it starts and what it costs, and write its gradients without going back through time;
# 4. compare how far back a gradient reaches, through the loop of an LIF and through a PSN;
# 5. say what is lost when a PSN takes the place of an LIF.
#
# **Time**: 35 minutes to read and play, 50 in class; exercises 45 more. **Before**: `02_removing_the_reset`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 02
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("03")

# %% [markdown]
# ## Symbols
#
# ${\color{#4a95fa}{X}}$ input, ${\color{#d87e0f}{H}}$ charge, ${\color{#c10732}{S}}$ spikes, $W$ weights over time, as
# before. ${\color{#9b879a}{B}}$ is the threshold, from here on one number for each time-step. T is the number of
# time-steps, N the number of neurons side by side. From section 4 on: $L$, the loss that training makes small; σ′, the slope
# that stands in for that of Θ; and $G$, the gradient that arrives at the charge, one number for each entry of
# ${\color{#d87e0f}{H}}$.

# %% [markdown]
# ## 1 · Any W
#
# In lesson 02 all of W followed from one number, τ. The **Parallel Spiking Neuron** (PSN) keeps the product and lets
# every entry of W be anything:
#
# $${\color{#d87e0f}{H}} = W\,{\color{#4a95fa}{X}}, \qquad {\color{#c10732}{S}} = \Theta({\color{#d87e0f}{H}} - {\color{#9b879a}{B}}), \qquad W \in \mathbb{R}^{T\times T},\; {\color{#9b879a}{B}} \in \mathbb{R}^{T}$$


# %%
def psn(X, W, B):
    H = W @ X  # charge: all steps at once
    return (H >= B[:, None]).to(X)  # fire


torch.manual_seed(0)
neuron, X = pv.PSN(T=16), 2 * torch.randn(16, 500)
print("same spikes as pv.PSN:", torch.equal(psn(X, neuron.weight, neuron.threshold), neuron(X)))

# %% [markdown]
# **A row is a recipe, a column is a delivery list.** Row t says what H[t] is made of; column i says to which charges X[i]
# goes, and with what weight. (Each recipe comes with a threshold of its own: one B[t] for each row.)
#
# Of eight inputs, all are 0 but X[5] = 1.5. Column 5 of W holds 1 in row 1, 0.5 in row 5, 0.8 in row 6, and 0 in the other
# rows. The threshold is 1 at every step.

# %%
pv.predict("03/fires")

# %% [markdown]
# The neuron answers *at step 1* to an input that comes at step 5. (The other columns hold something, too, but what they
# meet is 0.) No loop that takes the inputs in turn can do that.
#
# Here is a W as a PSN starts with, at random. Point at it: the orange frame is a row and its bars below sum up to one H; the
# blue frame is a column and its bars beside it are what one X adds to each H. Then choose `LIF 4`, and point at the same
# places. With the last slider you paint the cell in view. (*fused: same*, above H: for large inputs `pv.PSN` computes the
# same charge and fire in a faster way, and here that way gave the same spikes.)

# %% tags=["nbval-ignore-output"]
pv.LABS["psn"]().show()

# %% [markdown]
# *In a dense W every input reaches every charge, and about half of the weight lies on inputs that are still to come. In
# the W of a leak, column i reaches only the charges from i on, and fades.*
#
# A few matrices written by hand, on an input of 1.5 at the steps 4, 5 and 6:

# %%
T = 12
X = torch.zeros(T, 1)
X[4:7] = 1.5
by_hand = {
    "leak, τ = 2": pv.reset_free_weight(T, tau=2.0, dtype=torch.float32),
    "three steps late": torch.ones(T - 3).diag(-3),
    "three steps early": torch.ones(T - 3).diag(3),
    "time reversed": torch.eye(T).flip(0),
}
for name, W in by_hand.items():
    spikes = psn(X, W, torch.ones(T))
    print(f"{name:17} fires at", spikes[:, 0].nonzero().flatten().tolist())

# %% [markdown]
# A leak can remember, but it cannot choose *what*: all it has is τ. A W with one entry for every pair of steps can delay,
# compare, reverse, or look ahead. Nobody writes it by hand; it is learned (section 4).

# %% [markdown]
# ## 2 · What T is, and who has to wait
#
# **T is the number of inputs in the sequence that the neuron is handed.** It counts; it has no unit. Whether a step takes
# any time is a matter of the data:
#
# | data | one time-step is | T |
# |---|---|---|
# | a picture read row by row (lesson 00) | a row: no time has passed | 28 |
# | one second of sound, in frames of 10 ms | a frame: 10 ms | 100 |
# | a still picture | nothing in the data. It can be shown to the network T times (lesson 08) | a choice |
#
# **A PSN has to wait for the last input.** Its first charge may hold X[T−1], so before that has come there is no S[0].
# Neurons that can run step by step give a state to begin with. This one refuses:

# %%
try:
    neuron.initial_state()
except ValueError as error:
    print(error)

# %% [markdown]
# **T is fixed.** W has a row and a column for each of T steps, and none for a step after that:

# %%
try:
    neuron(torch.randn(20, 1))
except ValueError as error:
    print(error)

# %% [markdown]
# A shorter sequence can be filled up to T, with zeros say. For a longer one there are no weights. The same paper has an
# answer to either limit: the *masked* PSN shuts out later inputs and need not wait (lesson 04); the *sliding* PSN uses the
# same few weights at every step and takes any T (lesson 05).

# %% [markdown]
# ## 3 · What is learned, where it starts, what it costs
#
# W and B, and nothing else. **A layer has one W and one B, shared by all its neurons**; they differ by what the layer in
# front of them sends. So the number of weights does not depend on N:

# %%
neuron = pv.PSN(T=28)
for name, parameter in neuron.named_parameters():
    print(f"{name:9}", list(parameter.shape))
for N in (1, 64, 10_000):
    print(f"N = {N:5}: spikes", list(neuron(torch.randn(28, N)).shape))

# %% [markdown]
# Before training, the entries of W are uniform between −1/√T and 1/√T (*Kaiming uniform* with a = √5, which comes to that for
# a T × T matrix), and every threshold is 1:

# %%
torch.manual_seed(0)
neuron = pv.PSN(T=28)
torch.manual_seed(0)
W = torch.nn.init.kaiming_uniform_(torch.empty(28, 28), a=5**0.5)
print("W is Kaiming uniform, a = √5:", torch.equal(neuron.weight, W))
print(f"largest |W[t, i]|: {neuron.weight.abs().max():.3f}   1/√T: {28**-0.5:.3f}")
print("every B[t] is 1:", bool((neuron.threshold == 1).all()))

# %% [markdown]
# Why divide by √T? Such an entry has variance 1/(3T). H[t] sums T of them, so for inputs of variance 1 its variance is 1/3,
# *whatever T is*. The threshold of 1 is then √3 standard deviations away, and about 4 % of a normal distribution lies beyond
# that.
#
# **Agree**, averaged over 100 fresh neurons each:

# %%
for T in (4, 32, 256):
    runs = [pv.PSN(T).record(torch.randn(T, 500)) for _ in range(100)]
    variance = sum(run.h.var() for run in runs) / 100
    rate = sum(run.s.mean() for run in runs) / 100
    print(f"T = {T:3}: variance of H {variance:.2f}, firing rate {rate:.2f}")

# %% [markdown]
# The price, counted on the modules themselves. (The loop of an LIF needs about two multiply-adds per neuron and step, see
# lesson 02.)

# %%
from torch.utils.flop_counter import FlopCounterMode

print("      numbers to learn    multiply-adds per neuron")
print("   T     LIF       PSN         LIF       PSN")
for T in (4, 28, 256):
    neuron, N = pv.PSN(T), 100
    learned = [sum(p.numel() for p in n.parameters()) for n in (pv.LIF(), neuron)]
    with FlopCounterMode(display=False) as counter:
        neuron(torch.randn(T, N))
    print(f"{T:4} {learned[0]:7} {learned[1]:9} {2 * T:11} {counter.get_total_flops() // (2 * N):9}")

# %% [markdown]
# That is T² + T numbers per layer, and T² multiply-adds per neuron. While T is small the first is next to nothing: at
# T = 4 the paper quotes 340 more parameters for a spiking ResNet-18 and 200 more for a VGG-11, 0.00291 % and 0.00015 %. Both
# are multiples of what one layer learns:

# %%
per_layer = sum(p.numel() for p in pv.PSN(T=4).parameters())
print(f"one layer {per_layer}, 17 layers {17 * per_layer}, 10 layers {10 * per_layer}")

# %% [markdown]
# ## 4 · Learning W without going back through time
#
# As in lesson 01, training goes forward with Θ and backward with the slope of an arctangent, which for α = 2 is
# σ′(x) = 1/(1 + (πx)²). The layers above send back ∂L/∂S. At the charge arrives
#
# $$G = \frac{\partial L}{\partial {\color{#c10732}{S}}} \cdot \sigma'({\color{#d87e0f}{H}} - {\color{#9b879a}{B}}) \qquad\text{entry by entry}$$
#
# From there it is one step to everything, because H = W X is a plain product:
#
# | | has a say in | so its gradient is |
# |---|---|---|
# | $W[t,i]$ | H[t] of every neuron, times X[i] | $\sum_n G[t,n]\,{\color{#4a95fa}{X[i,n]}}$, that is $\;G\,{\color{#4a95fa}{X}}^{\mathsf T}$ |
# | ${\color{#4a95fa}{X[i]}}$ | every H[t], times W[t, i] | $\sum_t W[t,i]\,G[t]$, that is $\;W^{\mathsf T} G$ |
# | ${\color{#9b879a}{B[t]}}$ | H − B at step t of every neuron, with a minus | $-\sum_n G[t,n]$ |
#
# **Agree.** Against autograd, in double precision:


# %%
def agree(left, right):
    difference = (left - right).abs().max().item()
    return "equal" if difference < 1e-10 else f"max |difference| = {difference:.2g}"


torch.manual_seed(0)
neuron = pv.PSN(T=12).double()
W, B = neuron.weight, neuron.threshold
X = torch.randn(12, 300, dtype=torch.float64, requires_grad=True)
dL_dS = torch.randn(12, 300, dtype=torch.float64)  # from the layers above
neuron(X).backward(dL_dS)

with torch.no_grad():
    H = W @ X
    G = dL_dS / (1 + (torch.pi * (H - B[:, None])) ** 2)
print("∂W = G Xᵀ         :", agree(W.grad, G @ X.T))
print("∂X = Wᵀ G         :", agree(X.grad, W.T @ G))
print("∂B = −row sum of G:", agree(B.grad, -G.sum(1)))

# %% [markdown]
# Two products and a sum; no step waits for another here either. Through the loop of an LIF, the gradient of step t needs that of
# step t + 1 first: *back-propagation through time*.
#
# So which W? Whichever the task needs. A task that no leak can do: 16 random inputs, and the neuron shall fire at the *last*
# step if the *first* input was above 0. The loss looks at S[15] alone.

# %%
pv.predict("03/row")

# %% tags=["nbval-ignore-output", "measured"]
torch.manual_seed(0)
neuron = pv.PSN(T=16)
before = neuron.weight.detach().clone()
optimizer = torch.optim.Adam(neuron.parameters(), lr=0.05)
for _ in range(150):
    X = torch.randn(16, 256)
    wanted = (X[0] > 0).float()
    loss = ((neuron(X)[15] - wanted) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
for when, W in (("before", before), ("after", neuron.weight)):
    print(f"row 15 {when:6}", *(f"{w:4.1f}" for w in W[15]))
print(f"B[15]  before  1.0, after {neuron.threshold[15]:.2f}")

# %% [markdown]
# *The row has learned to pick one input out of sixteen, and the threshold has come down to 0.* Nothing else has moved: G is 0 in
# the rows that the loss does not look at.

# %%
print("rows 0 to 14 as they were:", torch.equal(neuron.weight[:15], before[:15]))
X = torch.randn(16, 20_000, generator=torch.Generator().manual_seed(1))
print(f"PSN: right in more than 95 %: {bool((neuron(X)[15] == (X[0] > 0)).float().mean() > 0.95)}")
for name, tau in {"LIF, τ = 2": 2.0, "LIF, τ = 16": 16.0, "IF": None}.items():
    H = pv.reset_free_weight(16, tau, dtype=torch.float32) @ X  # without reset
    right = ((H[15] > 0) == (X[0] > 0)).float().mean()
    print(f"{name}, with a threshold of 0 as well: {100 * right:.0f} %")

# %% [markdown]
# (Guessing gives 50 %.) A leak gives later inputs at least the weight of earlier ones, so it cannot single out the first. A
# linear layer in front would not help: it treats all steps alike.

# %% [markdown]
# ## 5 · How far back a gradient reaches
#
# The paper's second argument, beside speed, is about *long-term dependencies*: what is right now may depend on an input long
# ago. Neurons with a reset, it says, hardly learn such things; a PSN connects every pair of steps directly. To see what that may
# mean for learning, follow a gradient from ${\color{#c10732}{S[t]}}$ back to ${\color{#4a95fa}{X[i]}}$. Through the loop it passes
# every step in between:
#
# $$\frac{\partial {\color{#d87e0f}{H[t]}}}{\partial {\color{#4a95fa}{X[i]}}} = \frac{1}{\tau}\,\prod_{s=i}^{t-1} \frac{\partial {\color{#d87e0f}{H[s+1]}}}{\partial {\color{#d87e0f}{H[s]}}}, \qquad \frac{\partial {\color{#d87e0f}{H[s+1]}}}{\partial {\color{#d87e0f}{H[s]}}} = \beta \cdot \begin{cases} 1 & \text{no reset}\\ 1 - {\color{#c10732}{S[s]}} & \text{hard reset, detached}\end{cases}$$
#
# with β = 1 − 1/τ. (*Detached*: no gradient is sent through the S of the reset, a common choice.) Through a PSN it is **one
# entry of W**:
#
# $$\frac{\partial {\color{#d87e0f}{H[t]}}}{\partial {\color{#4a95fa}{X[i]}}} = W[t,i]$$
#
# An LIF with τ = 4 and a hard reset, detached, has fired at the steps 5, 11, 22 and 30.

# %%
pv.predict("03/reach")

# %% [markdown]
# A factor of 0 at a spike ends the product, just as it has cut the matrix in lesson 02. Without reset there is no 0, but
# each factor is β:

# %% tags=["nbval-ignore-output"]
pv.LABS["gradients"](reset="none").show()

# %% [markdown]
# *Through the loop (dots) the gradient loses a quarter at every step on its way back. Through the PSN (rings) the distance
# does not matter.* Each point is multiplied by the slope σ′ at step t, once, in both neurons.
#
# **Agree.** The gradient of H[29] with respect to inputs further and further back, by autograd:

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
# Read it with care.
# - It is the *leak* that fades and the *reset* that cuts, not the loop as such: IF without reset sends everything back whole.
# - Without reset, row t of the gradient *is* row t of W. An input that a leak has forgotten and an input that gets no gradient
#   are the same thing, and with τ fixed nothing in the neuron can be learned to change that. In a PSN the memory itself is what is
#   learned: the gradient of W[t, i] is G[t]·X[i], whether i is one step ago or thirty.
# - This is one neuron before training. How strong the gradients in a network are depends on all of it.
#
# On sequential CIFAR10 (T = 32) the paper reports 88.45 % for the PSN and 81.50 % for LIF (best test epoch of single runs). How much
# of that is due to gradients, these numbers do not say. And more freedom is not always better: on CIFAR10 pixel by pixel, T = 1024, a
# later paper reports 55.24 % for the PSN and 70.23 % for the sliding one, which has far fewer weights (arXiv 2410.03530).

# %% [markdown]
# ## 6 · In place of an LIF?
#
# In code, anywhere: both map `[T, N, …]` to spikes of the same shape. But no PSN computes what an LIF with reset does (no fixed matrix
# can, lessons 01 and 02), and some things are lost. The next two lessons give some of them back:
#
# | | LIF | PSN | masked PSN (lesson 04) | sliding PSN (lesson 05) |
# |---|---|---|---|---|
# | waits for later inputs | no | **yes, for all T** | no, once its mask is shut | no |
# | takes another T | yes | **no** | no | yes |
# | numbers to learn per layer | 0, with τ fixed | T² + T | T² + T stored, fewer in use | k + 1 |
# | multiply-adds per neuron | about 2T | T² | T² as a dense product | T² as a dense product |
# | a spike lowers the membrane | yes | no | no | no |
#
# (Which of them contains which is the lab `nesting`, in lesson 05.)
#
# - **Nothing pulls it back.** On the same input an LIF fires more without its reset (lesson 02). How often a PSN fires is up to W
#   and B alone; in the paper's comparison of firing rates, PSN comes out highest.
# - **Its products are of real numbers**, and they are *inside* the neuron. A later paper puts 88.56 of the 91.62 µJ that one CIFAR100
#   image costs down to them, and builds a variant whose weights are powers of two (arXiv 2501.14490).
#
# **Weights from another library: mind the sign.** SpikingJelly, for one, stores a *bias* b = −B and computes Θ(WX + b). What
# happens to someone who takes the bias for the threshold?

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
# ## Where it fails
#
# *"I write the W of a leak into a PSN. Then it looks at the past alone and need not wait."* Before training, that is so. Then comes
# the first step of gradient descent.

# %%
pv.predict("03/stays")

# %%
torch.manual_seed(0)
T = 12
neuron = pv.PSN(T).double()
X, wanted = torch.randn(T, 300).double(), torch.randint(2, (T, 300)).double()
with torch.no_grad():
    neuron.weight.copy_(pv.reset_free_weight(T, tau=4.0))
optimizer = torch.optim.SGD(neuron.parameters(), lr=0.1)
print("weights on the future:", int((neuron.weight.triu(1) != 0).sum()), "of", T * (T - 1) // 2)
((neuron(X) - wanted) ** 2).mean().backward()
optimizer.step()
print("after one step       :", int((neuron.weight.triu(1) != 0).sum()), "of", T * (T - 1) // 2)

# %% [markdown]
# The zeros above the diagonal are weights like any other, and one that has moved is enough. Below, a single cell of the W of a leak
# has been painted, W[5, 10] = 1. H[5] is no longer known at step 5, no loop that takes the inputs in turn computes this neuron any
# more, and the line that compares them turns red:

# %% tags=["nbval-ignore-output"]
pv.LABS["psn"](preset="LIF 4", paint=[(5, 10, 1.0)]).show()

# %% [markdown]
# *A zero that is only a value does not stay. To keep the future out, W must not be able to see it: that takes a mask, and is
# the subject of lesson 04.*

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). A neuron that sees change: H[t] = X[t] − X[t−d], where inputs before the first count as 0.
# Complete the line: its W, in float64.


# %% tags=["exercise"]
def change(T, d):
    step = torch.arange(T)
    lag = step[:, None] - step  # t − i
    return (lag == 0).double() - (lag == d).double()  # blank: return ...


# solution: Row t holds +1 at i = t and −1 at i = t − d. On a steady input it is charged at the onset alone.
pv.check("03/change", change)

# %% [markdown]
# **2 · How long it has to wait** (medium, 10 minutes). For a given W, how many inputs must have come before H[t] is known?
# Return T numbers, in the dtype of W. (For the W of a leak they are 1, 2, … T.)


# %% tags=["exercise"]
def inputs_needed(W):
    # blank
    n = torch.zeros_like(W[0])
    for t, row in enumerate(W):
        used = row.nonzero().flatten()
        if len(used):
            n[t] = used[-1] + 1
    return n
    # end blank


# solution: The last weight of the row that is not 0 decides, whatever its sign. A row of zeros needs no input.
pv.check("03/inputs_needed", inputs_needed)

# %% [markdown]
# **3 · The gradient of W** (medium, 10 minutes). From X, W, B and ∂L/∂S to ∂L/∂W, without autograd.


# %% tags=["exercise"]
def weight_gradient(X, W, B, dL_dS):
    # blank
    H = W @ X
    G = dL_dS / (1 + (torch.pi * (H - B[:, None])) ** 2)
    return G @ X.T
    # end blank


# solution: First the charge, then what arrives at it, then one product. The sum over the neurons is in the product.
pv.check("03/weight_gradient", weight_gradient)

# %% [markdown]
# **4 · Another task** (easy, 10 minutes). In the training of section 4, let the neuron fire if `X[3] > X[12]`. Write down the
# row that you expect, then train and look.
#
# <details><summary>What to expect</summary>
#
# One positive weight at 3, one negative of the same size at 12, the others near 0, and B[15] near 0.
# </details>
#
# **5 · Open** (10 minutes). A colleague wants to put PSNs with T = 200 into the controller of a robot that reads its sensors 100
# times a second. What do you ask, and what do you warn of?
#
# <details><summary>A thought</summary>
#
# Must it answer at every reading? A PSN answers once in two seconds, after the last of 200 inputs. Where does a sequence begin,
# when the robot never stops? W ties each weight to a place in the sequence: what counts at step 3 is nothing at step 4. Each neuron costs
# 40 000 multiply-adds per sequence, an LIF about 400. If it must answer at once, and for any length: a sliding PSN, or an LIF.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy to
# hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - Row t of W is what H[t] is made of, column i is where X[i] goes. With weights above the diagonal a step waits for inputs that
#   are still to come; with a dense W all wait for the last one.
# - T counts the inputs of a sequence. W is T × T, so T is fixed.
# - W and B are learned: T² + T numbers for a layer of any size, from U(−1/√T, 1/√T) and 1. With G = ∂L/∂S·σ′(H − B) the gradients are
#   G Xᵀ, Wᵀ G and −Σ G.
# - Through a loop a gradient is a product of one factor per step, faded by the leak and cut by the reset; through a PSN it is one
#   entry of W.
# - A PSN in place of an LIF waits, has a fixed T, costs T² products of real numbers, and has no spike that pulls it back.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, H = W X with a dense, learnable W, its initialisation, and the argument
# on long-term dependencies.
#
# **Next**: lesson 04 puts a mask on W, so that the neuron need not wait.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `psn`, point at a row and at a column. Then `psn;preset=LIF+4`, and paint a cell above the diagonal: what
# does it mean that the line turns red?
#
# **Fifty minutes**: section 1 with its prediction and the matrices by hand (15), section 2 and the price (10), the three gradients at the
# board with the cell as witness, and the prediction of row 15 (15), section 5 (10). Exercise 2 makes good homework.
#
# **Misconceptions to expect**
# - *"T is the time in the data."* Section 2, the table. A picture has a T and no time.
# - *"Every neuron has its own W."* Section 3: 64 neurons or 10 000, the same 812 numbers.
# - *"A weight of 0 gets no gradient."* Where it fails; the input gets none through it, the weight does.
# - *"Loops make gradients vanish."* `gradients;tau=IF;reset=none`: the gradient of an IF is the same for all inputs. (Small here: H
#   is far above the threshold, where σ′ is small.) The leak fades (`gradients;reset=none`), the reset cuts (`gradients`).
# - *"A PSN is a faster LIF."* Section 6, the table.
#
# **Codes**: `psn` · `psn;preset=LIF+4` · `psn;preset=LIF+4;paint=5.10~1` · `psn;preset=identity` · `gradients` ·
# `gradients;reset=none` · `gradients;tau=IF;reset=none`
# </details>
