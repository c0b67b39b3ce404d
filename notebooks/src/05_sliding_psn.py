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
# # 05 · The sliding PSN
#
# **The question.** Can one neuron serve sequences of any length, step by step, and what does it give up for that?
#
# **Afterwards you can**
# 1. compute the charge of a sliding PSN by hand, and write it as a matrix and as a convolution;
# 2. run one neuron on sequences of any length, and say what its queue holds and when to start a new one;
# 3. say what it cannot do, and how far back a stack of such layers can reach;
# 4. say which member of the family contains which.
#
# **Time**: 45 minutes to read and play, 50 in class; exercises 40 more. **Before**: `04_masked_psn`. **After**:
# `05_sliding_psn_further` has more on each section.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 04
#
# Answer from memory; a wrong choice shows why. `pv.glossary()` has all terms.

# %%
pv.recall("05")

# %% [markdown]
# ## Symbols
#
# ${\color{#1f6fd0}{X}}$ input, ${\color{#a55c00}{H}}$ charge, ${\color{#c10732}{S}}$ spikes, k order, t the step that is charged,
# i the input, as before. New:
#
# | symbol | name | meaning |
# |---|---|---|
# | $W_0, \dots, W_{k-1}$ | kernel | k weights, the same at every step |
# | $s$ | place | which weight of the kernel: 0 meets the oldest input in view, k − 1 the newest (the paper calls it i) |
# | ${\color{#7d6a7c}{V_{th}}}$ | threshold | one number, the same at every step |
# | $L$ | layers | how many sliding PSNs stand one behind the other (in lesson 03, L was the loss) |
#
# <!-- evidence: not a result: definitions -->

# %% [markdown]
# ## 1 · Slide
#
# A masked PSN has a row of weights for each step, and after T steps there is none left. The paper's **sliding PSN** uses the same k
# weights, its *kernel*, at every step:
#
# $${\color{#a55c00}{H[t]}} = \sum_{s=0}^{k-1} W_s\;{\color{#1f6fd0}{X[t-k+1+s]}}, \qquad {\color{#c10732}{S[t]}} = \Theta({\color{#a55c00}{H[t]}} - {\color{#7d6a7c}{V_{th}}})$$
#
# Inputs before the first one count as 0. There is no reset.


# %%
def slide(X, W):
    k = len(W)
    H = torch.zeros_like(X)
    for t in range(len(X)):
        for s in range(k):
            i = t - k + 1 + s  # the input that W[s] meets at step t
            if i >= 0:
                H[t] += W[s] * X[i]
    return H


print(slide(X=torch.tensor([2.0, 0, 0, 4, 0, 0]), W=torch.tensor([0.25, 0.5, 1.0])))

# %% [markdown]
# An input counts in full when it is new, by half one step later, by a quarter two steps later, and then not at all. (Training
# starts from such a kernel here, …, 1/4, 1/2, 1. The threshold starts at 1.)
#
# Now a kernel with weights of both signs:

# %%
pv.predict("05/charge")

# %% [markdown]
# <details class="answer"><summary>What came, and why</summary>
#
# The charge is X[t] − X[t−1]: 1.5 at step 2, −1.5 at step 11, and 0 elsewhere. With a threshold of 1 the neuron fires once, where
# its input rises. No leak can do that, since all of a leak's weights have one sign.
# <!-- evidence: 1.5 == charges(sliding(-1, 1), [1.5 if 2 <= t <= 10 else 0.0 for t in range(14)])[2];
# charges(sliding(-1, 1), [1.5 if 2 <= t <= 10 else 0.0 for t in range(14)])[11] == -1.5;
# spike_steps(sliding(-1, 1), [1.5 if 2 <= t <= 10 else 0.0 for t in range(14)]) == [2] -->
# </details>

