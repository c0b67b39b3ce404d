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
# **The question.** Why would a network compute with zeros and ones, step by step in time? And what changes when the
# *reset* of its neurons is left out?
#
# **Afterwards you can**
# 1. say what spikes save, what they cost, and what a *time-step* is when a network reads an image;
# 2. write the loop of one kind of neuron (LIF) and the single product of another (PSN), each in a few lines;
# 3. say why the loop waits, and what the product waits for instead;
# 4. train a small network of such neurons, and read its accuracy with care.
#
# **Time**: 25 minutes to read and play, 50 in class; exercises 25 more. **Before**: basic PyTorch (tensors, `nn.Module`).
# No neuroscience.

# %% [markdown]
# ## How to use this page
#
# Run the cells from the top with Shift + Enter.
#
# <details class="more"><summary>Labs, predictions, words</summary>
#
# A *lab* is a figure with sliders: drag them, or press Tab until one is marked and use the arrow keys. *Reset* goes back
# to where the lab began. The field *state* holds a short code for what you see: copy it, or type one to go there.
#
# Now and then you are asked to *predict*. Commit to an answer before you read on, or skip it. `pv.glossary("spike")`
# explains a word, and gives the Chinese term.
# </details>

# %%
import torch

import psn_viz as pv

# %% [markdown]
# ## Why zeros and ones? Why time?
#
# A ReLU takes in numbers and passes on a real number. A **spiking neuron** works over time. It keeps one running number,
# its *membrane*. At every *time-step* it does three things:
# - **charge**: it takes in its input;
# - **fire**: if the membrane has reached a *threshold*, it passes on 1, a *spike*, else 0;
# - **reset**: a spike sets the membrane back.
#
# **Why zeros and ones?** The model comes from nerve cells, which send short pulses. Engineers like it for what it saves:
# a layer that receives zeros and ones need not multiply. It adds up the weights of the inputs that are 1, and does
# nothing for those that are 0. Chips that are built for it (*neuromorphic* hardware) save energy that way. A GPU
# multiplies by the zeros all the same.
#
# **Why time?** A single 0 or 1 says little, a sequence of them says more. And a membrane remembers what came before.
# Sound and video are sequences anyway; a picture can be read as one, row by row.
#
# **What does it cost?** The answers are coarse. A step from 0 to 1 has no slope to learn from (lesson 01 shows a way
# around that). And the time-steps are computed one after the other, while a GPU is fast when it does all at once. This
# course is about the last point. Fang et al. (2023, arXiv 2304.12760) leave out the reset, and all time-steps become one
# matrix product. Their neuron is the **Parallel Spiking Neuron**, PSN. Its own product multiplies real numbers; the
# saving is in the next layer, which still receives zeros and ones.

# %% tags=["nbval-ignore-output"]
pick = pv.LABS["read_image"]()
pick.show()

# %% [markdown]
# *Left: a picture, read from the top, one row per time-step. Middle and right: the spikes of two kinds of neurons, red
# where one fires. The LIF (leaky integrate-and-fire) makes them row after row, in a loop. The PSN makes all in one product,
# with weights that a small network has learned. It fires even at the top, where the picture is still empty. How can it?*
# <!-- evidence: lab('read_image').s_psn[:3].sum() > 0; lab('read_image').image[:3].sum() < 1 -->
#
# **What you know already**
#
# | you know | how it treats time | its relative in this course |
# |---|---|---|
# | RNN | a loop: the next state is made of the last one and the input | **LIF with reset**: each step holds a decision, fire or not (lesson 01) |
# | linear recurrence (the simplest state-space model) | a loop of linear steps | **LIF without reset** (02) |
# | token mixing of an MLP-Mixer | learned matrices over the positions | **PSN**: $W X$, one learned matrix over time (03) |
# | attention | a matrix over the positions, computed from the input | none: a PSN has the same $W$ for all inputs |
# | causal mask | no position sees a later one | **masked PSN**: nor a very old one (04) |
# | causal convolution of length k | the same k weights everywhere | **sliding PSN** (05) |
#
# Where other networks have a ReLU, all of these neurons have a threshold.

