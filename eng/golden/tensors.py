#!/usr/bin/python3
"""Golden values of Takt.Tensors from PyTorch (Debian: python3-torch), computed in float64, inputs rounded to float32. Every gradient is compared with finite differences in
double precision first (torch.autograd.gradcheck).

    python3 eng/golden/tensors.py > tests/Takt.Tensors.Tests/Goldens/tensors.json
"""
import json
import math
import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
cases = {}


def draw(*shape, scale=1.0):
    return (torch.randn(shape) * scale).float().double().requires_grad_()


def flat(x):
    return {"shape": list(x.shape), "values": [float(f"{v:.8g}") for v in x.detach().flatten().tolist()]}


def case(name, f, *inputs):
    """Output, and gradients of Σ output·mix, where mix is drawn too."""
    y = f(*inputs)
    mix = draw(*y.shape).detach()
    for x in inputs:
        x.grad = None
    (y * mix).sum().backward()
    zero = [torch.zeros_like(x) if x.grad is None else x.grad for x in inputs]
    cases[name] = {"inputs": [flat(x) for x in inputs], "output": flat(y), "mix": flat(mix), "gradients": [flat(g) for g in zero]}
    assert torch.autograd.gradcheck(lambda *x: (f(*x) * mix).sum(), inputs, atol=1e-6), name


def lstm(x, w_ih, w_hh, bias):
    """The function behind torch.nn.LSTM, one layer, batch first."""
    zero = torch.zeros(1, x.shape[0], w_hh.shape[1])
    return torch._VF.lstm(x, (zero, zero), [w_ih, w_hh, bias, torch.zeros_like(bias)], True, 1, 0.0, False, False, True)[0]


case("Linear", F.linear, draw(3, 5), draw(4, 5), draw(4))
case("Relu", torch.relu, draw(2, 7))
case("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), draw(2, 7))
case("Tanh", torch.tanh, draw(2, 9, scale=3))
case("Sigmoid", torch.sigmoid, draw(2, 9, scale=5))
case("Gelu", F.gelu, draw(2, 17, scale=2))
case("Silu", F.silu, draw(2, 9, scale=3))
case("Softmax", lambda x: F.softmax(x, -1), draw(3, 19, scale=4))
case("LogSoftmax", lambda x: F.log_softmax(x, -1), draw(3, 19, scale=4))
case("Lstm", lstm, draw(3, 4, 2), draw(12, 2), draw(12, 3), draw(12))
case("Lstm wide", lstm, draw(2, 3, 2), draw(72, 2, scale=0.3), draw(72, 18, scale=0.3), draw(72, scale=0.3))

targets = torch.linspace(-2, 2, 12).reshape(3, 4).float().double()
weights = torch.linspace(0.5, 3, 12).reshape(3, 4).float().double()
labels = (targets > 0.5).double()
cases["targets"], cases["weights"], cases["labels"] = flat(targets), flat(weights), flat(labels)
case("MeanSquaredError", lambda y: F.mse_loss(y, targets), draw(3, 4))
case("MeanAbsoluteError", lambda y: F.l1_loss(y, targets), draw(3, 4))
case("Huber", lambda y: F.huber_loss(y, targets, delta=0.8), draw(3, 4))
case("Huber weighted", lambda y: (weights * F.huber_loss(y, targets, delta=0.8, reduction="none")).sum() / weights.sum(), draw(3, 4))
case("BinaryCrossEntropyWithLogits", lambda y: F.binary_cross_entropy_with_logits(y, labels), draw(3, 4, scale=4))
case("BinaryCrossEntropyWithLogits weighted",
     lambda y: (weights * F.binary_cross_entropy_with_logits(y, labels, reduction="none")).sum() / weights.sum(), draw(3, 4, scale=4))
case("CrossEntropy", lambda y: F.cross_entropy(y, torch.tensor([2, 0, 4])), draw(3, 5, scale=3))
case("CrossEntropy weighted", lambda y: F.cross_entropy(y, torch.tensor([2, 0, 4]), weight=weights.flatten()[:5]), draw(3, 5, scale=3))

for name, optimiser in (("Adam", torch.optim.Adam), ("AdamW", torch.optim.AdamW)):
    w = draw(5)
    before = flat(w)
    steps = optimiser([w], lr=0.1, **({"weight_decay": 0.2} if name == "AdamW" else {}))
    gradients = []
    for _ in range(4):
        w.grad = draw(5).detach()
        gradients.append(flat(w.grad))
        steps.step()
    cases[name] = {"before": before, "steps": gradients, "after": flat(w)}

# Drawn after everything else, so that the values above stay as they are.
case("Conv2d", lambda x, w, b: F.conv2d(x, w, b, padding=1), draw(2, 2, 4, 5), draw(3, 2, 3, 3), draw(3))
case("Conv2d strided", lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), draw(2, 4, 5, 6), draw(6, 2, 3, 2), draw(6))
case("Conv2d depthwise", lambda x, w, b: F.conv2d(x, w, b, padding=1, groups=3), draw(2, 3, 5, 4), draw(3, 1, 3, 3), draw(3))
case("Conv1d", lambda x, w, b: F.conv1d(x, w, b, stride=2, padding=2), draw(2, 3, 9), draw(4, 3, 4), draw(4))
case("ConvTranspose2d", lambda x, w, b: F.conv_transpose2d(x, w, b, stride=2, padding=1, output_padding=1), draw(2, 3, 3, 4), draw(3, 2, 3, 3), draw(2))
case("ConvTranspose2d grouped", lambda x, w, b: F.conv_transpose2d(x, w, b, stride=(1, 2), dilation=(2, 1), groups=2), draw(2, 4, 3, 3), draw(4, 3, 2, 3), draw(6))
case("GeluTanh", lambda x: 0.5 * x * (1 + torch.tanh((2 / math.pi) ** 0.5 * (x + 0.044715 * x ** 3))), draw(2, 17, scale=2))
case("MatMul of batches", torch.matmul, draw(2, 1, 3, 4), draw(3, 4, 5))
case("Permute", lambda x: x.permute(2, 0, 1), draw(2, 3, 4))
case("Slice", lambda x: x[:, 1:6:2], draw(2, 7, 3))
case("Sum over axes", lambda x: x.sum((0, 2)), draw(2, 3, 4))
case("Mean over an axis", lambda x: x.mean(1), draw(2, 3, 4))
case("Max", lambda x: x.amax(1), draw(2, 3, 4))
case("Embedding", lambda w: F.embedding(torch.tensor([[3, 1, 3], [0, 6, 3]]), w), draw(7, 5))


