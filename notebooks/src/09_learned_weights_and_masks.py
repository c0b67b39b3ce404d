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
# # 09 · Learned weights and masks
#
# **The question.** What has been learned that an LIF cannot do?
#
# **Afterwards you can**
# 1. read a learned W: which rows training has moved, along which inputs, and what B adds;
# 2. measure how far it is from a leak and from one kernel for all steps, and say what such a distance does not show;
# 3. follow W through training, and say what a masked network with λ < 1 may and may not be quoted for;
# 4. take weights away by hand, and tell what a network uses from what the task needs.
#
# **Time**: 35 minutes to read and play, 50 in class; exercises 35 more. **Before**: `08_sequential_classification`.

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Three questions on lesson 08
#
# Answer from memory; a wrong choice shows why. (A word escapes you? `pv.glossary()` has them all.)

# %%
pv.recall("09")

# %% [markdown]
# ## Symbols
#
# ${\color{#4a95fa}{X}}$ input, ${\color{#d87e0f}{H}}$ charge, ${\color{#c10732}{S}}$ spikes, ${\color{#9b879a}{B}}$
# threshold, $W$ weights over time, λ and k of the mask, as before. New:
#
# | | name | meaning |
# |---|---|---|
# | $t - i$ | offset | how long ago the input of an entry W[t, i] came; negative: still to come |
# | $\lVert W \rVert$ | length | the root of the sum of all squares of W (Frobenius norm) |
# | $\Delta W$ | change | W minus W before the first training step |
# | $\sigma_1 \ge \sigma_2 \ge \dots$ | singular values | W is a sum of directions, each a column times a row; these are their lengths |

# %% [markdown]
# ## 1 · A learned W in your hands
#
# The network of lesson 08 that reads pictures of clothes row by row, two layers of 64 PSNs, comes with the package. So do
# W and B of each layer, at 20 moments of its training. **It is one network, from one seed.**

# %%
from psn_viz.learning import in_training, neuron_of, weight_over_time

model, data = pv.load_model("rows-psn"), pv.load_dataset("fashion-mnist-rows")
card = model.card
print(card["about"], "· seed", card["seeds"]["weights"], "·", card["training"]["epochs"], "epochs")
print(f"test accuracy on its card: {100 * card['metrics']['test_accuracy']:.1f} %")
for number, neuron in enumerate(model.neurons, start=1):
    print(f"layer {number}: W {list(neuron.weight.shape)}, B {list(neuron.threshold.shape)}")

# %% [markdown]
# In the instrument of lesson 03, `learned 1` is layer 1 (B is the dashed line). Point at some rows and columns:

# %% tags=["nbval-ignore-output"]
pv.LABS["psn"](preset="learned 1").show()

# %% [markdown]
# *No leak, no band, and nearly as much weight on later inputs as on earlier ones, as before training.* Is there anything to be
# seen in it? The second layer is a good place to begin.

# %%
pv.predict("09/rows")

# %% [markdown]
# **Agree.**

# %%
layers = {number: in_training(model, number, T=28) for number in (1, 2)}
for number, layer in layers.items():
    rows = (layer.moved[-1] != 0).any(1)  # ΔW at the last moment
    thresholds = neuron_of(model, number).threshold != 1  # all began at 1
    print(f"layer {number}: {int(rows.sum()):2} of 28 rows of W moved, {int(thresholds.sum()):2} of 28 thresholds")
    if rows.sum() == 1:
        print("         the one that moved: t =", int(rows.nonzero()))

# %% [markdown]
# Of the 812 numbers in the second layer's neurons 29 are in use, *one row and one threshold*; the others are as they were
# drawn. (Were the mean over all steps read, every row would count.)
#
# Layer 1, then. Subtract what it started from:

# %% tags=["nbval-ignore-output"]
pv.LABS["microscope"](show="change").show()

# %% [markdown]
# *What training has added is smooth from left to right: inputs of neighbouring steps get similar weights.* Why? The gradient
# of W is G Xᵀ (lesson 03): that of column i is G X[i]ᵀ, and neighbouring rows of a picture look alike. (The optimiser, AdamW,
# rescales each entry, and keeps its sign at first.)
#
# **Agree.** The cosine between neighbouring columns and rows, 1 for equal directions, about 0 for random ones:

