"""A cue, a delay, a question: what one neuron still holds of the cue, and what trained networks answer."""