# %% [markdown]
# ## 2 · The same sum as a matrix, and as a convolution
#
# Row t of W holds the weights of H[t]. Here every row holds the kernel, one column further to the right than the row above (the first rows hold its end). So W is
# constant along its diagonals, a *Toeplitz* matrix, and 0 outside a band k entries wide.
#
# You know this sum (lesson 00, *What you know already*): it is a **causal convolution** of length k. There are k − 1 zeros in front of the
# input and none behind it. **Check**, all four:
# <!-- evidence: not a result: k − 1 follows from the definition of k -->

# %%
from torch.nn.functional import conv1d, pad

T, k = 16, 4
torch.manual_seed(0)
X = torch.randn(T, 300, dtype=torch.float64)
neuron = pv.SlidingPSN(k).double().requires_grad_(False)
kernel = neuron.weight
W = torch.zeros(T, T, dtype=torch.float64)
for t in range(T):
    for s in range(k):
        i = t - k + 1 + s
        if i >= 0:
            W[t, i] = kernel[s]
print(W[:6, :6])

padded = pad(X.T[:, None], (k - 1, 0))  # [neurons, 1 channel, time]
convolved = conv1d(padded, kernel[None, None])[:, 0].T
for name, H in {"W X": W @ X, "conv1d": convolved, "the library": neuron.charge(X)}.items():
    print(f"{name:11} = the sum of section 1: {torch.allclose(H, slide(X, kernel))}")

# %% tags=["nbval-ignore-output"]
pv.LABS["sliding_psn"]().show()

# %% [markdown]
# *Upper left: the kernel, over the queue of inputs that it meets at step t. Lower left: W, the same four numbers in every row. Right:
# H and S, all at once (line) and step by step (rings), are the same.* Pull the bars of the kernel, to −1 and 1 say, and press *Play*.
#
# What there is to learn with k = 4, and the multiply-adds for one neuron:
# <!-- evidence: not a result: a state to set -->

# %%
print("   T | to learn: PSN  masked  sliding | multiply-adds: all of W   band")
for steps in (4, 32, 200):
    neurons = pv.PSN(steps), pv.MaskedPSN(steps, k), neuron
    psn, masked, sliding = [sum(p.numel() for p in n.parameters()) for n in neurons]
    in_band = int((neuron.dense_weight(steps) != 0).sum())
    print(f"{steps:4} | {psn:13} {masked:7} {sliding:8} | {steps**2:23} {in_band:6}")

# %% [markdown]
# **k weights and one threshold, whatever T is.** The operations of the band are all that is needed. (The product with all of W does
# T² of them for every k; lesson 06 is about what that costs in seconds.)

# %% [markdown]
# ## 3 · Any length
#
# Nothing in the kernel depends on T. One neuron takes 8 steps, 32 or 200:
# <!-- evidence: not a result: the sizes of an example -->

# %%
torch.manual_seed(2)
long = torch.randn(200, 300, dtype=torch.float64)
for steps in (8, 32, 200):
    S = neuron(long[:steps])
    print(f"{steps:3} steps: spikes {list(S.shape)}, the first 8 as before: {torch.equal(S[:8], neuron(long[:8]))}")
try:
    pv.MaskedPSN(T=32, k=4, lambda_=1.0).double()(long)
except ValueError as error:
    print("masked:", error)

# %% [markdown]
# (It *runs* on sequences longer than those it was trained on. Whether it is right about them is another question.)
#
# **Sequences of different lengths in one batch** are filled up with zeros. Where should the zeros stand?

# %% tags=["nbval-ignore-output"]
pv.drawing("padded_batch")

# %% [markdown]
# *After the end, zeros cannot matter, since no step looks ahead. But steps after the end may fire, for they still have inputs in
# view: leave them out of a mean over time. Before the beginning, zeros are what the neuron assumes. But a layer with a bias,
# before the neuron, changes them.* So put them after the end. **Check**:

# %%
lengths = (5, 9, 12)
batch = torch.zeros(12, 3, 300, dtype=torch.float64)
for n, length in enumerate(lengths):
    batch[:length, n] = long[:length]