def attention(q, k, v, mask=None):
    """torch.nn.functional.scaled_dot_product_attention, written out: it is younger than Debian's PyTorch."""
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return F.softmax(scores, -1) @ v


case("Attention", attention, draw(2, 2, 3, 4), draw(2, 2, 5, 4), draw(2, 2, 5, 6))
case("Attention causal", lambda q, k, v: attention(q, k, v, torch.ones(19, 19).bool().tril()), draw(1, 2, 19, 4), draw(1, 2, 19, 4), draw(1, 2, 19, 4))
padding = torch.tensor([[1, 1, 0, 1, 1], [0, 1, 1, 1, 1]]).bool().reshape(2, 1, 1, 5)
case("Attention masked", lambda q, k, v: attention(q, k, v, padding), draw(2, 2, 3, 4), draw(2, 2, 5, 4), draw(2, 2, 5, 4))

case("LayerNorm", lambda x, w, b: F.layer_norm(x, (18,), w, b), draw(3, 18, scale=2), draw(18), draw(18))


def gru(x, w_ih, w_hh, b_ih, b_hh):
    """The function behind torch.nn.GRU, one layer, batch first."""
    return torch._VF.gru(x, torch.zeros(1, x.shape[0], w_hh.shape[1]), [w_ih, w_hh, b_ih, b_hh], True, 1, 0.0, False, False, True)[0]


