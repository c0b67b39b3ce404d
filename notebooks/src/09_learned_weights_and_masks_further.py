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
# # 09 · Going further: kernels, reach, cuts, thresholds and budgets
#
# Five questions that lesson `09_learned_weights_and_masks` leaves open. Each section stands by itself, after this cell:

# %%
import torch

import psn_viz as pv
from psn_viz.learning import (
    answers,
    in_training,
    nearest_leak,
    nearest_toeplitz,
    neuron_of,
    retrain_above,
    weight_over_time,
    with_neuron,
    with_weight,
)

T = 28
model, data = pv.load_model("rows-psn"), pv.load_dataset("fashion-mnist-rows")
W = {number: weight_over_time(neuron_of(model, number), T) for number in (1, 2)}
lag = torch.arange(T)[:, None] - torch.arange(T)  # t − i: how long ago the input of an entry came


def right(network):
    return 100 * pv.accuracy(network, data.test)


# %% [markdown]
# ## 1 · A leak that learns: the kernels of sliding PSNs
#
# A sliding PSN starts as a leak: 1, 1/2, 1/4, … from the newest input on. Where does training take it? Two trained networks
# of the package, on pictures (read at the last row) and on speech (read as the mean over an utterance). *Oldest first*:

# %%
for name in ("rows-sliding-8", "vowels-sliding-4"):
    network = pv.load_model(name)
    for number, neuron in enumerate(network.neurons, start=1):
        kernel = neuron.weight.detach()
        leak = nearest_leak(neuron.dense_weight(T)).distance
        weights = " ".join(f"{w:5.2f}" for w in kernel)
        print(f"{name:17} layer {number}: {weights}   distance to a leak {leak:.2f}")

# %% [markdown]
# In a leak the weights fade with the age of their input. Do they here? One network may be chance, so train from four other seeds, and
# count how often the *oldest* input has more weight than the one in the middle:

# %% tags=["nbval-ignore-output", "measured"]
training = pv.load_model("rows-sliding-8").card["training"]
oldest = 0
for seed in range(1, 5):
    torch.manual_seed(seed)
    network = pv.SpikingClassifier(28, 10, neuron=lambda: pv.SlidingPSN(8))
    pv.train(network, data, epochs=training["epochs"], learning_rate=training["learning_rate"], seed=seed)
    for number, neuron in enumerate(network.neurons, start=1):
        kernel = neuron.weight.detach()
        oldest += int(kernel[0].abs() > kernel[4].abs())
        print(f"seed {seed}, layer {number}:", *(f"{w:5.2f}" for w in kernel))
print(f"the oldest input has more weight than that of age 3 in {oldest} of 8 kernels")

# %% [markdown]
# *A leak would never do that.* A plausible reason, not tested: the network is asked about the whole picture and may look back 8 rows
# only, so it carries the oldest row on. The sign of a kernel means nothing: the linear layer in front can turn it around.
# <!-- evidence: not a result: 'read off the cell before' -->
#
# Watch it in the microscope: `model` = `rows-sliding-8`, *Rewind*, *Play*. The bars are the kernel, the rings the nearest leak.

# %% tags=["nbval-ignore-output"]
pv.LABS["microscope"](model="rows-sliding-8").show()

# %% [markdown]
# *The distance to an LIF starts near 0 and grows.*
#
# ## 2 · What a masked network never sees
#
# With L = 2 layers of order k = 8 the last step reaches L(k − 1) = 14 steps back (lesson 05), to row 27 − 14 = 13 of the picture.
# <!-- evidence: 14 == 2 * (8 - 1); 13 == 27 - 14 -->
#
# **Check.** Put noise into the rows that it cannot reach:

# %%
masked = pv.load_model("rows-masked-8")
noise = torch.rand(28, 1000, 28, generator=torch.Generator().manual_seed(0))
as_they_are = answers(masked, data.test)
for first in (13, 14):
    x = data.test.x.clone()
    x[:first] = noise[:first]
    test = type(data.test)(x, data.test.y)
    print(f"rows 0 to {first - 1} are noise: the same answers: {torch.equal(answers(masked, test), as_they_are)}")

# %% [markdown]
# Nearly half of the picture is never seen. A PSN sees all of it. So when the two are compared, reach is compared, too.
#
# ## 3 · Cuts, all in one table
#
# What the lab `ablation` shows one at a time:

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
    accuracies = [right(with_weight(model, number, W[number].masked_fill(gone, 0.0))) for number in (1, 2)]
    print(f"{name:20} {int(gone.sum()):7} {accuracies[0]:19.1f} {accuracies[1]:8.1f}")

