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
# # 02 · Removing the reset
#
# **The question.** The reset makes the loop serial. What is left of the neuron without it, and why does it run in
# parallel?
#
# **Afterwards you can**
# 1. unroll the reset-free recurrence into a sum, line by line, and write the sum as one matrix product;
# 2. say what the entries of that matrix mean, for IF and for LIF;
# 3. show what a reset does to the matrix, and why it is then no longer *one* matrix;
# 4. say what is gained and what is lost, in operations, in stages and in spikes.
#
# **Time**: 30 minutes to read and play, 45 in class; exercises 30 more. **Before**: `01_charge_fire_reset`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 01
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("02")

# %% [markdown]
# ## Symbols
#
# ${\color{#4a95fa}{X}}$ input, ${\color{#d87e0f}{H}}$ charge, ${\color{#9338ac}{V}}$ membrane after the reset,
# ${\color{#c10732}{S}}$ spikes, ${\color{#9b879a}{B}}$ threshold, as before. New: $W$, a T × T matrix of weights over time.
# Row t belongs to the step that is charged, column i to the input that it is charged with. And
# $\beta = 1 - 1/\tau$, the share of the membrane that survives one step; in section 4, $R$, weights for the neuron's own
# earlier spikes.

# %% [markdown]
# ## 1 · Unroll
#
# We take the loop of lesson 01, delete the reset, and go backwards in time. Each line of the derivation is followed by a
# cell that checks it on random numbers, in double precision.

