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
# # 01 · Charge, fire, reset
#
# **The question.** What does a spiking neuron do in one time-step, and why does it do its steps one after the other?
#
# **Afterwards you can**
# 1. compute *charge*, *fire* and *reset* of an integrate-and-fire neuron by hand;
# 2. say what τ, the threshold and the kind of reset change, and predict when a neuron falls silent;
# 3. write the loop, and point at the line that makes it serial;
# 4. say how a neuron that answers 0 or 1 can be trained by gradients at all.
#
# **Time**: 30 minutes to read and play, 45 in class; exercises 25 more. **Before**: `00_start_here`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 00
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("01")

# %% [markdown]
# ## Symbols
#
# | symbol | name | meaning |
# |---|---|---|
# | ${\color{#4a95fa}{X[t]}}$ | input | what comes in at step t |
# | ${\color{#d87e0f}{H[t]}}$ | charge | membrane after the input, before the decision |
# | ${\color{#c10732}{S[t]}}$ | spike | 1 if the neuron fires at step t, else 0 |
# | ${\color{#9338ac}{V[t]}}$ | membrane | what is left after the reset; the next step starts from it |
# | ${\color{#9b879a}{V_{th}}}$ | threshold | |
# | τ | time constant | in time-steps: how slowly the membrane follows its input |
#
# The membrane has two names because it has two values in every step: ${\color{#d87e0f}{H}}$ before the reset and
# ${\color{#9338ac}{V}}$ after it.

# %% [markdown]
# ## 1 · Charge
#
# The simplest neuron, *integrate-and-fire* (IF), adds its input to what it has:
#
# $${\color{#d87e0f}{H[t]}} = {\color{#9338ac}{V[t-1]}} + {\color{#4a95fa}{X[t]}}$$
#
# The *leaky* one (LIF) moves a part 1/τ of the way from where it is to where the input is:
#
# $${\color{#d87e0f}{H[t]}} = {\color{#9338ac}{V[t-1]}} + \tfrac{1}{\tau}\,\bigl({\color{#4a95fa}{X[t]}} - {\color{#9338ac}{V[t-1]}}\bigr)$$


# %%
def charge(V, X_t, tau):
    return V + (X_t - V) / tau


print(charge(V=0.0, X_t=1.5, tau=4.0), "a quarter of the way from 0 to 1.5")

# %% [markdown]
# The input is 1.5 from the first step on, τ = 4, and the threshold is out of reach, so that there is nothing but charge.
# The membrane starts at 0.

# %%
pv.predict("01/climb")

# %% [markdown]
# In the lab that has been uncovered, drag τ. Then type `block 1.5` into X, an input that ends.

# %% [markdown]
# *The membrane follows its input like a slow thermometer: it approaches 1.5 while the input is on and sinks back when
# it is off. The larger τ, the slower.*
#
# **Agree.** Each step closes 1/τ of the gap, so a share $(1 - 1/\tau)^n$ of it is left after n steps:

# %%
tau, V = 4.0, 0.0
for _ in range(10):
    V = charge(V, 1.5, tau)
print(f"gap left after 10 steps: {(1.5 - V) / 1.5:.4f}")
print(f"(1 - 1/τ)^10           : {(1 - 1 / tau) ** 10:.4f}")

# %% [markdown]
# So the membrane of this form is an average of its inputs and of the 0 it started from: **it never gets above its largest
# input** (nor above 0, if all are negative). And τ = 1 has no memory at all: H[t] = X[t].

# %%
X = torch.randn(50, 1, generator=torch.Generator().manual_seed(0))
quiet = pv.LIF(tau=1.0, v_threshold=100.0).record(X)
print("τ = 1, H equals X:", torch.allclose(quiet.h, X, atol=1e-6))
slow = pv.LIF(tau=8.0, v_threshold=100.0).record(X)
print(f"τ = 8, largest X {X.max():.2f}, largest H {slow.h.max():.2f}")

# %% [markdown]
# Two forms of this equation are in use. The one above divides the input by τ as well. The other does not
# (${\color{#d87e0f}{H[t]}} = {\color{#9338ac}{V[t-1]}} - {\color{#9338ac}{V[t-1]}}/\tau + {\color{#4a95fa}{X[t]}}$, also written
# $\beta {\color{#9338ac}{V[t-1]}} + {\color{#4a95fa}{X[t]}}$ with $\beta = 1 - 1/\tau$). It is the first one with an input τ
# times as large, and it *can* climb above its input. Lesson 00 used it for pixels, which are at most 1. Always look which
# one a program means:

