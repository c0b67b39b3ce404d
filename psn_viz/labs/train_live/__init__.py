"""Training that reacts: neuron, k, λ, τ and learning rate are changed while a network learns."""
