"""Are the kernels for CUDA right, as far as Triton's interpreter can tell on a CPU?

The interpreter has to be chosen before triton is imported, so the tests of this file run in a process of their own.
"""

import importlib.util
import os
import subprocess
import sys

import pytest
import torch

from psn_viz.neurons.fast import function
from tests.strategies import generator
from tests.test_neurons_fast import LAYOUTS, assert_same, kept_bytes, neurons

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
interpreted = pytest.mark.skipif(not INTERPRETED, reason="runs in the process of test_in_the_interpreter")
if INTERPRETED:
    from psn_viz.neurons.fast import triton_kernel as kernel

    right = kernel.gradients


def wrong(*args):
    return [1.02 * part for part in right(*args)]


@pytest.mark.skipif(INTERPRETED, reason="this is that process")
def test_in_the_interpreter():
    if importlib.util.find_spec("triton") is None:
        pytest.skip("triton, which comes with torch for CUDA, is not installed")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(command, env={**os.environ, "TRITON_INTERPRET": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# bfloat16 is left out: the interpreter cannot transpose it.
@interpreted
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("T", [1, 5, 16, 17, 64])
def test_the_kernel_agrees_with_float64(T, dtype, monkeypatch):
    assert kernel.agrees(T, dtype, torch.device("cpu"))
    monkeypatch.setattr(kernel, "gradients", wrong)
    assert not kernel.agrees(T, dtype, torch.device("cpu"))


@interpreted
@pytest.mark.parametrize("T,N", [(1, 1), (6, 150), (40, 77)])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_neurons_through_the_kernel(T, N, layout, monkeypatch):
    monkeypatch.setattr(function, "kernel_for", lambda x: kernel)
    rng = generator(T)
    for neuron in neurons(T, 3, 0.4, 3.0, torch.float32, rng):
        x = LAYOUTS[layout](torch.randn(T, N, generator=rng))
        assert_same(neuron, x, rng)
        x = x.clone().requires_grad_()
        kept, spikes = kept_bytes(neuron, x)
        assert kept == 4 * (T * N + sum(p.numel() for p in neuron.parameters()))
        spikes.sum().backward()  # ∂L/∂S is one number, seen [T, N] times


@interpreted
def test_a_kernel_that_fails_or_is_wrong_is_never_used_and_says_why_once(monkeypatch):
    """Each with a T of its own: what was found for one is kept."""
    assert kernel.serves(torch.randn(4, 3)) and not kernel.serves(torch.randn(65, 3))
    assert not kernel.serves(torch.randn(4, 3).double())

    def fails(*args):
        raise RuntimeError("out of resource")

    for T, broken, reason in ((6, fails, "it fails with RuntimeError.*out of resource"), (7, wrong, "than float64")):
        x = torch.randn(T, 3)
        with monkeypatch.context() as patch:
            patch.setattr(kernel, "gradients", broken)
            with pytest.warns(
                UserWarning, match=f"without their Triton kernel for T = {T} and torch.float32.*{reason}"
            ):
                assert not kernel.serves(x)
        assert not kernel.serves(x)
        assert kernel.serves(torch.randn(4, 3))
