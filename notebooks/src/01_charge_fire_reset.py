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
# **The question.** What does a spiking neuron do in one time-step, and why is it computed in a loop?
#
# **Afterwards you can**
# 1. compute *charge*, *fire* and *reset* of an integrate-and-fire neuron by hand;
# 2. say what τ, the threshold and the kind of reset change, and predict when a neuron stays silent;
# 3. write the loop, say why each step waits for the step before, and what a reset adds to that;
# 4. say how a neuron that answers 0 or 1 can be trained with gradients.
#
# **Time**: 30 minutes to read and play, 50 in class; exercises 40 more. **Before**: `00_start_here`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 00
#
# Answer from memory. A wrong choice shows why it is wrong. `pv.glossary()` lists all words of the course.

# %%
pv.recall("01")

# %% [markdown]
# ## Symbols
#
# | symbol | name | meaning |
# |---|---|---|
# | ${\color{#1f6fd0}{X[t]}}$ | input | what comes in at step t; steps are counted from 0 |
# | ${\color{#a55c00}{H[t]}}$ | charge | membrane after the input, before the decision |
# | ${\color{#c10732}{S[t]}}$ | spike | 1 if the neuron fires at step t, else 0 |
# | ${\color{#9338ac}{V[t]}}$ | membrane | what is left after the reset; the next step starts from it |
# | ${\color{#7d6a7c}{V_{th}}}$ | threshold | the charge at which the neuron fires |
# | τ | time constant | in time-steps: how slowly the membrane follows its input |
#
# The membrane has two names because it has two values in every step: ${\color{#a55c00}{H}}$ before the reset and
# ${\color{#9338ac}{V}}$ after it.

# %% [markdown]
# ## 1 · Charge
#
# The simplest neuron, *integrate-and-fire* (IF), adds its input to what it has:
#
# $${\color{#a55c00}{H[t]}} = {\color{#9338ac}{V[t-1]}} + {\color{#1f6fd0}{X[t]}}$$
#
# The *leaky* one (LIF) moves a share 1/τ of the way from where it is to where the input is:
#
# $${\color{#a55c00}{H[t]}} = {\color{#9338ac}{V[t-1]}} + \tfrac{1}{\tau}\,\bigl({\color{#1f6fd0}{X[t]}} - {\color{#9338ac}{V[t-1]}}\bigr)$$


# %%
def charge(V, X_t, tau):
    return V + (X_t - V) / tau


print(charge(V=0.0, X_t=1.5, tau=4.0), "a quarter of the way from 0 to 1.5")

# %% [markdown]
# The input is 1.5 at every step, and τ = 4. The threshold is out of reach, so there is nothing but charge. Before
# the first input the membrane is 0.
# <!-- evidence: not a result: the setting of the question -->

# %%
pv.predict("01/climb")

# %% [markdown]
# Your answer opens a lab. Drag τ there. Then type `block 1.5` into X: an input that ends.
#
# <details class="answer"><summary>What the lab shows</summary>
#
# *The membrane follows its input like a slow thermometer. It approaches 1.5 while the input is on, and sinks back
# to 0 when it is off. The larger τ, the slower.*
# <!-- evidence: 1.5 == charges(pv.LIF(4.0, v_threshold=9.0), 1.5, 100)[-1] -->
# </details>
#
# Each step closes 1/τ of the gap between membrane and input. So a share $(1 - 1/\tau)^n$ of the gap is left after n
# steps. So the membrane averages its inputs and the 0 that it started from. **It never
# rises above its largest input** (nor above 0 when all inputs are negative). With τ = 1 there is no memory:
# H[t] = X[t].
#
# **Two forms of the leak** are in use. The form above divides the input by τ. The other form adds the input as it
# is:
#
# $${\color{#a55c00}{H[t]}} = \beta\,{\color{#9338ac}{V[t-1]}} + {\color{#1f6fd0}{X[t]}}, \qquad \beta = 1 - \tfrac{1}{\tau}$$
#
# It equals the first form with an input τ times as large. So it *can* rise above its input.
#
# **Check.** The gap after ten steps, and the two forms side by side:

# %%
V = 0.0
for _ in range(10):
    V = charge(V, 1.5, tau=4.0)
print(f"gap left after 10 steps: {(1.5 - V) / 1.5:.4f}, (1 - 1/τ)^10 = {0.75**10:.4f}")

X = torch.randn(50, 1, generator=torch.Generator().manual_seed(0))
divided = pv.LIF(tau=4.0, decay_input=True).record(4.0 * X)
undivided = pv.LIF(tau=4.0, decay_input=False).record(X)
print("both forms, same membrane:", torch.allclose(divided.h, undivided.h, atol=1e-6))

# %% [markdown]
# **Which LIF stands where.** Programs and papers differ in τ, in the form and in the reset. So does this course,
# for a reason:
#
# | where | τ | X divided by τ | reset | why this one |
# |---|---|---|---|---|
# | lesson 00; 02, from section 5 on | 3 | no | hard, and others beside it | Pixels are at most 1. Divided by τ, no charge would reach the threshold 1. |
# | lesson 01; 02, sections 1 to 4 | 4 | yes | all three | β = 0.75 is easy to calculate with. |
# | lessons 07 and 08 | 2 to 64 | yes | all three | τ and the reset are what is compared. |
# | the paper's comparison | 2 | yes | soft, cut out of the gradient | The settings of its published runs. |
# | `pv.LIF()` | 2 | yes | hard | The default, as in the library SpikingJelly. |
#
# <!-- evidence: max(charges(pv.LIF(3.0, reset='none'), 1.0, 60)) < 1 + 1e-9;
# len(spike_steps(pv.LIF(3.0, decay_input=False), 1.0, 60)) > 9; 0.75 == 1 - 1 / 4;
# (pv.LIF().tau, pv.LIF().decay_input, pv.LIF().reset) == (2.0, True, 'hard');
# not a result: which neuron stands where -->

# %% [markdown]
# ## 2 · Fire
#
# The neuron fires when its charge reaches the threshold. Θ is the step function, with Θ(0) = 1:
#
# $${\color{#c10732}{S[t]}} = \Theta({\color{#a55c00}{H[t]}} - {\color{#7d6a7c}{V_{th}}})$$


# %%
def fire(H, v_threshold=1.0):
    return (H >= v_threshold).to(H)


print(fire(torch.tensor([0.99, 1.0, 1.01])))

# %% [markdown]
# An LIF of the form with X/τ gets 0.9 at every step. Its threshold is 1.
# <!-- evidence: not a result: the setting of the question -->

# %%
pv.predict("01/silent")

# %%
quiet_input = torch.full((200, 1), 0.9)
with pv.folded("Spikes in 200 steps"):
    for tau in (1.0, 2.0, 8.0):
        print(f"LIF, τ = {tau:g}: {int(pv.LIF(tau=tau)(quiet_input).sum())}")
    print(f"IF:         {int(pv.IF()(quiet_input).sum())}")

# %% [markdown]
# <details class="answer"><summary>Why</summary>
#
# The membrane never rises above the largest input. So an LIF of this form is *silent* for every input that stays
# under its threshold. An IF neuron adds up. It fires sooner or later for any steady input above 0.
# <!-- evidence: not spike_steps(pv.LIF(8.0), 0.9, 200); spike_steps(pv.IF(), 0.01, 200) -->
#
# In the form without X/τ the membrane approaches 0.9·τ. It passes 1 for every τ above 1/0.9.
# <!-- evidence: 0.9 == charges(pv.LIF(8.0, decay_input=False, v_threshold=99.0), 0.9, 300)[-1] / 8;
# spike_steps(pv.LIF(1.2, decay_input=False), 0.9, 60); not spike_steps(pv.LIF(1.1, decay_input=False), 0.9, 60);
# not a result: 1/0.9 lies between the two that are checked -->
# </details>

