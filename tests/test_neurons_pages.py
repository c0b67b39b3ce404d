"""The gradient of a long masked PSN lies in pages of the system: zeros, of this process alone, as large as needed."""

import os

import pytest
import torch

from psn_viz.neurons import MaskedPSN
from psn_viz.neurons.fast import band


def gradient(T=3000, k=3):
    neuron = MaskedPSN(T, k, lambda_=1.0)
    neuron(torch.randn(T, 64)).sum().backward()
    return neuron.weight.grad


def test_it_is_zero_outside_the_band_and_belongs_to_an_ordinary_parameter():
    grad = gradient()
    assert grad.numel() * 4 > 2**25 and grad.is_contiguous()
    band = torch.ones(3000, 3000).tril_().triu_(-2).bool()
    assert not grad[~band].any() and grad[band].any()
    torch.nn.utils.clip_grad_norm_([torch.nn.Parameter(grad)], 1.0)
    grad.mul_(2).add_(1)
    assert grad[0, -1] == 1
    assert torch.equal(grad.clone(), grad)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_does_not_write_into_it():
    pages = band._pages(2**16)
    child = os.fork()
    if child == 0:
        pages[0] = 7
        os._exit(0)
    os.waitpid(child, 0)
    assert pages[0] == 0


@pytest.mark.parametrize("error", [ImportError, AttributeError, OSError])
def test_without_such_pages_there_are_ordinary_zeros(monkeypatch, error):
    torch.manual_seed(0)
    expected = gradient()

    def none(size):
        raise error

    monkeypatch.setattr(band, "_pages", none)
    torch.manual_seed(0)
    assert torch.equal(gradient(), expected)