# %% [markdown]
# ## Symbols
#
# Each letter has one colour in the whole course.
#
# | symbol | name | meaning |
# |---|---|---|
# | ${\color{#1f6fd0}{X}}$ | input | what reaches the neuron at a time-step |
# | ${\color{#a55c00}{H}}$ | charge | the membrane with the input in it, before the neuron decides |
# | ${\color{#7d6a7c}{V_{th}}}$, ${\color{#7d6a7c}{B}}$ | threshold | the charge at which it fires |
# | ${\color{#c10732}{S}}$ | spikes | 1 where it fires, else 0 |
# | ${\color{#9338ac}{V}}$ | membrane | what the reset leaves of the charge |
# | $W$ | weights over time | the weight of each input in each charge |
#
# The *firing rate* is the share of ones among the spikes.

# %% [markdown]
# ## 1 · An image as a sequence
#
# Fashion-MNIST holds small grey pictures of clothes, 28 × 28 pixels (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747).
# We read one from the top. **A time-step is one row.** So T = 28, and at each time-step 28 numbers come in, the pixels of
# that row. Tensors have *time first*: `[T, N, …]`, where N is all that happens side by side.
# <!-- evidence: not a result: the size of the pictures -->

# %%
data = pv.load_dataset("fashion-mnist-rows")
print("train     ", list(data.train.x.shape), "= [T, images, pixels in a row]")
print("validation", list(data.validation.x.shape))
print("test      ", list(data.test.x.shape))

# %% [markdown]
# In the lab each of the 28 pixel columns has a neuron of either kind. The LIF takes the rows in turn and keeps a fading
# memory. The PSN weighs them with a matrix $W$. In the $W$ that was learned, each time-step has a weight for
# *every* row of the picture.

# %%
pv.predict("00/first_spikes")

# %% [markdown]
# *Thirteen rows have been read in the lab that you have uncovered. The LIF has answered for them. The PSN has answered for
# none: each of its spikes, even at the top, depends on rows that are still to come.*
#
# Press *Play* to read on. Another picture is behind *kind* and *image*.
#
# Now choose *W* = `leak` and go through the rows again. This $W$ looks back only: no spike waits for later rows. It is the LIF without
# its reset, as sections 2 and 3 show.

# %% [markdown]
# ## 2 · The loop: charge, fire, reset
#
# The LIF carries a membrane ${\color{#9338ac}{V}}$ from row to row. The membrane leaks: a share 1/τ of it is lost per step.
# (This LIF takes in all of ${\color{#1f6fd0}{X}}$; that of lesson 01 takes in a share 1/τ.)


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
# **Check.** The neuron that drew the lab does the same, on all 400 validation pictures:

# %%
X = data.validation.x.double()
lif = pv.LIF(tau=3.0, decay_input=False)
print("pixels that differ:", int((lif_loop(X, tau=3.0) != lif(X)).sum()), "of", X.numel())

# %% [markdown]
# **Why does it wait?** Each row starts from the membrane that the row before has left. So row 7 waits for row 6, with or
# without a reset, however many cores there are.
#
# **Can anything be computed beforehand?** *Without* the reset, weights can. Then the charge is *linear* in the input: the charge
# for the sum of two pictures is the sum of their two charges. So each charge is a weighted sum of rows, with the same
# weights for every picture. We work these out once, and no picture waits again.
#
# *With* the reset they cannot. Each row holds a decision: did it fire? That jumps from 0 to 1, and is
# no weighted sum of rows.
#
# Lesson 01 shows where the sum fails, and lesson 02 derives the weights. (There are other ways to compute a loop in
# parallel.)

# %% [markdown]
# ## 3 · The product: charge, fire
#
# Here are the weights for the LIF of section 2 without its reset. A row of $W$ belongs to the time-step that is charged, a
# column to the one that is read. Each step leaves two thirds of what was there.


# %%
def psn_product(X, W, B):
    H = (W @ X.flatten(1)).view(X.shape)  # charge: all rows at once, H = W X
    return (H >= B).to(X)  # fire


W = pv.reset_free_weight(T=28, tau=3.0, decay_input=False)
print(W[:4, :4])

# %% [markdown]
# (`X.flatten(1)` lays pictures and pixel columns side by side: a matrix with a row for each time-step.)
#
# **Check.** The product gives the spikes of the loop without its reset line (`reset="none"`):

# %%
S_product = psn_product(X, W, B=1.0)
S_loop = pv.LIF(tau=3.0, decay_input=False, reset="none")(X)
print("pixels that differ:", int((S_product != S_loop).sum()), "of", X.numel())