case("Gru", gru, draw(3, 4, 2), draw(9, 2), draw(9, 3), draw(9), draw(9))
case("Gru wide", gru, draw(2, 3, 2), draw(54, 2, scale=0.3), draw(54, 18, scale=0.3), draw(54, scale=0.3), draw(54, scale=0.3))
case("MaxPool2d", lambda x: F.max_pool2d(x, 2), draw(2, 2, 5, 11))
case("MaxPool2d overlapping", lambda x: F.max_pool2d(x, (3, 2), 2, 1), draw(1, 2, 5, 6))
case("AveragePool2d", lambda x: F.avg_pool2d(x, 3, 2, 1), draw(1, 2, 5, 6))
case("AveragePool2d uncounted", lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), draw(1, 2, 5, 6))
case("AdaptiveAveragePool2d", lambda x: F.adaptive_avg_pool2d(x, (2, 3)), draw(2, 1, 4, 6))
case("GlobalAveragePool", lambda x: F.adaptive_avg_pool2d(x, 1), draw(2, 3, 4, 5))
case("BatchNorm", lambda x, w, b: F.batch_norm(x, torch.zeros(3), torch.ones(3), w, b, training=True), draw(3, 3, 2, 4), draw(3), draw(3))
case("BatchNorm of rows", lambda x, w, b: F.batch_norm(x, torch.zeros(5), torch.ones(5), w, b, training=True), draw(7, 5), draw(5), draw(5))
case("BatchNorm evaluation", lambda x, w, b: F.batch_norm(x, torch.full((3,), 0.25), torch.full((3,), 2.0), w, b), draw(2, 3, 4), draw(3), draw(3))
case("GroupNorm", lambda x, w, b: F.group_norm(x, 2, w, b), draw(2, 4, 3, 3), draw(4), draw(4))
case("RmsNorm", lambda x, w: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * w, draw(3, 18), draw(18))

batches, mean, variance = [draw(4, 3, 2, 2).detach() for _ in range(3)], torch.zeros(3), torch.ones(3)
for batch in batches:
    F.batch_norm(batch, mean, variance, training=True)
cases["running statistics"] = {"batches": [flat(b) for b in batches], "mean": flat(mean), "variance": flat(variance)}

case("CumSum", lambda x: x.cumsum(1), draw(2, 4, 3))
case("GatherElements", lambda x: x.gather(1, torch.tensor([[2, 0, 3], [1, 1, 0]])), draw(2, 4))
case("ScatterAdd", lambda x, u: x.scatter_add(0, torch.tensor([[2, 0], [2, 1]]), u), draw(3, 2), draw(2, 2))
case("TopK", lambda x: x.topk(3, 1)[0], draw(2, 6, 2))
case("Sort", lambda x: x.sort(1)[0], draw(2, 6, 2))


def focal(x, t, gamma, alpha):
    """torchvision.ops.sigmoid_focal_loss, its mean."""
    p = torch.sigmoid(x)
    right = p * t + (1 - p) * (1 - t)
    return ((alpha * t + (1 - alpha) * (1 - t)) * (1 - right) ** gamma * F.binary_cross_entropy_with_logits(x, t, reduction="none")).mean()


case("Focal", lambda x: focal(x, labels, 2, 0.25), draw(3, 4, scale=2))
case("KullbackLeibler", lambda x: F.kl_div(F.log_softmax(x, -1), torch.tensor([[0.5, 0.25, 0.25, 0], [0, 0, 0, 1]]), reduction="batchmean"), draw(2, 4))
case("CrossEntropy smoothed", lambda y: F.cross_entropy(y, torch.tensor([2, -100, 4]), label_smoothing=0.1), draw(3, 5, scale=3))
case("CrossEntropy smoothed and weighted", lambda y: F.cross_entropy(y, torch.tensor([2, 0, 4]), weight=weights.flatten()[:5], label_smoothing=0.2), draw(3, 5, scale=3))

case("Einsum", lambda a, b: torch.einsum("bik,jbkm->jbi", a, b), draw(2, 3, 4), draw(5, 2, 4, 2))
case("Einsum outer", lambda a, b: torch.einsum("i,j->ji", a, b), draw(3), draw(4))

