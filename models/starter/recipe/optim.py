"""Muon: momentum whose matrices are orthogonalised by five Newton-Schulz steps, scaled to the update size of AdamW."""

import torch


def newton_schulz(G):
    X = G.bfloat16()
    tr = X.shape[0] > X.shape[1]
    if tr:
        X = X.T
    X = X / (X.norm() + 1e-7)
    for _ in range(5):
        A = X @ X.T
        X = 3.4445 * X + (-4.775 * A + 2.0315 * A @ A) @ X
    return (X.T if tr else X).float()


class Muon(torch.optim.Optimizer):
    def __init__(s, ps, lr):
        super().__init__(ps, dict(lr=lr))

    @torch.no_grad()
    def step(s):
        for g in s.param_groups:
            for p in g["params"]:
                st = s.state[p]
                if "m" not in st:
                    st["m"] = torch.zeros_like(p)
                st["m"].lerp_(p.grad, 0.05)
                u = p.grad.lerp(st["m"], 0.95).reshape(p.shape[0], -1)
                p.mul_(1 - g["lr"] * 0.02).add_(
                    newton_schulz(u).reshape(p.shape), alpha=-g["lr"] * 0.2 * max(u.shape) ** 0.5
                )