S = neuron(batch)
for n, length in enumerate(lengths):
    same = torch.equal(S[:length, n], neuron(long[:length]))
    after = S[length:, n].sum(1).int().tolist()
    print(f"{length:2} steps: same spikes as alone: {same} · spikes after the end, step by step: {after}")

# %% [markdown]
# ## 4 · Step by step, without end
#
# The queue is that of lesson 04: k − 1 inputs are kept, one comes in, the oldest drops out. But the number of the step is not
# needed, for all rows are alike. So the steps may go on for ever:
# <!-- evidence: not a result: k − 1 follows from the definition of k -->

# %%
state, spikes = neuron.initial_state(), []
for X_t in long:
    S_t, state = neuron.step(X_t, state)
    spikes.append(S_t)
print("200 steps, same spikes as all at once:", torch.equal(torch.stack(spikes), neuron(long)))
print("in the queue: the last inputs,", torch.equal(state.memory, long[-(k - 1) :]), list(state.memory.shape))

# %% [markdown]
# In the lab of section 2, set T to 200 and press *Play* (`sliding_psn;T=200`). W has more rows, with the same kernel in each.
#
# Here the state goes in and comes out in plain sight. Where a library keeps it inside the module, look up two things: what
# empties it between two sequences, and whether a call on many steps uses it at all. (In SpikingJelly 2 the multi-step call of the
# sliding PSN neither reads nor fills its queue.)

# %% [markdown]
# ## 5 · What it gives up
#
# It gives up the future and the distant past, as the masked PSN does. And something else.

# %%
pv.predict("05/start")

# %% [markdown]
# It has given up **the time index**. "Listen at step 8 only" is a rule that needs a weight or a threshold of step 8. A PSN and a
# masked PSN have them. For the sliding PSN all steps are alike: delay its input, and its spikes are delayed, nothing else.

# %%
masked = pv.MaskedPSN(T, k, lambda_=1.0).double().requires_grad_(False)
masked.weight.copy_(W)  # the same kernel in every row
masked.threshold[8] = -5.0  # but at step 8 nearly anything makes it fire
late = torch.cat((torch.zeros_like(X[:3]), X[:-3]))  # the same input, 3 steps later
for name, one in {"sliding": neuron, "masked": masked}.items():
    other = (one(late)[3:] != one(X)[:-3]).any(1).nonzero().flatten() + 3
    print(f"{name}: other spikes than the delayed ones at t =", other.tolist() or "no step")

# %% [markdown]
# The masked PSN fires for nearly any input at step 8, and not at 11, however late the input is.
#
# **How far back can it reach?** Two layers of order 4 see 7 inputs (the drawing in lesson 04, section 6).
# <!-- evidence: 7 == 2 * (4 - 1) + 1 -->

# %%
pv.predict("05/reach")

# %%
with pv.folded("Counted, with k = 4"):
    in_view = torch.eye(T)
    for L in (1, 2, 3, 4):
        in_view = ((W != 0).float() @ in_view > 0).float()  # through one more layer
        inputs = int(in_view[-1].sum())
        print(f"L = {L}: the last step can depend on {inputs:2} inputs; L(k - 1) + 1 = {L * (k - 1) + 1}")

# %% [markdown]
# That much *can* reach a spike; the weights decide what does. What the reach is worth depends on the task. On the rows of
# lesson 00, read at the last step, with two layers (stored runs, five seeds each; ± is the standard deviation over the seeds;
# [how we train](how_we_train.md)):

# %%
rows = pv.load_study("rows")
for name in ("memoryless", "sliding-4", "sliding-8", "sliding-16", "sliding-28", "psn"):
    row = rows.row(name)
    numbers = 28 * 29 if row.family == "PSN" else row.k + 1
    percent = f"{100 * row.mean:.1f} ± {100 * row.spread:.1f} % test"
    print(f"{row.label:44} {row.reach:2} rows in view, {numbers:3} numbers a layer: {percent}")
