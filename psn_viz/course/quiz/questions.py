"""The quiz at the end of the course: for each lesson one question, tied to one of its objectives.

A wrong answer names the state of a lab that shows what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QuizQuestion:
    """One question.

    lesson: "04"; objective: which of the objectives at the lesson's head it is about, from 1. options: (right, text,
    feedback, state code of a lab); the code may be missing where the option is right.
    """

    lesson: str
    objective: int
    prompt: str
    options: tuple[tuple, ...]


QUIZ = (
    QuizQuestion(
        "00", 3,
        "Why does the loop of an LIF wait, and what does the product W X of a PSN wait for?",
        (
            (False, "The loop waits for spikes; the product waits for nothing",
             "The product needs its inputs: a row of W that reaches to the last step waits for the last input.",
             "read_image"),
            (True, "The loop waits for the step before; a row of the product waits for the inputs it has weights for",
             "Yes: a step needs V of the step before; a row needs inputs, and no other row."),
            (False, "Both wait for the step before",
             "Rows of a product do not need each other: all can be computed at once.", "read_image"),
        ),
    ),
    QuizQuestion(
        "01", 1,
        "An LIF with hard reset has H[t] ≥ threshold. What is V[t]?",
        (
            (True, "0", "Yes: a hard reset sets V to 0, however far H was above the threshold."),
            (False, "H[t] less the threshold", "That is a soft reset: it keeps what is above the threshold.",
             "charge_fire_reset;reset=soft"),
            (False, "H[t]", "That is no reset: nothing would be taken away.", "charge_fire_reset;reset=none"),
        ),
    ),
    QuizQuestion(
        "02", 3,
        "What does a hard reset do to the matrix of a leaky neuron?",
        (
            (False, "It makes all its entries smaller",
             "Entries that reach back over a spike are gone, the others stay as they were.",
             "closed_form;reset=hard"),
            (False, "Nothing: the matrix belongs to the leak alone",
             "Move reset to hard: entries vanish at every spike.", "closed_form;reset=hard"),
            (True, "It takes entries away, and which ones depends on the input",
             "Yes: so there is no longer one matrix for all inputs."),
        ),
    ),
    QuizQuestion(
        "03", 2,
        "A PSN was made for T = 16. It is given a sequence of 20 steps. What happens?",
        (
            (True, "It refuses", "Yes: W is T × T. A sequence of another length has no product with it."),
            (False, "It uses its 16 × 16 matrix twice", "W has one row and one column for each of its T steps.",
             "psn"),
            (False, "It takes the first 16 steps", "It would silently be another neuron. It refuses.", "psn"),
        ),
    ),
    QuizQuestion(
        "04", 4,
        "An accuracy is reported for a masked PSN, k = 1. What do you ask first?",
        (
            (False, "On how many GPUs it was trained", "That changes the time, not what the network saw.",
             "results;epoch=28"),
            (True, "What λ was in that epoch", "Yes: while λ < 1 the network also sees later inputs."),
            (False, "Whether W started from random numbers",
             "That of every masked PSN does. Look at λ in the epoch that is quoted.", "results;epoch=28"),
        ),
    ),
    QuizQuestion(
        "05", 2,
        "A sliding PSN runs step by step. The next sentence begins. What must be done?",
        (
            (False, "Nothing: it has no state", "Its queue still holds inputs of the last sentence.",
             "sliding_psn;queue=left+over"),
            (False, "Train it again", "The weights are the same for all sequences. The queue is not empty.",
             "sliding_psn;queue=left+over"),
            (True, "Start with an empty queue", "Yes: else the first steps meet inputs of the sentence before."),
        ),
    ),
    QuizQuestion(
        "06", 1,
        "\"The PSN is 40 times as fast as an LIF.\" What does this number mean nothing without?",
        (
            (False, "The accuracy of both", "That is another question. This one is: faster than which program?",
             "speed_ratio;above=fused-lif;mode=training"),
            (False, "The name of the PSN's author", "First: faster than which program, at which size?",
             "speed_ratio;above=fused-lif;mode=training"),
            (True, "What the LIF ran as, on which machine, with which T and N",
             "Yes: a loop of many small kernels and one fused kernel differ many times over."),
        ),
    ),
    QuizQuestion(
        "07", 4,
        "A network reads cues over a delay of 16 steps and answers at chance level. What has been shown?",
        (
            (True, "That this training has not found a solution", "Yes: no learning is not the same as no memory."),
            (False, "Its neurons cannot remember 16 steps",
             "By hand an LIF can be set to remember far longer. It was this training that failed.",
             "probe;neuron=none;span=16"),
            (False, "That the task cannot be solved", "Other neurons solve it.", "probe;neuron=PSN"),
        ),
    ),
    QuizQuestion(
        "08", 3,
        "The scores are averaged over all steps. A network without memory does nearly as well as the others. Why?",
        (
            (False, "The task needs no inputs", "It needs them, not their order: a bag of rows will do.", "study"),
            (True, "The mean adds up what the steps say: the readout remembers",
             "Yes: so such a table does not test what neurons remember. Read at the last step."),
            (False, "The network learned to remember", "It has nothing to remember with: a step sees itself alone.",
             "study"),
        ),
    ),
    QuizQuestion(
        "09", 4,
        "You set a part of a trained W to zero, and accuracy falls. What does that say?",
        (
            (False, "The task needs that part", "Train again without it: if accuracy returns, this network used it, "
             "and the task does not need it.", "ablation"),
            (False, "The part was too large",
             "Its size says little: many small weights can do nothing, and a few can matter. Train again without it "
             "to see who needs it.", "ablation"),
            (True, "This network uses that part", "Yes. What the task needs, only training without it can show."),
        ),
    ),
    QuizQuestion(
        "10", 1,
        "Two runs with the same arguments differ by 2 points, and a method is ahead by 1.5. What do you conclude?",
        (
            (True, "Nothing yet: more runs are needed", "Yes: the difference is within what luck does."),
            (False, "It is better, since its number is higher", "Luck alone makes such a difference.",
             "results;view=table"),
            (False, "It is no better", "That no difference is shown does not mean that there is none.",
             "results;view=table"),
        ),
    ),
    QuizQuestion(
        "11", 1,
        "Why can the spikes of a neuron with hard reset be computed for all steps at once?",
        (
            (False, "Because its H is linear in X", "It is not: the reset cuts entries out of W, depending on X.",
             "closed_form;reset=hard"),
            (True, "Because the next spike depends only on where the last one was, and on the inputs since",
             "Yes: all successors at once, then the path from the start by doubling."),
            (False, "Because few rounds of guessing are always enough",
             "Guessing is exact after up to T rounds; how many it takes depends on T, leak and input.", "wavefront"),
        ),
    ),
)  # fmt: skip

RECALL = [(question.prompt, list(question.options)) for question in QUIZ]
