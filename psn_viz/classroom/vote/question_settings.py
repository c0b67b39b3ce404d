"""What stands before a question in its lesson and is needed to answer it, for who sees the question alone.

The words are those of the lesson. A question that is missing here says all that it needs.
"""

CLOTHES = (
    "Pictures of clothes come row by row, T = 28. The network: linear layer, batch normalisation, 64 neurons, twice, "
    "then a linear readout. Only the neuron changes."
)
A100 = "An A100: 19.5 · 10¹² operations and 2.04 · 10¹² bytes a second, 5 µs a launch. N = 2²⁰ neurons, float32."
ROWS_PSN = "rows-psn: two layers of 64 PSNs, which read pictures of clothes row by row. W is 28 × 28 in each layer."
SEQUENTIAL = "Pictures of 32 × 32 pixels are read column by column, so T = 32."
LAMBDA = (
    "λ = 0: the neuron is a PSN; λ = 1: the mask is shut. In between, weights outside of it are multiplied by 1 − λ."
)
RECALL = (
    "At step 0 one of four cues comes: a 1 in one of four channels. Distractors come after it, and D steps later the "
    "network is asked which cue it was."
)

SETTINGS = {
    "00/first_spikes": (
        "A picture of 28 × 28 pixels comes row by row. Each of its pixel columns has a neuron of either kind. The "
        "LIF takes the rows in turn. In the W that the PSN has learned, each time-step has a weight for every row "
        "of the picture."
    ),
    "00/without_reset": (
        "An LIF with reset reads pictures of clothes row by row. The product W X gives the spikes of the same "
        "neuron without its reset."
    ),
    "00/accuracy": (
        "Pictures of clothes, ten kinds, read row by row. Two layers of 64 PSNs, then one score per kind, read at "
        "the last row. Guessing gives 10 %."
    ),
    "01/silent": "An LIF of the form with X/τ gets 0.9 at every step. Its threshold is 1.",
    "01/nudge": (
        "Neurons with a hard reset, τ = 4 and threshold 1 get 1.5 at every step. Some get something extra at step "
        "0, once: 0.5, 1 or 1.5. After 40 steps the leak alone would leave 0.00001 of it."
    ),
    "02/factor": (
        "An LIF without reset, τ = 4, so β = 1 − 1/τ = 0.75. Line 2: H[t] = β H[t−1] + X[t]/τ. Line 3: H[t] = β² "
        "H[t−2] + (β/τ) X[t−1] + X[t]/τ. And so on."
    ),
    "02/row_6": "An LIF with a hard reset. Without the reset, H[6] would be row 6 of W times the inputs.",
    "03/reach": (
        "An LIF with τ = 4 and a hard reset, detached (no gradient goes through the S of the reset), has fired at "
        "the steps 5, 11, 22 and 30."
    ),
    "03/stays": (
        "The W of a leak is written into a PSN. So it uses only the past. Then comes the first step of gradient "
        "descent."
    ),
    "04/left": (
        "A masked PSN: step t uses X[t] and the k − 1 inputs before it. The mask sets all other entries of W to 0."
    ),
    "04/past": f"A masked PSN of order k. {LAMBDA}",
    "04/logs": (
        f"A masked PSN on sequential CIFAR100. {SEQUENTIAL} λ = min(8e/(E − 1), 1) in epoch e of E; at λ = 0 the "
        "neuron is a PSN, at λ = 1 the mask is shut."
    ),
    "05/start": "A sliding PSN uses the same k weights at every step. Inputs before the first one count as 0.",
    "05/left_over": "Step by step, a sliding PSN keeps the last k − 1 inputs in a queue.",
    "06/fails": A100,
    "07/erased": "A neuron is to keep a cue. Its charge moves a share 1/τ of the way to the input.",
    "07/pair": (
        "Two neurons get the same cue and the same distractors, with the weights w and −w. There is a cue in half "
        "of the samples."
    ),
    "07/mixed": f"{RECALL} The distractors come on the channels of the cues.",
    "07/charge": "An LIF of the form with X/τ: it moves a share 1/τ of the way to the input. It starts at 0.",
    "07/moved": "The network is to recall a cue, and is asked at the last of 9 steps.",
    "08/without_memory": CLOTHES,
    "08/reach": CLOTHES,
    "08/mean": CLOTHES,
    "09/rows": ROWS_PSN,
    "09/directions": f"{ROWS_PSN} A direction is a column times a row; every matrix is a sum of such ones.",
    "09/wipe": ROWS_PSN,
    "10/twins": SEQUENTIAL,
    "10/shut": f"Sequential CIFAR100. {SEQUENTIAL} {LAMBDA}",
    "10/first": f"{SEQUENTIAL} Test accuracy in the logs that the authors of the paper published.",
    "10/seconds": (
        f"Sequential CIFAR10. {SEQUENTIAL} The logs that the authors published hold the time of each epoch."
    ),
    "11/forgets": "H[t] = β V[t−1] + X[t]; a hard reset sets V to 0.",
    "11/rounds": (
        "Pointers lead from each spike to the next one. In a round every pointer is led on to where the pointer at "
        "its end leads: two spikes ahead, then four."
    ),
    "11/few": (
        "All spikes are guessed at once: take some as given, then H is one product; fire again. That is a round."
    ),
    "ten_minutes/no_reset": (
        "A leaky neuron (LIF): the membrane moves a share 1/τ of the way to the input; a spike sets it back to 0."
    ),
    "ten_minutes/part": "W is the matrix of a leaky neuron (LIF) without reset: H = W X is what its loop gives.",
    "ten_minutes/wait": "A Parallel Spiking Neuron: H = W X, and it fires at step t where H[t] reaches B[t].",
    "ten_minutes/nearly": f"A masked PSN. {LAMBDA}",
    "ten_minutes/length": "A sliding PSN uses the same k weights at each step: a convolution over time.",
    "ten_minutes/work": "A PSN makes T multiplications a step in one call. A plain loop makes T small calls.",
}
