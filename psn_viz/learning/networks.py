"""The network of the course: layers of spiking neurons between ordinary linear layers."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from psn_viz.learning.evaluation import evaluating, logits_of
from psn_viz.learning.history import History
from psn_viz.neurons.arguments import choice, floating, integer

READOUTS = ("last", "mean")


class Classifier(nn.Module):
    """Base of the networks: x `[T, n, features]` → logits `[n, classes]`, spikes and firing rates."""

    features: int
    classes: int
    # What `load_model` adds: all that the card says, and the training.
    card: dict[str, Any]
    history: History | None

    @property
    def neurons(self) -> list[nn.Module]:
        """The neurons of the hidden layers, in order."""
        raise NotImplementedError

    def activity(self, x: Tensor, length: Tensor | None = None) -> list[Tensor]:
        """The spikes of each hidden layer, `[T, n, …]`, for x `[T, n, features]`; 0 from a sample's end on.

        Computed as in evaluation, without gradients; looking changes neither weights nor mode.
        """
        spikes, valid = [], None if length is None else valid_steps(x, length)
        hooks = [
            neuron.register_forward_hook(lambda module, inputs, output: spikes.append(output))
            for neuron in self.neurons
        ]
        try:
            with evaluating(self):
                logits_of(self, x, length)
        finally:
            for hook in hooks:
                hook.remove()
        return spikes if valid is None else [layer * valid[..., None] for layer in spikes]

    def firing_rate(self, x: Tensor, length: Tensor | None = None) -> list[float]:
        """Spikes per neuron and time-step of each hidden layer, averaged over the steps of x `[T, n, features]`."""
        spikes = self.activity(x, length)
        if length is not None:
            spikes = [layer[valid_steps(x, length)] for layer in spikes]
        return [layer.mean().item() for layer in spikes]

    @property
    def parameter_count(self) -> int:
        """How many numbers are trained (a masked PSN stores, and is counted with, its whole matrix)."""
        return sum(parameter.numel() for parameter in self.parameters() if parameter.requires_grad)

    def _check(self, x: Tensor) -> None:
        floating("x", x)
        if x.ndim != 3 or x.shape[2] != self.features:
            raise ValueError(
                f"x must be [T, n, features] with features = {self.features}, got {list(x.shape)}"
                + (": for a single sample write x[:, None]" if x.ndim == 2 else "")
            )


class SpikingClassifier(Classifier):
    """Classify a sequence: [Linear – BatchNorm1d – neuron] for each hidden layer, then a linear readout.

    features: numbers per time-step. classes: how many logits. hidden: the width of each hidden layer.
    neuron: a callable that makes a fresh neuron, called once per hidden layer:
    `neuron=lambda: PSN(T=28)`, or a class that needs no arguments, `neuron=LIF`.
    readout: `"last"`, the logits of the last time-step, so that whatever the answer needs must have been
    remembered until then; or `"mean"`, the logits averaged over the steps, as in the paper
    (arXiv 2304.12760).

    Linear and BatchNorm treat every time-step alike; only the neurons connect time-steps.

    Sequences of different lengths come in one batch, filled up at the end, with the `length` of each. What stands
    in the filling changes nothing: the first layer never reads it, BatchNorm counts the steps before the end
    only, every neuron gets X = 0 from the end on, and the readout takes each sample's own last step, or the mean
    over its own steps.

    Raises TypeError when `neuron` does not make a fresh module at each call or a number is no integer,
    ValueError for numbers below 1, an empty `hidden` and an unknown readout.
    """

    def __init__(
        self,
        features: int,
        classes: int,
        neuron: Callable[[], nn.Module],
        hidden: Sequence[int] = (64, 64),
        readout: str = "last",
    ) -> None:
        super().__init__()
        self.features = integer("features", features, low=1)
        self.classes = integer("classes", classes, low=1)
        if isinstance(hidden, str) or not isinstance(hidden, Sequence):
            raise TypeError(f"hidden must be a sequence of widths such as (64, 64), got {hidden!r}")
        self.hidden = tuple(integer("each width in hidden", width, low=1) for width in hidden)
        if not self.hidden:
            raise ValueError("hidden must name at least one layer, such as (64,); got an empty sequence")
        self.readout = choice("readout", readout, READOUTS)
        neurons = make_neurons(neuron, len(self.hidden))
        widths = (self.features, *self.hidden)
        self.layers = nn.ModuleList(
            Layer(inputs, outputs, fresh_neuron)
            for inputs, outputs, fresh_neuron in zip(widths[:-1], widths[1:], neurons, strict=True)
        )
        self.head = nn.Linear(self.hidden[-1], self.classes)

    def forward(self, x: Tensor, length: Tensor | None = None) -> Tensor:
        """x `[T, n, features]`, the dtype of the weights → logits `[n, classes]`.

        length: int64 `[n]`, how many time-steps each sample has, 1 to T; None: all have T.
        Raises TypeError or ValueError when x or length has another dtype or shape, or a length is out of range.
        Does not look for NaN (that would wait for the device): NaN gives no spike; `train` and `accuracy` do look.
        """
        self._check(x)
        valid = valid_steps(x, length)
        for layer in self.layers:
            x = layer(x, valid)
        # The head is linear, so the mean of the logits is the logits of the mean: n products, not T·n.
        return self.head(read_out(x, self.readout, length, valid))

    @property
    def neurons(self) -> list[nn.Module]:
        """The neurons of the hidden layers, in order."""
        return [cast(Layer, layer).neuron for layer in self.layers]

    def extra_repr(self) -> str:
        """What `print(model)` adds to the layers."""
        return f"readout={self.readout!r}"


class Layer(nn.Module):
    """Linear – BatchNorm1d – neuron, `[T, n, inputs]` → spikes `[T, n, outputs]`.

    frozen: stay in eval mode while the network around it is trained, so that BatchNorm keeps its mean and variance.
    """

    frozen = False

    def __init__(self, inputs: int, outputs: int, neuron: nn.Module) -> None:
        super().__init__()
        # BatchNorm subtracts the mean, and a bias with it.
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.norm = nn.BatchNorm1d(outputs)
        self.neuron = neuron

    def train(self, mode: bool = True) -> "Layer":
        """As `nn.Module.train`; a frozen layer stays in eval mode."""
        return super().train(mode and not self.frozen)

    def forward(self, x: Tensor, valid: Tensor | None = None) -> Tensor:
        """x `[T, n, inputs]` → `[T, n, outputs]`; valid: bool `[T, n]`, the steps before each sample's end."""
        # Steps and samples as one dimension: one mean and variance per channel, over all of them …
        if valid is None:
            return self.neuron(self.norm(self.linear(x).flatten(0, 1)).unflatten(0, x.shape[:2]))
        # … that count. The others are not read at all, and the neuron gets 0 there.
        inputs = self.norm(self.linear(x[valid]))
        return self.neuron(inputs.new_zeros(*valid.shape, inputs.shape[-1]).index_put((valid,), inputs))


