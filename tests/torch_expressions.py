"""What expressions of torch give, and their gradients, in a file: with torch, or with what stands in for it.

Run as `python -m tests.torch_expressions FILE` for what stands in. Names in an expression: x, y `[3, 4]`, s `[4, 4]`,
v `[4]`, p `[3, 4]` positive, z without dimensions, all float64; f `[3, 4]`, w without dimensions, float32; h `[3, 4]`
float16; n `[3, 4]`, c `[3]` int64, u `[3, 4]` uint8; b `[3, 4]` bool; F: torch.nn.functional.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import sys
from pathlib import Path

import numpy as np

from tests.lab_sender import as_plain

# Differentiated in x, y, s, v, p and f, where they stand in it.
SMOOTH = """
x + y | x - y | x * y | x / p | x + 2 | 3 - x | 2 / p | x / 4 | -x | abs(x) | x ** 2 | x ** 3 | p ** 0.5 | p ** -1
p ** 1.7 | 2.0 ** x | p ** x | x + v | v * x | x * v[:, None][:3] | x + z | f + w | f * z | x + f | f / 3 | x % 2
x * n | f * n | x.add(y, alpha=0.5) | torch.sub(x, y, alpha=2) | torch.exp(x) | torch.log(p) | torch.sqrt(p)
p.rsqrt() | x.sin() | x.cos() | x.tanh() | torch.atan(x) | torch.sigmoid(x) | p.reciprocal() | x.square()
torch.relu(x) | torch.log1p(p) | torch.expm1(x) | torch.log2(p) | p.log10() | x.clamp(-0.5, 0.5) | x.clamp(min=0)
x.floor() | x.ceil() | x.round() | x.sign() | torch.trunc(x) | torch.maximum(x, y) | torch.minimum(x, y)
x.nan_to_num() | torch.where(b, x, y) | torch.where(b, x, 0) | torch.where(b, 1.5, x) | x.masked_fill(b, 2.0)
torch.addcmul(x, y, p, value=0.3) | x.clone() | x.double() | x.float() | f.double() | f.to(torch.float64)
x.contiguous() | x.t().contiguous() | x.sum() | x.sum(0) | x.sum(1, keepdim=True) | x.sum((0, 1)) | x.mean()
x.mean(0) | x.mean((0, 1)) | x.mean(-1, keepdim=True) | x.max() | x.min() | x.max(1).values | x.min(0)[0]
x.amax(0) | x.amin((0, 1)) | x.var() | x.var(0) | x.std() | x.std(1, correction=0) | x.norm() | x.norm(dim=0)
x.logsumexp(1) | x.softmax(1) | F.softmax(x, dim=0) | F.log_softmax(x, dim=1) | x.cumsum(0) | x.cumsum(-1)
x @ y.t() | s @ v | v @ s | v @ v | s @ s | x @ s | x[None] @ s[None] | torch.mm(x, s) | torch.bmm(x[None], s[None])
torch.outer(v, v) | torch.addmm(x, x, s) | x.t() @ y | x.T | s.mT | x[:, None] @ s | x.reshape(4, 3) | x.view(-1)
x.flatten() | x[None].flatten(0, 1) | x.unflatten(1, (2, 2)) | x.unsqueeze(1) | x[:, None].squeeze(1)
x.transpose(0, 1) | x[None].permute(2, 0, 1) | x[None].movedim(0, 2) | x.flip(0) | x.flip(0, 1) | x.roll(1, 0)
v.expand(3, 4) | z.expand(3) | v.expand(3, -1) | x.repeat(2, 1) | v.repeat(3, 2) | v.unfold(0, 2, 1)
x.unfold(1, 2, 1) | x.unfold(0, 2, 1) | v.unfold(0, 2, 2) | x.diagonal() | x.diagonal(1) | x.diagonal(-1) | s.diag()
v.diag() | x.tril() | x.triu(1) | x.tril(-1) | torch.stack((x, y)) | torch.stack([x, y], 1) | torch.cat((x, y))
torch.cat((x, y), 1) | torch.cat((x[:1], y[1:], x)) | torch.stack(x.unbind()) | x[0] | x[-1] | x[:, 1] | x[1:]
x[:, ::2] | x[..., 0] | x[None] | x[1, 2] | x[c] | x[:, c] | x[b] | x[c, c] | x[c - 1, 1] | x[[0, 2]]
x.select(1, 2) | x.narrow(1, 1, 2) | x.split(2, 1)[1] | x.chunk(2, 1)[0] | v.tensor_split(3)[0] | x.gather(1, n % 4)
x.index_select(0, c) | x.index_add(0, c, y) | x.new_zeros(3, 4).index_put((b,), x[b]) | x.index_put((b,), y[b])
F.pad(x, (1, 2)) | F.pad(v, (2, 1), value=3.0) | F.pad(x, (0, 0, 2, 0)) | F.pad(x, (-1, 1)) | F.linear(x, s)
F.linear(x, s, v) | F.linear(x[None], s) | F.cross_entropy(x, c) | F.cross_entropy(x, c, label_smoothing=0.1)
F.cross_entropy(f, c) | F.mse_loss(x, y) | F.relu(x)
torch.fft.irfft(torch.fft.rfft(x, n=6, dim=0) * torch.fft.rfft(y, n=6, dim=0), n=6, dim=0)
torch.fft.irfft(torch.fft.rfft(x, n=3) * torch.fft.rfft(v, n=3), n=3) | torch.fft.irfft(torch.fft.rfft(x)) * p
torch.fft.irfft(torch.fft.rfft(v, n=9)[None] * torch.fft.rfft(x, n=9), n=9)[:, 1:4]
"""
# Not differentiated.
GIVEN = """
x == y | x != y | x < y | x <= 0 | x > z | x >= 0.1 | n == 2 | n > 1.5 | b & ~b | b | (x > 0) | b ^ (x > 0) | ~n
n & 1 | 1 - n | n / 2 | n // 2 | n % 3 | n * 1.5 | n + 1 | n ** 2 | u + 1 | u * 2 | u + n | n + x | n + f | f + z
w + x | w + z | w + n | b + 1 | b * x | b + b | b + u | h + f | h * 2 | (h + h).float() | -n | abs(n) | n.float()
n.double() | x.long() | x.int() | x.bool() | b.float() | x.half() | n.to(torch.uint8) | x.to(f)
torch.lerp(x, y, 0.3) | torch.lerp(x, y, 0.8) | x.isnan() | torch.isfinite(x / 0) | (x / 0).isinf()
torch.logical_not(b) | torch.logical_and(b, x > 0) | n.sum() | b.sum() | b.sum(0) | u.sum(dtype=torch.uint8)
b.any() | b.any(1) | b.all(0) | x.any() | x.prod() | x.prod(0) | n.prod() | n.max() | n.max(1) | x.argmax()
x.argmax(1) | x.argmin(0, keepdim=True) | n.argmax(0) | x.median() | n.cumsum(0) | b.cumsum(1) | x.cumprod(1)
x.diff() | x.count_nonzero() | x.sort(1) | x.sort(0, descending=True) | n.sort()
n.argsort(descending=True, stable=True) | x.topk(2) | n.unique() | n.unique(return_counts=True) | torch.bincount(c)
b.nonzero() | b.nonzero(as_tuple=True) | torch.where(b) | torch.equal(x, y) | torch.allclose(x, x)
torch.isclose(x, y) | torch.tensor(1) | torch.tensor(1.5) | torch.tensor(True) | torch.tensor([1, 2])
torch.tensor([1.0, 2]) | torch.tensor([[True], [False]]) | torch.tensor([]) | torch.tensor([1], dtype=torch.float64)
torch.tensor([z, z]) | torch.as_tensor(2.5) | torch.zeros(2, 3) | torch.ones((2,), dtype=torch.int64)
torch.zeros(()) | torch.full((2,), 3) | torch.full((2,), 3.5) | torch.full((), True)
torch.full((2,), 1, dtype=torch.float64) | torch.zeros_like(n) | torch.ones_like(x, dtype=torch.bool)
torch.full_like(x, 2) | x.new_zeros(2) | x.new_full((2,), 1) | n.new_ones(2, 2) | x.new_tensor([1, 2])
torch.arange(5) | torch.arange(2, 8, 2) | torch.arange(3.0) | torch.arange(1, 0, -0.25, dtype=torch.float64)
torch.arange(5, 0, -1, dtype=torch.float64) | torch.linspace(0, 1, 7)
torch.linspace(-1, 3, 10, dtype=torch.float64) | torch.eye(3) | torch.eye(2, 3, dtype=torch.float64)
F.one_hot(c, 4) | F.one_hot(c) | F.cosine_similarity(x, y, dim=0) | torch.linalg.svdvals(x)
torch.linalg.matrix_power(s, 3) | torch.linalg.norm(x) | torch.linalg.solve(s, v) | torch.special.entr(p)
torch.special.entr(x) | (lambda U, S, V: U * S @ V)(*torch.linalg.svd(x, full_matrices=False))
torch.linalg.svd(s).S | torch.fft.rfft(x) | torch.fft.rfft(f, n=6, dim=0)
torch.fft.irfft(torch.fft.rfft(x, dim=0), n=3, dim=0) | torch.fft.rfft(v)[None] * torch.fft.rfft(x)
torch.promote_types(torch.float32, torch.int64) | torch.result_type(n, 1.5)
torch.promote_types(torch.uint8, torch.int8) | torch.promote_types(torch.bool, torch.half)
torch.finfo(torch.float32).eps | torch.finfo(torch.float64).tiny | x.shape | x.stride() | x.t().stride()
x[1:, 1:].storage_offset() | x.is_contiguous() | x.t().is_contiguous() | x.as_strided((2, 2), (4, 1), 1) | x.numel()
len(x) | x.dim() | x.tolist() | x[1, 1].item() | float(z) | int(c[1]) | list(map(float, v))
[float(one) for one in x[0]] | x.dtype | n.dtype | str(x.dtype) | x.device | str(x.device) | x.element_size()
torch.Size((2, 3)).numel() | bool(z > 0) | 2.5 in torch.tensor([2.5]) | f'{z:.3f}' | x.clone().add_(1)
x.clone().sub_(y) | x.clone().mul_(v) | x.clone().div_(2) | x.clone().zero_() | x.clone().fill_(2)
x.clone().clamp_(0, 1) | x.clone().neg_() | x.clone().tril_() | x.clone().triu_(1) | x.clone().masked_fill_(b, 0)
x.clone().copy_(v) | x.clone().addcmul_(y, y, value=2) | x.clone().addmm_(x, s)
torch.mm(x, s, out=torch.empty(3, 4, dtype=torch.float64)) | torch.ge(x, 0, out=torch.empty(3, 4))
torch.sub(x, y, out=x.clone()) | torch.exp(x, out=x.clone()) | u.view(torch.int8) | f.view(torch.int32)
x.type_as(f) | torch.is_tensor(x) | torch.pi | torch.inf
[(d.diagonal(1).fill_(2), d.diagonal(-2).zero_(), d)[2] for d in [x.clone()]]
[(d.diagonal(-1).__setitem__(slice(None), 7.0), d)[1] for d in [s.clone()]]
x.diagonal(4) | x[None].diagonal(1, 1, 2)
x.cummax(0) | n.cummax(1) | x.cummin(-1) | x.median(1) | n.median(0, keepdim=True) | x.repeat_interleave(2, 0)
n.repeat_interleave(2) | torch.repeat_interleave(v, torch.tensor([1, 0, 2, 1])) | x.sum(axis=0) | x.max(axis=1)
torch.mean(x, axis=1) | n.argmax(axis=0) | x.std(axis=0) | b.any(axis=1) | torch.argwhere(b) | torch.diag_embed(x)
x.fliplr() | torch.flipud(x) | x.frac() | torch.nansum(x, 1) | x.nanmean() | s.trace() | torch.trace(n[:, :3])
torch.atan2(x, y) | torch.fmod(x, p) | torch.fmod(n, 3) | torch.heaviside(x, z) | torch.kron(s, x) | torch.numel(x)
torch.reshape(x, (4, 3)) | torch.permute(x, (1, 0)) | torch.broadcast_to(v, (3, 4)) | v.broadcast_to(3, 4)
x.clamp_min(0) | x.clamp_max(0.2) | v.tile(2) | torch.tile(x, (2, 1)) | x.ravel() | torch.ravel(x.t())
torch.tril_indices(3, 3) | torch.triu_indices(3, 4, 1) | torch.meshgrid(z[None], v, indexing='ij')
torch.meshgrid(v, x[0], indexing='xy')
torch.masked_select(x, b) | x.scatter(1, n % 4, 0.5) | x.scatter(0, n[:2] % 3, y) | x.clone().scatter_(1, n % 4, 2)
torch.zeros(3, 4).scatter_add_(0, n % 3, f) | x.clone().index_put_((c,), y) | x.clone().index_add_(0, c, y)
x.clone().index_fill_(1, c, 3) | s.clone().fill_diagonal_(2) | torch.vstack((v, x)) | torch.hstack((x, y))
torch.hstack((v, v)) | torch.einsum('ti,in->tn', x, s) | torch.einsum('tn,tn->n', f, f) | torch.logspace(-1, 2, 4)
x.type(torch.float32) | n.type(torch.int32)
"""
# Random numbers that are the same to the bit.
DRAWN = """
torch.rand(5) | torch.rand(7, dtype=torch.float64) | torch.rand(2, 3) | torch.rand_like(x)
torch.empty(6).uniform_() | torch.randperm(1) | torch.randperm(10) | torch.randperm(700) | torch.randint(10, (5,))
torch.randint(-3, 4, (2, 3)) | torch.rand(3, generator=torch.Generator())
torch.rand(2, generator=torch.Generator().manual_seed(7))
torch.randperm(9, generator=torch.Generator().manual_seed(2**40 + 3))
"""
# Those where the processor decides the last digit, by a fused multiply-add or by its logarithm.
DRAWN_BUT_FOR_ROUNDING = """
torch.empty(6).uniform_(-0.3, 0.7) | torch.empty(6, dtype=torch.float64).uniform_(-3, 2)
torch.randn(16, dtype=torch.float64) | torch.randn(5, 7, dtype=torch.float64) | torch.randn(3, dtype=torch.float64)
torch.randn(3) | torch.randn(15) | torch.empty(20, dtype=torch.float64).normal_(2, 3)
torch.empty(3, dtype=torch.float64).normal_(2, 3) | torch.nn.Linear(5, 3).weight | torch.nn.Linear(5, 3).bias
torch.nn.init.kaiming_uniform_(torch.empty(4, 4), a=5**0.5) | torch.randn_like(x) | torch.randn(20)
torch.randn(33)
"""
SEEDS = (0, 1, 2**31, 2**32 + 5, 2**63)


def listed(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split(" | ")]


def names(torch) -> dict:
    """The numbers that expressions are about, the same for every torch."""
    drawn = np.random.RandomState(0)
    x, y = (torch.from_numpy(drawn.randn(3, 4)) for _ in range(2))
    n, s = torch.from_numpy(drawn.randint(-4, 5, (3, 4)).astype("i8")), torch.from_numpy(drawn.randn(4, 4))
    v, p = torch.from_numpy(drawn.randn(4)), torch.from_numpy(drawn.rand(3, 4) + 0.5)
    f = torch.from_numpy(drawn.randn(3, 4).astype("f4"))
    u, c = torch.from_numpy(drawn.randint(0, 9, (3, 4)).astype("u1")), torch.from_numpy(np.array([2, 0, 2], "i8"))
    z, w = torch.tensor(0.7, dtype=torch.float64), torch.tensor(-1.3, dtype=torch.float32)
    b, h = torch.from_numpy(drawn.rand(3, 4) > 0.5), torch.from_numpy(drawn.randn(3, 4).astype("f2"))
    names = {"x": x, "y": y, "n": n, "s": s, "v": v, "p": p, "f": f, "u": u, "c": c, "z": z, "w": w, "b": b, "h": h}
    return {**names, "torch": torch, "F": torch.nn.functional}


def plain(torch, value):
    """A result as another process can read it: of tensors dtype and array."""
    if isinstance(value, torch.Tensor):
        return str(value.dtype), value.detach().numpy().copy()
    if isinstance(value, tuple | list):
        return [plain(torch, one) for one in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def given(torch, expression: str):
    return plain(torch, eval(expression, names(torch)))


def differentiated(torch, expression: str):
    """The result, and the gradient of a weighted sum of it in each name that has one."""
    space = names(torch)
    leaves = [space[name].requires_grad_() for name in "xysvpfzw"]
    result = eval(expression, space)
    weights = torch.from_numpy(np.asarray(np.random.RandomState(1).randn(*result.shape))).to(result.dtype)
    gradients = torch.autograd.grad((result * weights).sum(), leaves, allow_unused=True)
    return [plain(torch, result), *("none" if one is None else plain(torch, one) for one in gradients)]


def drawn(torch, expression: str, seed: int):
    """Three results in a row, and one after a number was drawn otherwise."""
    space = names(torch)
    torch.manual_seed(seed)
    return [plain(torch, eval(expression, space)) for _ in range(3)] + [plain(torch, torch.rand(2))]


OPTIMISERS = {
    "AdamW": lambda optim, parameters: optim.AdamW(parameters, lr=0.05, weight_decay=0.1),
    "SGD": lambda optim, parameters: optim.SGD(parameters, lr=0.1, momentum=0.9),
}


def trained(torch, optimiser: str, neuron: str):
    """Losses, and all parameters and buffers of a small spiking network after five steps of training."""
    from psn_viz.learning import SpikingClassifier
    from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, family

    makers = {"PSN": lambda: PSN(6), "masked": lambda: MaskedPSN(6, 3, 0.5), "sliding": lambda: SlidingPSN(3)}
    makers |= {
        "LowRankPSN": lambda: family.LowRankPSN(6, 2),
        "PowerOfTwoPSN": lambda: family.PowerOfTwoPSN(2, 2, channels=5),
        "SPSN": lambda: family.SPSN(),
        "ParaLIF": lambda: family.ParaLIF(2.0, 2.0),
        "PSU": lambda: family.PSU(6),
        "FixedPointLIF": lambda: family.FixedPointLIF(carry="sigmoid"),
        "PRF": lambda: family.PRF(5),
        "InputDecayLIF": lambda: family.InputDecayLIF(2),
    }
    torch.manual_seed(0)  # for spikes that are drawn
    model = SpikingClassifier(4, 3, makers.get(neuron, LIF), hidden=(5, 5), readout="mean").double()
    drawn = np.random.RandomState(3)
    with torch.no_grad():  # whatever a network draws in float32, the processor has a say in
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(np.asarray(drawn.uniform(-1, 1, tuple(parameter.shape)))))
    x, y = torch.from_numpy(drawn.randn(6, 20, 4)), torch.arange(20) % 3
    steps = OPTIMISERS[optimiser](torch.optim, list(model.parameters()))
    schedule, losses = torch.optim.lr_scheduler.CosineAnnealingLR(steps, T_max=4), []
    for _ in range(5):
        steps.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y, label_smoothing=0.1)
        loss.backward()
        steps.step()
        schedule.step()
        losses.append(loss.item())
    state = {name: values for name, values in model.state_dict().items() if not name.endswith("_extra_state")}
    return [losses, sorted(state), *(plain(torch, state[name]) for name in sorted(state))]


def stored(torch, kind: str, name: str):
    """A digest of all that a file of the package holds: a study, results of the bench, or a trained model."""
    from psn_viz.bench import load_results
    from psn_viz.learning import load_model, load_study

    if kind != "model":
        content = {"study": load_study, "results": load_results}[kind](name)
        return _digest(as_plain(content))
    model = load_model(name)
    state = {name: plain(torch, values) for name, values in sorted(model.state_dict().items())}
    return [_digest(model.card), _digest(as_plain(model.history)), *(_digest(values) for values in state.values())]


def _digest(value) -> str:
    text = json.dumps(value, default=lambda array: [array.dtype.name, array.shape, _sha256(array.tobytes())])
    return _sha256(text.encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _files() -> dict[str, tuple]:
    from psn_viz.bench import stored_results
    from psn_viz.learning import shipped_models, stored_studies

    names = {"study": stored_studies(), "results": stored_results(), "model": shipped_models()}
    return {f"stored: {kind} {name}": (stored, kind, name) for kind, every in names.items() for name in every}


def cases() -> dict[str, tuple]:
    """What is evaluated, by name: a function of torch and its arguments."""
    found: dict[str, tuple] = {f"given: {one}": (given, one) for one in listed(GIVEN)}
    found |= {f"gradient: {one}": (differentiated, one) for one in listed(SMOOTH)}
    found |= _files()
    neurons = "PSN", "masked", "sliding", "LIF"
    found |= {f"trained: {neuron} by {name}": (trained, name, neuron) for neuron in neurons for name in OPTIMISERS}
    # By SGD alone: AdamW divides by the size of a gradient, and makes the rounding of a small one large.
    later = "LowRankPSN PowerOfTwoPSN SPSN ParaLIF PSU FixedPointLIF PRF InputDecayLIF".split()
    found |= {f"trained: {neuron} by SGD": (trained, "SGD", neuron) for neuron in later}
    for kind, listing in (("drawn", DRAWN), ("rounded", DRAWN_BUT_FOR_ROUNDING)):
        found |= {f"{kind}: {one} with seed {seed}": (drawn, one, seed) for one in listed(listing) for seed in SEEDS}
    return found


def evaluated(torch) -> dict:
    """The result of every case, or its error in words."""
    found = {}
    for name, (function, *arguments) in cases().items():
        try:
            found[name] = function(torch, *arguments)
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def main(file: str) -> None:
    """Write what stands in for torch gives."""
    from psn_viz.browser.standing_in import stand_in

    stand_in()
    import torch

    Path(file).write_bytes(pickle.dumps(evaluated(torch)))


if __name__ == "__main__":
    main(*sys.argv[1:])
