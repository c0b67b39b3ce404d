"""Networks for images: the paper's, which sees one column per time-step, and one that sees the same image T times."""

from collections.abc import Callable
from typing import cast

from torch import Tensor, nn

from psn_viz.learning.networks import Classifier, make_neurons
from psn_viz.neurons.arguments import integer

CHANNELS, HEIGHT = 3, 32


class SequentialCIFARClassifier(Classifier):
    """The network for sequential CIFAR of Fang et al. (2023, arXiv 2304.12760): one column of the image per step.

    Twice three times [Conv1d over the height, kernel 3, without bias – BatchNorm1d – neuron], each three followed by
    an average over pairs of rows; then [linear – neuron] and a linear readout, averaged over the steps. x is
    `[T, n, 96]`, and `x[t].unflatten(1, (3, 32))` is column t as `[n, channel, row]`, as in the data set
    "sequential-cifar10".

    classes: how many logits. neuron: as in SpikingClassifier, called 7 times. width: channels of the convolutions,
    128 in the paper; the linear layer before the last has twice as many neurons, and 8·width inputs.
    channels, height: of the columns, where x is `[T, n, channels·height]` of another image set; height ≥ 4.
    """

    def __init__(
        self,
        classes: int,
        neuron: Callable[[], nn.Module],
        width: int = 128,
        channels: int = CHANNELS,
        height: int = HEIGHT,
    ) -> None:
        super().__init__()
        self.channels, self.height = integer("channels", channels, low=1), integer("height", height, low=4)
        self.features = self.channels * self.height
        self.classes = integer("classes", classes, low=1)
        self.width = integer("width", width, low=1)
        *hidden_neurons, last = make_neurons(neuron, 7)
        self.layers = nn.ModuleList(
            ConvLayer(nn.Conv1d(width if number else channels, width, 3, padding=1, bias=False), hidden_neuron)
            for number, hidden_neuron in enumerate(hidden_neurons)
        )
        self.pool = nn.AvgPool1d(2)
        self.linear = nn.Linear(width * (height // 4), 2 * width)
        self.last = last
        self.head = nn.Linear(2 * width, self.classes)

    @property
    def neurons(self) -> list[nn.Module]:
        return [*(cast(ConvLayer, layer).neuron for layer in self.layers), self.last]

    neurons.__doc__ = Classifier.neurons.__doc__

    def forward(self, x: Tensor) -> Tensor:
        """x `[T, n, channels·height]`, the dtype of the weights → logits `[n, classes]`.

        Raises ValueError for another shape.
        """
        self._check(x)
        x = x.unflatten(2, (self.channels, self.height))
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number in (2, 5):
                x = each_step(self.pool, x)
        # The head is linear: the mean of the logits is the logits of the mean.
        return self.head(self.last(self.linear(x.flatten(2))).mean(0))


class StaticClassifier(Classifier):
    """A small network for images that do not move: it is shown the same image T times.

    [Conv2d, kernel 3 – BatchNorm2d – neuron – average over 2 × 2] twice, then a linear readout, averaged over the T
    steps: what the paper calls static classification (arXiv 2304.12760, there with T = 4), but small. x is
    `[rows, n, columns]`, an image set as it is read row by row ("fashion-mnist-rows"): all rows together are the
    image, and time begins when it is complete.

    rows, columns ≥ 4: of an image. classes: how many logits. neuron: as in SpikingClassifier, called twice, with
    this T. T: how often the image is shown. width: channels of the first convolution; the second has twice as many.
    """

    def __init__(
        self, rows: int, columns: int, classes: int, neuron: Callable[[], nn.Module], T: int = 4, width: int = 8
    ) -> None:
        super().__init__()
        self.rows, self.columns = integer("rows", rows, low=4), integer("columns", columns, low=4)
        self.features, self.classes = self.columns, integer("classes", classes, low=1)
        self.T, self.width = integer("T", T, low=1), integer("width", width, low=1)
        first, second = make_neurons(neuron, 2)
        self.first = ConvLayer(nn.Conv2d(1, width, 3, padding=1, bias=False), first)
        self.second = ConvLayer(nn.Conv2d(width, 2 * width, 3, padding=1, bias=False), second)
        self.pool = nn.AvgPool2d(2)
        self.head = nn.Linear(2 * width * (rows // 4) * (columns // 4), self.classes)

    @property
    def neurons(self) -> list[nn.Module]:
        return [self.first.neuron, self.second.neuron]

    neurons.__doc__ = Classifier.neurons.__doc__

    def forward(self, x: Tensor) -> Tensor:
        """x `[rows, n, columns]`, the dtype of the weights → logits `[n, classes]`.

        Raises ValueError for another shape.
        """
        self._check(x)
        if x.shape[0] != self.rows:
            raise ValueError(f"x must be [rows, n, columns] with rows = {self.rows}, got {list(x.shape)}")
        images = x.transpose(0, 1)[:, None]
        # The same image gives the same charge at every step: it is computed once.
        spikes = self.first.neuron(self.first.charge(images).expand(self.T, -1, -1, -1, -1))
        spikes = self.second(each_step(self.pool, spikes))
        return self.head(each_step(self.pool, spikes).flatten(2).mean(0))


class ConvLayer(nn.Module):
    """Convolution – BatchNorm – neuron, `[T, n, channels, …]` → spikes `[T, n, channels, …]`."""

    def __init__(self, conv: nn.Conv1d | nn.Conv2d, neuron: nn.Module) -> None:
        super().__init__()
        self.conv = conv
        self.norm = (nn.BatchNorm1d if isinstance(conv, nn.Conv1d) else nn.BatchNorm2d)(conv.out_channels)
        self.neuron = neuron

    def charge(self, images: Tensor) -> Tensor:
        """The input of the neurons at one step, `[n, channels, …]` → `[n, channels, …]`."""
        return self.norm(self.conv(images))

    def forward(self, x: Tensor) -> Tensor:
        """x `[T, n, channels, …]` → `[T, n, channels, …]`."""
        return self.neuron(each_step(self.charge, x))


def each_step(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """`function` of `[T·n, …]` applied to x `[T, n, …]`: every time-step alike."""
    return function(x.flatten(0, 1)).unflatten(0, x.shape[:2])
