"""The graph of a neuron's loop, folded term by term into a row of W; a clock for loop, scan and product."""