# %%
T, tau = 12, 4.0
beta = 1 - 1 / tau
X = torch.randn(T, 300, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
run = pv.LIF(tau=tau, reset="none").record(X)
H, V = run.h, run.v


def agree(left, right):
    difference = (left - right).abs().max().item()
    return "equal" if difference < 1e-10 else f"max |difference| = {difference:.2g}"


# %% [markdown]
# **Line 1.** No reset: what is left after the step is what was there before it.
#
# $${\color{#9338ac}{V[t]}} = {\color{#d87e0f}{H[t]}}$$

# %%
print("V and H:", agree(V, H))

# %% [markdown]
# **Line 2.** Put that into the charge, ${\color{#d87e0f}{H[t]}} = {\color{#9338ac}{V[t-1]}} + \tfrac{1}{\tau}({\color{#4a95fa}{X[t]}} - {\color{#9338ac}{V[t-1]}})$, and collect terms:
#
# $${\color{#d87e0f}{H[t]}} = \beta\,{\color{#d87e0f}{H[t-1]}} + \tfrac{1}{\tau}\,{\color{#4a95fa}{X[t]}}$$
#
# No S is left in it. The membrane no longer knows whether the neuron fired.

# %%
t = 7
print("line 2 at t = 7:", agree(H[t], beta * H[t - 1] + X[t] / tau))

# %% [markdown]
# **Line 3.** Use line 2 for H[t−1] as well:
#
# $${\color{#d87e0f}{H[t]}} = \beta^2\,{\color{#d87e0f}{H[t-2]}} + \tfrac{\beta}{\tau}\,{\color{#4a95fa}{X[t-1]}} + \tfrac{1}{\tau}\,{\color{#4a95fa}{X[t]}}$$

# %%
print("line 3 at t = 7:", agree(H[t], beta**2 * H[t - 2] + beta / tau * X[t - 1] + X[t] / tau))

# %% [markdown]
# And so on. With τ = 4, β is 0.75.

# %%
pv.predict("02/factor")

# %% [markdown]
# **Line 4.** Continue down to the first input. Before it the membrane is 0, so no H is left on the right:
#
# $${\color{#d87e0f}{H[t]}} = \sum_{i=0}^{t} \tfrac{1}{\tau}\,\beta^{\,t-i}\;{\color{#4a95fa}{X[i]}}$$

# %%
H_sum = torch.stack([sum(beta ** (t - i) / tau * X[i] for i in range(t + 1)) for t in range(T)])
print("line 4 at every t:", agree(H, H_sum))

# %% [markdown]
# The factor in front of X[t−5] is $\beta^5/\tau$. An input's share shrinks by β with every step that has passed since.
#
# **Line 5.** A weighted sum for every t is a matrix times a vector. Give the factors names:
#
# $$W[t,i] = \begin{cases}\tfrac{1}{\tau}\,\beta^{\,t-i} & i \le t\\ 0 & i > t\end{cases} \qquad\Longrightarrow\qquad {\color{#d87e0f}{H}} = W\,{\color{#4a95fa}{X}}$$

# %%
step = torch.arange(T)
lag = (step[:, None] - step).double()  # t − i
W = torch.where(lag >= 0, beta**lag / tau, 0.0)
print("H = W X:", agree(H, W @ X))
print("the library's matrix:", agree(W, pv.reset_free_weight(T, tau=tau)))

# %% [markdown]
# That is the closed form. The recurrence is gone: **W depends on τ and T, and on nothing that the neuron does**, so it
# can be written down before the first input arrives. (In the paper, this is the observation from which the Parallel
# Spiking Neuron follows.)
#
# **The same for IF.** Without a leak nothing is forgotten, so every weight is 1, and the product is a running sum:

# %%
W_if = pv.reset_free_weight(5)
print(W_if.int())
H_if = pv.IF(reset="none").record(X[:5]).h
print("IF, loop and product:", agree(H_if, W_if @ X[:5]))
print("IF, running sum     :", agree(H_if, X[:5].cumsum(0)))

# %% [markdown]
# ## 2 · See it
#
# Left, the matrix. The framed row is multiplied with X, number by number; the bars underneath are the results, and their
# sum is one H. Right, both ways to H, on top of each other. Move τ from 1 to IF, and point at rows of W.

# %% tags=["nbval-ignore-output"]
pv.LABS["closed_form"]().show()

# %% [markdown]
# *Loop (line) and product (rings) agree to within rounding, at every τ and T. The green line above them is computed anew
# at every move.*
#
# At τ = 1 the matrix is a bare diagonal: no memory. As τ grows, the rows reach further back and fade more slowly, while the
# largest entry falls as 1/τ: the same total is spread over more inputs. (Colours are relative to the largest entry, which
# the title states.) At IF nothing is divided and nothing fades.
#
# **Agree.** How much of a steady input arrives: the sum of a row is the share of the way that lesson 01 computed.

# %%
row = pv.reset_free_weight(40, tau=4.0).sum(1)
print(f"row sum at t = 9 : {row[9]:.4f}   1 - (1 - 1/τ)^10 = {1 - 0.75**10:.4f}")
print(f"row sum at t = 39: {row[39]:.4f}")

# %% [markdown]
# ## 3 · What has become parallel
#
# Every row of W is a task of its own: none needs the result of another. Do them in any order, or all at the same time:

# %%
order = torch.randperm(T, generator=torch.Generator().manual_seed(3))
H_any_order = torch.empty_like(X)
for t in order.tolist():
    H_any_order[t] = W[t] @ X
print("rows computed in the order", order.tolist())
print("H:", agree(H_any_order, H))

# %% [markdown]
# Parallel is not the same as less work. Count the multiply-adds for one neuron, and how many stages have to
# wait for each other:

# %%
print("   T  |  loop: work  stages  |  product: lower triangle   all of W  stages")
for steps in (4, 32, 256):
    triangle = steps * (steps + 1) // 2
    print(f"{steps:4}  | {2 * steps:11} {steps:7}  | {triangle:24} {steps**2:10} {1:7}")

# %% [markdown]
# (*Work*: multiply-adds per neuron; the loop needs two per step, one for the leak and one for the input. *Stages*: what
# has to happen one after the other. Inside the one stage of the product, each sum of up to T terms can be added up in
# about log₂ T rounds.) The product does
# *more* arithmetic, about twice that if the zeros above the diagonal are multiplied like the rest, as `pv.PSN` does. It
# can still finish sooner, where a device would otherwise idle between short steps. It need not: with very many neurons
# there is enough to do in every step, and with long sequences T² grows.

# %% [markdown]
# ## 4 · Switch the reset back on
#
# The neuron fires at step 5 and has a hard reset.

# %%
pv.predict("02/row_6")

# %% [markdown]
# The framed row answers the question. Here is another input:

# %% tags=["nbval-ignore-output"]
pv.LABS["closed_form"](input="noise 12", reset="hard", row=8).show()

# %% [markdown]
# *A hard reset cuts the matrix. Every spike erases all that came before it, so the triangle falls into blocks, one from
# each spike to the next. Where the cuts are depends on the input.*
#
# Each block is still the old W. Here is the same in code, for another input of 12 steps. The matrix that reproduces the
# loop exactly can be built, but only *after* the spikes are known:

# %%
x = 1.5 * torch.randn(T, dtype=torch.float64, generator=torch.Generator().manual_seed(5)) + 2.0
hard = pv.LIF(tau=tau, reset="hard").record(x[:, None])
spikes_before = hard.s[:, 0].cumsum(0) - hard.s[:, 0]
uncut = spikes_before[:, None] == spikes_before  # no spike at i … t − 1
print("spikes at", hard.s[:, 0].nonzero().flatten().tolist())
print("H = W X         :", agree(hard.h[:, 0], W @ x))
print("H = (W cut) X   :", agree(hard.h[:, 0], (W * uncut) @ x))

# %% [markdown]
# A matrix that must be rebuilt for every input, from the very spikes that one wants to compute, is no shortcut. That is
# the sense in which the reset stands in the way of *this* product. (It does not prove that no parallel algorithm for the
# hard reset exists: a spike erases history, so the next spike after each possible one can be searched for
# independently. The plain product is what goes.)
#
# A **soft** reset leaves W whole but adds a second sum, over the neuron's own spikes:
#
# $${\color{#d87e0f}{H}} = W\,{\color{#4a95fa}{X}} - {\color{#9b879a}{V_{th}}}\,R\,{\color{#c10732}{S}}, \qquad R[t,s] = \beta^{\,t-s} \text{ for } s < t$$

# %%
soft = pv.LIF(tau=tau, reset="soft").record(x[:, None])
R = pv.reset_free_weight(T, tau=tau, decay_input=False).tril(-1)
print("H = W X        :", agree(soft.h[:, 0], W @ x))
print("H = W X - R S  :", agree(soft.h[:, 0], W @ x - 1.0 * (R @ soft.s[:, 0])))

# %% [markdown]
# Choose `soft` in the lab: the red bars are that second sum. S stands on both sides of the equation, so it cannot be
# computed in one go.

# %% [markdown]
# ## 5 · What is lost
#
# The reset kept the neuron from firing all the time. Contrast the three on the same input (20 000 neurons, 64 steps, the
# form without X/τ and β = 0.9, input normal with mean 0.3 and standard deviation 0.6, threshold 1):

# %%
noise = 0.3 + 0.6 * torch.randn(64, 20_000, generator=torch.Generator().manual_seed(0))
kinds = {kind: pv.LIF(tau=10.0, decay_input=False, reset=kind)(noise) for kind in ("hard", "soft", "none")}
for kind, spikes in kinds.items():
    print(f"{kind}: firing rate {spikes.mean():.2f}")
print(f"hard and none differ in {(kinds['hard'] != kinds['none']).float().mean():.2f} of all entries")

# %% [markdown]
# The same in a lab, with 300 neurons. Move the mean of X from −0.5 to 1, and τ.

# %% tags=["nbval-ignore-output"]
pv.LABS["firing"]().show()

# %% [markdown]
# *Same inputs, same leak. Without a reset the membrane stays above the threshold and the neuron goes on firing. At τ = 1
# there is no memory, so nothing to reset: all three fire alike.*

# %% [markdown]
# The neuron without reset is *not* an LIF made fast; it is another neuron. Whether a network of them learns worse depends on
# the task. In the paper's own comparison on sequential CIFAR10, LIF without reset reaches 79.50 %, LIF 81.50 %, PSN 88.45 %
# (best test epoch of single runs; a second LIF run with the same settings reached 79.85 %). On the rows of lesson 00 it
# goes the other way:

# %% tags=["nbval-ignore-output", "measured"]
data = pv.load_dataset("fashion-mnist-rows")
for reset in ("hard", "none"):
    torch.manual_seed(0)
    model = pv.SpikingClassifier(28, 10, neuron=lambda: pv.LIF(reset=reset))  # noqa: B023
    history = pv.train(model, data, epochs=6)
    rates = " and ".join(f"{rate:.2f}" for rate in model.firing_rate(data.validation.x))
    print(f"LIF, reset {reset}: {100 * history.validation_accuracy[-1]:.1f} % validation, firing rates {rates}")

# %% [markdown]
# (One seed, τ = 2, read at the last step. Training has also brought the firing rates together: linear layers and
# normalisation in front of the neurons can make up for a missing reset.) Both stay far below the PSN of lesson 00. What
# makes the difference is the next step: if H = W X is all that there is, why should W be that of a leak?

# %% [markdown]
# ## 6 · From this W to any W
#
# The **Parallel Spiking Neuron** keeps the form and lets training choose the numbers:
#
# $${\color{#d87e0f}{H}} = W\,{\color{#4a95fa}{X}}, \quad {\color{#c10732}{S}} = \Theta({\color{#d87e0f}{H}} - {\color{#9b879a}{B}}), \qquad W \in \mathbb{R}^{T\times T},\; {\color{#9b879a}{B}} \in \mathbb{R}^{T}$$
#
# LIF without reset is the special case that we have derived:

# %%
psn = pv.PSN(T).double()
with torch.no_grad():
    psn.weight.copy_(pv.reset_free_weight(T, tau=tau))
    psn.threshold.fill_(1.0)
print("PSN with this W and B = 1 gives the spikes of LIF without reset:", torch.equal(psn(X), run.s))
print("numbers to learn:", sum(p.numel() for p in psn.parameters()), "=", T * T, "+", T)

# %% [markdown]
# ## Where it fails
#
# The claim of this lesson is *loop = one fixed product*. It fails as soon as a spike acts on the membrane. For the input x of
# section 4: at which step do loop and product part?
#
# <details><summary>Answer</summary>
#
# One step after the first spike. The step of the first spike itself is charged before any reset.
# </details>

# %%
first = int(hard.s[:, 0].nonzero()[0])
apart = ((hard.h[:, 0] - W @ x).abs() > 1e-10).nonzero().flatten()
print("first spike at t =", first, "· first difference at t =", int(apart[0]))

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). The matrix of the LIF without reset, as a function. Complete the line, in float64.


