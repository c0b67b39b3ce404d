"""Items of the inventory on lessons 00 to 02: one neuron, its loop, and what is left of it without the reset."""

from __future__ import annotations

from psn_viz.classroom.inventory.inventory_item import Objective, item

_ADDS = (
    "00",
    "a layer that receives zeros and ones need not multiply. It adds up the weights of the inputs that are 1, and "
    "does nothing for those that are 0.",
)  # fmt: skip
_INTEGRATES = ("01", "The simplest neuron, *integrate-and-fire* (IF), adds its input to what it has:")
_FIRES = ("01", "The neuron fires when its charge reaches the threshold.")
_FROM_ZERO = ("01", "The next step starts from 0, whatever the charge was.")
_WAITS = ("01", "So each step waits for the step before. *This is so with each of the three resets, also with none.*")
_MORE = (
    "02",
    "So without it the charge is at least as high at every step, and the neuron fires whenever it would fire with a "
    "reset, and usually more often.",
)  # fmt: skip
_EVERY_STEP = (
    "01",
    "Without a reset it fires at every step, from its first spike on, until the input has leaked away.",
)  # fmt: skip
_SUM = (
    "02",
    "A linear function obeys **superposition**: the charge for the sum of two inputs is the sum of the two charges.",
)
_APART = (
    "02",
    "The charge is then a linear function of the inputs: superposition holds. With a reset, every step holds a "
    "decision, and superposition fails. A hard reset cuts W at every spike; a soft one subtracts a second sum "
    "over S.",
)
_PROPORTION = (
    "01",
    "Without the reset the change is in proportion: the charge is a *linear* function of the inputs.",
)
_FACTOR = (
    "02",
    r"The factor of X[t−4] is $\beta^4/\tau$. With each step that passes, the share of an input is multiplied by β.",
)  # fmt: skip
_ERASED = (
    "01",
    "**A hard reset erases all that came in before**, the input of the spike's own step included. The next step "
    "starts from 0, whatever the charge was.",
)
_HALF_SQUARE = (
    "02",
    "The loop needs two multiply-adds for each step: one for the leak, one for the input. The product needs about "
    "T²/2",
)
_WORK = ("02", "So it does *more* arithmetic, and waits less.")