print(pv.difference(rows.row("sliding-28"), rows.row("sliding-8")))
print(pv.difference(rows.row("sliding-28"), rows.row("psn")))

# %% [markdown]
# *The more rows in view, the higher the accuracy. With all of them in view, no difference is shown between one kernel, 29 numbers a
# layer, and the 812 of a PSN.*
# <!-- evidence: difference('rows/sliding-4', 'rows/memoryless').low > 0; difference('rows/sliding-8', 'rows/sliding-4').low > 0;
# difference('rows/sliding-16', 'rows/sliding-8').low > 0; not difference('rows/sliding-28', 'rows/psn').shown;
# 29 == sum(p.numel() for p in pv.SlidingPSN(28).parameters()); 812 == sum(p.numel() for p in pv.PSN(28).parameters()) -->

# %% [markdown]
# ## 6 · One family
#
# | this neuron | is this one | with |
# |---|---|---|
# | no memory | sliding PSN | k = 1 |
# | LIF without reset, on T steps | sliding PSN | k = T and a kernel that leaks, $W_s = \beta^{\,k-1-s}/\tau$ with $\beta = 1 - 1/\tau$ |
# | sliding PSN, on T steps | masked PSN, λ = 1 | the same numbers in every row, one threshold for all |
# | masked PSN, λ = 1 | PSN | 0 outside the band; k = T leaves all of the past |
#
# **Check.** Each is put into the next one:

# %%
psn = pv.PSN(T).double().requires_grad_(False)
for holder in (masked, psn):
    holder.weight.copy_(neuron.dense_weight(T))
    holder.threshold.fill_(neuron.threshold.item())
    print(f"sliding PSN as {type(holder).__name__:9}: same spikes {torch.equal(holder(X), neuron(X))}")

tau = 3.0
leaky = pv.SlidingPSN(T).double().requires_grad_(False)
leaky.weight.copy_(pv.reset_free_weight(T, tau)[-1])  # the last row holds all T weights
lif = pv.LIF(tau, reset="none")
print("LIF without reset as SlidingPSN: same H", torch.allclose(leaky.charge(X), lif.record(X).h))

# %% tags=["nbval-ignore-output"]
pv.LABS["nesting"](member="sliding", holder="masked").show()

# %% [markdown]
# *Each box is a kind of neuron. The dot is the neuron that was chosen, and every box around it can hold its W.* Move the first slider
# to the right, until the masked PSN can no longer hold it.
#
# The ring is the LIF without reset. It weighs *all* past inputs, so it needs T weights a row: with k = 4 it does not fit into the
# boxes of the sliding and the masked PSN with k = 4, but into that of the masked PSN with k = T. Move k to 16, and it fits into the sliding
# PSN, too. The LIF *with* reset is outside of all boxes: no fixed W gives its spikes.
# <!-- evidence: lab('nesting k=4').lif_inside == 'causal'; lab('nesting k=16').lif_inside == 'sliding';
# lab('nesting member=LIF+reset').inside is None -->
#
# Is the larger box worth having? In the paper's experiments on sequential CIFAR10 and CIFAR100 (lesson 04; T = 32, so that k = 32
# sees all of the past; the best test epoch of single runs):
#
# <!-- evidence: not a result: it says how the numbers were chosen -->
#
# | | numbers per layer | CIFAR10 | CIFAR100 |
# |---|---|---|---|
# | PSN | 1056 | 88.45 % | 62.21 % |
# | sliding PSN, k = 32 | 33 | 86.70 % | 62.11 % |
# | masked PSN, k = 32 | 1056 | 85.81 % | 60.69 % |
# | LIF without reset, τ = 2 | 0 | 79.50 % | 53.33 % |
#
# <!-- evidence: 1056 == 32**2 + 32; 33 == 32 + 1; 88.45 == paper('sequential CIFAR10', 'PSN'); 62.21 == paper('sequential CIFAR100', 'PSN');
# 86.70 == paper('sequential CIFAR10', 'sliding PSN'); 62.11 == paper('sequential CIFAR100', 'sliding PSN');
# 85.81 == paper('sequential CIFAR10', 'masked PSN'); 60.69 == paper('sequential CIFAR100', 'masked PSN');
# 79.50 == paper('sequential CIFAR10', 'LIF without reset'); 53.33 == paper('sequential CIFAR100', 'LIF without reset') -->
#
# That the sliding PSN is above the masked one here does not tell the neurons apart: it was trained with AdamW, the other with SGD.

