#!/usr/bin/python3
"""Weights after five steps of PyTorch's optimisers on fixed gradients.

    /usr/bin/python3 eng/golden/optimizers.py > tests/Takt.Learning.Tests/Optimizers/optimizers.golden.json
"""
import json
import torch

COUNT, STEPS = 19, 5  # 19: no multiple of a vector's width, so that the tail is tested too


def gradient(step):
    i = torch.arange(COUNT, dtype=torch.float64)
    return (torch.sin(i * (step + 1)) * (1 + i / 4)).float()


def run(make):
    weights = torch.nn.Parameter((torch.arange(COUNT, dtype=torch.float64) / 10 - 0.7).float())
    optimizer = make([weights])
    for step in range(STEPS):
        weights.grad = gradient(step)
        optimizer.step()
    return [float(w) for w in weights]


def run_groups():
    """Two parameters of which only the matrix decays."""
    matrix = torch.nn.Parameter((torch.arange(12, dtype=torch.float64) / 10 - 0.5).float().reshape(3, 4))
    bias = torch.nn.Parameter((torch.arange(7, dtype=torch.float64) / 5).float())
    optimizer = torch.optim.AdamW([{"params": [matrix], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}], lr=0.01)
    for step in range(STEPS):
        matrix.grad, bias.grad = gradient(step)[:12].reshape(3, 4), gradient(step)[12:]
        optimizer.step()
    return [float(w) for w in torch.cat([matrix.flatten(), bias])]


def rates(make, steps, **step):
    """The rate before each step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for i in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([step["metric"](i)] if step else []))
    return found


def clipped():
    w = torch.nn.Parameter(torch.zeros(COUNT))
    w.grad = gradient(1)
    torch.nn.utils.clip_grad_value_([w], 0.7)
    by_value = [float(g) for g in w.grad]
    w.grad = gradient(1)
    torch.nn.utils.clip_grad_norm_([w], 2.0)
    return {"value": by_value, "norm": [float(g) for g in w.grad]}


S = torch.optim.lr_scheduler
print(json.dumps({
    "torch": torch.__version__,
    "gradients": [[float(g) for g in gradient(step)] for step in range(STEPS)],
    "rate": 0.01,
    "weights": {
        "sgd": run(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
        "sgd, nesterov, decay": run(lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.1)),
        "adam": run(lambda p: torch.optim.Adam(p, lr=0.01)),
        "adam, decay": run(lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1)),
        "adamw": run(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
        "rmsprop": run(lambda p: torch.optim.RMSprop(p, lr=0.01)),
        "rmsprop, momentum, decay": run(lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.9, weight_decay=0.1)),
    },
    "groups": run_groups(),
    "clipped": clipped(),
    "rates": {
        "cosine": rates(lambda o: S.CosineAnnealingLR(o, 50), 50),
        "step": rates(lambda o: S.MultiStepLR(o, [20, 40]), 60),
        "one-cycle": rates(lambda o: S.OneCycleLR(o, 1.0, total_steps=50), 50),
        "linear": rates(lambda o: S.LinearLR(o, 1.0, 0.0, 50), 50),
        "plateau": rates(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=1, threshold=0), 12, metric=lambda i: [5, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2][i]),
    },
}, indent=1))