# %%
divided = pv.LIF(tau=4.0, decay_input=True).record(4.0 * X)
undivided = pv.LIF(tau=4.0, decay_input=False).record(X)
print("same membrane:", torch.allclose(divided.h, undivided.h, atol=1e-6))

# %% [markdown]
# ## 2 · Fire
#
# The neuron fires when its charge reaches the threshold. Θ is the step function with Θ(0) = 1:
#
# $${\color{#c10732}{S[t]}} = \Theta({\color{#d87e0f}{H[t]}} - {\color{#9b879a}{V_{th}}})$$


# %%
def fire(H, v_threshold=1.0):
    return (H >= v_threshold).to(H)


print(fire(torch.tensor([0.99, 1.0, 1.01])))

# %% [markdown]
# The input is a steady 0.9 and the threshold is 1.

# %%
pv.predict("01/silent")

# %% [markdown]
# An LIF of this form is *silent* for every input that stays under its threshold. (In the form without X/τ the membrane
# approaches 0.9·τ, which passes 1 from τ = 1.2 on.) An IF neuron, which adds up, fires sooner or later for any steady input above 0.

# %%
quiet_input = torch.full((200, 1), 0.9)
for tau in (1.0, 2.0, 8.0):
    print(f"LIF, τ = {tau:g}: {int(pv.LIF(tau=tau)(quiet_input).sum())} spikes")
print(f"IF:         {int(pv.IF()(quiet_input).sum())} spikes")

# %% [markdown]
# ## 3 · Reset
#
# What does a spike do to the membrane? Three answers:
#
# | reset | what it does | equation |
# |---|---|---|
# | **hard** | start again from $V_{reset}$, here 0 | ${\color{#9338ac}{V}} = {\color{#d87e0f}{H}}\,(1 - {\color{#c10732}{S}}) + V_{reset}\,{\color{#c10732}{S}}$ |
# | **soft** | pay the threshold, keep what is above it | ${\color{#9338ac}{V}} = {\color{#d87e0f}{H}} - {\color{#9b879a}{V_{th}}}\,{\color{#c10732}{S}}$ |
# | **none** | nothing | ${\color{#9338ac}{V}} = {\color{#d87e0f}{H}}$ |
#
# The words are not used alike everywhere: some libraries call the subtracting one *hard*. Read the equation next to
# the word.


# %%
def reset(H, S, kind, v_threshold=1.0):
    if kind == "hard":
        return H * (1 - S)
    if kind == "soft":
        return H - v_threshold * S
    return H


H = torch.tensor([0.6, 1.0, 1.7])
for kind in ("hard", "soft", "none"):
    print(f"{kind}:", reset(H, fire(H), kind))

# %% [markdown]
# A strong input of 3 is on from step 4 to step 21; threshold 1, τ = 4, hard reset. From 0, one step of charge leads to 0.75,
# a second to 1.31.

# %%
pv.predict("01/hard")

# %% [markdown]
# The same input with a *soft* reset. Walk through spikes with −1 and +1: the lines above the membrane spell out each step.
# Then choose `none`.

# %% tags=["nbval-ignore-output"]
pv.LABS["charge_fire_reset"](input="block 3", reset="soft", t=5).show()

# %% [markdown]
# *Same input, same leak. With a hard reset the neuron has to start from nothing after each spike; with a soft one it
# keeps the surplus and fires more often; without a reset it fires, from its first spike on, at every step until the input
# has leaked away.*
#
# **Agree**, counted:

# %%
block = torch.zeros(32, 1)
block[4:22] = 3.0
for kind in ("hard", "soft", "none"):
    print(f"{kind}: {int(pv.LIF(tau=4.0, reset=kind)(block).sum())} spikes in 32 steps")

# %% [markdown]
# ## 4 · The loop
#
# The whole neuron, for T steps and N neurons side by side:


# %%
def simulate(X, tau, kind):
    V = torch.zeros_like(X[0])
    S = []
    for X_t in X:
        H = charge(V, X_t, tau)
        S_t = fire(H)
        V = reset(H, S_t, kind)
        S.append(S_t)
    return torch.stack(S)


# %% [markdown]
# **Agree.** Against the neurons of the library, on random input:

# %%
X = 1.5 * torch.randn(64, 500, generator=torch.Generator().manual_seed(1)) + 0.9
for kind in ("hard", "soft", "none"):
    same = torch.equal(simulate(X, 4.0, kind), pv.LIF(tau=4.0, reset=kind)(X))
    print(f"{kind}: same spikes as pv.LIF: {same}")

# %% [markdown]
# Where does the loop come from? Not from the charge: it is a weighted sum. Not from the fire: it looks at one number. It
# comes from the **reset**: V[t] needs S[t], S[t] needs H[t], and H[t] needs V[t−1], which needs S[t−1]. The chain runs
# through a decision at every step.
#
# Neurons with the same steady input of 1.5 get something extra at step 0, once: 0.5, 1 or 2. After 40 steps the leak has
# forgotten all but $(1 - 1/4)^{40} \approx 0.00001$ of that input.

# %%
pv.predict("01/nudge")

# %%
steady = torch.full((64, 1), 1.5)
lif = pv.LIF(tau=4.0)
for extra in (0.5, 1.0, 2.0):
    nudged = steady.clone()
    nudged[0] += extra
    change = (lif.record(nudged).h - lif.record(steady).h)[40:44, 0]
    print(f"extra {extra}: H[40] to H[43] change by", [round(c, 2) for c in change.tolist()])

# %% [markdown]
# The *input* is forgotten, the *timing* is not: a first spike that comes earlier moves every later one. And the effect is
# not proportional to its cause. If H were a fixed weighted sum of the inputs, twice the nudge would change it by twice as
# much. It does not, so **no fixed matrix describes a neuron with reset**. (With noise as input the two runs fall into step
# again as soon as they happen to fire together: a hard reset makes them equal from there on.)

# %% [markdown]
# ## 5 · Learning in spite of a step
#
# Training needs the derivative of the loss with respect to every weight, and Θ has derivative 0 wherever it has one. The
# usual way out is a **surrogate gradient**: go forward with Θ, and backward as if it had been a smooth step with the slope
# σ′. The paper takes that of an arctangent, with α = 2:
#
# $$\sigma'(x) = \frac{\alpha}{2\,\bigl(1 + (\tfrac{\pi}{2}\alpha x)^2\bigr)}$$

# %%
x = torch.linspace(-1, 1, 5, requires_grad=True)
spikes = pv.ATan(alpha=2.0)(x)
spikes.sum().backward()
print("x       ", x.detach().tolist())
print("forward ", spikes.tolist())
print("backward", [round(g, 4) for g in x.grad.tolist()])

# %% [markdown]
# So a neuron that *nearly* fired still learns: the gradient is largest at the threshold and fades with the distance
# from it. Through a loop this gradient has to travel back step by step as well, and shrinks or grows on the way. (The
# paper's second complaint about such neurons, beside their speed, is that they hardly learn long-term dependencies. This
# is one plausible reason.)

# %% [markdown]
# ## Where it fails
#
# At the threshold a rounding error decides. Below is an input of exactly 1 at threshold 1. In exact arithmetic the
# membrane comes closer and closer to 1 and never reaches it, so the neuron is silent. Two correct ways to write the same
# charge, in float32:


# %%
def spikes_at_the_threshold(charge, steps=400):
    V, spikes = torch.zeros(()), 0
    for _ in range(steps):
        H = charge(V, torch.ones(()))
        spikes += int(H >= 1)
        V = H * (H < 1)
    return spikes


tau = 3.0
print("V + (X - V)/τ        :", spikes_at_the_threshold(lambda V, X: V + (X - V) / tau), "spikes")
print("(1 - 1/τ) V + (1/τ) X:", spikes_at_the_threshold(lambda V, X: (1 - 1 / tau) * V + X / tau), "spikes")

# %% [markdown]
# When you compare two implementations, compare their spikes where H is clear of the threshold.

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 3 minutes). The charge of the LIF, in the form with X/τ. Complete the line.