# %% [markdown]
# ## 3 · Reset
#
# What does a spike do to the membrane? Three answers:
#
# | reset | what it does | equation |
# |---|---|---|
# | **hard** | start again from $V_{reset}$, here 0 | ${\color{#9338ac}{V}} = {\color{#a55c00}{H}}\,(1 - {\color{#c10732}{S}}) + V_{reset}\,{\color{#c10732}{S}}$ |
# | **soft** | subtract the threshold, keep what is above it | ${\color{#9338ac}{V}} = {\color{#a55c00}{H}} - {\color{#7d6a7c}{V_{th}}}\,{\color{#c10732}{S}}$ |
# | **none** | nothing | ${\color{#9338ac}{V}} = {\color{#a55c00}{H}}$ |
#
# **A hard reset erases all that came in before**, the input of the spike's own step included. The next step starts
# from 0, whatever the charge was. (Some libraries use the word *hard* for the subtracting one. Read the equation
# next to the word.)


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
# The input is 3 from step 4 to step 21 (counted from 0), and 0 before and after. The threshold is 1, τ = 4, and the
# reset is hard. From 0, one step of charge leads to 0.75, a second one to 1.31.
# <!-- evidence: 0.75 == charges(pv.LIF(4.0, v_threshold=9.0), [3, 3])[0];
# 1.31 == charges(pv.LIF(4.0, v_threshold=9.0), [3, 3])[1] -->

# %%
pv.predict("01/hard")

# %% [markdown]
# The same input with a *soft* reset. Walk through the spikes with −1 and +1: the lines above the membrane spell out
# each step. Then choose `none`.

# %% tags=["nbval-ignore-output"]
pv.LABS["charge_fire_reset"](input="block 3", reset="soft", t=5).show()

# %% [markdown]
# *Same input, same leak. After a hard reset the neuron starts from nothing. After a soft reset it keeps the surplus
# and fires more often. Without a reset it fires at every step, from its first spike on, until the input has leaked
# away.*
# <!-- evidence: len(spike_steps(pv.LIF(4.0), input_of('block 3', 32))) < len(spike_steps(pv.LIF(4.0, reset='soft'), input_of('block 3', 32)));
# (lambda s: s == list(range(s[0], s[-1] + 1)))(spike_steps(pv.LIF(4.0, reset='none'), input_of('block 3', 32))) -->

# %%
block = torch.zeros(32, 1)
block[4:22] = 3.0
for kind in ("hard", "soft", "none"):
    print(f"{kind}: {int(pv.LIF(tau=4.0, reset=kind)(block).sum())} spikes in 32 steps")

# %% [markdown]
# ## 4 · The loop
#
# The whole neuron, for T steps and N neurons side by side. (If you know recurrent networks: V is the hidden state,
# one number for each neuron, and Θ is the activation.) **Check**: our loop against the neurons of the library, on
# random input.


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


X = 1.5 * torch.randn(64, 500, generator=torch.Generator().manual_seed(1)) + 0.9
for kind in ("hard", "soft", "none"):
    same = torch.equal(simulate(X, 4.0, kind), pv.LIF(tau=4.0, reset=kind)(X))
    print(f"{kind}: same spikes as pv.LIF: {same}")

# %% [markdown]
# **Why a loop?** The charge reads V[t−1], and the step before computes that. So each step waits for the step before.
# *This is so with each of the three resets, also with none.* What differs is what the step waits for:
#
# - **Without a reset** V[t−1] is the charge H[t−1]. That is a sum of the inputs so far, each times a fixed number.
#   These numbers can be worked out beforehand, once, for all inputs. Lesson 02 does it.
# - **With a reset** V[t−1] depends on a *decision*: did the neuron fire? A decision jumps from 0 to 1. It is no sum
#   of the inputs, each times a fixed number. So no fixed numbers can hold it.
#
# Here is the loop of one neuron as a graph. An arrow leads from a number to another one that needs it. Press
# *Play*: with each tick of the clock, one more step can be computed. (`scan` and `product` come in lesson 02.)