# %%
from torch.nn.functional import cosine_similarity

x = data.train.x.flatten(1).double()
print(f"neighbouring rows of the pictures: {cosine_similarity(x[1:], x[:-1]).mean():.2f}")
print("                    columns i, i + 1    rows t, t + 1")
for name, W in {"start": layers[1].weight[0], "ΔW": layers[1].moved[-1], "trained": layers[1].weight[-1]}.items():
    columns = cosine_similarity(W[:, 1:], W[:, :-1], dim=0).mean()
    rows = cosine_similarity(W[1:], W[:-1], dim=1).mean()
    print(f"W of layer 1, {name:8} {columns:8.2f} {rows:16.2f}")

# %% [markdown]
# Columns have become alike, rows have not: each row looks its own way. Which inputs has training turned to most?

# %%
size = layers[1].moved[-1].norm(dim=0)
order = size.argsort(descending=True).tolist()
print("‖ΔW‖ by column, largest:", ", ".join(f"i = {i}: {size[i]:.2f}" for i in order[:3]))
print("                smallest:", ", ".join(f"i = {i}: {size[i]:.2f}" for i in order[-3:]))

# %% [markdown]
# To the last row of the picture, which is the one just before the answer, and to all others, too: the smallest of 28 changes is
# still a third of the largest. In how many directions has W turned?

# %%
pv.predict("09/directions")

# %% tags=["nbval-ignore-output", "measured"]
from psn_viz.learning import with_weight


def right(network):
    return 100 * pv.accuracy(network, data.test)


start = layers[1].weight[0]
U, S, V = torch.linalg.svd(layers[1].moved[-1])  # directions of ΔW, the largest first
for r in (0, 1, 2, 4, 8, 28):
    W = start + (U[:, :r] * S[:r]) @ V[:r]
    print(f"start + {r:2} of 28 directions: {right(with_weight(model, 1, W)):5.1f} % of the test images right")

# %% [markdown]
# *784 weights were free to move; a handful of directions carries most of what the test set asks for.* A direction is one
# weighting of the inputs (a row of V) and how much of it goes to each step (a column of U).

# %% [markdown]
# ## 2 · How far from a leak?
#
# Four numbers for a W:
#
# | | its least value, and who has it | how |
# |---|---|---|
# | distance to the nearest **Toeplitz matrix** | 0: one kernel for all steps, as in a sliding PSN | each diagonal becomes its mean |
# | distance to the nearest **LIF** | 0: a leak without reset | best τ, and best scale of either sign |
# | **effective rank** | 1: all rows are multiples of one | how many singular values count: $e^{\text{entropy}}$ of their shares $\sigma_k/\sum\sigma$ |
# | share on the **future** | 0: no look ahead | $\sum_{i>t} W^2 / \sum W^2$ |
#
# Distances are in units of ‖W‖: 0 is the thing itself, 1 as far as can be. (Effective rank: Roy and Vetterli 2007.) The
# one that seems to answer our question, by hand:


# %%
def distance_to_a_leak(W, taus):
    distances = []
    for tau in taus:
        L = pv.reset_free_weight(len(W), tau)
        scale = (W * L).sum() / (L * L).sum()  # the best one for this τ
        distances.append(float((W - scale * L).norm() / W.norm()))
    return min(distances)


# %%
from psn_viz.learning import measures, nearest_leak

taus = [1 + n / 2 for n in range(63)]  # 1 to 32
leak = pv.reset_free_weight(28, tau=4.0)
for name, W in {"an LIF, τ = 4": leak, "layer 1, trained": layers[1].weight[-1]}.items():
    hand, library = distance_to_a_leak(W, taus), nearest_leak(W)
    print(f"{name:17} by hand {hand:.2f}, library {library.distance:.2f}, with τ = {library.tau:.3g}")  # inf: IF

# %% [markdown]
# Now the models, layer 1, before and after:

# %%
names = ("rows-psn", "rows-masked-8", "rows-sliding-8", "vowels-sliding-4")
models = {name: pv.load_model(name) for name in names}
print("layer 1                      Toeplitz    LIF   rank of T   future")
for name, each in models.items():
    T = each.card["data"]["T"]
    weights = in_training(each, 1, T).weight
    for when, W in (("start", weights[0]), ("trained", weights[-1])):
        m = measures(W)
        print(f"{name:17} {when:8} {m.toeplitz:9.3f} {m.leak:8.3f} {m.rank:6.1f} of {T} {m.future:8.2f}")