# %% tags=["exercise"]
def weight(T, tau):
    step = torch.arange(T, dtype=torch.float64)
    lag = step[:, None] - step
    return torch.where(lag >= 0, (1 - 1 / tau) ** lag.clamp(min=0) / tau, 0.0)  # blank: return ...


# solution: The powers of β = 1 − 1/τ times 1/τ, on and below the diagonal. (clamp keeps 0 to a negative power away.)
pv.check("02/weight", weight)

# %% [markdown]
# **2 · A leak that changes** (medium, 10 minutes). Let the leak differ from step to step: H[t] = β[t]·H[t−1] + X[t]. Is there
# still a matrix? Write the function from the T numbers β[t] to W.


# %% tags=["exercise"]
def weight_of_varying_leak(beta):
    # blank
    W = torch.eye(len(beta), dtype=beta.dtype)
    for t in range(1, len(beta)):
        W[t, :t] = beta[t] * W[t - 1, :t]
    return W
    # end blank


# solution: W[t, i] is the product β[i+1]·…·β[t]. Its diagonals vary, but it depends on no spike: the product form stays.
pv.check("02/varying_leak", weight_of_varying_leak)

# %% [markdown]
# **3 · Cut** (medium, 10 minutes). W and the spikes S [T] of one neuron are given. Return W with the entries set to zero that
# a hard reset has erased.