# %% tags=["nbval-ignore-output"]
pv.LABS["unroll"](reset="hard", show="loop").show()

# %% [markdown]
# *Each step needs the V before it, so the loop takes one tick for each step. A red arrow leads from each spike S
# into V: this is the decision. Set the reset to `none`: the red arrows are gone, but the loop takes as many ticks
# as before.*
# <!-- evidence: pv.LABS['unroll'](reset='none', show='loop').numbers.ticks['loop'] == len(pv.LABS['unroll']().numbers.x);
# pv.LABS['unroll'](reset='hard', show='loop').numbers.ticks['loop'] == len(pv.LABS['unroll']().numbers.x) -->
#
# How much does the decision change? The next neurons have a hard reset and τ = 4, and get 1.5 at every step. Some
# get something extra at step 0, once: 0.5, 1 or 1.5. After 40 steps the leak alone would leave a share of
# $(1 - 1/4)^{40} \approx 0.00001$ of it.
# <!-- evidence: not a result: the setting of the question -->

# %%
pv.predict("01/nudge")

# %%
steady = torch.full((60, 1), 1.5)
with pv.folded("Steps of the first spikes, and of those after step 40"):
    for extra in (0.0, 0.5, 1.0, 1.5):
        nudged = steady.clone()
        nudged[0] += extra
        spikes = pv.LIF(tau=4.0)(nudged)[:, 0].nonzero().flatten()
        print(f"extra {extra}: {spikes[:3].tolist()} … {spikes[spikes > 40].tolist()}")

# %% [markdown]
# The *input* is forgotten, the *time of the first spike* is not: it moves all later ones. And the effect is not in
# proportion to its cause.
#
# <details class="answer"><summary>In numbers</summary>
#
# After step 40, an extra of 0.5 has changed nothing. Extras of 1 and of 1.5 have changed the charges alike, and each
# spike comes one step earlier.
# <!-- evidence: spike_steps(pv.LIF(4.0), [2.0] + [1.5] * 59) == spike_steps(pv.LIF(4.0), 1.5, 60);
# spike_steps(pv.LIF(4.0), [2.5] + [1.5] * 59) == spike_steps(pv.LIF(4.0), [3.0] + [1.5] * 59);
# charges(pv.LIF(4.0), [2.5] + [1.5] * 59)[40:] == charges(pv.LIF(4.0), [3.0] + [1.5] * 59)[40:];
# charges(pv.LIF(4.0), [2.0] + [1.5] * 59)[40:] == charges(pv.LIF(4.0), 1.5, 60)[40:];
# spike_steps(pv.LIF(4.0), [2.5] + [1.5] * 59) != spike_steps(pv.LIF(4.0), 1.5, 60);
# not a result: the sizes of the extras -->
# </details>
#
# If the charge were a sum with fixed weights, twice the extra would change it by twice as much. It does not. So
# **no fixed weights give the charge of a neuron with reset**. Without the reset the change is in proportion: the
# charge is a *linear* function of the inputs. One more sign of that is the line *superposition* over the graph. It
# has two charges: one from the inputs of the even steps only, one from those of the odd steps only. Without a reset
# the two add up to the charge for all inputs. With a reset they do not.
# <!-- evidence: pv.LABS['unroll'](reset='none').numbers.superposition.agrees;
# not pv.LABS['unroll'](reset='hard').numbers.superposition.agrees -->

# %% [markdown]
# ## 5 · Learning in spite of a step
#
# Training needs the derivative of the loss with respect to every weight. But Θ is flat: its derivative is 0 on both
# sides of the threshold. The usual way out is a **surrogate gradient**. Forward, the neuron uses Θ. Backward, it
# uses the slope σ′ of a smooth step in its place. The paper takes the arctangent, with α = 2:
#
# $$\sigma'(x) = \frac{\alpha}{2\,\bigl(1 + (\tfrac{\pi}{2}\alpha x)^2\bigr)}, \qquad x = {\color{#a55c00}{H}} - {\color{#7d6a7c}{V_{th}}}$$

