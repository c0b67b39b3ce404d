"""Items of the inventory on lessons 03 to 05: weights between steps, the mask, the window."""

from __future__ import annotations

from psn_viz.classroom.inventory.inventory_item import Objective, item

_ROW = ("03", "Row t says what H[t] is made of.")
_LATER = (
    "03",
    "each of them may use X[T−1], the first one as well. So S[0] is known only when all T inputs have come.",
)
_PRESENT = (
    "04",
    "Row t holds weights for inputs after step t. Without them, H[t] is made of inputs that are there.",
)
_ANY_LENGTH = ("05", "Nothing in the kernel depends on T.")
_NO_WEIGHTS = ("03", "A shorter sequence can be filled up with zeros; for a longer one there are no weights.")
_KERNEL_OR_LOOP = ("03", "If it must answer at once, and for any length: a sliding PSN, or an LIF.")
_NONE_LEFT = ("05", "A masked PSN has a row of weights for each step, and after T steps there is none left.")
_HUNDREDTH = (
    "04",
    "*A hundredth is left of each weight on the future. That moves every earlier H a little (ΔH), and it was enough "
    "to change the spike at step 5. All spikes wait for X[15].*",
)  # fmt: skip
_WAITS_FOR_ALL = ("04", "With λ < 1 it waits for all T.")
_KNOWN = ("04", "With λ = 1, S[t] is known after t + 1 inputs.")
_PLACE_EMPTY = ("04", "At step 2 three inputs have come, one place is empty, and H[2] is known all the same.")
_COUNT_AS_ZERO = ("05", "Inputs before the first one count as 0.")
_TIME_INDEX = (
    "05",
    'It has given up **the time index**. "Listen at step 8 only" is a rule that needs a weight or a threshold of '
    "step 8.",
)
_ALIKE = (
    "05",
    "For the sliding PSN all steps are alike: delay its input, and its spikes are delayed, nothing else.",
)  # fmt: skip

