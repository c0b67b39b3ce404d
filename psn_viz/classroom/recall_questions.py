"""The recall questions of the course: (is it right, what it says, feedback, state code that answers it)."""

QUESTIONS = {
    "01": [
        (
            "A picture of 28 × 28 pixels is read row by row. What is T?",
            [
                (True, "28", "One time-step per row; at each step 28 numbers come in, one per column."),
                (
                    False,
                    "784",
                    "That is the number of pixels. A step takes in a whole row of 28 of them.",
                    "read_image;t=4",
                ),
                (
                    False,
                    "1: it is a single picture",
                    "The picture has no time of its own; T counts its rows.",
                    "read_image;t=4",
                ),
            ],
        ),
        (
            "Why could the LIF fire at row 5 while the PSN had to wait for row 27?",
            [
                (
                    False,
                    "The PSN computes more slowly",
                    "It computes in a single step, but only once all rows are there.",
                    "read_image;t=12",
                ),
                (
                    True,
                    "A row of a PSN's W may have a weight for every time-step",
                    "Later ones too, so its first spikes may depend on the last input.",
                ),
                (
                    False,
                    "The LIF looks ahead",
                    "It is the other way round: the LIF uses what it has read so far.",
                    "read_image;weights=ahead",
                ),
            ],
        ),
        (
            "The reset is left out and nothing else changes. What happens to the spikes?",
            [
                (
                    False,
                    "The same spikes, computed faster",
                    "On the same input the neuron without reset fires more often.",
                    "read_image",
                ),
                (
                    False,
                    "Fewer spikes",
                    "A reset sets the membrane back; without it the membrane stays up.",
                    "read_image",
                ),
                (
                    True,
                    "More spikes on the same input",
                    "It is another neuron, one that can be computed without a loop.",
                ),
            ],
        ),
    ],
    "02": [
        (
            "Which of the two is the membrane before the reset?",
            [
                (True, "H", "The neuron charges to H, compares H with the threshold, and the reset leaves V."),
                (
                    False,
                    "V",
                    "V is what the reset leaves. At a spike the two differ: H above the threshold, V at 0.",
                    "charge_fire_reset;t=7",
                ),
            ],
        ),
        (
            "An LIF (τ = 4, X/τ in its charge, threshold 1) gets a steady input of 0.9. How often does it fire?",
            [
                (
                    False,
                    "At every step, it just takes a while to start",
                    "The membrane approaches 0.9 and stays below the threshold.",
                    "charge_fire_reset;input=steady+0.9",
                ),
                (
                    False,
                    "About every fourth step",
                    "τ is how slowly the membrane follows, not how often it fires.",
                    "charge_fire_reset;input=steady+0.9",
                ),
                (True, "Never", "Its membrane is an average of its inputs and stays below 0.9."),
            ],
        ),
        (
            "Which of the three makes a step of the loop wait for the step before?",
            [
                (
                    False,
                    "charge",
                    "Alone, it is a weighted sum of the inputs, and that can be done at once.",
                    "closed_form",
                ),
                (False, "fire", "It looks at a single number, H[t].", "closed_form"),
                (True, "reset", "V[t−1] depends on S[t−1]: the chain runs through a decision at every step."),
            ],
        ),
    ],
}
