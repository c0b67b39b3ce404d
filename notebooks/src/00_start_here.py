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
# # 00 · Start here: an image, row by row, with and without a loop
#
# **The question.** A *spiking neuron* keeps one running number, its *membrane*. At every time-step it **charges** (takes in
# its input), **fires** (answers 1, a *spike*, if the membrane has reached a threshold, else 0) and **resets**. What happens
# when the reset is left out?
#
# **Afterwards you can**
# 1. say what a *time-step* is when a network reads an image, and read a picture of spikes;
# 2. write the loop of one kind of neuron (LIF) and the single product of another (PSN), both in a few lines;
# 3. show on a real image what the product gains and what it has to wait for;
# 4. train a small network of such neurons, and read its accuracy with the care it needs.
#
# **Time**: 25 minutes to read and play, 40 in class; exercises 15 more. **Before**: basic PyTorch (tensors, `nn.Module`). No neuroscience.

# %% [markdown]
# ## How to use this page
#
# Run the cells from the top with Shift + Enter. A *lab* is a figure with sliders: drag them, or press Tab until one is
# marked and use the arrow keys. Every lab starts in a state that makes a point already; *Reset* goes back there. The
# *state* field names the present state in words, so that it can be passed on: type a code there to go to it.
#
# Now and then you are asked to *predict*. Commit to an answer before you read on, or skip it; a wrong guess that is
# corrected stays longer than a right answer that is read. A word is unfamiliar? `pv.glossary("spike")` explains it, and
# gives the Chinese term.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Symbols
#
# The same letter has the same colour on every page of this course.
#
# | symbol | name | meaning |
# |---|---|---|
# | ${\color{#4a95fa}{X}}$ | input | what reaches the neuron at each time-step |
# | ${\color{#d87e0f}{H}}$ | charge | the membrane after it has taken in the input, before the neuron decides |
# | ${\color{#9b879a}{V_{th}}}$, ${\color{#9b879a}{B}}$ | threshold | the charge at which it fires |
# | ${\color{#c10732}{S}}$ | spikes | 1 where it fires, 0 where it does not |
# | ${\color{#9338ac}{V}}$ | membrane | what is left of the charge after the reset |
# | $W$ | weights over time | how much of each earlier (or later) input a charge holds |
#
# The *firing rate* is the share of ones among the spikes.

# %% [markdown]
# ## 1 · An image as a sequence
#
# Fashion-MNIST holds small grey pictures of clothes, 28 × 28 pixels (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747).
# We read a picture as one reads a page: the top row first. **A time-step is one row.** So there are T = 28 time-steps,
# and at each of them 28 numbers come in, the pixels of that row.
#
# Tensors in this course have *time first*: `[T, N, …]`, where N is everything that happens side by side.

# %%
data = pv.load_dataset("fashion-mnist-rows")
print("train     ", list(data.train.x.shape), "= [T, images, pixels in a row]")
print("validation", list(data.validation.x.shape))
print("test      ", list(data.test.x.shape))

# %% [markdown]
# Two kinds of neuron will watch. Every one of the 28 pixel columns is given a neuron of each kind. The **LIF** (*leaky
# integrate-and-fire*) takes the rows in turn and keeps a fading memory of them. The **PSN** (*Parallel Spiking Neuron*)
# works on all rows in one step.
#
# Both get the same picture. Commit to an answer before you go on.

# %%
pv.predict("00/first_spikes")

# %% [markdown]
# Five rows have been read below. Press *Play* to read on, and pick another picture with *kind* and *image*.

# %% tags=["nbval-ignore-output"]
pick = pv.LABS["read_image"](t=4)
pick.show()

# %% [markdown]
# *The LIF fires as the rows come in. The PSN shows nothing until the last row has been read, then everything at once.*
#
# The LIF may fire at the first row that holds enough ink. A PSN mixes whole columns in one step, and in general its first
# row of spikes may depend on the last row of pixels, so it has to wait for all 28. (The weights that it holds in this lab
# happen to look back only, and with them it need not wait. But a PSN may learn *any* weights, so the lab makes it wait.)

# %% [markdown]
# ## 2 · The loop: charge, fire, reset
#
# This is all that the LIF in the middle does. It carries a membrane ${\color{#9338ac}{V}}$ from row to row. The membrane
# leaks: of what it held, a share 1/τ is lost per step.


