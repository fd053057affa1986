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
    },
}, indent=1))