case("Add broadcast", lambda a, b: a + b, draw(3, 1, 4), draw(2, 1))
case("Sub broadcast", lambda a, b: a - b, draw(3, 4), draw(1, 4))
case("Mul broadcast", lambda a, b: a * b, draw(2, 3, 4), draw(3, 1))
case("Div broadcast", lambda a, b: a / (b * b + 1), draw(3, 4), draw(4))
case("Sum", lambda x: x.sum(), draw(3, 5))
case("Mean", lambda x: x.mean(), draw(3, 5))
case("Min", lambda x: x.amin(1, keepdim=True), draw(2, 5))
case("Norm", lambda x: (x.square().sum(1) + 1e-3).sqrt(), draw(3, 5))
case("Exp", torch.exp, draw(2, 9))
case("Log", lambda x: (x * x + 0.1).log(), draw(2, 9))
case("Sqrt", lambda x: (x * x + 0.1).sqrt(), draw(2, 9))
case("Abs", torch.abs, draw(2, 9))
case("Erf", torch.erf, draw(2, 9))
case("Reshape", lambda x: x.reshape(5, -1), draw(3, 5))
case("Concat", lambda a, b: torch.cat([a, b], 1), draw(3, 2), draw(3, 4))
case("Split", lambda x: torch.cat(x.split([2, 3], 1)[::-1], 1), draw(2, 5, 3))
case("Select", lambda x: x[:, -1], draw(2, 3, 4))
case("Flip", lambda x: x.flip(1), draw(2, 3, 4))
case("Expand", lambda x: x.expand(2, 3, 4), draw(3, 1))
case("Take", lambda x: x[:, [2, 0, 2]], draw(2, 3, 4))
case("Where", lambda a, b: torch.where(torch.tensor([True, False, True]), a, b), draw(2, 3), draw(2, 1))
case("Scatter", lambda x, u: x.scatter(1, torch.tensor([[2, 0], [3, 1]]), u), draw(2, 4), draw(2, 2))
case("MatMul turned", lambda a, b: a.transpose(-1, -2) @ b.transpose(-1, -2), draw(2, 4, 3), draw(2, 5, 4))
case("MaxPool1d", lambda x: F.max_pool1d(x, 3, 2, 1), draw(2, 3, 9))
case("AveragePool1d", lambda x: F.avg_pool1d(x, 3, 2, 1), draw(2, 3, 9))
case("AdaptiveAveragePool2d uneven", lambda x: F.adaptive_avg_pool2d(x, (3, 4)), draw(2, 2, 5, 7))
case("AdaptiveMaxPool2d uneven", lambda x: F.adaptive_max_pool2d(x, (3, 4)), draw(2, 2, 5, 7))
case("Conv1d depthwise, apart", lambda x, w, b: F.conv1d(x, w, b, padding=4, dilation=2, groups=3), draw(2, 3, 9), draw(6, 1, 5), draw(6))
case("Pinball", lambda y: torch.maximum(0.9 * (targets - y), -0.1 * (targets - y)).mean(), draw(3, 4))


def both_ways(kind, gates):
    """Two layers of torch.nn.LSTM or GRU in both directions over sequences of different lengths."""
    def run(x, *weights):
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor([5, 3, 1]), batch_first=True)
        zero, w = torch.zeros(4, 3, 2), list(weights)
        if kind == "LSTM":
            w = [p for i in range(0, len(w), 3) for p in (*w[i:i + 3], torch.zeros_like(w[i + 2]))]   # one bias here, two there
            y = torch._VF.lstm(packed.data, packed.batch_sizes, (zero, zero), w, True, 2, 0.0, False, True)[0]
        else:
            y = torch._VF.gru(packed.data, packed.batch_sizes, zero, w, True, 2, 0.0, False, True)[0]
        return torch.nn.utils.rnn.pad_packed_sequence(torch.nn.utils.rnn.PackedSequence(y, packed.batch_sizes), batch_first=True)[0]
    biases = 1 if kind == "LSTM" else 2
    weights = [p for width in (3, 3, 4, 4) for p in (draw(gates * 2, width), draw(gates * 2, 2), *[draw(gates * 2) for _ in range(biases)])]
    case(f"{kind} stacked, both ways, of lengths", run, draw(3, 5, 3), *weights)


both_ways("LSTM", 4)
both_ways("GRU", 3)


