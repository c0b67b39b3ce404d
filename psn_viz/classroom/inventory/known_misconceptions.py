"""The wrong ideas behind the wrong options of the inventory, each with the place of the course that meets it."""

from __future__ import annotations

from psn_viz.classroom.inventory.inventory_item import Misconception

_ALL = (
    Misconception(
        "ones_are_multiplied", "An input of 1 still has to be multiplied by its weight.",
        "00", "a layer that receives zeros and ones need not multiply",
    ),
    Misconception(
        "zeros_are_added", "An input of 0 has to be added all the same.",
        "00", "does nothing for those that are 0",
    ),
    Misconception(
        "zeros_cost_the_same", "A 0 or a 1 costs as much as any other number, whatever the machine.",
        "00", "A GPU multiplies by 0 and 1 as by any number.",
    ),
    Misconception(
        "soft_for_hard", "A hard reset takes the threshold away and keeps the rest.",
        "01", "subtract the threshold, keep what is above it",
    ),
    Misconception(
        "reset_ignored", "What came before a spike is still in the neuron after it.",
        "02", "nothing cut",
    ),
    Misconception(
        "no_memory", "Each input is compared with the threshold by itself.",
        "01", "the membrane forgotten",
    ),
    Misconception(
        "reset_drives_firing", "A neuron has to be reset before it can fire again.",
        "00", "The other way round: nothing sets the membrane back any more.",
    ),
    Misconception(
        "psn_is_faster_lif", "Without its reset it is the same neuron, only faster.",
        "00", "The PSN is a faster LIF.",
    ),
    Misconception(
        "only_reset_waits", "Only the reset makes a step wait for the one before.",
        "01", "Only the reset makes a step wait.",
    ),
    Misconception(
        "cores_make_parallel", "With enough processors the steps of a loop run side by side.",
        "01", "With enough cores the loop would be parallel.",
    ),
    Misconception(
        "soft_is_linear", "A soft reset only subtracts, so the neuron stays linear.",
        "02", "H needs the earlier S, and S comes from H by Θ, which is not linear.",
    ),
    Misconception(
        "charging_adds", "Charging only adds, so the charge is linear, whatever the reset does.",
        "02", "*Without a reset the two are equal. With a reset they are not:*",
    ),
    Misconception(
        "threshold_spoils_all", "Where there is a threshold, nothing in the neuron is linear.",
        "02", "The membrane does not know whether the neuron fired.",
    ),
    Misconception(
        "input_in_full", "A new input enters in full; only the old value is scaled.",
        "02", "1/τ missing",
    ),
    Misconception(
        "lost_for_kept", "The share that is lost in a step is taken for the share that is kept.",
        "02", "1/τ for β",
    ),
    Misconception(
        "lag_off_by_one", "The newest input has leaked already in the step in which it comes.",
        "02", "lag off by one",
    ),
    Misconception(
        "spike_input_stays", "The input of the step that fires survives the reset.",
        "02", "the input at the spike kept",
    ),
    Misconception(
        "spike_input_alone", "A spike erases the input of its own step and no other.",
        "02", "columns of spikes erased",
    ),
    Misconception(
        "parallel_is_less", "Parallel means fewer operations.",
        "02", "Parallel means fewer operations.",
    ),
    Misconception(
        "same_work_shared", "Done side by side, it is the same operations.",
        "02", "Parallel is not the same as less work.",
    ),
    Misconception(
        "product_waits_for_all", "Every product has to wait for all inputs.",
        "00", "Every product has to wait for all rows.",
    ),
    Misconception(
        "knows_only_the_past", "A result of step t is made of the inputs up to step t, and of no others.",
        "00", "A PSN, like a loop, knows only the past.",
    ),
    Misconception(
        "product_waits_for_nothing", "A product waits for no input: all results are there at once.",
        "00", "the product waits for nothing",
    ),
    Misconception(
        "weights_go_on", "Weights go on beyond the length that they were made for.",
        "03", "It uses its 16 × 16 matrix twice",
    ),
    Misconception(
        "only_loops_any_length", "Only a loop that carries a value takes sequences of any length.",
        "05", "Nothing in the kernel depends on T.",
    ),
    Misconception(
        "nearly_shut_is_shut", "A very small weight on a later input is as good as none.",
        "04", "λ = 0.99 is nearly 1.",
    ),
    Misconception(
        "needs_k_inputs", "A neuron that uses the newest k inputs answers only when k have come.",
        "04", "With k = 4 it needs four inputs.",
    ),
    Misconception(
        "weights_have_one_sign", "Weights over time add up inputs and cannot subtract one.",
        "05", "No leak can do that, since all of a leak's weights have one sign.",
    ),
    Misconception(
        "newest_counts_most", "A newer input always counts more than an older one.",
        "08", "A leak weighs all inputs alike but for their age, with positive numbers that fade.",
    ),
    Misconception(
        "ratio_is_of_the_neuron", "A speed-up over one program is one over the neuron, whatever program runs it.",
        "06", "A speed-up over \"an LIF\" can be about the LIF.",
    ),
    Misconception(
        "ratio_same_everywhere", "A ratio of two times does not depend on the machine.",
        "06", "A ratio does not depend on the machine.",
    ),
    Misconception(
        "chance_is_forgetting", "At chance level, so the neurons have lost the information.",
        "07", "At chance: so the information is gone.",
    ),
    Misconception(
        "chance_is_impossible", "At chance level, so the task cannot be learned at all.",
        "07", "That the task cannot be solved",
    ),
    Misconception(
        "any_share_is_knowledge", "Every right answer shows that something has been learned.",
        "07", "So a network that has lost step 0 can only guess, and is right in one of four cases: 25 %.",
    ),
    Misconception(
        "order_always_counts", "What reads a picture in order depends on the order.",
        "08", "Only without memory, and read as a mean, does the order of the rows not matter.",
    ),
    Misconception(
        "mean_forgets_order", "A mean over the steps never depends on the order of the inputs.",
        "08", "The mean over steps is just a detail.",
    ),
    Misconception(
        "higher_is_better", "The method with the higher number is the better one.",
        "10", "It is better, since its number is higher",
    ),
    Misconception(
        "not_shown_is_none", "No difference shown means that there is none.",
        "10", "That no difference is shown does not mean that there is none.",
    ),
    Misconception(
        "all_is_noise", "Single runs say nothing, however far apart they are.",
        "10", "It is all noise, then.",
    ),
    Misconception(
        "network_is_task", "What this network loses, the task needs.",
        "09", "The task needs that part",
    ),
    Misconception(
        "back_means_unused", "What can be done without was not used.",
        "09", "Train again without it: if accuracy returns, this network used it,",
    ),
    Misconception(
        "past_left", "After a hard reset a little of the past is left.",
        "11", "After a hard reset a little of the past is left.",
    ),
)  # fmt: skip

MISCONCEPTIONS = {one.name: one for one in _ALL}
