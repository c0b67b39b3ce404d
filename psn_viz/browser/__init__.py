"""The labs in a browser, with no kernel: what stands in there for packages that a browser does not have."""

# How far what a lab computes there may be from what PyTorch gives, of the largest number beside it, or of 1.
# The tests hold every lab to it, and its page says it. Processors add up in another order, and the logarithm of a
# small gradient makes that larger: 1.4e-6 was seen where torch may not use the vector units, under 1e-6 where it may.
EQUAL_TO_TORCH = 1e-5