def valid_steps(x: Tensor, length: Tensor | None) -> Tensor | None:
    """Bool `[T, n]`, True before each sample's end, for x `[T, n, …]` and length int64 `[n]`; None without length.

    Raises TypeError when length is no tensor of integers, ValueError when it does not fit x.
    """
    if length is None:
        return None
    T, n = x.shape[:2]
    if not isinstance(length, Tensor) or length.dtype != torch.int64:
        given = length.dtype if isinstance(length, Tensor) else type(length).__name__
        raise TypeError(f"length must be a tensor of dtype torch.int64, got {given}")
    if length.shape != (n,):
        raise ValueError(f"length must hold one number for each of the {n} samples of x, got {list(length.shape)}")
    if n and not 1 <= int(length.min()) <= int(length.max()) <= T:
        raise ValueError(
            f"length must lie in 1 to T = {T}, the time-steps of x, got {int(length.min())} to {int(length.max())}"
        )
    return torch.arange(T, device=x.device)[:, None] < length.to(x.device)


def read_out(x: Tensor, readout: str, length: Tensor | None = None, valid: Tensor | None = None) -> Tensor:
    """`[n, …]` from x `[T, n, …]`: each sample's own last step ("last"), or the mean over its own steps ("mean")."""
    if length is None or valid is None:
        return x[-1] if readout == "last" else x.mean(0)
    length = length.to(x.device)
    if readout == "last":
        return x[length - 1, torch.arange(len(length), device=x.device)]
    return torch.where(valid[..., None], x, 0).sum(0) / length[:, None]


def make_neurons(neuron: Callable[[], nn.Module], count: int) -> list[nn.Module]:
    """`count` fresh neurons; TypeError with the words to write instead when that cannot be had."""
    advice = "write neuron=lambda: PSN(T=28), which makes a fresh one for each layer"
    if isinstance(neuron, nn.Module):
        raise TypeError(
            f"neuron must make a fresh neuron for each layer, got one finished {type(neuron).__name__}: {advice}"
        )
    if not callable(neuron):
        raise TypeError(f"neuron must be a callable without arguments, got {neuron!r}: {advice}")
    name = getattr(neuron, "__name__", repr(neuron))
    try:
        inspect.signature(neuron).bind()
    except TypeError as error:
        raise TypeError(f"neuron must be callable without arguments, {name} is not ({error}): {advice}") from None
    except ValueError:
        pass  # Some built-in callables have no signature to ask; the call below will tell.
    fresh_neurons = [neuron() for _ in range(count)]
    for module in fresh_neurons:
        if not isinstance(module, nn.Module):
            raise TypeError(f"neuron() must give an nn.Module, {name} gave {type(module).__name__}: {advice}")
    if len(set(map(id, fresh_neurons))) < count:
        raise TypeError(f"neuron() must give a fresh neuron at each call, {name} gave the same one: {advice}")
    return fresh_neurons