# %% [markdown]
# *In layer 2 the future may go: the one row that counts, t = 27, has none.* (And in layer 1 "future" is a label only: see
# "Where it fails" in the lesson.)
#
# **Check.** A PSN whose W was cut to the k newest inputs *is* a masked PSN with λ = 1 that holds all of it:

# %%
for k in (1, 8, 28):
    neuron = pv.MaskedPSN(T, k, lambda_=1.0)
    neuron.load_state_dict(model.neurons[0].state_dict(), strict=False)  # W uncut, and B
    cut = with_weight(model, 1, W[1].masked_fill((lag < 0) | (lag >= k), 0.0))
    same = torch.equal(answers(cut, data.test), answers(with_neuron(model, 1, neuron), data.test))
    print(f"k = {k:2}: λ = {neuron.lambda_:.0f}, the same 1000 answers: {same}")

# %% [markdown]
# But *cut* is not *trained*. Compare the last line of the table with a network that was trained with such a mask, in both
# layers:

# %%
for name in ("rows-psn", "rows-masked-8"):
    card = pv.load_model(name).card
    print(
        f"{card['about'].partition(';')[0]:20} {100 * card['metrics']['test_accuracy']:5.1f} % of the test images right"
    )

# %% [markdown]
# ## 4 · And B?
#
# One threshold for all steps instead of 28, or the 1 that it started with:

# %% tags=["nbval-ignore-output", "measured"]
intact = (answers(model, data.test) == data.test.y).double()


def against(network, before):
    """Points gained or lost on the same pictures, with a 95 % interval."""
    d = 100 * ((answers(network, data.test) == data.test.y).double() - before)
    half = 1.96 * float(d.std()) / len(d) ** 0.5
    return f"{d.mean():+6.1f} ± {half:.1f}{'' if abs(d.mean()) > half else ': no difference shown'}"


print("points against the network as it is")
for number in (1, 2):
    B = neuron_of(model, number).threshold.detach()
    for name, instead in {"B its mean": B.mean().expand(T), "B = 1": torch.ones(T)}.items():
        print(f"layer {number}, {name:10}: {against(with_weight(model, number, W[number], instead), intact)}")

# %% [markdown]
# *Each line is what the many thresholds are worth to this network, in points.* (In layer 2 only the last threshold counts, since the answer
# is read at the last step.) Compare it with what a change of W costs, in the table of section 3. <!-- evidence: not a result: 'read off the cell before' -->
#
# ## 5 · Does the gap close with more training?
#
# In section 4 of the lesson the layers above were trained again for five epochs. Is what was still missing then a matter of
# patience? And does it matter whether a substitute is as long as W on the whole, or row by row?

# %% tags=["nbval-ignore-output", "measured"]
rate = model.card["training"]["learning_rate"]


def as_long(V, by_row=False):
    if by_row:
        return V * (W[1].norm(dim=1) / V.norm(dim=1))[:, None]
    return V * (W[1].norm() / V.norm())


near = nearest_toeplitz(W[1]).weight.float()
instead = {
    "W itself": W[1],
    "W before training": as_long(in_training(model, 1, T).weight[0]),
    "nearest Toeplitz": as_long(near),
    "the same, row by row": as_long(near, by_row=True),
}
for epochs in (2, 10):
    print(f"{epochs} epochs, points against W itself with as many:")
    for name, V in instead.items():
        again = retrain_above(with_weight(model, 1, V), 1, data, epochs=epochs, learning_rate=rate)
        if name == "W itself":
            control = (answers(again, data.test) == data.test.y).double()
        print(f"    {name:20} {right(again):5.1f} %  {against(again, control) if name != 'W itself' else ''}")

# %% [markdown]
# *Read the last column from block to block: a gap that shrinks was lack of training. One that stays may be this layer 1, with its linear
# map trained for W, or the head start of the layers above, which knew W before.* To free the linear map, too, is to train another
# network, and that is what a comparison of kinds of neurons does. <!-- evidence: not a result: 'read off the cell before' -->

# %% [markdown]
# ## Exercises
#
# **1 · A few directions** (medium, 10 minutes). What is left of D `[T, T]` when only its r largest directions are kept.
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
# **2 · Open** (15 minutes). Choose `model` = `digits-psn` in the lab `ablation`: handwritten digits, one of 64 pixels per step.
# Wipe squares in layer 1 until accuracy falls by ten points. Which digits suffer first, and can you say which pixels were
# taken from whom? Then say which of your findings a shuffle of the rows would change.
# <!-- evidence: not a result: 'a task for the reader' -->

# %%
pv.answer("09/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# A square takes from a few rows (steps of layer 1, which are labels) the weights of a few columns. Columns are inputs, and
# inputs have a fixed place: pixel i is row i // 8, column i % 8 of the picture. So "these pixels, for these 5" may
# stand; "these time-steps of layer 1" does not survive a shuffle.
# </details>