# %% [markdown]
# ## Where it fails
#
# *Step by step = all at once* holds if the queue belongs to the sequence. A masked PSN with the state of another sequence was
# wrong at every step (lesson 04). Is a sliding PSN?

# %%
pv.predict("05/left_over")

# %% [markdown]
# No error is raised, and a mean over a long sequence hardly shows it. Counted in 5000 neurons, beside an LIF with the membrane of
# another sequence:

# %%
torch.manual_seed(3)
old = torch.randn(20, 5000, dtype=torch.float64)
new = torch.randn(12, 5000, dtype=torch.float64)
with pv.folded("Neurons with a wrong spike, by step"):
    for name, one in {"sliding PSN, k = 4": neuron, "LIF, hard reset   ": pv.LIF(decay_input=False)}.items():
        _, left_over = one.chunk(old, one.initial_state())
        spikes, _ = one.chunk(new, left_over)
        print(f"{name}:", (spikes != one(new)).sum(1).tolist())
    print("The queue forgets completely after k - 1 steps. A membrane fades.")

# %% [markdown]
# Either way: **a new sequence, a new `initial_state()`**.

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). The exponential kernel for any leak: the k weights with which the sliding PSN forgets
# like H[t] = β·H[t−1] + X[t], with β = 1 − 1/τ. In float64.


# %% tags=["exercise"]
def kernel_of_leak(k, tau):
    s = torch.arange(k, dtype=torch.float64)
    return (1 - 1 / tau) ** (k - 1 - s)  # blank: return ...


# solution: W_s meets an input that is k − 1 − s steps old. For τ = 2 this is the exponential initialisation.
pv.check("05/kernel", kernel_of_leak)

# %% [markdown]
# **2 · A piece of a sequence** (medium, 10 minutes). The neuron for the next t steps at once. X is [t, N], `queue` holds the
# k − 1 inputs before them, [k − 1, N], the oldest first, W is [k]; return S [t, N].
# <!-- evidence: not a result: the size of the queue -->


# %% tags=["exercise"]
def piece(X, queue, W, v_threshold):
    # blank
    k, inputs = len(W), torch.cat((queue, X))
    H = torch.stack([W @ inputs[t : t + k] for t in range(len(X))])
    return (H >= v_threshold).to(X)
    # end blank


# solution: With a queue of zeros this is the beginning of a sequence. The next queue is inputs[len(X):].
pv.check("05/piece", piece)

# %% [markdown]
# **3 · In view** (medium, 10 minutes). L layers of order k on top of each other: the matrix [T, T], float64, that is 1 where
# step t of the last layer can depend on input i, and 0 elsewhere.


# %% tags=["exercise"]
def view(T, k, L):
    # blank
    step = torch.arange(T)
    age = step[:, None] - step
    return ((age >= 0) & (age <= L * (k - 1))).double()
    # end blank


# solution: Each layer adds k − 1 steps to the reach, and none looks ahead. (Powers of the band's pattern do it as well.)
pv.check("05/view", view)

# %% [markdown]
# **4 · Open** (15 minutes). A spike at t = 10 is to say whether the *first* input was 1 or more, and nothing else. How many
# layers of order k = 4 does it take at least? Give their kernels, and try them. What would one layer need?