# %% tags=["nbval-ignore-output"]
pv.LABS["surrogate"]().show()

# %% [markdown]
# *Top: the step Θ, and the smooth step σ that lends it a slope. Middle and bottom: 100 neurons at one time-step,
# each drawn as large as its slope. Those near the threshold get a gradient, whether they fire (red) or not
# (orange). Those far away get almost none.* Press *Play*: charges move with the input, and so does who learns. Then
# make α larger: the hill gets narrower.
# <!-- evidence: 100 == len(pv.LABS['surrogate']().numbers.slope); not a result: the size of the layer -->

# %% [markdown]
# **Check.** The surrogate of the library: forward 0 or 1, backward the slope.

# %%
x = torch.linspace(-1, 1, 5, requires_grad=True)
spikes = pv.ATan(alpha=2.0)(x)
spikes.sum().backward()
print("x       ", x.detach().tolist())
print("forward ", spikes.tolist())
print("backward", [round(g, 4) for g in x.grad.tolist()])

# %% [markdown]
# Through a loop the gradient also has to go back step by step, and it shrinks or grows on the way. The paper's
# second complaint about such neurons, beside their speed, is that they hardly learn dependencies over many steps.
# This may be one reason (lesson 03).

# %% [markdown]
# ## Where it fails
#
# Right at the threshold, a rounding error decides. Below, the input is 1 at every step and the threshold is 1. In
# exact arithmetic the membrane approaches 1 and never reaches it, so the neuron is silent. Here are two correct
# ways to write the same charge, in float32:


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
# When you compare two programs, compare their spikes where H is not close to the threshold.

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
# **2 · The whole loop** (medium, 10 minutes). Charge, fire, hard reset, for X of shape [T, N]; return S of the same
# shape.


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
# **3 · By hand** (easy, 5 minutes). τ = 2, threshold 1, hard reset, V starts at 0. The input is 1.5, 1.5, 1.5, 0.
# Write down H, S and V for the four steps.
# <!-- evidence: not a result: the task -->

# %%
pv.answer("01/by_hand")

# %% [markdown]
# <details class="solution"><summary>Solution</summary>
#
# H = 0.75, 1.125, 0.75, 0.375; S = 0, 1, 0, 0; V = 0.75, 0, 0.75, 0.375.
# <!-- evidence: [0.75, 1.125, 0.75, 0.375] == charges(pv.LIF(2.0), [1.5, 1.5, 1.5, 0]);
# [1] == spike_steps(pv.LIF(2.0), [1.5, 1.5, 1.5, 0]);
# [0.75, 0, 0.75, 0.375] == run(pv.LIF(2.0), [1.5, 1.5, 1.5, 0]).v[:, 0].tolist() -->
# </details>
#
# **4 · A refractory neuron** (medium, 10 minutes). Write a variant of `reset` that sets V to −1 after a spike. What
# does that do to the time between two spikes, with τ = 4 and a steady input of 1.5? In `pv.LIF(4.0, v_reset=-1.0)`, which is
# silent at this input, `v_reset` enters in two other places. Which two?
# <!-- evidence: not spike_steps(pv.LIF(4.0, v_reset=-1.0), 1.5, 200); not a result: the task -->

# %%
pv.answer("01/refractory")

# %% [markdown]
# <details class="solution"><summary>Solution</summary>
#
# `return H * (1 - S) - S`. The way back to the threshold is longer, so the interval grows (6 steps instead of 4 at
# an input of 1.5). In `pv.LIF`, V_reset is also where V starts, and the value that the leak pulls towards: H = V +
# (X − (V − V_reset))/τ. With −1 and an input of 1.5 the membrane approaches 0.5.
# <!-- evidence: 6 == interval(Refractory(4.0), 1.5); 4 == interval(pv.LIF(4.0), 1.5); 1.5 == 0.5 + 1;
# 0.5 == charges(pv.LIF(4.0, v_reset=-1.0), 1.5, 100)[-1] -->
# </details>
#
# **5 · Open** (10 minutes). The firing rate of an LIF with hard reset, as a function of a steady input: where does
# it start, does it have steps, what is its maximum? Sketch it, then plot it with `pv.LIF` and a `for` loop over
# inputs.

