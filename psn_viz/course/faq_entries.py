"""What people trip over: questions, short answers, and the state of a lab that shows each.

The questions are those that issues of the field's libraries, and readers of the paper, ask again and again. Every
number in an answer is computed anew by `tests/test_faq.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One question, its answer in two or three sentences, and the code of a lab state that shows it."""

    question: str
    answer: str
    code: str


ENTRIES = (
    Entry(
        "What is T? Is the time of the data the time of the simulation?",
        "If the data have steps of their own, such as the frames of a recording, each of them is one time-step, and "
        "T is how many there are: this image is read row by row, so T = 28. Data without steps, such as an image "
        "that is shown whole, have no time; T is then how often they are shown.",
        "read_image",
    ),
    Entry(
        "Why is a still image shown T times?",
        "A spike is 0 or 1, so a single step tells little about a number. When the same input comes at every step, a "
        "larger one gives more spikes: with an input of 1.5 this neuron fires 8 times in 32 steps, with 3 it fires "
        "16 times.",
        "charge_fire_reset;input=steady+1.5",
    ),
    Entry(
        "Can sequences have different lengths?",
        "Not for a PSN or a masked PSN: W is T × T, so another T needs another W. A sliding PSN has k weights, the "
        "last of them for the newest input, and takes any T: here 4 weights serve 200 steps.",
        "sliding_psn;T=200",
    ),
    Entry(
        "When do I have to reset the state?",
        "Before each new sequence: take a new one from neuron.initial_state(). A queue that is left over adds inputs "
        "of the sequence before: here it changes the first 3 charges.",
        "sliding_psn;queue=left+over",
    ),
    Entry(
        "I feed a long sequence in pieces, and the spikes are not those of the whole. Why?",
        "Each piece needs the newest k − 1 inputs of the piece before it, so carry the state on: spikes, state = "
        "neuron.chunk(x, state). Without it each piece begins with an empty queue, and with k = 4 its first 3 "
        "charges lack inputs. (A multi-step call of SpikingJelly neither fills nor reads the queue.)",
        "sliding_psn",
    ),
    Entry(
        "Can a PSN take the place of an LIF anywhere?",
        "The shapes fit. But a PSN gives its first spike only when all T inputs are there, has one T, and has "
        "numbers of its own to learn: T² + T = 272 of them at T = 16. So it has to be trained, and cannot be "
        "put into a trained network.",
        "psn",
    ),
    Entry(
        "Is a neuron without a reset an LIF made fast?",
        "No, it is another neuron. In this lab the LIF with a hard reset has a firing rate of 0.21, without one of "
        "0.85, and 64 % of the entries of S differ. A PSN does not copy either: it "
        "learns its W and B.",
        "firing",
    ),
    Entry(
        "Does a reset make it impossible to compute all steps at once?",
        "It makes one product with a fixed W impossible. After a hard reset the next spike depends on the last one "
        "and the inputs since: hard_reset_spikes finds all. A leak with soft reset takes rounds of guessing: with "
        "T = 128, a leak of 0.9 a step and normal inputs (mean 0.1, deviation 0.6), 3 rounds leave about 30 % of the "
        "entries wrong.",
        "successors",
    ),
    Entry(
        "I load a threshold from SpikingJelly, and the wrong neurons fire. Why?",
        "SpikingJelly stores a bias b = −B and computes Θ(W X + b); here B is the threshold, in Θ(W X − B). Turn "
        "the sign, or let from_spikingjelly do it: b = −1 is B = 1.",
        "psn",
    ),
    Entry(
        "What is the difference between λ and k?",
        "k is how many of the newest inputs the mask of a step lets through; λ is how far the mask is shut. At λ = 0 "
        "all 256 weights are in use, whatever k is; at λ = 1 and k = 4 there are 58.",
        "masked_psn;lambda=1",
    ),
    Entry(
        "Why does a new masked PSN refuse to run step by step?",
        "It starts with λ = 0, where each charge still depends on later inputs. Set neuron.lambda_ = 1, or let "
        "training raise it there.",
        "masked_psn;lambda=0",
    ),
    Entry(
        "Another implementation gives other spikes. Is one of them wrong?",
        "Compare H first. Sums in another order are rounded otherwise: 0.1 + 0.2 + 0.3 added from the left and from "
        "the right are two numbers, and a threshold between them makes two answers. So compare spikes only where "
        "|H − B| is clear of rounding.",
        "psn",
    ),
)