# %% [markdown]
# So the product replaces the loop *without* its reset. Does it replace the LIF?

# %%
pv.predict("00/without_reset")

# %%
with_reset, without = lif(X), S_product
with pv.folded("How many spikes"):
    print(f"firing rate with reset    {with_reset.mean():.3f}")
    print(f"firing rate without reset {without.mean():.3f}")
    print(f"entries that differ       {(with_reset != without).float().mean():.3f}")

# %% [markdown]
# So leaving out the reset does not give a faster LIF. It gives *another neuron*, one that needs no loop. Fang et al. go one
# step further: training chooses all of $W$, and a threshold ${\color{#7d6a7c}{B}}$ for each time-step. That is the PSN:
#
# $${\color{#a55c00}{H}} = W\,{\color{#1f6fd0}{X}}, \qquad {\color{#c10732}{S}} = \Theta({\color{#a55c00}{H}} - {\color{#7d6a7c}{B}})$$
#
# with Θ(x) = 1 for x ≥ 0 and 0 otherwise. A learned $W$ also looks *ahead*, which no loop over the rows can do.
#
# **Check.** Fill the last row of all pictures with ink. Which rows of spikes change in any of them?

# %%
inked = X.clone()
inked[27] = 1.0
learned = pv.LABS["read_image"]().numbers  # W and B of the lab
W_learned, B_learned = torch.tensor(learned.weight), torch.tensor(learned.threshold)
neurons = {
    "LIF": lif,
    "PSN, W = leak": lambda X: psn_product(X, W, B=1.0),
    "PSN, W learned": lambda X: psn_product(X, W_learned, B_learned[:, None, None]),  # a B for each time-step
}
for name, neuron in neurons.items():
    changed = (neuron(X) != neuron(inked)).flatten(1).any(1)
    print(f"{name:15}", changed.nonzero().flatten().tolist())

# %% [markdown]
# A PSN that looks ahead has to wait for its last input. The *masked* PSN (lesson 04) learns to do without.
#
# **What does the product gain?** Below, 4000 neurons take all time-steps, by each program, *on your machine*. The cell
# warms up, repeats on one thread, and prints medians.

# %% tags=["nbval-ignore-output", "measured"]
from torch.utils.benchmark import Timer

many = torch.rand(28, 4000, generator=torch.Generator().manual_seed(0))
for name, neuron in {"loop, LIF": pv.LIF(tau=3.0, decay_input=False), "product, PSN": pv.PSN(T=28)}.items():
    with torch.no_grad():
        timer = Timer("neuron(many)", globals={"neuron": neuron, "many": many})
        times = timer.adaptive_autorange(min_run_time=0.5)
    print(f"{name:13} {1e3 * times.median:.3f} ms (middle half within {1e3 * times.iqr:.3f} ms)")

# %% [markdown]
# Usually the product is several times faster than this plain Python loop, which spends its time on starting many small
# operations. A loop that is compiled into one operation narrows the gap or closes it (lesson 06).

# %% [markdown]
# ## 4 · Train a network of parallel neurons
#
# Two layers of *linear layer, batch normalisation, 64 neurons*, then a linear layer that gives one score per kind of
# clothing. The scores are read at the **last** row, when everything has been seen. The 64 neurons of a layer share one
# $W$ and one ${\color{#7d6a7c}{B}}$.

# %% tags=["nbval-ignore-output"]
pv.drawing("network")

# %%
torch.manual_seed(0)
model = pv.SpikingClassifier(features=28, classes=10, neuron=lambda: pv.PSN(T=28))
print("parameters in all:", model.parameter_count)
print("of them in W and B:", sum(p.numel() for psn in model.neurons for p in psn.parameters()))

# %% [markdown]
# Guessing gives an accuracy of 10 %. What do you expect?
# <!-- evidence: 10 == 100 / len(pv.load_dataset('fashion-mnist-rows').class_names) -->

# %%
guess = pv.predict("00/accuracy")
guess

# %% [markdown]
# Training sees the 3600 training pictures. After each round over them (an *epoch*) it is tried on the 400 validation
# pictures.

# %% tags=["nbval-ignore-output", "measured"]
view = pv.TrainingView().show()
history = pv.train(model, data, callbacks=[view])
history

