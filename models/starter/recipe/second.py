"""A second fine-tune with the same graph, for interpolating between the weights of two: the denoiser a little longer on 3D pictures on white alone (less
variety, more of one look). Only attention, norms and biases move, so that both files can share the rest. usage: second.py WORK STEPS  -> WORK/second.pt
"""

import sys

work, S = sys.argv[1], int(sys.argv[2])
sys.argv = ["x", work, "1", "32"]
import json, time, torch, numpy as np, train_denoiser as T
from denoiser import UNet

plain = T.CH["plain_0"]
style = np.array([m["style"] == "3d" for m in json.load(open(f"{work}/meta.json")) if not m["held"]])
plain.w = plain.w * style
plain.w /= plain.w.sum()
net = UNet()
net.load_state_dict(torch.load(f"{work}/unet.pt")["ema"])
net.to(memory_format=torch.channels_last)
P = []
for n, p in net.named_parameters():
    p.requires_grad_(not n.startswith("hint.") and (".a1." in n or ".a2." in n or p.ndim < 2))
    P += [p] if p.requires_grad else []
opt = torch.optim.AdamW(P, lr=4e-4, betas=(0.9, 0.99), weight_decay=0)
torch.manual_seed(2)
T.rng = np.random.default_rng(2)
held = T.evaluate(net)
print(sum(p.numel() for p in P) / 1e6, "M move; start", held, flush=True)
t0 = time.time()
run = None
T.CH = {"plain_0": plain}
for i in range(S):
    [g.update(lr=4e-4 * min(1, (i + 1) / 8) * max(0.05, 1 - i / S)) for g in opt.param_groups]
    z, c = T.batch(32)
    c[torch.rand(32) < 0.12] = T.null
    t = ((torch.rand(1) + torch.arange(32) / 32) % 1 * 1000).long().clamp(max=999)
    l = T.vloss(net, z, c, t, torch.randn_like(z)).mean()
    l.backward()
    torch.nn.utils.clip_grad_norm_(P, 1.0)
    opt.step()
    opt.zero_grad()
    run = l.item() if run is None else 0.9 * run + 0.1 * l.item()
    if i % 10 == 9:
        print(i + 1, f"{time.time()-t0:.0f}s loss {run:.4f}", flush=True)
T.CH.clear()
T.scan()
print("end", T.evaluate(net), flush=True)
torch.save(dict(ema=net.state_dict()), f"{work}/second.pt")
