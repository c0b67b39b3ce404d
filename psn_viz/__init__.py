"""See why a spiking neuron without reset runs in parallel.

`psn_viz.neurons` holds the mathematics, `psn_viz.learning` data and training, `psn_viz.labs` the
slider-driven figures of the course in `notebooks/`. Importing the package draws and trains nothing.
"""

__version__ = "0.1.0"
