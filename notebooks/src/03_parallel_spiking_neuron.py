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
# **The question.** Without a reset, the charge is a product, H = W X. Which W?
#
# **Afterwards you can**
# 1. read a W by rows and columns, and say which inputs a step waits for;
# 2. say what T is, and what a PSN made for T steps cannot be given;
# 3. say how W is learned, and how far back its gradient reaches, compared with an LIF's;
# 4. show spikes of an LIF that no PSN can fire.
#
# **Time**: 50 minutes to read and play, 50 in class; exercises 45 more. **Before**: `02_removing_the_reset`. **More**:
# `03_parallel_spiking_neuron_further`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 02
#
# Answer from memory; a wrong choice shows why. (`pv.glossary()` explains every term.)

# %%
pv.recall("03")

# %% [markdown]
# ## Symbols
#
# ${\color{#1f6fd0}{X}}$ input, ${\color{#a55c00}{H}}$ charge, ${\color{#c10732}{S}}$ spikes, T time-steps of N neurons, as before.
# In $W[t,i]$, the row $t$ is the step that is charged, and the column $i$ the input that it is charged with.
# ${\color{#7d6a7c}{B}}$ is the threshold, from here on one number for each time-step.

# %% [markdown]
# ## 1 · Any W
#
# In lesson 02 all of W followed from one number, τ. The **Parallel Spiking Neuron** (PSN) keeps the product, and every entry
# of W may be any number. Training chooses them:
#
# $${\color{#a55c00}{H}} = W\,{\color{#1f6fd0}{X}}, \qquad {\color{#c10732}{S}} = \Theta({\color{#a55c00}{H}} - {\color{#7d6a7c}{B}}), \qquad W \in \mathbb{R}^{T\times T},\; {\color{#7d6a7c}{B}} \in \mathbb{R}^{T}$$


# %%
def psn(X, W, B):
    H = W @ X  # charge: all steps at once
    return (H >= B[:, None]).to(X)  # fire: each row has its own threshold


torch.manual_seed(0)
neuron, X = pv.PSN(T=16), 2 * torch.randn(16, 500)
print("same spikes as pv.PSN:", torch.equal(psn(X, neuron.weight, neuron.threshold), neuron(X)))

# %% [markdown]
# **You know this already.** The *token-mixing* layer of an MLP-Mixer multiplies the positions of a sequence by a learned
# matrix, the same for every feature. `W @ X` is such a layer, with time-steps as positions. After it comes the step Θ, not a
# smooth function such as GELU. (Lesson 00 has a table of such relations.)
#
# **A row is a recipe, a column is a delivery list.** Row t says what H[t] is made of. Column i says to which charges the input
# X[i] goes, and with what weight.
#
# A question. Of eight inputs, all are 0 but X[5] = 1.5. Column 5 of W holds 1 in row 1, 0.5 in row 5, 0.8 in row 6, and 0 in
# the other rows. The threshold is 1 at every step.
# <!-- evidence: not a result: the setting of the question -->

# %%
pv.predict("03/fires")

# %% [markdown]
# <details class="answer"><summary>After your answer</summary>
#
# X[5] adds 1.5 to H[1], 0.75 to H[5] and 1.2 to H[6]. The other columns hold numbers as well, but meet inputs of 0. So the
# neuron fires at the steps 1 and 6. The input comes at step 5, and the first answer at step 1: no loop that takes the inputs one
# after the other can do that.
# <!-- evidence: 1.5 == 1.5 * 1; 0.75 == 1.5 * 0.5; 1.2 == 1.5 * 0.8 -->
# </details>

# %% [markdown]
# Below is a W of random numbers, as a PSN starts with. Point at it. The orange frame is a row; the bars below add up to one H.
# The blue frame is a column; the bars beside it are what one X adds to each H. Then choose `LIF 4` and point at the same places.
# The last slider paints the cell in view. (*fused: same*: a faster form of the product gave the same spikes.)

# %% tags=["nbval-ignore-output"]
pv.LABS["psn"]().show()

# %% [markdown]
# *In a dense W every input reaches every charge. About half of the weight lies on inputs that are still to come. In the W of
# a leak, X[i] reaches only the charges from step i on, and fades.*
# <!-- evidence: abs(lab('psn').future - 1 / 2) < 0.02; pv.LABS['psn'](preset='LIF 4').numbers.future == 0 -->
#
# Some matrices written by hand, for an input of 1.5 at the steps 4, 5 and 6:
# <!-- evidence: not a result: the input of the next cell -->

