"""The entries of the glossary, in the order in which the course meets them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One word: English, its usual Chinese translation ("" where English is used), and what it means here.

    short: an abbreviation or symbol. code: the state of a lab that shows it.
    """

    english: str
    chinese: str
    definition: str
    short: str = ""
    code: str = ""

    @property
    def title(self) -> str:
        return f"{self.english} ({self.short})" if self.short else self.english

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it can be looked up by."""
        return tuple(name for name in (self.english, self.chinese, self.short, self.title) if name)


TERMS = (
    Term("spiking neural network", "脉冲神经网络",
         "A network whose neurons pass on spikes, zeros and ones over time.", "SNN"),
    Term("spiking neuron", "脉冲神经元",
         "A neuron that is charged by its input over time and answers every time-step with 0 or 1.",
         code="charge_fire_reset"),
    Term("time-step", "时间步",
         "One tick of the neuron, without a unit; T is how many there are. Where an image is read by rows, it is a "
         "row.", "T", "read_image;t=12"),
    Term("input", "输入",
         "What reaches the neuron at a time-step. Tensors have time first: [T, N, …].", "X",
         "charge_fire_reset;input=noise+2"),
    Term("membrane potential", "膜电位",
         "What a neuron holds. It has two values in every time-step: the charge H before the reset, and V after it.",
         "V", "charge_fire_reset"),
    Term("charge", "充电",
         "The first of the three sub-steps: the membrane takes in the input. H, the result, is compared with the "
         "threshold.", "H", "charge_fire_reset;threshold=2"),
    Term("fire", "放电",
         "The second sub-step: S is 1 if the charge reaches the threshold, else 0.", code="charge_fire_reset;t=7"),
    Term("spike", "脉冲",
         "The 1 that a neuron sends in a time-step in which it fires.", "S", "charge_fire_reset"),
    Term("threshold", "阈值",
         "The charge at which a neuron fires. A Parallel Spiking Neuron has one for each time-step, B.", "B",
         "charge_fire_reset;threshold=0.5"),
    Term("step function", "阶跃函数",
         "Θ(x) is 1 for x ≥ 0 and 0 otherwise; it turns H − B into spikes.", "Θ"),
    Term("reset", "重置",
         "The third sub-step: what a spike does to the membrane. With it, the charge depends on decisions (did it "
         "fire?) and is no linear function of the inputs.", code="charge_fire_reset;input=block+3"),
    Term("hard reset", "硬重置",
         "After a spike the membrane starts again from a fixed value, here 0: V = H·(1 − S).",
         code="closed_form;reset=hard"),
    Term("soft reset", "软重置",
         "A spike subtracts the threshold from the membrane and leaves the rest: V = H − V_th·S.",
         code="closed_form;reset=soft"),
    Term("integrate-and-fire neuron", "积分发放神经元",
         "Adds its input to its membrane and forgets nothing between two spikes: H[t] = V[t−1] + X[t].", "IF",
         "closed_form;tau=IF"),
    Term("leaky integrate-and-fire neuron", "漏积分发放神经元",
         "Goes a share 1/τ of the way from its membrane to its input: H[t] = V[t−1] + (X[t] − V[t−1])/τ.", "LIF",
         "charge_fire_reset"),
    Term("leak", "泄漏",
         "What the membrane loses from one time-step to the next, a share 1/τ of it.",
         code="charge_fire_reset;tau=10"),
    Term("membrane time constant", "膜时间常数",
         "How slowly the membrane follows its input, in time-steps; τ = 1 has no memory.", "τ",
         "charge_fire_reset;tau=10"),
    Term("firing rate", "发放率",
         "The share of time-steps, or of all entries of S, in which there is a spike.",
         code="charge_fire_reset;input=block+3;reset=none"),
    Term("surrogate gradient", "替代梯度",
         "Goes forward with the step function, and backward with the slope of a smooth step. The slope of Θ itself "
         "is 0 on both sides of the threshold."),
    Term("recurrence", "递推",
         "An equation that gives each time-step from the one before, such as H[t] = β·H[t−1] + X[t]."),
    Term("linear", "线性",
         "Made of additions and of multiplications by fixed numbers alone. Twice the input gives twice the result."),
    Term("superposition", "叠加原理",
         "What is linear answers the sum of two inputs with the sum of its two answers. The charge does so without a "
         "reset, not with one."),
    Term("unroll", "展开",
         "Put the equation of the step before into that of this step, down to the first input, until no membrane is "
         "left on the right-hand side.", code="closed_form;row=5"),
    Term("weight matrix over time", "权重矩阵",
         "W[t, i] is the share that input i has in the charge at t. Row t is the step that is charged, column i the "
         "input.", "W", "closed_form"),
    Term("closed form", "闭式",
         "Without a reset, all charges are one product H = W X. The W of a leak depends on τ and T alone.",
         code="closed_form"),
    Term("state-space model", "状态空间模型",
         "A sequence layer with a linear recurrence inside, also computed as a convolution; S4 is one.", "SSM"),
    Term("lower triangular matrix", "下三角矩阵",
         "A matrix that is 0 above its diagonal. As W it means that no input acts before it has come.",
         code="closed_form;T=8"),
    Term("look ahead", "前瞻",
         "A charge that depends on inputs of later time-steps; the first spike then has to wait for them.",
         code="read_image;weights=ahead"),
    Term("Parallel Spiking Neuron", "并行脉冲神经元",
         "H = W X, S = Θ(H − B), with W [T, T] and B [T] learned: no reset, and all time-steps at once.", "PSN",
         "psn"),
    Term("initialisation", "初始化",
         "The numbers that training starts from. In a PSN: W uniform between −1/√T and 1/√T, and B = 1.",
         code="psn;T=32"),
    Term("back-propagation through time", "随时间反向传播",
         "Taking a gradient back through a loop, one time-step after the other, from the last to the first.", "BPTT",
         "gradients"),
    Term("vanishing gradient", "梯度消失",
         "A gradient that becomes too small to learn from on its way back: a product of many factors below 1, say.",
         code="gradients;reset=none"),
    Term("long-term dependency", "长期依赖",
         "What is right now depends on an input many time-steps ago."),
    Term("bias", "偏置",
         "A number that is added before the step function. Some libraries store the threshold of a PSN as one, −B."),
    Term("mask", "掩码",
         "Zeros and ones by which W is multiplied, so that an entry is used or is absent.",
         code="masked_psn;lambda=1;k=16"),
    Term("masked PSN", "",
         "A PSN whose mask keeps only the newest k inputs of each time-step, so that it waits for no later one.",
         code="masked_psn;lambda=1"),
    Term("order", "阶数",
         "How many of the newest inputs a time-step of a masked or sliding PSN may use, its own included.", "k",
         "masked_psn;lambda=1;k=2"),
    Term("progressive masking", "渐进掩码",
         "The mask is open at first (λ = 0, a PSN) and is shut in the course of training (λ = 1).", "λ",
         "masked_psn"),
    Term("latency", "延迟",
         "How many inputs must have come before a spike is known. For a PSN that is all T of them.",
         code="masked_psn;lambda=1"),
    Term("state", "状态",
         "What a neuron keeps from one time-step to the next: its membrane, or the newest inputs. Each sequence "
         "begins with a new one."),
    Term("sliding PSN", "",
         "A PSN with the same k weights at every time-step, sliding along time, so that T may be any length.",
         code="sliding_psn"),
    Term("kernel", "卷积核",
         "The k weights of a sliding PSN, W_0 to W_{k−1}; the last one meets the newest input.",
         code="sliding_psn;kernel=-1+1"),
    Term("Toeplitz matrix", "托普利茨矩阵",
         "A matrix that is constant along its diagonals: each row is the row above, moved one column to the right.",
         code="sliding_psn;T=32"),
    Term("padding", "填充",
         "Zeros that bring sequences of a batch to one length. After the end they cannot change what a neuron that "
         "sees no later input has fired before."),
    Term("queue", "队列",
         "The newest inputs, kept for the steps to come: when one comes in, the oldest drops out.",
         code="sliding_psn;t=2"),
    Term("receptive field", "感受野",
         "The inputs on which a spike can depend: the newest k for one sliding PSN, more with each further layer."),
    Term("speed-up", "加速比",
         "How many times as long something else takes. It says nothing without the something else, the sizes and the "
         "machine.", code="speed_ratio"),
    Term("launch", "启动",
         "Handing one piece of work to a device. However small the piece, that takes some millionths of a second.",
         code="roofline;N=256"),
    Term("bandwidth", "带宽",
         "How many bytes a device can move between its memory and its processor in a second.", code="roofline"),
    Term("arithmetic intensity", "算术强度",
         "Operations for each byte that is moved. For a PSN about T divided by the bytes of a number.",
         code="roofline;T=8"),
    Term("roofline", "屋顶线模型",
         "The most operations a second that a device allows at an arithmetic intensity: bandwidth times intensity, "
         "up to its peak. The two meet at the ridge.", code="roofline;T=1024"),
    Term("fused", "融合",
         "Several operations in one launch, which keeps what is in between out of the memory."),
    Term("compute kernel", "核函数",
         "A program that a device runs in one launch, such as a matrix product; kernel for short. The kernel of a "
         "sliding PSN is something else."),
    Term("cache", "缓存",
         "A small fast memory at the processor. What is written and read again soon, and fits into it, need not go "
         "to the large memory.", code="roofline;N=262144"),
    Term("just-in-time compiler", "即时编译器",
         "What makes a faster program of a program while that runs, for instance by fusing its operations: "
         "torch.compile is one.", "JIT"),
    Term("CuPy", "",
         "A Python library for NVIDIA GPUs. SpikingJelly writes fused neurons in it."),
    Term("Triton", "",
         "A language for compute kernels that looks like Python. The fused PSN of this course is written in it."),
    Term("parametric LIF", "",
         "An LIF whose τ is learned, one number for a layer.", "PLIF"),
    Term("scan", "扫描",
         "All sums from the first input up to each one, here with a leak, in about log₂ T operations that wait for "
         "each other."),
    Term("warm-up", "预热",
         "Calls before the first that is timed: they load, compile and reserve what later calls find ready."),
    Term("quartile", "四分位数",
         "A quarter of the repeats took less than the lower quartile, a quarter more than the upper one; in the "
         "middle is the median."),
    Term("delayed recall", "延迟回忆",
         "A made-up task: a cue, a delay of D time-steps full of distractors, then the question which cue it was."),
    Term("distractor", "干扰项",
         "An input that tells nothing about the answer, and comes between the cue and the question."),
    Term("chance level", "随机水平",
         "The accuracy of guessing: one in the number of classes, where all are equally frequent."),
    Term("learning rate", "学习率",
         "How far a step of training goes along the gradient. Which one works depends on the neuron, so it is chosen "
         "on the validation set."),
    Term("seed", "随机种子",
         "The number that random draws start from. Runs that differ in it alone show how much is luck."),
    Term("standard deviation", "标准差",
         "How far runs scatter around their mean: the root of the mean squared distance, with n − 1. It is written "
         "after ±."),
    Term("control", "对照",
         "A network that lacks what is to be tested and is trained with the same care. What it reaches needs none of "
         "that."),
    Term("readout", "读出",
         "Which time-steps the answer is read from: the last one, or the mean over all of them."),
    Term("static image", "静态图像",
         "An image that stands still. A spiking network is shown it T times, since one spike is one bit."),
    Term("ablation", "消融",
         "Taking a part of a trained network away and measuring again. It shows what the network uses, not what the "
         "task needs.",
         code="ablation;cut=future"),
    Term("snapshot", "快照",
         "The parameters at one moment of training, kept to look at later.", code="microscope;moment=3"),
    Term("Frobenius norm", "弗罗贝尼乌斯范数",
         "The length of a matrix: the root of the sum of the squares of its entries.", "‖W‖"),
    Term("singular value", "奇异值",
         "How long one of the directions is that a matrix is the sum of. A direction is a column times a row.",
         "σ_k"),
    Term("effective rank", "有效秩",
         "How many directions of a matrix count: r where r are equally long, in between where some are shorter. As a "
         "formula, e to the power of the entropy of the shares of the singular values.",
         code="microscope;show=change"),
    Term("parallel", "并行",
         "Computed side by side, since no result needs another one. It can be more work, and less waiting.",
         code="closed_form"),
    Term("successor", "后继",
         "Of a step s: the step of the next spike, if there was a spike in s. With a hard reset it depends on s and "
         "on the inputs after s alone.",
         code="successors"),
    Term("pointer doubling", "指针倍增",
         "Letting every pointer lead to where the pointer at its end leads. "
         "After r rounds it leads 2^r places ahead.",
         code="successors;round=3"),
    Term("fixed-point iteration", "不动点迭代",
         "Guess, compute the guess anew from itself, round after round, until nothing changes.",
         code="wavefront"),
    Term("witness", "",
         "The line in a lab that computes the same thing in two ways at every move, and says how far apart they are.",
         code="closed_form;reset=hard"),
    Term("validation set", "验证集",
         "Data that training does not learn from, for choosing between models and settings."),
    Term("test set", "测试集",
         "Data that is looked at once, at the end; it is not for choosing anything."),
    Term("accuracy", "准确率",
         "The share of samples whose class the network gets right."),
    Term("epoch", "",
         "One round of training over all training samples."),
)  # fmt: skip