# %%
def lif_loop(X, tau):
    V = torch.zeros_like(X[0])
    S = []
    for X_t in X:  # one row after the other
        H = V - V / tau + X_t  # charge
        S_t = (H >= 1).to(X)  # fire, at a threshold of 1
        V = H * (1 - S_t)  # reset: where it fired, start again from 0
        S.append(S_t)
    return torch.stack(S)


# %% [markdown]
# **Agree.** The neuron of the library that drew the lab does the same. On all 400 validation pictures at once:

# %%
X = data.validation.x.double()
lif = pv.LIF(tau=3.0, decay_input=False)
print("pixels that differ:", int((lif_loop(X, tau=3.0) != lif(X)).sum()), "of", X.numel())

# %% [markdown]
# Why a loop? To charge at row 7, the neuron needs the membrane after row 6. That depends on whether it fired at row 6,
# which depends on row 5, and so on. This program cannot start on row 7 before row 6 is done: it takes 28 steps one after
# the other, however many cores there are.

# %% [markdown]
# ## 3 · The product: charge, fire
#
# Leave the reset out. Then the charge at a row is simply a weighted sum of the rows so far, with weights that do not
# depend on any spike, so they can be written down beforehand as a matrix $W$. Lesson 02 derives it line by line; here
# we only use it. A row of $W$ belongs to the time-step that is charged, a column to the time-step that is read.

# %%
W = pv.reset_free_weight(T=28, tau=3.0, decay_input=False)
print(W[:4, :4])


# %%
def psn_product(X, W, B):
    H = torch.einsum("ti,inp->tnp", W, X)  # charge: all rows at once, H = W X
    return (H >= B).to(X)  # fire


# %% [markdown]
# **Agree.** This is the right-hand part of the lab, and it is the same as the loop with its reset line deleted
# (`reset="none"`).

# %%
S_product = psn_product(X, W, B=1.0)
S_loop = pv.LIF(tau=3.0, decay_input=False, reset="none")(X)
print("pixels that differ:", int((S_product != S_loop).sum()), "of", X.numel())

# %% [markdown]
# So the product replaces the loop *without* its reset. Does it replace the LIF of section 2?

# %%
pv.predict("00/without_reset")

# %%
with_reset, without = lif(X), S_product
print(f"firing rate with reset    {with_reset.mean():.3f}")
print(f"firing rate without reset {without.mean():.3f}")
print(f"entries that differ       {(with_reset != without).float().mean():.3f}")

# %% [markdown]
# So leaving out the reset does not give a faster LIF. It gives *another neuron* whose steps do not wait for each other.
# Fang et al. (2023) therefore do not stop here. They let training choose all of $W$ and the thresholds
# ${\color{#9b879a}{B}}$. That is the **Parallel Spiking Neuron**:
#
# $${\color{#d87e0f}{H}} = W\,{\color{#4a95fa}{X}}, \qquad {\color{#c10732}{S}} = \Theta({\color{#d87e0f}{H}} - {\color{#9b879a}{B}})$$
#
# with Θ(x) = 1 for x ≥ 0 and 0 otherwise. A freely chosen $W$ also looks *ahead*. In the lab, set *W* to `ahead`: row
# t of the spikes now depends on the rows after it, which no loop over the rows could do. Here is the same in numbers:
# fill the last row of the pictures with ink, and see which rows of spikes change in any of them.

# %%
inked = X.clone()
inked[27] = 1.0
ahead = W.T


def changed_rows(S, S_inked):
    return (S != S_inked).flatten(1).any(1).nonzero().flatten().tolist()


print("LIF:           ", changed_rows(lif(X), lif(inked)))
print("PSN, W = leak: ", changed_rows(psn_product(X, W, 1.0), psn_product(inked, W, 1.0)))
print("PSN, W = ahead:", changed_rows(psn_product(X, ahead, 1.0), psn_product(inked, ahead, 1.0)))

# %% [markdown]
# (The last row reaches far back, but weakly: far up, it tips only a picture or two that were at the threshold anyway.) A PSN that looks ahead has to wait for its last input. The *masked* PSN of the same paper learns to do without
# the look ahead, and need not wait.
#
# And the gain? Below, 4000 neurons take 28 steps, once by each program, *here, on your machine*. The cell warms up,
# repeats on one thread, and prints medians.

# %% tags=["nbval-ignore-output", "measured"]
from torch.utils.benchmark import Timer