# %%
pv.answer("05/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# The reach 3L must be at least 10, so four layers. Delays add up: three kernels (1, 0, 0, 0) and one (0, 0, 1, 0) delay by
# 3 + 3 + 3 + 1 steps, and each passes a spike on at threshold 1. One layer needs k = 11, the kernel 1, 0, …, 0. Neither
# keeps the answer: at t = 11 the spike tells about X[1]. To hold on to the *first* input of a sequence of any length, a
# neuron must know which one that is, or never forget.
# <!-- evidence: 1 == 10 - 3 * 3; spike_steps(sliding(0, 0, 1, 0), [1.0] + [0.0] * 12) == [1]; spike_steps(sliding(1, 0, 0, 0), [1.0] + [0.0] * 12) == [3] -->
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in("your name")`
# writes a copy to hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - The sliding PSN charges with the same k weights at every step, the last of them for the newest input. It is a causal
#   convolution; as a matrix a band, constant along its diagonals; as a program, k + 1 numbers.
#   <!-- evidence: not a result: the size of a kernel -->
# - It takes any length, and runs step by step with a queue of k − 1 inputs. A new sequence needs a new queue.
#   <!-- evidence: not a result: the size of the queue -->
# - It gives up inputs older than k − 1 steps and every rule that depends on the time. L layers can reach L(k − 1) steps back.
#   <!-- evidence: not a result: a formula that section 5 counts out -->
# - LIF without reset, sliding PSN, masked PSN, PSN: on T steps each is a special case of the next, if k is large enough for it.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, the sliding PSN and its exponential initialisation.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `sliding_psn;t=0`; step on with +1, and let the class say which weight meets which input (2). Then
# `sliding_psn;T=200;t=0`: what has changed, and what has not (2)? Then `sliding_psn;t=4;queue=left+over` (1).
#
# **Fifty minutes**: sections 1 and 2 with the first prediction (20), sections 3 and 4 with the drawing (10), section
# 5 with its two predictions (15), where it fails (5).
#
# **Ninety minutes**: the fifty minutes (50), exercise 1 (5), exercise 2 (10), exercise 3 (10), section 6 with its lab
# (5), the discussion (10).
#
# **To present**: `psn-viz present 05` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (5), 2 (10) and 3 (10), the open task 4 (15). Answers that only `psn-viz teachers` holds:
# *Slide by hand* (10), *How many layers?* (15).
#
# **Misconceptions to expect**
# - *"W_0 meets the newest input."* `sliding_psn;kernel=1+0+0+0`: H is X, three steps late.
# - *"The kernel has T weights."* `sliding_psn;T=8` against `sliding_psn;T=64`.
# - *"It must wait for k inputs."* `sliding_psn;t=0`: the first H is there with three places empty.
# - *"After a spike the queue is emptied."* There is no reset: `sliding_psn;t=8`, with a spike at 7 and the input of step 7
#   still in the queue. <!-- evidence: lab('sliding_psn').s[7] == 1 -->
# - *"The sliding PSN can do what the masked one can."* `nesting;member=masked;holder=sliding`.
#
# **To discuss**, and what a good answer has in it
# - *"The same kernel at each step: for which tasks is that a help, and for which a hindrance?"* A help where a
#   pattern means the same whenever it comes: fewer numbers, any T. A hindrance where the rule depends on the step, as
#   "remember the first input" does.
# - *"Is a convolution with a threshold still a spiking neuron?"* There is no right answer. A good one names its
#   criterion: zeros and ones are sent; there is a charge and a threshold; but no membrane is carried on and nothing
#   is reset. Its state is a queue of inputs.
# - *"Your program passes all tests on whole sequences. What will you test before it runs on a stream?"* That step by
#   step gives what all at once gives, over two sequences in a row, and at the very first steps of the second one:
#   there a queue that was not emptied shows.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `sliding_psn` ·
# `sliding_psn;kernel=-1+1;input=block+1.5` · `sliding_psn;kernel=-1+0+0+1;input=steady+1` ·
# `sliding_psn;queue=left+over` · `nesting;member=sliding;holder=masked` · `nesting;holder=sliding;k=16`
# </details>
