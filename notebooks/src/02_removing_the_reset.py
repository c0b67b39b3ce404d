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
# **The question.** What is left of the neuron without its reset, and why can all of its steps be computed at once?
#
# **Afterwards you can**
# 1. unroll the loop without reset into a sum, write the sum as one matrix product, and say what the entries of the
#    matrix mean;
# 2. say what *linear* and *superposition* mean, and show that a reset breaks them;
# 3. show what a reset does to the matrix, and why it is then no longer *one* matrix;
# 4. say what is gained and what is lost, in operations, in waiting and in spikes.
#
# **Time**: 30 minutes to read and play, 50 in class; exercises 40 more. **Before**: `01_charge_fire_reset`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 01
#
# Answer from memory. A wrong choice shows why it is wrong. `pv.glossary()` lists all words of the course.

# %%
pv.recall("02")

# %% [markdown]
# ## Symbols
#
# ${\color{#1f6fd0}{X}}$ input, ${\color{#a55c00}{H}}$ charge, ${\color{#9338ac}{V}}$ membrane after the reset,
# ${\color{#c10732}{S}}$ spikes, ${\color{#7d6a7c}{V_{th}}}$ threshold, as before. New:
#
# | symbol | meaning |
# |---|---|
# | $\beta = 1 - 1/\tau$ | the share of the membrane that is left after one step of leak |
# | $W[t,i]$ | how much of input i is in the charge of step t: **row t is the step that is charged, column i the input** |
# | $R[t,s]$ | the same for the neuron's own spike at step s (section 4) |

# %% [markdown]
# ## 1 · Unroll
#
# In lesson 01 each step of the loop waits for the membrane that the step before has left. We delete the reset. Then
# we work out beforehand, line by line, how much of each input is in each charge.
#
# **Line 1.** No reset: what is left after the step is what was there before it.
#
# $${\color{#9338ac}{V[t]}} = {\color{#a55c00}{H[t]}}$$
#
# **Line 2.** Put that into the charge of lesson 01, and collect terms:
#
# $${\color{#a55c00}{H[t]}} = \beta\,{\color{#a55c00}{H[t-1]}} + \tfrac{1}{\tau}\,{\color{#1f6fd0}{X[t]}}$$
#
# There is no S in it. The membrane does not know whether the neuron fired.
#
# **Line 3.** Use line 2 for H[t−1], too:
#
# $${\color{#a55c00}{H[t]}} = \beta^2\,{\color{#a55c00}{H[t-2]}} + \tfrac{\beta}{\tau}\,{\color{#1f6fd0}{X[t-1]}} + \tfrac{1}{\tau}\,{\color{#1f6fd0}{X[t]}}$$
#
# **Check** on random numbers, in double precision:

# %%
T, tau = 12, 4.0
beta = 1 - 1 / tau
X = torch.randn(T, 300, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
run = pv.LIF(tau=tau, reset="none").record(X)
H, V = run.h, run.v


def agree(left, right):
    difference = (left - right).abs().max().item()
    return "equal" if difference < 1e-10 else f"max |difference| = {difference:.2g}"


t = 7
print("line 1         :", agree(V, H))
print("line 2 at t = 7:", agree(H[t], beta * H[t - 1] + X[t] / tau))
print("line 3 at t = 7:", agree(H[t], beta**2 * H[t - 2] + beta / tau * X[t - 1] + X[t] / tau))

# %% [markdown]
# And so on. With τ = 4, β is 0.75.
# <!-- evidence: 0.75 == 1 - 1 / 4 -->

# %%
pv.predict("02/factor")

# %% [markdown]
# The film of it: press *Rewind*, then *Play*.

# %% tags=["nbval-ignore-output"]
pv.LABS["unroll"]().show()

# %% [markdown]
# *First V melts into H (lines 1 and 2). Then one term after the other is written out (line 3 and on): its arrow
# leads straight from an input to H[7], and its number goes into row 7 of W, below. In the end no other H is
# needed.*
#
# **Line 4.** Continue down to the first input. Before it the membrane is 0, so no H is left on the right:
#
# $${\color{#a55c00}{H[t]}} = \sum_{i=0}^{t} \tfrac{1}{\tau}\,\beta^{\,t-i}\;{\color{#1f6fd0}{X[i]}}$$
#
# The factor of X[t−4] is $\beta^4/\tau$. With each step that passes, the share of an input is multiplied by β.
#
# **Line 5.** A weighted sum for every t is a matrix times a vector. Give the factors names:
#
# $$W[t,i] = \begin{cases}\tfrac{1}{\tau}\,\beta^{\,t-i} & i \le t\\ 0 & i > t\end{cases} \qquad\Longrightarrow\qquad {\color{#a55c00}{H}} = W\,{\color{#1f6fd0}{X}}$$

# %%
step = torch.arange(T)
lag = (step[:, None] - step).double()  # t − i
W = torch.where(lag >= 0, beta**lag / tau, 0.0)
print("H = W X             :", agree(H, W @ X))
print("the library's matrix:", agree(W, pv.reset_free_weight(T, tau=tau)))

# %% [markdown]
# That is the closed form. **W depends on τ and T, and on nothing that the neuron does.** So it can be written down
# before the first input arrives.
#
# Why did it work? Each line only multiplied by fixed numbers and added. Such a function of the inputs is called
# **linear**. The charge without a reset is a *linear recurrence*. Its two views are those of linear state-space
# models such as S4: a recurrence step by step, a convolution all at once.
#
# **The same for IF.** Without a leak nothing is forgotten. So every weight is 1, and the product is a running sum:

# %%
W_if = pv.reset_free_weight(5)
print(W_if.int())
H_if = pv.IF(reset="none").record(X[:5]).h
print("IF, loop and product:", agree(H_if, W_if @ X[:5]))
print("IF, running sum     :", agree(H_if, X[:5].cumsum(0)))

# %% [markdown]
# ## 2 · See it
#
# Left is the matrix. The framed row is multiplied with X, number by number. The bars underneath are the results,
# and their sum is one H. Right are both ways to H, one on top of the other. Move τ from 1 to IF, and point at rows
# of W.

# %% tags=["nbval-ignore-output"]
pv.LABS["closed_form"]().show()

# %% [markdown]
# *Loop (line) and product (rings) agree to within rounding, at every τ and T. The green line above them is computed
# again with every move.*
#
# At τ = 1 the matrix is a diagonal: no memory. As τ grows, the rows reach further back and fade more slowly, and the
# largest entry, 1/τ, falls. IF has no leak, and every entry is 1. (The colours are relative to the largest entry.)

# %% [markdown]
# ## 3 · What has become parallel
#
# No row of W needs the result of another row. All of them can be computed in any order, or at the same time. The
# same neuron, with a clock: which charges are there after how many ticks? Beside loop and product there is a third
# way, the *scan*. It joins neighbours, then pairs of neighbours, and so on. Press *Play*.

# %% tags=["nbval-ignore-output"]
pv.LABS["unroll"](show="scan", at=1).show()

# %% [markdown]
# *For eight steps the loop needs eight ticks, the scan three, the product one.* Parallel is not the same as less
# work. Here are the multiply-adds for one neuron, and the *stages*, which have to wait for each other:
# <!-- evidence: pv.LABS['unroll']().numbers.ticks == {'loop': 8, 'scan': 3, 'product': 1} -->

# %%
print("   T |  loop: work  stages |  scan: work  stages |  product: work  (all of W)  stages")
for steps in (4, 32, 256):
    rounds = (steps - 1).bit_length()  # log₂ of the steps
    scan = steps + sum(steps - 2**r for r in range(rounds))
    triangle = steps * (steps + 1) // 2
    print(f"{steps:4} | {2 * steps:11} {steps:7} | {scan:11} {rounds:7} | {triangle:14} {steps**2:11} {1:7}")

# %% [markdown]
# The loop needs two multiply-adds for each step: one for the leak, one for the input. The product needs about T²/2,
# or T² when the zeros above the diagonal are multiplied, too, as `pv.PSN` does. So it does *more* arithmetic, and
# waits less. (A sum of many terms counts as one stage here; a device adds it up in about log₂ T rounds.) The
# product is faster where a device would be idle between short steps. It need not be faster when very many neurons
# give every step enough work, or when T is large, since T² grows.
#
# **T² is the price of the product, not the price of being parallel.** For the W of a leak there are cheaper
# parallel ways: a scan or a Fourier transform needs about T log T operations (`06_simulation_speed_further`). The
# product is the way that still works when W is *any* matrix (section 6).

# %% [markdown]
# ## 4 · Switch the reset back on
#
# A linear function obeys **superposition**: the charge for the sum of two inputs is the sum of the two charges. V
# starts at 0. The inputs `[3, 0]` and `[2, 1]` alone do not make the neuron fire:


# %%
def charges(inputs, reset):
    return pv.LIF(tau=4.0, reset=reset).record(inputs).h


one = torch.tensor([3.0, 0.0])[:, None]
other = torch.tensor([2.0, 1.0])[:, None]
for reset in ("none", "hard", "soft"):
    apart = (charges(one, reset) + charges(other, reset))[:, 0].tolist()
    together = charges(one + other, reset)[:, 0].tolist()
    print(f"{reset}: sum of the charges {apart}, charges of the sum {together}")

# %% [markdown]
# *Without a reset the two are equal. With a reset they are not:* the sum of the inputs does make the neuron fire,
# and the spike changes the membrane. A product W X always obeys superposition. So **no fixed W gives the charge of
# a neuron with reset**.
#
# What happens to W? Let a neuron with hard reset fire at step 5 (counted from 0).
# <!-- evidence: spike_steps(pv.LIF(4.0), [3, 0]) == spike_steps(pv.LIF(4.0), [2, 1]) == [];
# spike_steps(pv.LIF(4.0), [5, 1]) == [0]; not a result: the setting of the question -->

# %%
pv.predict("02/row_6")

# %% [markdown]
# Here is another input. Row 8 is framed:

# %% tags=["nbval-ignore-output"]
pv.LABS["closed_form"](input="noise 12", reset="hard", row=8).show()

# %% [markdown]
# *A hard reset cuts the matrix. Every spike erases all that came in before, so the triangle falls into blocks, one
# from each spike to the next. Where the cuts are depends on the input.*
#
# Each block is still the old W. Here is the same in code. The matrix that reproduces the loop can be built, but
# only *after* the spikes are known:

# %%
x = 1.5 * torch.randn(T, dtype=torch.float64, generator=torch.Generator().manual_seed(5)) + 2.0
hard = pv.LIF(tau=tau, reset="hard").record(x[:, None])
spikes_before = hard.s[:, 0].cumsum(0) - hard.s[:, 0]
uncut = spikes_before[:, None] == spikes_before  # no spike at i … t − 1
print("spikes at", hard.s[:, 0].nonzero().flatten().tolist())
print("H = W X         :", agree(hard.h[:, 0], W @ x))
print("H = (W cut) X   :", agree(hard.h[:, 0], (W * uncut) @ x))

# %% [markdown]
# A **soft** reset leaves W whole and subtracts a second sum, over the neuron's own spikes:
#
# $${\color{#a55c00}{H}} = W\,{\color{#1f6fd0}{X}} - {\color{#7d6a7c}{V_{th}}}\,R\,{\color{#c10732}{S}}, \qquad R[t,s] = \beta^{\,t-s} \text{ for } s < t$$

# %%
soft = pv.LIF(tau=tau, reset="soft").record(x[:, None])
R = pv.reset_free_weight(T, tau=tau, decay_input=False).tril(-1)
print("H = W X        :", agree(soft.h[:, 0], W @ x))
print("H = W X - R S  :", agree(soft.h[:, 0], W @ x - 1.0 * (R @ soft.s[:, 0])))

# %% [markdown]
# In the lab, choose `soft`: the red bars are that second sum. H needs the earlier S, and S comes from H by Θ, which
# is not linear. So one product cannot give both.
#
# **What is not claimed.** A reset rules out *one product with a fixed W*. It does not rule out every parallel
# algorithm. After a hard reset, for instance, the past no longer counts. So from every possible spike the next one
# can be found separately. One later paper claims more: its abstract speaks of a *decoupled reset* that is
# trained in O(L log L) for L steps, equivalent to the sequential form (arXiv 2410.03530). We have not tried it.

# %% [markdown]
# ## 5 · What is lost
#
# What is the reset good for? **It limits the firing.** A reset only ever lowers the membrane. So without it the
# charge is at least as high at every step, and the neuron fires whenever it would fire with a reset, and usually
# more often. Here are 200 neurons with the LIF of lesson 00 (τ = 3, X not divided by τ). Move the mean of X, and τ.
# <!-- evidence: '200 LIF neurons with τ = 3' in pv.LABS['firing'](tau=3).description; not a result: settings -->

# %% tags=["nbval-ignore-output"]
pv.LABS["firing"](tau=3, mean=0.6).show()

# %% [markdown]
# *Same inputs, same leak. With a hard reset 0.36 of all entries are spikes, without a reset 0.82. At τ = 1 there is
# no memory, so there is nothing to reset: all three fire alike.*
# <!-- evidence: 0.36 == pv.LABS['firing'](tau=3, mean=0.6).numbers.hard.rate;
# 0.82 == pv.LABS['firing'](tau=3, mean=0.6).numbers.none.rate; not pv.LABS['firing'](tau=1).numbers.hard.differing;
# not pv.LABS['firing'](tau=1).numbers.soft.differing -->
#
# So the neuron without reset is *not* an LIF made fast. It is another neuron. Does a network learn as well with it?
# That depends on the task:
#
# - In the paper's comparison on sequential CIFAR10 (pictures read column by column), LIF without reset reaches
#   79.50 % and LIF 81.50 %. A second LIF run with the same settings reached 79.85 %. The PSN reaches 88.45 %. (Best
#   test epoch of single runs.)
#   <!-- evidence: 79.50 == paper('sequential CIFAR10', 'LIF without reset');
#   81.50 == paper('sequential CIFAR10', 'LIF');
#   79.85 == paper('sequential CIFAR10', 'LIF', note='another run with the same arguments');
#   88.45 == paper('sequential CIFAR10', 'PSN') -->
# - In lesson 08, on rows of pictures, networks without reset are ahead at every τ that was tried, from 2 to 64.
#   <!-- evidence: all(difference(f'rows/lif-none-{t}', f'rows/lif-{r}-{t}').low > 0 for t in (2, 4, 8, 16, 32, 64) for r in ('hard', 'soft')) -->
# - In one of the two memory tasks of lesson 07, at a delay of eight steps, networks with a hard reset are ahead of
#   those without.
#   <!-- evidence: all(difference(f'recall/8-mixed-lif-hard-{t}', f'recall/8-mixed-lif-none-{t}').low > 0 for t in (4, 8, 16)) -->

# %% [markdown]
# ## 6 · From this W to any W
#
# The **Parallel Spiking Neuron** keeps the form and lets training choose the numbers:
#
# $${\color{#a55c00}{H}} = W\,{\color{#1f6fd0}{X}}, \quad {\color{#c10732}{S}} = \Theta({\color{#a55c00}{H}} - {\color{#7d6a7c}{B}}), \qquad W \in \mathbb{R}^{T\times T},\; {\color{#7d6a7c}{B}} \in \mathbb{R}^{T}$$
#
# LIF without reset is the special case that we have derived: a PSN whose W is that of the leak, with every
# threshold 1.


# %%
def leak_as_product(T=28):
    neuron = pv.PSN(T)
    with torch.no_grad():
        neuron.weight.copy_(pv.reset_free_weight(T, tau=3.0, decay_input=False))
        neuron.threshold.fill_(1.0)
    return neuron.requires_grad_(False)  # training leaves W and B as they are


rows = torch.rand(28, 500, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
loop = pv.LIF(tau=3.0, decay_input=False, reset="none")
print("same spikes:", torch.equal(leak_as_product().double()(rows), loop(rows)))
print("numbers that a PSN may learn:", sum(p.numel() for p in pv.PSN(28).parameters()), "=", 28 * 28, "+", 28)

# %% [markdown]
# Three networks learn the rows of lesson 00, read at the last row. The last two have the same neuron.

# %% tags=["nbval-ignore-output", "measured"]
data = pv.load_dataset("fashion-mnist-rows")
kinds = {
    "hard reset, loop": lambda: pv.LIF(tau=3.0, decay_input=False),
    "no reset, loop": lambda: pv.LIF(tau=3.0, decay_input=False, reset="none"),
    "no reset, product": leak_as_product,
}
for name, neuron in kinds.items():
    torch.manual_seed(0)
    model = pv.SpikingClassifier(28, 10, neuron=neuron)
    history = pv.train(model, data, epochs=6)
    rates = " and ".join(f"{rate:.2f}" for rate in model.firing_rate(data.validation.x))
    accuracy = f"{100 * history.validation_accuracy[-1]:.1f} % validation"
    print(f"{name:17}: {accuracy}, firing rates {rates}, {history.seconds:.1f} s of training")

# %% [markdown]
# Compare the seconds of the last two lines: *the same neuron, once as a loop, once as a product.* (One seed. The
# first run also warms up. The last two compute the same up to rounding, but training lets a rounding error grow, so
# their accuracies may differ a little.) The firing rates are closer than in the lab above: linear layers and
# normalisation can make up for a missing reset.
#
# And if H = W X is all that there is, why should W be that of a leak? Lesson 03 lets it be any matrix.

# %% [markdown]
# ## Where it fails
#
# The claim of this lesson is *loop = one fixed product*. It fails one step after the first spike. The step of the first spike itself is charged before any reset. For the input x of section 4:

# %%
first = int(hard.s[:, 0].nonzero()[0])
apart = ((hard.h[:, 0] - W @ x).abs() > 1e-10).nonzero().flatten()
print("first spike at t =", first, "· first difference at t =", int(apart[0]))

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). The matrix of the LIF without reset, as a function. Complete the line, in
# float64.


# %% tags=["exercise"]
def weight(T, tau):
    step = torch.arange(T, dtype=torch.float64)
    lag = step[:, None] - step
    return torch.where(lag >= 0, (1 - 1 / tau) ** lag.clamp(min=0) / tau, 0.0)  # blank: return ...


# solution: The powers of β = 1 − 1/τ times 1/τ, on and below the diagonal. (clamp keeps 0 to a negative power away.)
pv.check("02/weight", weight)

# %% [markdown]
# **2 · A leak that changes** (medium, 10 minutes). Let the leak differ from step to step: H[t] = β[t]·H[t−1] +
# X[t]. Is there still a matrix? Write the function from the T numbers β[t] to W.


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
# **3 · Cut** (hard, 15 minutes). W and the spikes S [T] of one neuron are given. Return W with the entries set to
# zero that a hard reset has erased.


# %% tags=["exercise"]
def cut(W, S):
    # blank
    before = S.cumsum(0) - S  # spikes before each step
    return W * (before[:, None] == before)
    # end blank


# solution: X[i] counts in H[t] only if no spike fell at i … t − 1, that is, if as many spikes came before t as before i.
pv.check("02/cut", cut)

# %% [markdown]
# **4 · Open** (10 minutes). A matrix W is given, lower triangular. How could you tell whether it belongs to *some*
# LIF without reset? What would you look at first?

# %%
pv.answer("02/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# It is constant along its diagonals (a Toeplitz matrix). Each diagonal is the one above it times the same β between
# 0 and 1. The main diagonal is 1/τ = 1 − β, or 1 in the other form. That is one number to choose; a PSN may choose
# T² of them.
# </details>

# %% [markdown]
# Your answers stay in a file beside this notebook. `pv.hand_in("your name")` writes a copy to hand in,
# `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - Without the reset, V[t] = H[t], and the recurrence unrolls into a sum with fixed weights: H = W X. For i ≤ t,
#   W[t, i] is (1/τ)(1 − 1/τ)^(t−i) for LIF and 1 for IF.
# - The charge is then a linear function of the inputs: superposition holds. With a reset, every step holds a
#   decision, and superposition fails. A hard reset cuts W at every spike; a soft one
#   subtracts a second sum over S.
# - No row of W waits for another row. The price of this product is about T²/2 multiply-adds, where the loop needs
#   two per step. Other parallel ways cost less, but they need a special W, such as that of a leak.
#   <!-- evidence: abs(256 * 257 // 2 / (256**2 / 2) - 1) < 0.01; not a result: a formula -->
# - On the same input the neuron without reset fires more. The PSN keeps H = W X and lets training choose W and B.
#
# In the paper (Fang et al., NeurIPS 2023, arXiv 2304.12760) the reset-free forms of IF and LIF lead to the PSN.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `closed_form`: what does a row say (1)? Then `closed_form;reset=hard`: the matrix falls into
# blocks (1). What would happen with another input (1)? `closed_form;input=noise+6;reset=hard`, then
# `closed_form;input=noise+12;reset=hard` (2). (With `noise 7` it never fires.)
#
# **Fifty minutes**: the film of section 1, stopped at each line, with the lines at the board (20), the scan,
# superposition and the prediction of section 4 (17), section 5 with its lab (5), what a learned W might do that no
# leak does (8).
#
# **Ninety minutes**: the fifty minutes (50), exercise 1 (5), exercise 2 (10), exercise 3 at the board first, with the
# blocks of the lab (15), the discussion (10).
#
# **To present**: `psn-viz present 02` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (5), 2 (10) and 3 (15), the open task 4 (10). Answers that only `psn-viz teachers` holds:
# *Two matrices by hand* (15), *Cut by hand* (15).
#
# **Misconceptions to expect**
# - *"Without the reset, no step waits."* The loop waits with and without it (lesson 01). Without the reset
#   fixed weights W take its place.
# - *"Parallel means fewer operations."* Section 3, the table.
# - *"Without the product there is nothing parallel."* Section 3, the scan; section 4, *what is not claimed*.
# - *"W is learned here."* Not yet: in `closed_form` it follows from τ alone. Section 6 sets it free.
# - *"With a reset there is no matrix."* `closed_form;reset=hard`: there is one for every input.
# - *"The upper triangle is zero by choice."* A loop cannot read ahead; `read_image;weights=ahead` shows a matrix
#   that does.
#
# **To discuss**, and what a good answer has in it
# - *"What do we lose with the reset?"* A limit on firing (section 5), and a decision at each step. A good answer does
#   not call that good or bad: it says that it depends on the task, and names two that disagree (end of section 5).
# - *"T² multiply-adds against two a step: when is the product still the way to go?"* When a device would be idle
#   between short steps, when T is small, and when W is any matrix: a scan needs a special one. Not when T is large,
#   nor when very many neurons give each step enough work.
# - *"Without a reset, what would be left of a network of many layers if Θ were left out as well?"* Linear maps after
#   one another are one linear map. A good answer sees that Θ is now the only step of the neuron that is not linear.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `unroll;at=0` · `unroll` ·
# `unroll;reset=hard` · `unroll;show=scan;at=1` · `closed_form` · `closed_form;tau=IF` · `closed_form;reset=hard` ·
# `closed_form;input=noise+12;reset=hard` · `closed_form;reset=soft` · `firing;tau=3;mean=0.6`
# </details>