# %% [markdown]
# *The loss falls. The accuracy on pictures that it does not learn from settles.*
#
# The **test** pictures have not been touched so far. They are for one look at the end:

# %% tags=["nbval-ignore-output", "measured"]
test_accuracy = 100 * pv.accuracy(model, data.test)
print(f"test accuracy {test_accuracy:.1f} %")
guess.reveal(test_accuracy)

# %% [markdown]
# Is that due to the PSN? Two other neurons in the *same* network, six epochs each: the LIF of section 2, and a neuron
# **without memory**, which sees only its own row. The scores are read at the *last* step, or as the *mean* over all steps,
# as in the paper. We compare on validation pictures: the test set is not for choosing.

# %% tags=["nbval-ignore-output", "measured"]
kinds = {
    "PSN": lambda: pv.PSN(T=28),
    "LIF, τ = 3": lambda: pv.LIF(tau=3.0, decay_input=False),
    "no memory": lambda: pv.SlidingPSN(k=1),
}
for readout in ("last", "mean"):
    print(f"{readout} step, validation accuracy:" if readout == "last" else "mean over steps, validation accuracy:")
    for name, neuron in kinds.items():
        torch.manual_seed(0)
        other = pv.SpikingClassifier(28, 10, neuron=neuron, readout=readout)
        run = pv.train(other, data, epochs=6)
        rates = " and ".join(f"{rate:.2f}" for rate in other.firing_rate(data.validation.x))
        print(
            f"  {name:11}{100 * run.validation_accuracy[-1]:5.1f} %, trained in {run.seconds:4.1f} s,"
            f" firing rates of the layers {rates}"
        )

# %% [markdown]
# Read it with care.
# - *At the last step* memory counts: the neuron without it has seen only the bottom row. In the longer runs of lesson 08
#   (12 epochs, five seeds, test pictures) it reaches 46.5 %, the LIF with the best of six τ 65.4 %, the PSN 80.7 %.
#   <!-- evidence: not a result: 12 epochs are the setting of the study; 46.5 == test('rows/memoryless'); 65.4 == test('rows/lif-hard-8'); best_by_validation('rows', 'lif-hard') == 'lif-hard-8'; 80.7 == test('rows/psn') -->
# - *As a mean over steps* the three come close: 78.0 %, 79.3 % (LIF, τ = 2) and 81.8 %. Much can be told from single rows.
#   <!-- evidence: 78.0 == test('rows-mean/memoryless'); 79.3 == test('rows-mean/lif-hard-2'); 81.8 == test('rows-mean/psn') -->
# - One run of each is a hint, not a result. The five seeds of that PSN, read at the last step, lie up to 2.8 points apart
#   (exercise 3). And all three here use one learning rate, which suits the PSN.
#   <!-- evidence: 2.8 == 100 * (max(row('rows/psn').accuracies) - min(row('rows/psn').accuracies)) -->
# - The seconds are those of your machine: the LIF runs as the plain loop, the PSN as the product.
#
# Now the picture of the first lab:

# %% tags=["nbval-ignore-output", "measured"]
pv.prediction_panel(model, pick.image, data.class_names, truth=pick.state["kind"])

# %% [markdown]
# ## Where it fails
#
# A network of LIFs could be asked after 13 rows. The trained network of PSNs cannot:
# <!-- evidence: not a result: 13 rows are a choice -->

# %%
half = data.validation.x[:13]
try:
    model(half)
except ValueError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# Fill in the blank, `...`, and run the cell: the check says what it expected, what came, and a hint.
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

# %%
pv.answer("00/another_seed")

# %% [markdown]
# <details class="thought"><summary>What to expect</summary>
#
# Something like the five seeds of section 4, which lie up to 2.8 points apart. A gap of that size says nothing. At the last
# step, the gap between the PSN and the neuron without memory is many times larger.
# </details>
# <!-- evidence: 2.8 == 100 * (max(row('rows/psn').accuracies) - min(row('rows/psn').accuracies)); difference('rows/psn', 'rows/memoryless').low > 28 -->
#
# **4 · Open** (medium, 10 minutes). Shuffle the rows in the same way for all pictures. Would you expect the PSN network
# to suffer? The LIF network? Try it:
#
# ```python
# shuffled, order = pv.load_dataset("fashion-mnist-rows"), torch.randperm(28)
# for part in (shuffled.train, shuffled.validation, shuffled.test):
#     part.x[:] = part.x[order]
# ```