# %%
pv.answer("01/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# It is 0 up to the threshold. Above, the interval between spikes is a whole number of steps, so the rate is a
# staircase 1/n. It cannot exceed 1, a spike at every step.
# </details>

# %% [markdown]
# Your answers stay in a file beside this notebook. `pv.hand_in("your name")` writes a copy to hand in,
# `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - One time-step is *charge, fire, reset*. H is the membrane before the reset, V after it.
# - τ says how slowly the membrane follows. With X/τ in the charge, an LIF stays silent for inputs below its
#   threshold.
# - Each step of the loop starts from the membrane that the step before left, so it waits, with a reset and without.
#   A reset adds a decision to every step. A decision is no sum of the inputs with fixed weights.
# - Θ is trained with a surrogate gradient.
#
# The equations are those of Fang et al. (NeurIPS 2023, arXiv 2304.12760) for what they call vanilla spiking
# neurons.
#
# **Next**: `02_removing_the_reset` deletes one line of the loop and finds a matrix.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: The lab at `charge_fire_reset;t=4`; step on to t = 8 with +1, and let the class call out *charge,
# fire, reset* (3). Then `charge_fire_reset;reset=none`: what is different after the first spike (2)?
#
# **Fifty minutes**: sections 1 to 3 with the three predictions (25), the loop, the graph and the nudge (10),
# exercises 1 and 2 (15).
#
# **Ninety minutes**: the fifty minutes (50), section 5 with its lab `surrogate` (10), where it fails, run on the
# machines of the class (5), exercise 3 (5), exercise 4 in pairs (10), the discussion (10).
#
# **To present**: `psn-viz present 01` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (3), 2 (10), 3 (5) and 4 (10), the open task 5 (10). Answers that only `psn-viz teachers`
# holds: *A soft reset by hand* (10), *The interval as a formula* (20).
#
# **Misconceptions to expect**
# - *"The spike is sent after the reset."* The order is charge, fire, reset: `charge_fire_reset;t=7`.
# - *"A larger τ means it fires more."* False with X/τ: `charge_fire_reset;tau=10` against `charge_fire_reset`. True
#   in the other form: `read_image;tau=6` against `read_image;tau=1`.
# - *"A soft reset goes to zero as well."* `charge_fire_reset;input=block+3;reset=soft;t=5`.
# - *"Only the reset makes a step wait."* `unroll;show=loop`: each step reads V[t−1] without a reset, too. What the
#   reset adds is a decision. Without it, fixed weights can take the place of the loop (lesson 02).
# - *"With enough cores the loop would be parallel."* Not this loop. Section 4 of lesson 02 says what is *not*
#   claimed: there are other ways to be parallel, also with a reset.
#
# **To discuss**, and what a good answer has in it
# - *"Why divide X by τ?"* With X/τ the membrane follows the input, so it stays silent below the threshold for every
#   τ. Without, it approaches τ·X, so τ is also a gain. A good answer says that two values of τ can be compared only
#   where the form is named.
# - *"The surrogate is the slope of a function that the neuron does not compute. Why may training with it work?"* It
#   says in which direction a change of H brings a neuron close to its threshold nearer to a spike, or further from
#   it. The forward pass keeps its zeros and ones, so the loss is that of real spikes. A good answer adds that this is
#   no proof.
# - *"Where would you keep the loop, even with a thousand cores?"* Where inputs come one by one and each wants an
#   answer: a step is done when its input is there, it keeps one number per neuron, and it needs no T.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `unroll;reset=hard;show=loop` ·
# `charge_fire_reset` · `charge_fire_reset;t=4` · `charge_fire_reset;threshold=2` ·
# `charge_fire_reset;input=block+3;reset=soft;t=5` · `charge_fire_reset;input=noise+2`
# </details>