# %% [markdown]
# Read it with care. The trained W of the PSN is as far from every leak as can be. **So was the random one it started from.**
# A distance to an LIF tells what W is not; it does not tell that anything has been learned.
#
# The sliding neurons do tell something. They *start* as a leak, 1, 1/2, 1/4, … from the newest input on, and go their own
# ways from there:

# %%
for name in ("rows-sliding-8", "vowels-sliding-4"):
    for number in (1, 2):
        kernel = models[name].neurons[number - 1].weight
        print(f"{name:17} layer {number}, oldest to newest:", *(f"{w:5.2f}" for w in kernel))

# %% [markdown]
# On pictures, read at the last row, the *oldest* input in reach has become the strongest, in both layers: as one would expect of
# a network that is asked about the whole picture and may look back 8 rows only (one seed). No leak can do that, for in a leak
# the newest input always counts most. On speech, where the answer is the mean over an utterance (lesson 08), the first layer has
# stayed near a leak with a short memory.
#
# See them go: in the microscope of section 1 choose `model` = `rows-sliding-8` and `show` = `W`, then *Rewind* and *Play*. The bars are the
# kernel, the rings the leak that comes nearest; the dashed line, the distance to an LIF, starts almost at 0.

# %% [markdown]
# ## 3 · The mask, as it shuts
#
# The masked network trains with λ from 0 to 1: in epoch e of E the paper takes λ = min(8e/(E − 1), 1).

# %%
pv.predict("09/share")

# %%
masked = models["rows-masked-8"]
history = masked.history
print("λ by epoch :", *(f"{value:.2f}" for value in history.lambda_))
layer = in_training(masked, 1, T=28)
print("moment     :", *(f"{m:4}" for m in (0, 1, 2, 3, 4, 19)))
print("λ          :", *(f"{layer.lambda_[m]:4.2f}" for m in (0, 1, 2, 3, 4, 19)))
print("on future  :", *(f"{measures(layer.weight[m]).future:4.2f}" for m in (0, 1, 2, 3, 4, 19)))

# %% [markdown]
# With few epochs the schedule is a staircase. Watch loss, λ and W move together; what the mask has shut out is not drawn:

# %% tags=["nbval-ignore-output"]
pv.LABS["microscope"](model="rows-masked-8", moment=3).show()

# %% [markdown]
# *Before the mask is shut, what lies outside of it is there, only weaker.* And the loss? It rises once: step from moment 3 to 4, where the mask shuts.
#
# What does the mask cost? With L = 2 layers of order 8, the last step reaches L(k − 1) = 14 steps back (lesson 05), to row
# 27 − 14 = 13 of the picture.
#
# **Agree.** Put noise into the rows that it cannot reach:

# %%
from psn_viz.learning import answers

noise = torch.rand(28, 1000, 28, generator=torch.Generator().manual_seed(0))
as_they_are = answers(masked, data.test)
for first in (13, 14):
    x = data.test.x.clone()
    x[:first] = noise[:first]
    test = type(data.test)(x, data.test.y)
    print(f"rows 0 to {first - 1} are noise: the same answers: {torch.equal(answers(masked, test), as_they_are)}")

# %% [markdown]
# Nearly half of the picture is never seen: this network has learned to do without it.
#
# **An accuracy with λ < 1 is not one of the masked neuron.** In the authors' logs of sequential CIFAR100, masked PSN with k = 1,
# the best accuracy of 256 epochs is 49.30 %, in epoch 28. A neuron with k = 1 has no memory. But λ was not 1 then:

# %%
from psn_viz.learning.training import lambda_at

for epoch in (0, 28, 31, 32):
    print(f"epoch {epoch:2} of 256: λ = {lambda_at('paper', epoch, 256):.3f}")

# %% [markdown]
# At λ = 0.878 an eighth of every weight outside the mask is still there, that of all later inputs included, and the layers
# above can make it large again. In epoch 32, the first with λ = 1, accuracy falls to 24.9 %; the best with λ = 1 is 47.34 %.
#
# See it happen here, on our rows, k = 1, with λ rising evenly:

# %% tags=["nbval-ignore-output", "measured"]
torch.manual_seed(0)
k1 = pv.SpikingClassifier(28, 10, neuron=lambda: pv.MaskedPSN(28, k=1))
run = pv.train(k1, data, epochs=10, learning_rate=0.01, lambda_schedule="linear")
print("λ           ", *(f"{value:5.2f}" for value in run.lambda_))
print("validation %", *(f"{100 * value:5.1f}" for value in run.validation_accuracy))

# %% [markdown]
# *The best epoch is one in which the network still sees the whole picture; at λ = 1 what it had learned with that help is
# gone.* Whoever takes "the best epoch" of a masked run has to look at λ, too.

# %% [markdown]
# ## 4 · Ablation by hand
#
# *Ablation*: take a part away, and see what is lost. Back to the PSN, layer 1.

# %%
pv.predict("09/wipe")

# %% tags=["nbval-ignore-output"]
pv.LABS["ablation"](cut="future").show()

# %% [markdown]
# *The test set is classified again at every move.* Try `past`, a band of offsets with the slider, `keep 0 7`; point at
# W, hold a cell with a click, and wipe a square around it. Then the same in layer 2. Which weights did it never use?

# %%
T = 28
lag = torch.arange(T)[:, None] - torch.arange(T)  # t − i
W = {number: weight_over_time(neuron_of(model, number), T) for number in (1, 2)}


def without(number, gone):
    return with_weight(model, number, W[number].masked_fill(gone, 0.0))


# %% tags=["nbval-ignore-output", "measured"]
cuts = {
    "nothing": lag > T,
    "future": lag < 0,
    "past": lag > 0,
    "present": lag == 0,
    "offsets 1 to 3": (lag >= 1) & (lag <= 3),
    "offsets 8 and more": lag >= 8,
    "all but 0 to 7": (lag < 0) | (lag > 7),
}
print("wiped                weights   right in %: layer 1  layer 2")
for name, gone in cuts.items():
    print(f"{name:20} {int(gone.sum()):7} {right(without(1, gone)):19.1f} {right(without(2, gone)):8.1f}")

# %% [markdown]
# *In layer 2 the future may go: the one row that counts, t = 27, has none.*
#
# **Agree.** A PSN whose W was cut to the k newest inputs *is* a masked PSN with λ = 1 that holds all of it:

# %%
from psn_viz.learning import with_neuron

for k in (1, 8, 28):
    neuron = pv.MaskedPSN(T, k, lambda_=1.0)
    neuron.load_state_dict(model.neurons[0].state_dict(), strict=False)  # W uncut, and B
    cut = without(1, (lag < 0) | (lag >= k))
    same = torch.equal(answers(cut, data.test), answers(with_neuron(model, 1, neuron), data.test))
    print(f"k = {k:2}: λ = {neuron.lambda_:.0f}, the same 1000 answers: {same}")

# %% [markdown]
# But *cut* is not *trained*: cut to k = 8 in layer 1 alone, this network loses most of what it knew; the network of section 3
# was trained with such a mask in both layers, and answers. **An ablation shows what a network uses, not what the task
# needs.**
#
# **And B?** One threshold for all steps instead of 28, or the 1 that it started with:

# %% tags=["nbval-ignore-output", "measured"]
for number in (1, 2):
    B = neuron_of(model, number).threshold.detach()
    mean = right(with_weight(model, number, W[number], B.mean().expand(T)))
    one = right(with_weight(model, number, W[number], torch.ones(T)))
    print(f"layer {number}: intact {right(model):.1f} %, B its mean {B.mean():.2f}: {mean:.1f} %, B = 1: {one:.1f} %")

# %% [markdown]
# *Little: in this network the weights do the work.*
#
# **So what has been learned that an LIF cannot do?** Put something simpler in the place of W, layer 1, without training again:

# %% tags=["nbval-ignore-output", "measured"]
from psn_viz.learning import nearest_toeplitz

simpler = {
    "W as before training": layers[1].weight[0],
    "nearest Toeplitz matrix": nearest_toeplitz(W[1]).weight,
    "nearest LIF": nearest_leak(W[1]).weight,
}
for name, instead in simpler.items():
    print(f"{name:24} {right(with_weight(model, 1, instead)):5.1f} % right")