# %% tags=["exercise"]
def cut(W, S):
    # blank
    before = S.cumsum(0) - S  # spikes before each step
    return W * (before[:, None] == before)
    # end blank


# solution: X[i] has a say in H[t] only if no spike fell at i … t − 1, that is, if as many spikes came before t as before i.
pv.check("02/cut", cut)

# %% [markdown]
# **4 · Open** (10 minutes). A matrix W is given, lower triangular. How could you tell whether it belongs to *some* LIF
# without reset? What would you look at first?
#
# <details><summary>A thought</summary>
#
# Constant along its diagonals (a Toeplitz matrix); each diagonal the one above it times the same β between 0 and 1; and
# the main diagonal 1/τ = 1 − β, or 1 in the other form. That is one number to choose, out of T² that a PSN may choose.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy to
# hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - Without the reset, V[t] = H[t], and the recurrence unrolls into a sum with fixed weights: H = W X. W[t, i] is
#   (1/τ)(1 − 1/τ)^(t−i) for LIF and 1 for IF, for i ≤ t.
# - Its rows do not wait for each other. That is the parallelism; it costs about T²/2 operations instead of about 2T.
# - A hard reset cuts W at every spike, a soft one subtracts a second sum over S; either way the fixed matrix alone no
#   longer tells the charge.
# - On the same input the neuron without reset fires more. The PSN keeps its form, H = W X, and lets training choose W and B.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, where the reset-free forms of IF and LIF lead to the PSN.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `closed_form`, then switch the reset to hard: the matrix falls into blocks. Ask what would happen with
# another input; type `noise 6`, then `noise 12`. (`noise 7` never fires.)
#
# **Forty-five minutes**: lines 1 to 5 at the board with the cells as witnesses (20), the lab and the prediction of
# section 4 (15), section 5 and what a learned W might do (10).
#
# **Misconceptions to expect**
# - *"Parallel means fewer operations."* Section 3, the table.
# - *"W is learned here."* Not yet: in `closed_form` it follows from τ alone. Section 6 sets it free.
# - *"With a reset there is no matrix."* `closed_form;reset=hard`: there is one for every input.
# - *"The upper triangle is zero by choice."* A loop cannot read ahead; `read_image;weights=ahead` shows a matrix that does.
#
# **Codes**: `closed_form` · `closed_form;tau=IF` · `closed_form;reset=hard` · `closed_form;input=noise+12;reset=hard` ·
# `closed_form;reset=soft`
# </details>
