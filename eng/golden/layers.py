#!/usr/bin/python3
"""What PyTorch's own layers answer and how they learn, in float64, with weights in the order of Takt's parameters.

    /usr/bin/python3 eng/golden/layers.py > tests/Takt.Learning.Tests/Layers/layers.golden.json
"""
import json
import torch
from torch import nn

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
WIDTH, HEADS, HIDDEN = 8, 2, 12
cases = {}


def flat(x):
    return {"shape": list(x.shape), "values": [float(f"{v:.8g}") for v in x.detach().flatten().tolist()]}


def randomise(module):
    """Weights that no start has, so that none goes untested; rounded to float32."""
    with torch.no_grad():
        for p in module.parameters():
            p.copy_((torch.randn_like(p) * 0.4).float().double())


def attention(m):
    """Queries, keys and values are one matrix there and three here."""
    weights, biases = m.in_proj_weight.chunk(3), m.in_proj_bias.chunk(3)
    return [p for pair in zip(weights, biases) for p in pair] + [m.out_proj.weight, m.out_proj.bias]


def gradients(m):
    weights, biases = m.in_proj_weight.grad.chunk(3), m.in_proj_bias.grad.chunk(3)
    return [p for pair in zip(weights, biases) for p in pair] + [m.out_proj.weight.grad, m.out_proj.bias.grad]


def case(name, module, parts, run, *inputs):
    """Parts: modules in the order of Takt's children."""
    randomise(module)
    y = run(*inputs)
    mix = torch.randn(y.shape).float().double()
    (y * mix).sum().backward()
    weights = [w for p in parts for w in (attention(p) if isinstance(p, nn.MultiheadAttention) else list(p.parameters()))]
    slopes = [g for p in parts for g in (gradients(p) if isinstance(p, nn.MultiheadAttention) else [w.grad for w in p.parameters()])]
    cases[name] = {"inputs": [flat(x) for x in inputs], "mix": flat(mix), "output": flat(y), "weights": flat(torch.cat([w.flatten() for w in weights])),
                   "gradients": flat(torch.cat([g.flatten() for g in slopes])), "inputGradients": [flat(x.grad) for x in inputs]}


def draw(*shape):
    return torch.randn(shape).float().double().requires_grad_()


m = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
case("attention", m, [m], lambda x, seen: m(x, seen, seen, need_weights=False)[0], draw(2, 3, WIDTH), draw(2, 5, WIDTH))
for first in (False, True):
    e = nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, 0.0, "gelu", batch_first=True, norm_first=first)
    case(f"encoder {first}", e, [e.norm1, e.self_attn, e.norm2, e.linear1, e.linear2], e, draw(2, 4, WIDTH))
    d = nn.TransformerDecoderLayer(WIDTH, HEADS, HIDDEN, 0.0, "gelu", batch_first=True, norm_first=first)
    causal = torch.ones(4, 4).triu(1).bool()
    padding = torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    case(f"decoder {first}", d, [d.norm1, d.self_attn, d.norm2, d.multihead_attn, d.norm3, d.linear1, d.linear2],
         lambda x, seen: d(x, seen, tgt_mask=causal, memory_key_padding_mask=padding), draw(2, 4, WIDTH), draw(2, 5, WIDTH))

print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in cases.items()) + "\n}")
