#!/usr/bin/python3
"""Golden values of Takt.Tensors from PyTorch (Debian: python3-torch), computed in float64, inputs rounded to float32.

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
    cases[name] = {"inputs": [flat(x) for x in inputs], "output": flat(y), "mix": flat(mix), "gradients": [flat(x.grad) for x in inputs]}


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

print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in cases.items()) + "\n}")