many = torch.rand(28, 4000, generator=torch.Generator().manual_seed(0))
for name, neuron in {"loop, LIF": pv.LIF(tau=3.0), "product, PSN": pv.PSN(T=28)}.items():
    with torch.no_grad():
        timer = Timer("neuron(many)", globals={"neuron": neuron, "many": many})
        times = timer.adaptive_autorange(min_run_time=0.5)
    print(f"{name:13} {1e3 * times.median:.3f} ms (middle half within {1e3 * times.iqr:.3f} ms)")

# %% [markdown]
# The product is usually several times faster than this plain Python loop, because the loop spends most of its time on
# starting small operations, some ten of them in each of 28 steps. Mind the limit of that sentence: a loop that is fused into a single compiled operation
# would narrow the gap or close it.

# %% [markdown]
# ## 4 · Train a network of parallel neurons
#
# A network that reads rows: *linear layer, batch normalisation, 64 neurons*, and that twice; then a linear layer gives
# one score per kind of clothing. The score is read at the **last** row, when everything has been seen. Each layer has
# one $W$ and one ${\color{#9b879a}{B}}$, shared by its 64 neurons.

# %%
torch.manual_seed(0)
model = pv.SpikingClassifier(features=28, classes=10, neuron=lambda: pv.PSN(T=28))
print("parameters in all:", model.parameter_count)
print("of them in W and B:", sum(p.numel() for m in model.modules() if isinstance(m, pv.PSN) for p in m.parameters()))

# %% [markdown]
# Guessing gives an accuracy of 10 %. What do you expect?

# %%
guess = pv.predict("00/accuracy")
guess

# %% [markdown]
# Training sees the 3600 training pictures. After each round over them (an *epoch*) it is tried on the 400 validation
# pictures. Twelve epochs take a few seconds on two processor cores.

# %% tags=["nbval-ignore-output", "measured"]
view = pv.TrainingView().show()
history = pv.train(model, data, callbacks=[view])
history

# %% [markdown]
# *The loss falls, and the accuracy on pictures that the network does not learn from settles.*
#
# The **test** pictures have not been touched so far, neither for training nor for watching it. They are for one look at
# the end:

# %% tags=["nbval-ignore-output", "measured"]
test_accuracy = 100 * pv.accuracy(model, data.test)
print(f"test accuracy {test_accuracy:.1f} %")
guess.reveal(test_accuracy)

# %% [markdown]
# Is that due to the PSN? Compare with two other neurons in the *same* network, trained alike for six epochs: the LIF of section 2,
# and a neuron **without memory** (a sliding PSN of order k = 1: each step sees its own row only). Two ways to read the
# answer: at the *last* step, or as the *mean* of the scores over all steps, as the paper does. We compare on the
# validation pictures, since the test set is not for choosing between models.

# %% tags=["nbval-ignore-output", "measured"]
kinds = {
    "PSN": lambda: pv.PSN(T=28),
    "LIF, τ = 3": lambda: pv.LIF(tau=3.0, decay_input=False),
    "no memory": lambda: pv.SlidingPSN(k=1),
}
print("validation accuracy in %     last step     mean over steps     firing rate of the two layers")
for name, neuron in kinds.items():
    shares, rates = [], []
    for readout in ("last", "mean"):
        torch.manual_seed(0)
        other = pv.SpikingClassifier(28, 10, neuron=neuron, readout=readout)
        shares.append(100 * pv.train(other, data, epochs=6).validation_accuracy[-1])
        rates.append(" and ".join(f"{rate:.2f}" for rate in other.firing_rate(data.validation.x)))
    print(f"{name:26} {shares[0]:10.1f} {shares[1]:17.1f}         {rates[0]}")

# %% [markdown]
# Read it with care.
# - *At the last step* memory is everything: the neuron without it has seen one row, the bottom one.
# - *As a mean over steps* the three come close, and the neuron **without memory** keeps up with the LIF: much can be told
#   from single rows. A comparison without this control would have praised the LIF's memory for nothing.
# - More spikes are not better: compare the firing rates.
# - One run of each is a hint, not a result. Another seed moves each number by two to four points (exercise 3), and all
#   three use the learning rate that suits the PSN.
#
# Now the picture that you picked in section 1 (one of the validation pictures). Pick another there, and run this again.

# %% tags=["nbval-ignore-output", "measured"]
pv.prediction_panel(model, pick.image, data.class_names, truth=pick.state["kind"])

