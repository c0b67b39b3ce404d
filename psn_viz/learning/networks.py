"""The network of the course: layers of spiking neurons between ordinary linear layers."""

import inspect
from collections.abc import Callable, Sequence

from torch import Tensor, nn

from psn_viz.learning.evaluation import evaluating
from psn_viz.neurons.checks import choice, integer

READOUTS = ("last", "mean")


class SpikingClassifier(nn.Module):
    """Classify a sequence: [Linear – BatchNorm1d – neuron] for each hidden layer, then a linear readout.

    features: numbers per time-step. classes: how many logits. hidden: the width of each hidden layer.
    neuron: a callable that makes a fresh neuron, called once per hidden layer:
    `neuron=lambda: PSN(T=28)`, or a class that needs no arguments, `neuron=LIF`.
    readout: `"last"`, the logits of the last time-step, so that whatever the answer needs must have been
    remembered until then; or `"mean"`, the logits averaged over the steps, as in the paper
    (arXiv 2304.12760).

    Linear and BatchNorm treat every time-step alike; only the neurons connect time-steps.
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
        neurons = _make(neuron, len(self.hidden))
        widths = (self.features, *self.hidden)
        self.layers = nn.ModuleList(
            Layer(inputs, outputs, made)
            for inputs, outputs, made in zip(widths[:-1], widths[1:], neurons, strict=True)
        )
        self.head = nn.Linear(self.hidden[-1], self.classes)

    def forward(self, x: Tensor) -> Tensor:
        """x `[T, n, features]`, the dtype of the weights → logits `[n, classes]`.

        Raises ValueError when x has another shape. Does not look for NaN (that would wait for the
        device): NaN gives no spike; `train` and `accuracy` do look.
        """
        self._check(x)
        for layer in self.layers:
            x = layer(x)
        # The head is linear, so the mean of the logits is the logits of the mean: n products, not T·n.
        return self.head(x[-1] if self.readout == "last" else x.mean(0))

    def activity(self, x: Tensor) -> list[Tensor]:
        """The spikes of each hidden layer, `[T, n, width]`, for x `[T, n, features]`.

        Computed as in evaluation, without gradients; looking changes neither weights nor mode.
        """
        self._check(x)
        spikes = []
        with evaluating(self):
            for layer in self.layers:
                x = layer(x)
                spikes.append(x)
        return spikes

    def firing_rate(self, x: Tensor) -> list[float]:
        """Spikes per neuron and time-step of each hidden layer, averaged over x `[T, n, features]`."""
        return [spikes.mean().item() for spikes in self.activity(x)]

    @property
    def parameter_count(self) -> int:
        """How many numbers are trained (a masked PSN stores, and is counted with, its whole matrix)."""
        return sum(parameter.numel() for parameter in self.parameters() if parameter.requires_grad)

    def extra_repr(self) -> str:
        """What `print(model)` adds to the layers."""
        return f"readout={self.readout!r}"

    def _check(self, x: Tensor) -> None:
        if not isinstance(x, Tensor) or not x.is_floating_point():
            given = x.dtype if isinstance(x, Tensor) else type(x).__name__
            raise TypeError(f"x must be a tensor of a floating dtype, got {given}")
        if x.ndim != 3 or x.shape[2] != self.features:
            raise ValueError(
                f"x must be [T, n, features] with features = {self.features}, got {list(x.shape)}"
                + (": for a single sample write x[:, None]" if x.ndim == 2 else "")
            )


class Layer(nn.Module):
    """Linear – BatchNorm1d – neuron, `[T, n, inputs]` → spikes `[T, n, outputs]`."""

    def __init__(self, inputs: int, outputs: int, neuron: nn.Module) -> None:
        super().__init__()
        # BatchNorm subtracts the mean, and a bias with it.
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.norm = nn.BatchNorm1d(outputs)
        self.neuron = neuron

    def forward(self, x: Tensor) -> Tensor:
        """x `[T, n, inputs]` → `[T, n, outputs]`."""
        charge = self.linear(x)
        # Time and batch flattened: one mean and variance per channel, over all steps and samples.
        return self.neuron(self.norm(charge.flatten(0, 1)).view_as(charge))


def _make(neuron: Callable[[], nn.Module], count: int) -> list[nn.Module]:
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
    made = [neuron() for _ in range(count)]
    for one in made:
        if not isinstance(one, nn.Module):
            raise TypeError(f"neuron() must give an nn.Module, {name} gave {type(one).__name__}: {advice}")
    if len({id(one) for one in made}) < count:
        raise TypeError(f"neuron() must give a fresh neuron at each call, {name} gave the same one: {advice}")
    return made
