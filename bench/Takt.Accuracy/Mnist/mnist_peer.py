#!/usr/bin/env python3
"""The peer's side of the digits: the same network, starting weights and batches in PyTorch. Prints {"losses", "accuracies"} as one JSON line.

  mnist_peer.py DATA START EPOCHS RATE constant|cosine EVERY
DATA holds MNIST's gzipped IDX files, START what Takt wrote: 0.f32 … 3.f32 (weights) and order.i32.
"""
import gzip, json, math, pathlib, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

data, start, epochs, rate, schedule, every = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5], int(sys.argv[6])


def digits(part):
    x = np.frombuffer(gzip.open(data / f"{part}-images-idx3-ubyte.gz").read()[16:], np.uint8).reshape(-1, 1, 28, 28)
    y = np.frombuffer(gzip.open(data / f"{part}-labels-idx1-ubyte.gz").read()[8:], np.uint8)
    return torch.tensor(x.astype(np.float32) / 255), torch.tensor(y.astype(np.int64))


(x, y), (tx, ty) = digits("train"), digits("t10k")
order = torch.tensor(np.fromfile(start / "order.i32", np.int32).astype(np.int64))
network = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 13 * 13, 10))
with torch.no_grad():
    for i, p in enumerate(network.parameters()):
        p.copy_(torch.tensor(np.fromfile(start / f"{i}.f32", np.float32)).reshape(p.shape))
adam = torch.optim.Adam(network.parameters(), lr=rate)
steps, batch = len(x) // 32, 32
losses, accuracies, total = [], [], 0.0
for step in range(epochs * steps):
    if schedule == "cosine":
        adam.param_groups[0]["lr"] = rate * 0.5 * (1 + math.cos(math.pi * step / (epochs * steps)))
    at = step // steps * len(x) + step % steps * batch
    which = order[at:at + batch]
    adam.zero_grad()
    loss = F.cross_entropy(network(x[which]), y[which])
    loss.backward()
    adam.step()
    total += loss.item()
    if (step + 1) % every == 0:
        losses.append(total / every)
        total = 0.0
    if (step + 1) % steps == 0:
        with torch.no_grad():
            accuracies.append((torch.cat([network(part) for part in tx.split(500)]).argmax(1) == ty).float().mean().item())
print(json.dumps({"losses": losses, "accuracies": accuracies}))
