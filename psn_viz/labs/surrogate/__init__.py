"""Θ, the arctangent that stands in for it, and which neurons of a layer get a gradient through it."""