# %%
pv.answer("00/open")

# %% [markdown]
# <details class="thought"><summary>A thought</summary>
#
# A PSN has a weight of its own for every pair of time-steps. Permute the *columns* of the first layer's W with the rows of
# the picture, and the network computes exactly what it did: a fixed shuffle costs it nothing. A leak is tied to the
# order: it favours what came last. The bottom rows of these pictures often hold little, so for the LIF a shuffle can even
# be a gift.
# </details>

# %% [markdown]
# Your answers are kept in a file beside this notebook, on this machine only. `pv.hand_in("your name")` writes a copy,
# `pv.reset_progress("00")` starts over.

# %%
pv.show_progress()

# %% [markdown]
# ## What you can now explain
#
# - A time-step is one row of the picture. Spikes, zeros and ones, save multiplications in the layer that receives them.
# - The LIF is a loop: charge, fire, reset. The PSN is a product and a threshold.
# - The loop waits because each step starts from the membrane of the step before. Without the reset the charge is linear
#   in the input, so fixed weights $W$ take the place of the loop. With a learned $W$ the neuron
#   looks ahead, and waits for the last input.
# - A number needs a control (the neuron without memory), a test set that is looked at once, and more than one seed.
#
# **Next**: `01_charge_fire_reset` takes the loop apart. `02_removing_the_reset` derives the matrix.

# %% [markdown]
# <details class="notes"><summary><b>For the teacher</b></summary>
#
# **Five minutes**: The lab of section 1 alone. The prediction (2), then `read_image;t=12`, played to the end (1),
# then `read_image;weights=leak;t=12`: which W waits, and why (2)?
#
# **Fifty minutes**: "Why zeros and ones" and sections 1 to 3 with both predictions (25), in pairs: predict an
# accuracy, then train (10), the comparison and the question of the control (10), where it fails (5).
#
# **Ninety minutes**: the fifty minutes (50), exercises 1 and 2 (10), exercise 3 in pairs, two seeds each (10), the
# open task 4 as a bet of the whole class (10), the discussion (10).
#
# **To present**: `psn-viz present 00` shows the five minutes on a projector, step by step; with `--minutes 50`, the
# fifty.
#
# **Homework**: exercises 1 (3), 2 (5) and 3 (5), the open task 4 (10). Answers that only `psn-viz teachers` holds:
# *What the zeros save* (10), *When is the spike known?* (10).
#
# **Misconceptions to expect**
# - *"The PSN is a faster LIF."* Section 3: the same leak, more than twice as many spikes. Code `read_image;weights=leak`.
# - *"Only the reset makes a step wait."* The loop without reset waits, too: V[t − 1] is in its charge. What the reset
#   takes away: fixed weights in place of the loop (lesson 02).
# - *"Every product has to wait for all rows."* `read_image;weights=leak;t=12` does not, `read_image;t=12` does: it hangs on W.
# - *"T is the time in the data."* Here T counts rows; the picture has no time. Ask what T would be for sound.
# - *"Many spikes, high accuracy."* The firing rates beside the accuracies of section 4.
# - *"A PSN, like a loop, knows only the past."* `read_image;weights=ahead`: it depends on rows that come later.
# - *"Spikes make it cheap on my GPU."* A GPU multiplies by 0 and 1 as by any number.
#
# **To discuss**, and what a good answer has in it
# - *"Is the reset the reason why the accuracies of the two networks differ?"* A good answer lists what else differs:
#   W is learned, it looks ahead, it holds more numbers. It asks for a run in which the reset alone is changed.
# - *"A row is a time-step, but the picture has no time. May one do that?"* A good answer says that T counts inputs,
#   one after the other. What a step stands for is a choice of whoever prepares the data, and for sound it would be a
#   length in milliseconds.
# - *"Which W would you not want in a neuron that has to answer at once?"* One with a weight above the diagonal: it
#   waits for a later input. A good answer tells waiting for an *input* from waiting for the *step before*.
#
# **Codes** (`pv.lab("…")` shows one in a notebook, whichever lesson it is): `read_image` · `read_image;t=12` ·
# `read_image;weights=leak;t=12` · `read_image;weights=ahead` · `read_image;kind=Trouser;which=1`
# </details>