OBJECTIVES = (
    Objective(
        "rows", "03", 1, "say which inputs a step waits for",
        item(
            "The four results H1 to H4 are made of the four inputs X1 to X4:\n"
            "H1 = 2·X1; H2 = X1 + 3·X4; H3 = X2 − X1; H4 = X2 + X3.\n"
            "The inputs come one after the other, X1 first. X1 and X2 have come, and X3 and X4 may be anything. "
            "Which results can be worked out now?",
            [
                ("product_waits_for_all", "None"),
                ("knows_only_the_past", "H1 and H2"),
                ("", "H1 and H3"),
                ("product_waits_for_nothing", "H1, H2, H3 and H4"),
            ],
            _ROW, _LATER, _PRESENT,
        ),
        item(
            "The five results H1 to H5 are made of the five inputs X1 to X5:\n"
            "H1 = 4·X3; H2 = X1 − X5; H3 = X1 + X2 + X4; H4 = X2 + 2·X3; H5 = 3·X1.\n"
            "The inputs come one after the other, X1 first. X1, X2 and X3 have come, and X4 and X5 may be anything. "
            "Which results can be worked out now?",
            [
                ("product_waits_for_nothing", "H1, H2, H3, H4 and H5"),
                ("product_waits_for_all", "None"),
                ("knows_only_the_past", "H1, H2 and H3"),
                ("", "H1, H4 and H5"),
            ],
            _ROW, _LATER, _PRESENT,
        ),
    ),
    Objective(
        "length", "03", 2, "what a PSN made for T steps cannot be given",
        item(
            "Three neurons have been made for sequences of 30 steps. P makes the output of each step from all 30 "
            "inputs, with a weight for each pair of output and input. Q makes it from the newest 5 inputs, with the "
            "same 5 weights at every step. R keeps a number, halves it at every step and adds the input. Now a "
            "sequence of 45 steps comes. Which of them can give an output at each of the 45 steps, with the weights "
            "that they have?",
            [("weights_go_on", "P, Q and R"), ("only_loops_any_length", "R"), ("", "Q and R")],
            _NO_WEIGHTS, _ANY_LENGTH, _KERNEL_OR_LOOP,
        ),
        item(
            "Three neurons have been made for sequences of 24 steps. P makes the output of each step from the "
            "newest 4 inputs, with the same 4 weights at every step. Q makes it from the newest 4 inputs as well, "
            "with 4 other weights at each of the steps 1 to 24. R keeps a number, takes a tenth of it away at every "
            "step and adds the input. Now a sequence of 36 steps comes. Which of them can give an output at each of "
            "the 36 steps, with the weights that they have?",
            [("", "P and R"), ("only_loops_any_length", "R"), ("weights_go_on", "P, Q and R")],
            _NONE_LEFT, _ANY_LENGTH, _KERNEL_OR_LOOP,
        ),
    ),
    Objective(
        "half_shut", "04", 2, "say what a half-shut mask lets through",
        item(
            "A layer makes ten outputs, each 1 or 0, from ten inputs of any size that come one after the other. An "
            "output is 1 if a sum of all ten inputs, each times a weight, reaches a threshold. In the end each "
            "output is to use its own input and the two before it, 3 in all. So the weights of all others have been "
            "made smaller, and are now a hundredth of what they were. After how many inputs is the output of step 2 "
            "certain, whatever comes?",
            [("nearly_shut_is_shut", "After 2"), ("needs_k_inputs", "After 3"), ("", "After all 10")],
            _WAITS_FOR_ALL, _HUNDREDTH,
        ),
        item(
            "A gauge sends 24 readings of any size, one after the other. An alarm belongs to each reading: it is "
            "given if a sum over all 24 readings, each times a weight, reaches a limit. In the end each alarm is to "
            "use its own reading and the five before it, 6 in all. So the weights of all others have been made "
            "smaller, and are now a thousandth of what they were. After how many readings is it certain whether the "
            "alarm of reading 4 is given, whatever comes?",
            [("", "After all 24"), ("needs_k_inputs", "After 6"), ("nearly_shut_is_shut", "After 4")],
            _WAITS_FOR_ALL, _HUNDREDTH,
        ),
    ),
    Objective(
        "early", "04", 3, "say after how many inputs a spike is known",
        item(
            "A neuron makes each output from the newest 4 inputs, that of the present step and the three before it; "
            "inputs before the first one count as 0. A sequence has 20 inputs, which come one after the other. After "
            "how many inputs is the first output known?",
            [("", "After 1"), ("needs_k_inputs", "After 4"), ("product_waits_for_all", "After 20")],
            _KNOWN, _PLACE_EMPTY, _COUNT_AS_ZERO,
        ),
        item(
            "A weather station makes a figure for each day from the newest 8 readings, that of the day and the seven "
            "before it; days before the first one count as 0. It runs for 32 days. After how many readings is the "
            "figure of the third day known?",
            [("product_waits_for_all", "After 32"), ("needs_k_inputs", "After 8"), ("", "After 3")],
            _KNOWN, _PLACE_EMPTY, _COUNT_AS_ZERO,
        ),
    ),
    Objective(
        "rule", "05", 3, "say what it cannot do",
        item(
            "A neuron multiplies the newest 4 inputs by 4 weights, adds up, and fires when the sum reaches its "
            "threshold. Weights and threshold may be any numbers, but are the same at every step; inputs before the "
            "first one count as 0. All inputs are whole numbers from 0 to 9. Which rule can it not follow, however "
            "the numbers are chosen?",
            [
                ("weights_have_one_sign", "Fire when the input is at least 2 more than the one before"),
                ("newest_counts_most", "Fire when the input of three steps ago was 5 or more"),
                ("no_memory", "Fire when the last four inputs add up to 12 or more"),
                ("", "Fire when the input is 5 or more and it is that of step 8"),
            ],
            _TIME_INDEX, _ALIKE,
        ),
        item(
            "A door looks at the newest 5 readings of a sensor, those before the first one being 0. It multiplies "
            "them by 5 weights, adds up, and opens when the sum reaches a limit. Weights and limit may be any "
            "numbers, but are the same at every reading. All readings are whole numbers from 0 to 9. Which rule can "
            "it not follow, however the numbers are chosen?",
            [
                ("no_memory", "Open when the last three readings add up to 10 or more"),
                ("", "Open when the reading is 3 or more and 20 others came before it"),
                ("weights_have_one_sign", "Open when the reading is at least 1 less than the one before"),
                ("newest_counts_most", "Open when the reading of two steps ago was 4 or more, whatever came since"),
            ],
            _TIME_INDEX, _ALIKE,
        ),
    ),
)  # fmt: skip