# %% [markdown]
# None of them will do: this network weights the inputs in a few different ways, of both signs, and each step takes its own
# mixture of them; one kernel for all steps is not that. So *it* solves the task. What other neurons reach when they are trained for it, one seed each (lesson 08 has the
# spreads):

# %%
for name in ("rows-psn", "rows-masked-8", "rows-sliding-8", "rows-lif-no-reset", "rows-lif", "rows-memoryless"):
    card = pv.load_model(name).card
    print(f"{card['about'].partition(';')[0]:42} {100 * card['metrics']['test_accuracy']:5.1f} %")

# %% [markdown]
# Three things, then, that an LIF without reset does not have, and who adds them:
# - weights of **any sign and size for each of k ages**: the sliding kernel, whose oldest weight has become its largest;
# - weights that **differ from step to step**: the masked PSN (worth little here: its lead over the sliding one is within the
#   spreads of lesson 08);
# - weights for **every input at every step**: the PSN.

# %% [markdown]
# ## Where it fails
#
# *"Wiping the future costs it so much: the network has learned to look ahead."* It sounds right. Now shuffle the rows of W
# and B in layer 1, and the columns of W in layer 2 in the same way:

# %%
B = {number: neuron_of(model, number).threshold.detach() for number in (1, 2)}


def shuffled(seed):
    p = torch.randperm(T, generator=torch.Generator().manual_seed(seed))
    return p, with_weight(with_weight(model, 1, W[1][p], B[1][p]), 2, W[2][:, p], B[2])


for seed in range(3):
    p, other = shuffled(seed)
    same = torch.equal(answers(other, data.test), answers(model, data.test))
    print(f"rows in the order {p[:4].tolist()} …: the same 1000 answers: {same}")

# %% [markdown]
# It is **the same network**. Layer 2 takes all steps of layer 1 at once and weights each by itself: to it, the steps of layer 1 are
# 28 labels, and their order means nothing. So what is "the future" in layer 1?

# %% tags=["nbval-ignore-output", "measured"]
print(f"as it is   : future wiped {right(without(1, lag < 0)):.1f} %, past wiped {right(without(1, lag > 0)):.1f} %")
for seed in range(5):
    p, other = shuffled(seed)
    future, past = (right(with_weight(other, 1, W[1][p].masked_fill(gone, 0.0))) for gone in (lag < 0, lag > 0))
    print(f"shuffled {seed} : future wiped {future:.1f} %, past wiped {past:.1f} %")

# %% [markdown]
# *The same function, and other numbers each time.* To wipe a triangle is to take away some half of the weights, and that is
# what it measures here. The answer is read after the last input, so no step had to be early or late, and training has put about
# as much on one side of the diagonal as on the other. (In a masked or sliding PSN, and in an LIF, the order of the steps is
# built in.)
#
# And other weights would have done. The same training from another seed:

# %% tags=["nbval-ignore-output", "measured"]
torch.manual_seed(1)
second = pv.SpikingClassifier(28, 10, neuron=lambda: pv.PSN(28))
trained = model.card["training"]
pv.train(second, data, epochs=trained["epochs"], learning_rate=trained["learning_rate"], seed=1)
V1 = weight_over_time(neuron_of(second, 1), T)
cosine = cosine_similarity(W[1].flatten(), V1.flatten(), dim=0)


def which_inputs_together(W):
    return (W.T @ W).fill_diagonal_(0).flatten()  # input × input: the order of the rows drops out


pairs = cosine_similarity(which_inputs_together(W[1]), which_inputs_together(V1), dim=0)
print(f"test accuracy {right(model):.1f} and {right(second):.1f} %; the two W of layer 1: cosine {cosine:.2f},")
print(f"and of WᵀW, which knows no order of the rows: {pairs:.2f}")

# %% [markdown]
# *Equally good, and entry by entry unlike. But the order of the rows is a label: compared without it, by which inputs are
# weighted alike, they resemble each other.* A single learned weight is not a fact about clothes. What two networks share, or ten,
# in spite of their labels, may be one.

# %% [markdown]
# ## Exercises
#
# **1 · One line** (easy, 5 minutes). W at M moments, `[M, T, T]`. Complete the line: the share of its squares on the
# future, at each moment.


# %% tags=["exercise"]
def share_on_the_future(W):
    return W.triu(1).square().sum((1, 2)) / W.square().sum((1, 2))  # blank: return ...