OBJECTIVES = (
    Objective(
        "saves", "00", 1, "say what spikes save",
        item(
            "A unit adds up its inputs, each multiplied by a weight of its own. It has 200 inputs. At this moment "
            "30 of them are 1, and all others are 0. A chip leaves out every operation that cannot change the sum. "
            "How many operations are left?",
            [
                ("zeros_cost_the_same", "200 multiplications and 200 additions"),
                ("ones_are_multiplied", "30 multiplications and 30 additions"),
                ("zeros_are_added", "No multiplication and 200 additions"),
                ("", "No multiplication and 30 additions"),
            ],
            _ADDS,
        ),
        item(
            "Each of the 120 points of a camera sends 1 when it sees a change, else 0. A counter adds up what they "
            "send, each times a weight of its own. Now 9 points send 1. The counter is built so that it leaves out "
            "all that cannot change its sum. What does it do?",
            [
                ("", "Add 9 times, multiply never"),
                ("zeros_are_added", "Add 120 times, multiply never"),
                ("ones_are_multiplied", "Multiply 9 times, add 9 times"),
                ("zeros_cost_the_same", "Multiply 120 times, add 120 times"),
            ],
            _ADDS,
        ),
    ),
    Objective(
        "order", "01", 1, "compute *charge*, *fire* and *reset* of an integrate-and-fire neuron by hand",
        item(
            "A neuron keeps a number, which is 0 at first. At each step it adds the input to its number. If the "
            "number is then 10 or more, the neuron fires, and its number is set to 0 before the next step. The "
            "inputs of four steps are 4, 8, 9 and 6. At which steps does it fire? (Steps are counted from 1.)",
            [
                ("soft_for_hard", "At steps 2 and 3"),
                ("", "At steps 2 and 4"),
                ("reset_ignored", "At steps 2, 3 and 4"),
                ("no_memory", "At none"),
            ],
            _INTEGRATES, _FIRES, _FROM_ZERO,
        ),
        item(
            "A neuron keeps a number, which is 0 at first. At each step it adds the input to its number. If the "
            "number is then 8 or more, the neuron fires, and its number is set to 0 before the next step. The "
            "inputs of five steps are 3, 4, 7, 4 and 5. At which steps does it fire? (Steps are counted from 1.)",
            [
                ("no_memory", "At none"),
                ("soft_for_hard", "At steps 3 and 4"),
                ("", "At steps 3 and 5"),
                ("reset_ignored", "At steps 3, 4 and 5"),
            ],
            _INTEGRATES, _FIRES, _FROM_ZERO,
        ),
    ),
    Objective(
        "spikes", "01", 2, "say what τ, the threshold and the kind of reset change",
        item(
            "A neuron adds its input, 4, to its number at each step. When the number is 10 or more, the neuron "
            "fires, and its number is set to 0. So it fires at 3 of the first 9 steps. Now the setting to 0 is left "
            "out, and nothing else is changed. At how many of the first 9 steps does it fire?",
            [("reset_drives_firing", "At 1"), ("psn_is_faster_lif", "At 3"), ("", "At 7")],
            _MORE, _EVERY_STEP,
        ),
        item(
            "A neuron adds its input, 6, to its number at each step. When the number is 20 or more, the neuron "
            "fires, and its number is set to 0. So it fires at 3 of the first 12 steps. Now the setting to 0 is "
            "left out, and nothing else is changed. At how many of the first 12 steps does it fire?",
            [("reset_drives_firing", "At 1"), ("psn_is_faster_lif", "At 3"), ("", "At 9")],
            _MORE, _EVERY_STEP,
        ),
    ),
    Objective(
        "wait", "01", 3, "say why each step waits for the step before, and what a reset adds to that",
        item(
            "A program goes through 12 steps. In each it takes the number that the step before has left, halves it "
            "and adds an input; if the result is 1 or more, it writes down a 1 and sets the number to 0. A step "
            "takes one second, so all take 12 seconds. Now the setting to 0 is deleted, and the program gets 4 "
            "processors instead of 1. Its lines are otherwise the same, and a step still takes one second. How long "
            "do all take?",
            [("", "12 seconds"), ("cores_make_parallel", "3 seconds"), ("only_reset_waits", "1 second")],
            _WAITS,
        ),
        item(
            "A savings account is worked out day by day for 20 days: the balance of the day before, with its "
            "interest, plus what comes in; from 100 on, all is paid out and the balance is 0. One clerk takes one "
            "minute for a day, so 20 minutes in all. Now nothing is ever paid out, and there are 5 clerks instead of "
            "1. They still work it out day by day in this way, a minute for each. How long do all days take?",
            [("only_reset_waits", "1 minute"), ("cores_make_parallel", "4 minutes"), ("", "20 minutes")],
            _WAITS,
        ),
    ),
    Objective(
        "share", "02", 1, "say what the entries of the matrix mean",
        item(
            "A number is 0 at first. At each step it is multiplied by 3/4, and then 1/4 of the new input is added. "
            "What share of the input of step 3 is in the number after step 5? (Steps are counted from 1.)",
            [
                ("input_in_full", "3/4 · 3/4"),
                ("", "1/4 · 3/4 · 3/4"),
                ("lag_off_by_one", "1/4 · 3/4 · 3/4 · 3/4"),
                ("lost_for_kept", "1/4 · 1/4 · 1/4"),
            ],
            _FACTOR,
        ),
        item(
            "A number is 0 at first. At each step it is multiplied by 4/5, and then 1/5 of the new input is added. "
            "What share of the input of step 2 is in the number after step 5? (Steps are counted from 1.)",
            [
                ("", "1/5 · 4/5 · 4/5 · 4/5"),
                ("lost_for_kept", "1/5 · 1/5 · 1/5 · 1/5"),
                ("input_in_full", "4/5 · 4/5 · 4/5"),
                ("lag_off_by_one", "1/5 · 4/5 · 4/5 · 4/5 · 4/5"),
            ],
            _FACTOR,
        ),
    ),
    Objective(
        "superposition", "02", 2, "show that a reset breaks them",
        item(
            "Three neurons add each input to a number, which is 0 at first, and fire when it is 10 or more. Then P "
            "leaves its number as it is, Q takes 10 away from it, and R sets it to 0. Each gets a list of inputs; "
            "then, from 0 again, a second list; then, from 0 again, the sum of the two lists, step by step. Each "
            "number is noted just after the input has been added. For which neurons are the numbers of the third "
            "run always the sums of those of the first two?",
            [
                ("", "For P"),
                ("soft_is_linear", "For P and Q"),
                ("charging_adds", "For P, Q and R"),
                ("threshold_spoils_all", "For none"),
            ],
            _SUM, _APART,
        ),
        item(
            "Three neurons halve a number, which is 0 at first, add the input, and fire when it is 6 or more. Then "
            "P leaves its number as it is, Q takes 6 away from it, and R sets it to 0. Each gets a list of inputs, "
            "and then, from 0 again, the same list with every input three times as large. Each number is noted just "
            "after the input has been added. With which neurons can it happen that a number of the second run is "
            "not three times that of the first?",
            [
                ("charging_adds", "With none"),
                ("soft_is_linear", "With R"),
                ("threshold_spoils_all", "With P, Q and R"),
                ("", "With Q and R"),
            ],
            _PROPORTION, _APART,
        ),
    ),
    Objective(
        "cut", "02", 3, "show what a reset does to the matrix",
        item(
            "At each step a neuron halves its number and adds the input. When the number is 1 or more, the neuron "
            "fires, and then its number is set to 0. It has fired at step 5 and at no other step. Which inputs are "
            "contained in its number at step 8, when the input of step 8 has been added?",
            [
                ("reset_ignored", "Those of steps 1 to 8"),
                ("spike_input_stays", "Those of steps 5 to 8"),
                ("", "Those of steps 6 to 8"),
                ("spike_input_alone", "Those of steps 1 to 4 and 6 to 8"),
            ],
            _ERASED,
        ),
        item(
            "At each step a neuron takes a tenth of its number away and adds the input. When the number is 2 or "
            "more, the neuron fires, and then its number is set to 0. It has fired at step 7 and at no other step. "
            "Which inputs are contained in its number at step 11, when the input of step 11 has been added?",
            [
                ("spike_input_stays", "Those of steps 7 to 11"),
                ("", "Those of steps 8 to 11"),
                ("spike_input_alone", "Those of steps 1 to 6 and 8 to 11"),
                ("reset_ignored", "Those of steps 1 to 11"),
            ],
            _ERASED,
        ),
    ),
    Objective(
        "work", "02", 4, "say what is gained and what is lost, in operations, in waiting and in spikes",
        item(
            "A neuron without reset can be worked out in two ways. The loop goes through 64 steps, with 2 "
            "multiplications in each. The other way writes the result of step t as a sum over the inputs 1 to t, "
            "each multiplied once by a known weight; all 64 sums can be worked out side by side. How many "
            "multiplications does the other way need in all?",
            [
                ("", "2080"),
                ("same_work_shared", "128"),
                ("parallel_is_less", "2"),
            ],
            _HALF_SQUARE, _WORK,
        ),
        item(
            "A leaky sum can be worked out in two ways. The loop goes through 200 steps, with 3 multiplications in "
            "each. The other way writes the result of step t as a sum over the inputs 1 to t, each multiplied once "
            "by a known weight; with 200 processors all 200 sums are worked out at the same time. How many "
            "multiplications does the other way need in all?",
            [
                ("parallel_is_less", "3"),
                ("", "20100"),
                ("same_work_shared", "600"),
            ],
            _HALF_SQUARE, _WORK,
        ),
    ),
)  # fmt: skip