# %% tags=["exercise"]
def my_charge(V, X_t, tau):
    return V + (X_t - V) / tau  # blank: return ...


# solution: From where it is, 1/τ of the way to where the input is.
pv.check("01/charge", my_charge)

# %% [markdown]
# **2 · The whole loop** (medium, 10 minutes). Charge, fire, hard reset, for X of shape [T, N]; return S of the same shape.


# %% tags=["exercise"]
def lif(X, tau, v_threshold):
    # blank
    V = torch.zeros_like(X[0])
    S = []
    for X_t in X:
        H = V + (X_t - V) / tau
        S_t = (H >= v_threshold).to(X)
        V = H * (1 - S_t)
        S.append(S_t)
    return torch.stack(S)
    # end blank


# solution: The order is charge, fire, reset; H is compared, V is carried on.
pv.check("01/lif", lif)

# %% [markdown]
# **3 · By hand** (easy, 5 minutes). τ = 2, threshold 1, hard reset, V starts at 0, input 1.5, 1.5, 1.5, 0. Write down H, S
# and V for the four steps, then unfold.
#
# <details><summary>Solution</summary>
#
# H = 0.75, 1.125, 0.75, 0.375; S = 0, 1, 0, 0; V = 0.75, 0, 0.75, 0.375.
# </details>
#
# **4 · A refractory neuron** (medium, 10 minutes). Write a variant of `reset` that sets V to −1 after a spike. What
# does that do to the shortest time between two spikes? (`pv.LIF(v_reset=-1.0)` is another neuron: with τ = 4 and an input
# of 1.5 it falls silent. In which two other places does `v_reset` enter there?)
#
# <details><summary>Solution</summary>
#
# `return H * (1 - S) - S`. The way back to the threshold is longer, so the interval grows (6 steps instead of 4 at an
# input of 1.5). In `pv.LIF`, V_reset is also where V starts, and the value that the leak pulls towards:
# H = V + (X − (V − V_reset))/τ. With −1 and an input of 1.5 the membrane approaches 0.5.
# </details>
#
# **5 · Open** (10 minutes). The firing rate of an LIF with hard reset, as a function of a steady input: where does it
# start, does it have steps, what is its maximum? Sketch it, then plot it with `pv.LIF` and a `for` loop over inputs.
#
# <details><summary>A thought</summary>
#
# It is 0 up to the threshold. Above, the interval between spikes is a whole number of steps, so the rate is a staircase
# 1/n, and it cannot exceed 1 spike per step.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy to
# hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - One time-step is *charge, fire, reset*; H is the membrane before the reset, V after it.
# - τ sets how slowly the membrane follows; with X/τ in the charge, an LIF stays silent for inputs below its threshold.
# - Hard, soft and no reset give different neurons; the reset is what makes a step of the loop wait for the step before.
# - Θ is trained through a surrogate gradient.
#
# The equations are those of Fang et al. (NeurIPS 2023, arXiv 2304.12760) for what they call vanilla spiking neurons.
#
# **Next**: `02_removing_the_reset` deletes one line of the loop and finds a matrix.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: the lab at `charge_fire_reset;t=4`; step through to t = 8 with +1 and let the class call out *charge,
# fire, reset*. Then `charge_fire_reset;reset=none`.
#
# **Forty-five minutes**: sections 1 to 3 with the three predictions (25), the loop and the nudge (10), exercises 1 and 2 (10).
#
# **Misconceptions to expect**
# - *"The spike is sent after the reset."* The order is charge, fire, reset: `charge_fire_reset;t=7`.
# - *"A larger τ means it fires more."* False with X/τ: `charge_fire_reset;tau=10` against `charge_fire_reset`. True in the
#   other form: `read_image;tau=6` against `read_image;tau=1`.
# - *"A soft reset goes to zero as well."* `charge_fire_reset;input=block+3;reset=soft;t=5`.
# - *"The steps could be computed in parallel with enough cores."* Not by this loop. Section 4 shows that no fixed matrix
#   does it; section 4 of lesson 02 says what is *not* proven.
#
# **Codes**: `charge_fire_reset` · `charge_fire_reset;t=4` · `charge_fire_reset;threshold=2` ·
# `charge_fire_reset;input=block+3;reset=soft;t=5` · `charge_fire_reset;input=noise+2`
# </details>