# solution: triu(1) keeps what lies above the diagonal, i > t.
pv.check("09/future", share_on_the_future)

# %% [markdown]
# **2 · One kernel for all steps** (medium, 10 minutes). The Toeplitz matrix nearest to W `[T, T]`: along each diagonal, the
# mean of W's.


# %% tags=["exercise"]
def toeplitz(W):
    # blank
    T = len(W)
    near = torch.empty_like(W)
    for d in range(1 - T, T):
        near.diagonal(d)[:] = W.diagonal(d).mean()
    return near
    # end blank


# solution: The number nearest to several others, in squares, is their mean.
pv.check("09/toeplitz", toeplitz)

# %% [markdown]
# **3 · A few directions** (medium, 10 minutes). What is left of D `[T, T]` when only its r largest singular values are kept.
# (`U, S, V = torch.linalg.svd(D)` gives D = (U * S) @ V.)


# %% tags=["exercise"]
def few_directions(D, r):
    # blank
    U, S, V = torch.linalg.svd(D)
    return (U[:, :r] * S[:r]) @ V[:r]
    # end blank


# solution: No matrix of rank r is nearer to D.
pv.check("09/directions", few_directions)

# %% [markdown]
# **4 · Open** (15 minutes). Choose `model` = `digits-psn` in the lab `ablation`: handwritten digits, one of 64 pixels per step.
# Wipe squares in layer 1 until accuracy falls by ten points. Which digits suffer first, and can you say which pixels were
# taken from whom? Then say which of your findings a shuffle of the rows would change.
#
# <details><summary>A thought</summary>
#
# A square takes from a few rows (steps of layer 1, which are labels) the weights of a few columns. Columns are inputs, and
# inputs have a fixed place: pixel i is row i // 8, column i % 8 of the picture. So "these pixels, for these 5" may
# stand; "these time-steps of layer 1" does not survive a shuffle.
# </details>

# %% [markdown]
# What you have answered is kept in a small file beside this notebook, on this machine only. `pv.hand_in()` writes a copy
# to hand in, `pv.reset_progress()` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - Only rows of W that the loss looks at are trained. The gradient of a row is a sum of inputs, so ΔW is smooth along inputs that
#   look alike, and a few of its directions do most of the work.
# - Random weights are as far from a leak as trained ones. A sliding PSN starts as a leak, and where it goes from there says
#   something about the task.
# - While λ < 1 a masked PSN sees everything, and accuracies from then are not its own.
# - Ablation shows what one network uses. Another network may do without it, and in a PSN the order of steps inside is a
#   label.
#
# In the paper: Fang et al., NeurIPS 2023, arXiv 2304.12760, the learnable W and B of the PSN and the masks of growing λ.

# %% [markdown]
# <details><summary><b>For the teacher</b></summary>
#
# **Five minutes**: `microscope;layer=2;show=change`: why one row? Then `ablation;cut=future`, let the class explain it, and do the
# shuffle of "Where it fails".
#
# **Fifty minutes**: section 1 with both predictions (10), the table and the kernels of section 2 (8), section 3 with its
# prediction, and the run with k = 1 (10), section 4 without *And B?* (12), where it fails (10).
#
# **Misconceptions to expect**
# - *"Far from an LIF: so it has learned something an LIF cannot do."* `microscope;moment=0`, before the first step.
# - *"W is full, so the network uses all of it."* `microscope;layer=2;show=change`; `ablation;layer=2;cut=future`.
# - *"Masked with k = 1, 49.30 %: so no memory is needed."* Section 3; `masked_psn;lambda=0.878;k=1`.
# - *"Wiping k and training with k are the same."* `ablation;cut=keep+0+7` beside `ablation;model=rows-masked-8;cut=keep+0+7`.
# - *"Row 5 of W is about row 5 of the picture."* Columns are; rows of a PSN inside a network are labels. Where it fails.
#
# **Codes**: `psn;preset=learned+1` · `microscope;show=change` · `microscope;layer=2;show=change` ·
# `microscope;model=rows-sliding-8` · `microscope;model=rows-masked-8;moment=3` · `ablation;cut=future` ·
# `ablation;layer=2;cut=future` · `ablation;cut=keep+0+7`
# </details>