# %% [markdown]
# ## Where it fails
#
# Set the lab of section 1 to the code `read_image;t=12`, or run the next cell. Thirteen of 28 rows have been read. The LIF
# has answered for thirteen; the PSN has no answer at all, and the trained network, whose W is dense, cannot be asked yet.

# %% tags=["nbval-ignore-output"]
pv.LABS["read_image"](t=12).show()

# %%
half = data.validation.x[:13]
try:
    model(half)
except ValueError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# Each has a blank, `...`, to be filled in. Run the cell: the check tries your function on inputs of many sizes and says what
# it expected, what came, and a hint.
#
# **1 · One line** (easy, 3 minutes). The loop of section 2 without its reset. Complete the line.


# %% tags=["exercise"]
def lif_without_reset(X, tau):
    V = torch.zeros_like(X[0])
    S = []
    for X_t in X:
        H = V - V / tau + X_t
        S.append((H >= 1).to(X))
        V = H  # blank: V = ...
    return torch.stack(S)


# solution: Nothing is lost at a spike, so the spike no longer matters for what follows.
pv.check("00/no_reset", lif_without_reset)

# %% [markdown]
# **2 · The product** (medium, 5 minutes). A PSN for X of shape [T, N], with one threshold per time-step: B has shape [T].


# %% tags=["exercise"]
def psn(X, W, B):
    # blank
    H = W @ X
    return (H >= B[:, None]).to(X)
    # end blank


# solution: B[:, None] has shape [T, 1], so that row t of H is compared with B[t].
pv.check("00/psn", psn)

# %% [markdown]
# **3 · Another seed** (easy, 5 minutes). Train the PSN network of section 4 again from `torch.manual_seed(1)` and from
# `torch.manual_seed(2)`. By how much do the three validation accuracies differ? Which of the differences in the
# comparison above would you now trust?
#
# <details><summary>What to expect</summary>
#
# The seeds typically lie within two or three points of each other. A gap of that size says nothing; at the last step, the
# gap between the PSN and the neuron without memory is many times larger.
# </details>
#
# **4 · Open** (10 minutes). Shuffle the 28 rows in the same way for all pictures. Would you expect the PSN network to
# suffer? The LIF network? Try it:
#
# ```python
# shuffled, order = pv.load_dataset("fashion-mnist-rows"), torch.randperm(28)
# for part in (shuffled.train, shuffled.validation, shuffled.test):
#     part.x[:] = part.x[order]
# ```
#
# <details><summary>A thought</summary>
#
# A PSN has a weight of its own for every pair of time-steps. Permute the *columns* of the first layer's W with the rows of
# the picture, and the network computes exactly what it did: a fixed shuffle costs it nothing. A leak is tied to the
# order: it favours what came last. The bottom rows of these pictures often hold little, so for the LIF a shuffle can even
# be a gift.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy to
# hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - A time-step is one row of the picture; spikes are zeros and ones, one per neuron and step.
# - With the reset, a step needs the step before: a loop. Without it, all charges are one product $H = W X$ (the
#   paper's starting point; the derivation is lesson 02).
# - The neuron without reset is another neuron: on the same input it fires more. A dense $W$ may look ahead, so it has to
#   wait for the last input.
# - A network of PSNs learns real pictures in seconds. A number needs a control (the neuron without memory), a test set
#   that is looked at once, and more than one seed.
#
# **Next**: `01_charge_fire_reset` takes the loop apart. `02_removing_the_reset` derives the matrix.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: the lab of section 1 only. Dictate `read_image;t=4`, ask for the prediction, play to the end, then
# `read_image;weights=ahead`.
#
# **Forty minutes**: sections 1 to 3 (20), let pairs predict an accuracy and train (10), the comparison and the question
# of the control (10).
#
# **Misconceptions to expect**
# - *"The PSN is a faster LIF."* Section 3: the same leak, twice as many spikes. Code `read_image`.
# - *"T is the time in the data."* Here T counts rows; the picture has no time. Ask what T would be for sound.
# - *"More spikes, better."* The firing rates beside the accuracies of section 4.
# - *"A PSN, like a loop, knows only the past."* `read_image;weights=ahead`: it depends on rows that come later.
#
# **Codes**: `read_image` · `read_image;t=4` · `read_image;t=12` · `read_image;weights=ahead` ·
# `read_image;kind=Trouser;which=1`
# </details>