# %%
T = 12
X = torch.zeros(T, 1)
X[4:7] = 1.5
by_hand = {
    "leak, τ = 2": pv.reset_free_weight(T, tau=2.0, dtype=torch.float32),
    "three steps late": torch.ones(T - 3).diag(-3),  # ones, three places below the diagonal
    "three steps early": torch.ones(T - 3).diag(3),
    "time reversed": torch.eye(T).flip(0),
}
for name, W in by_hand.items():
    spikes = psn(X, W, torch.ones(T))
    print(f"{name:17} fires at", spikes[:, 0].nonzero().flatten().tolist())

# %% [markdown]
# A leak has one number to choose, τ. A W with an entry for every pair of steps can delay, reverse, and look ahead.

# %% [markdown]
# ## 2 · Who has to wait, and what T is
#
# **A PSN waits for the last input.** Its steps do not wait for each other. But each of them may use X[T−1], the first one as well.
# So S[0] is known only when all T inputs have come.
#
# **T is fixed.** W has a row and a column for each of T steps, and none for a step after them.
#
# Ask for a state to begin with, then for more than T steps:

# %%
for impossible in (neuron.initial_state, lambda: neuron(torch.randn(20, 1))):
    try:
        impossible()
    except ValueError as error:
        print(error)

# %% [markdown]
# A shorter sequence can be filled up with zeros; for a longer one there are no weights. The paper has answers to both limits: the *masked* PSN shuts out later inputs (lesson 04); the *sliding* PSN takes any T (lesson 05).
#
# **What is T?** The number of inputs in a sequence. It has no unit; what a step stands for is a matter of the data:
#
# | data | a time-step is | T |
# |---|---|---|
# | a picture read row by row (lesson 00) | a row; no time passes | 28 |
# | one second of sound | a frame of 10 ms | 100 |
# | a still picture (lesson 08) | nothing; it is shown T times | a choice |

# %% [markdown]
# ## 3 · Learning W
#
# W and B are all that a PSN learns. **A layer has one W and one B, and all its neurons share them:**

# %%
neuron = pv.PSN(T=28)
print("numbers to learn:", sum(parameter.numel() for parameter in neuron.parameters()), "= 28² + 28")
for N in (1, 64, 10_000):
    print(f"N = {N:5}: spikes", list(neuron(torch.randn(28, N)).shape))

# %% [markdown]
# Which W? The one that the task needs. A task: 16 random inputs come in, and the neuron shall fire at the *last* step if the
# *first* input was above 0. The loss looks at S[15] alone.
# <!-- evidence: not a result: the task -->

# %%
pv.predict("03/row")