def second(name, f, *inputs):
    """Gradients of gradients: of the squared length of the gradient of Σ f·mix by all inputs; mix is the last input."""
    mix = draw(*f(*inputs).shape)

    def length(*x):
        gradients = torch.autograd.grad((f(*x[:-1]) * x[-1]).sum(), x[:-1], create_graph=True)
        return sum(g.square().sum() for g in gradients)
    case("Second " + name, length, *inputs, mix)


second("Linear", F.linear, draw(3, 5), draw(4, 5), draw(4))
second("MatMul", torch.matmul, draw(3, 5), draw(5, 4))
second("MatMul of batches", torch.matmul, draw(2, 1, 3, 4), draw(3, 4, 5))
second("Add", lambda a, b: a + b, draw(3, 1, 4), draw(2, 1))
second("Sub", lambda a, b: a - b, draw(3, 4), draw(1, 4))
second("Mul", lambda a, b: a * b, draw(2, 3, 4), draw(3, 1))
second("Div", lambda a, b: a / (b * b + 1), draw(3, 4), draw(4))
second("Relu", torch.relu, draw(2, 7))
second("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), draw(2, 7))
second("Tanh", torch.tanh, draw(2, 7))
second("Sigmoid", torch.sigmoid, draw(2, 7))
second("Gelu", F.gelu, draw(2, 7))
second("GeluTanh", lambda x: 0.5 * x * (1 + torch.tanh((2 / math.pi) ** 0.5 * (x + 0.044715 * x ** 3))), draw(2, 7))
second("Silu", F.silu, draw(2, 7))
second("Exp", torch.exp, draw(2, 7))
second("Log", lambda x: (x * x + 0.5).log(), draw(2, 7))
second("Sqrt", lambda x: (x * x + 0.5).sqrt(), draw(2, 7))
second("Abs", lambda x: x.abs() * x, draw(2, 7))
second("Erf", torch.erf, draw(2, 7))
second("Softmax", lambda x: F.softmax(x, -1), draw(2, 5))
second("LogSoftmax", lambda x: F.log_softmax(x, -1), draw(2, 5))
second("Sum", lambda x: (x * x).sum(), draw(3, 4))
second("Mean", lambda x: (x * x).mean(), draw(3, 4))
second("Sum over axes", lambda x: (x * x).sum((0, 2)), draw(2, 3, 4))
second("Mean over an axis", lambda x: (x * x).mean(1, keepdim=True), draw(2, 3, 4))
second("Norm", lambda x: x.square().sum(1).sqrt(), draw(3, 5))
second("Reshape", lambda x: (x * x).reshape(5, -1), draw(3, 5))
second("Concat", lambda a, b: torch.cat([a, b], 1) ** 2, draw(3, 2), draw(3, 4))
second("Slice", lambda x: x[:, 1:6:2] ** 2, draw(2, 7, 3))
second("Permute", lambda x: x.permute(2, 0, 1) ** 2, draw(2, 3, 4))
second("Expand", lambda x: x.expand(2, 3, 4) ** 2, draw(3, 1))
second("Where", lambda a, b: torch.where(torch.tensor([True, False, True]), a * a, b * b), draw(2, 3), draw(2, 1))


def penalty(x, w1, b1, w2, b2):
    """The gradient penalty of a critic of two layers (Gulrajani et al. 2017)."""
    score = F.linear(F.leaky_relu(F.linear(x, w1, b1), 0.2), w2, b2)
    slope = torch.autograd.grad(score.sum(), x, create_graph=True)[0]
    return 10 * ((slope.square().sum(1) + 1e-12).sqrt() - 1).square().mean() + score.mean()


case("Gradient penalty", penalty, draw(6, 5), draw(8, 5), draw(8), draw(1, 8), draw(1))

case("ConvTranspose2d with more below than the padding", lambda x, w: F.conv_transpose2d(x, w, dilation=2, output_padding=1), draw(1, 1, 4, 4), draw(1, 1, 3, 3))
case("ConvTranspose2d, uneven, with more below", lambda x, w, b: F.conv_transpose2d(x, w, b, (1, 2), (1, 0), (2, 1), 2, (3, 1)), draw(2, 4, 5, 3), draw(4, 3, 2, 3), draw(6))

print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in cases.items()) + "\n}")