# %% tags=["nbval-ignore-output", "measured"]
torch.manual_seed(0)
neuron = pv.PSN(T=16)
before = neuron.weight.detach().clone()
optimizer = torch.optim.Adam(neuron.parameters(), lr=0.05)
for _ in range(150):
    X = torch.randn(16, 256)  # 256 sequences
    wanted = (X[0] > 0).float()
    loss = ((neuron(X)[15] - wanted) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

with pv.folded("Row 15, before and after"):
    for when, W in (("before", before), ("after", neuron.weight)):
        print(f"row 15 {when:6}", *(f"{w:4.1f}" for w in W[15]))
    print(f"B[15]  before  1.0, after {neuron.threshold[15]:.2f}")
    print("rows 0 to 14 as they were:", torch.equal(neuron.weight[:15], before[:15]))

# %% [markdown]
# <details class="answer"><summary>What has been learned</summary>
#
# *The row has learned to pick one input out of sixteen, and its threshold has come down to about 0.* The other rows have not
# moved: the loss does not look at their spikes.
# </details>

# %% [markdown]
# Can a neuron with a leak do this? It has no W to learn. A layer in front of it can scale and shift its inputs. So the next cell tries 300
# random scales and shifts for each neuron, and prints how often the luckiest one is right:
# <!-- evidence: not a result: the setting of the next cell -->

# %% tags=["nbval-ignore-output", "measured"]
X = torch.randn(16, 4000)
wanted = X[0] > 0
print(f"PSN                 {100 * (neuron(X)[15] == wanted).float().mean():.0f} %")
leaks = {
    "LIF, τ = 4, hard": pv.LIF(tau=4.0),
    "LIF, τ = 16, hard": pv.LIF(tau=16.0),
    "IF, hard": pv.IF(),
    "IF, soft": pv.IF(reset="soft"),
    "IF, no reset": pv.IF(reset="none"),
}
for name, leak in leaks.items():
    highest = 0.0
    for _ in range(300):
        scale = 10 ** (3 * torch.rand(1) - 2)  # from 0.01 to 10
        shift = 4 * torch.rand(1) - 1  # from −1 to 3
        right = 100 * (leak(scale * X + shift)[15] == wanted).float().mean()
        highest = max(highest, right.item())
    print(f"{name:19} {highest:.0f} %")

# %% [markdown]
# Guessing is right in 50 %. Without a reset, a leak gives later inputs at least the weight of earlier ones. The best case
# for X[0] is IF: all 16 weights are equal. Then the sign of the sum is that of X[0] in 58 %. With a reset we know of no such limit, only what 300
# tries have found.
# <!-- evidence: 50 == 100 / 2; 58 == 100 * (1 / 2 + math.asin(1 / 16 ** 0.5) / math.pi); not a result: 16 and 300 are the settings -->
#
# **How a gradient gets to W.** As in lesson 01, training goes forward with Θ and backward with a slope, σ′(x) = 1/(1 + (πx)²). The
# layers above send back ∂L/∂S, with L the loss. At the charge arrives
#
# $$G = \frac{\partial L}{\partial {\color{#c10732}{S}}} \cdot \sigma'({\color{#a55c00}{H}} - {\color{#7d6a7c}{B}}) \qquad\text{(entry by entry)}$$
#
# From there it is one step. $W[t,i]$ is used in H[t] of every neuron n, times X[i, n]. So its gradient is
# $\sum_n G[t,n]\,{\color{#1f6fd0}{X[i,n]}}$. All three gradients:
#
# $$\frac{\partial L}{\partial W} = G\,{\color{#1f6fd0}{X}}^{\mathsf T}, \qquad \frac{\partial L}{\partial {\color{#1f6fd0}{X}}} = W^{\mathsf T} G, \qquad \frac{\partial L}{\partial {\color{#7d6a7c}{B[t]}}} = -\sum_n G[t,n]$$
#
# **Check.** Autograd finds the same:

# %%
torch.manual_seed(0)
neuron = pv.PSN(T=12).double()
W, B = neuron.weight, neuron.threshold
X = torch.randn(12, 300, dtype=torch.float64, requires_grad=True)
dL_dS = torch.randn(12, 300, dtype=torch.float64)  # from the layers above
neuron(X).backward(dL_dS)

with torch.no_grad():
    H = W @ X
    G = dL_dS / (1 + (torch.pi * (H - B[:, None])) ** 2)
print("∂W = G Xᵀ         :", torch.allclose(W.grad, G @ X.T))
print("∂X = Wᵀ G         :", torch.allclose(X.grad, W.T @ G))
print("∂B = −row sum of G:", torch.allclose(B.grad, -G.sum(1)))

# %% [markdown]
# Two products and a sum: no step waits for another on the way back either. In the loop of an LIF, the gradient of step t needs that
# of step t + 1 first (*back-propagation through time*).

# %% [markdown]
# ## 4 · How far back a gradient reaches
#
# The paper has a second argument beside speed: *long-term dependencies*, where what is right now depends on an input long ago. Follow
# a gradient from ${\color{#c10732}{S[t]}}$ back to ${\color{#1f6fd0}{X[i]}}$. Through the loop of an LIF it passes every step s in
# between, and each multiplies it by a factor:
#
# $$\frac{\partial {\color{#a55c00}{H[t]}}}{\partial {\color{#1f6fd0}{X[i]}}} = \frac{1}{\tau}\,\prod_{s=i}^{t-1} \frac{\partial {\color{#a55c00}{H[s+1]}}}{\partial {\color{#a55c00}{H[s]}}}, \qquad \frac{\partial {\color{#a55c00}{H[s+1]}}}{\partial {\color{#a55c00}{H[s]}}} = \beta \cdot \begin{cases} 1 & \text{no reset}\\ 1 - {\color{#c10732}{S[s]}} & \text{hard reset, detached}\end{cases}$$
#
# with β = 1 − 1/τ. (*Detached*, a common choice: no gradient goes through the S of the reset.) Through a PSN it is **one entry
# of W**:
#
# $$\frac{\partial {\color{#a55c00}{H[t]}}}{\partial {\color{#1f6fd0}{X[i]}}} = W[t,i]$$
#
# An LIF with τ = 4 and a hard reset, detached, has fired at the steps 5, 11, 22 and 30.
# <!-- evidence: [5, 11, 22, 30] == lab('gradients').s.nonzero()[0].tolist() -->

# %%
pv.predict("03/reach")

# %% [markdown]
# <details class="answer"><summary>After your answer</summary>
#
# The spike at step 22 makes one factor 0, and with it the product for X[22] and for every input before. Lesson 02 cut the matrix
# at the same place.
# </details>

# %% [markdown]
# Without a reset no factor is 0, but each is β = 0.75. **Look at the panel in the upper right**: one dot (LIF) and one ring (PSN) for
# each input X[i]. The higher, the larger the gradient. The arrow shows the oldest input that still gets one through the LIF.
# <!-- evidence: 0.75 == 1 - 1 / 4 -->

# %% tags=["nbval-ignore-output"]
pv.LABS["gradients"](reset="none").show()

# %% [markdown]
# *Through the loop (dots) the gradient loses a quarter with every step back. Through the PSN (rings) the distance does not
# matter.*
# <!-- evidence: all(abs(f - 3 / 4) < 1e-9 for f in pv.LABS['gradients'](reset='none').numbers.factors) -->
#
# - The *leak* makes a gradient fade, the *reset* cuts it. The loop as such does neither: `gradients;tau=IF;reset=none`.
# - An input that a leak has nearly forgotten gets next to no gradient, and with τ fixed the neuron cannot learn otherwise. In a PSN the memory
#   itself is learned: the gradient of W[t, i] is G[t]·X[i], whether i is one step ago or thirty.
# - One neuron, untrained.
#
# What trained networks reach: `03_parallel_spiking_neuron_further`.

# %% [markdown]
# ## 5 · What is lost
#
# Given all T inputs, a PSN can stand where an LIF stands: both turn `[T, N, …]` into spikes of the same shape. Can it also *fire* like an LIF
# with a reset, for some W and B? Their charges differ (lesson 02), but only spikes leave the neuron.
#
# Take T = 2 and look at S[1]. Two inputs are a point (X[0], X[1]) of a plane. A PSN fires where
# W[1, 0]·X[0] + W[1, 1]·X[1] ≥ B[1]: on one side of a straight line. If two points lie on that side, so does the point halfway
# between them. (Such an area is called *convex*.)
#
# **Check.** Does that hold for an LIF with a hard reset?

# %%
lif = pv.LIF(tau=4.0, reset="hard")
P, Q = torch.tensor([3.5, 2.0]), torch.tensor([5.5, 4.5])
for name, point in {"P": P, "Q": Q, "M, halfway": (P + Q) / 2}.items():
    S = lif(point[:, None])[:, 0]
    print(f"{name:10} X = {point.tolist()}, S = {S.tolist()}")

# %% [markdown]
# At step 1 it fires for P and for Q, but not for M. At M it fired at step 0, the reset emptied the membrane, and X[1] alone
# is too weak. **So no W and B fire like this LIF.** The whole plane:

# %% tags=["nbval-ignore-output"]
pv.LABS["plane"]().show()

# %% [markdown]
# *The area of the LIF (left) has a notch, where the reset took the membrane away. A PSN (right) takes one side of a line. Turn the line
# with the sliders: the hatched part, where the two differ, never goes away.*
#
# You know this as well: one perceptron cannot learn XOR, for the same reason, and two layers can. So it is a limit of one neuron, not
# of a network.
#
# It does not forbid other parallel ways either (lesson 02). A later paper (arXiv 2410.03530) claims to train an LIF with a "decoupled"
# reset in parallel, with the same result as step by step. What a reset rules out is a *fixed* W.
#
# More is lost. A PSN waits for all T inputs, and T is fixed; lessons 04 and 05 mend that. And no spike lowers its membrane: W, B and the
# input decide how often it fires. In the paper's comparison of firing rates the PSN comes out highest.
#
# <details class="more"><summary>LIF, PSN, masked and sliding PSN in a table</summary>
#
# | | LIF | PSN | masked PSN (lesson 04) | sliding PSN (lesson 05) |
# |---|---|---|---|---|
# | waits for later inputs | no | **yes, for all T** | no, once its mask is shut | no |
# | takes another T | yes | **no** | no | yes |
# | numbers to learn per layer | 0, with τ fixed | T² + T | T² + T stored, fewer in use | k + 1 |
# | a spike lowers the membrane | yes | **no** | no | no |
# </details>

# %% [markdown]
# ## Where it fails
#
# *"I write the W of a leak into a PSN. Then it uses only the past and need not wait."* Before training, that is so. Then comes the
# first step of gradient descent.

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
((neuron(X) - wanted) ** 2).mean().backward()
optimizer.step()
with pv.folded("What came of the zeros"):
    moved = int((neuron.weight.triu(1) != 0).sum())
    print(f"above the diagonal {moved} of {T * (T - 1) // 2} weights are no longer 0")

# %% [markdown]
# A single weight is enough. Below, one cell of the W of a leak has been painted, W[5, 10] = 1. H[5] is no longer known at step 5, and
# the line that compares loop and product turns red:

# %% tags=["nbval-ignore-output"]
pv.LABS["psn"](preset="LIF 4", T=12, paint=[(5, 10, 1.0)]).show()

# %% [markdown]
# *A zero that is only a value does not stay. To keep the future out, its weights must be taken out of W for good. That takes a mask:
# lesson 04.*

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
# **4 · Another task** (easy, 10 minutes). In the training of section 3, let the neuron fire if `X[3] > X[12]`. Write down the
# row that you expect, then train and look.

# %%
pv.answer("03/another_task")

# %% [markdown]
# <details class="thought"><summary>What to expect</summary>
#
# One positive weight at 3, one negative of the same size at 12, the others near 0, and B[15] near 0.
# </details>
#
# **5 · Open** (10 minutes). A colleague wants to put PSNs with T = 200 into the controller of a robot that reads its sensors 100
# times a second. What do you ask, and what do you warn of?
# <!-- evidence: not a result: the setting of the exercise -->

# %%
pv.answer("03/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# Must it answer at every reading? A PSN answers once in two seconds, after the last of 200 inputs. Where does a sequence begin,
# when the robot never stops? W ties each weight to a place in the sequence: what step 3 has learned, step 4 does not know. If it
# must answer at once, and for any length: a sliding PSN, or an LIF.
# <!-- evidence: 200 / 100 == 2; not a result: 200 is the setting of the exercise -->
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in("your name")`
# writes a copy to hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - Row t of W is what H[t] is made of; column i is where X[i] goes. With a dense W all steps wait for the last input.
# - T counts inputs. W is T × T, so T is fixed.
# - Training finds W and B through G Xᵀ and −Σ G, with no step back through time. A gradient reaches X[i] through one entry of W.
# - A PSN fires on one side of a straight line, an LIF with a reset does not.
#
# From the paper (Fang et al., NeurIPS 2023, arXiv 2304.12760): the PSN, and the argument on long-term dependencies. Section 5 is ours.
#
# **Next**: lesson 04 puts a mask on W, so that the neuron need not wait.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `psn`: point at a row, then at a column (2). Then `psn;preset=LIF+4`: nothing is above the
# diagonal (1). Paint a cell there, `psn;preset=LIF+4;paint=5.10~1`: what does the line with ✗ say (2)?
#
# **Fifty minutes**: section 1 with its prediction and the matrices by hand (15), section 2 (5), the prediction of row
# 15 and its training (12), section 4 with its prediction and its lab (8), the plane (10).
#
# **Ninety minutes**: the fifty minutes (50), exercise 1 (5), exercise 2 (10), the three gradients at the board, then
# exercise 3 (15), the discussion (10).
#
# **To present**: `psn-viz present 03` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (5), 2 (10), 3 (10) and 4 (10), the open task 5 (10). Answers that only `psn-viz teachers`
# holds: *A PSN by hand* (10), *What is learned, and how often* (10).
#
# **Misconceptions to expect**
# - *"T is the time in the data."* Section 2, the table. A picture has a T and no time.
# - *"Every neuron has its own W."* Section 3: 64 neurons or 10 000, the same 812 numbers.
#   <!-- evidence: 812 == sum(p.numel() for p in pv.PSN(28).parameters()); not a result: the other numbers are examples -->
# - *"A weight of 0 gets no gradient."* Where it fails; the input gets none through it, the weight does.
# - *"Loops make gradients vanish."* `gradients;tau=IF;reset=none`: the gradient of an IF is the same for all inputs. (Small here: H
#   is far above the threshold, where σ′ is small.) The leak fades (`gradients;reset=none`), the reset cuts (`gradients`).
# - *"A PSN is a faster LIF."* Section 5, the plane.
#
# **To discuss**, and what a good answer has in it
# - *"When may a neuron look ahead?"* When the whole sequence is stored: a picture, a recording. Not in a controller.
#   A good answer asks when the answer is wanted, and not how fast it is computed.
# - *"One W for all neurons of a layer: what does that save, and what does it forbid?"* It saves parameters: their
#   number does not depend on N. It forbids a long and a short memory side by side in one layer; the linear layer
#   before gives each neuron another input, not another memory. Two layers may have two W.
# - *"No gradient goes back step by step. Are long-term dependencies solved, then?"* A good answer tells reach from
#   learning: one entry of W leads to X[i], with no product of many factors. But each entry is learned by itself, for
#   one place and for a fixed T. Lesson 07 tries it.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `psn` · `psn;preset=LIF+4` ·
# `psn;preset=LIF+4;paint=5.10~1` · `psn;preset=identity` · `gradients` · `gradients;reset=none` ·
# `gradients;tau=IF;reset=none` · `plane`
# </details>
