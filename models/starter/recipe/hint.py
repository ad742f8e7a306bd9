"""The hint: mean caption embedding -> expected latent, by regression on the cached chunks. usage: hint.py WORK EPOCHS [NAME [DROPOUT]]  -> WORK/NAME.pt (hint)"""

import sys, glob, os, time, numpy as np, torch, torch.nn.functional as F
from denoiser import Hint

work = sys.argv[1]
EP = float(sys.argv[2])
torch.set_num_threads(1)
torch.manual_seed(0)
MIX = dict(plain=0.66, mirror=0.0, ground=0.13, tint=0.13, pair=0.08)


def load(f):
    d = np.load(f)
    ln = d["ln"]
    off = np.concatenate([[0], np.cumsum(ln)[:-1]])
    p = np.add.reduceat(d["tok"].astype(np.float32), off, 0).astype(np.float32) / ln[:, None].astype(np.float32)
    return (
        torch.from_numpy(p),
        torch.from_numpy(d["own"].astype(np.int64)),
        torch.from_numpy(d["z"].astype(np.float32)),
        d["w"],
    )


D = {os.path.basename(f)[6:-4]: load(f) for f in sorted(glob.glob(f"{work}/chunk_*.npz")) if not f.endswith(".tmp.npz")}
P = []
Z = []
W = []
o = 0
OWN = []
for k, (p, own, z, w) in D.items():
    if k.endswith("_9") or k.startswith("held"):
        continue
    P.append(p)
    OWN.append(own + o)
    Z.append(z)
    o += len(z)
    ww = torch.from_numpy(w)[own]
    W.append(ww / ww.sum() * MIX[k.split("_")[0]])
P = torch.cat(P)
OWN = torch.cat(OWN)
Z = torch.cat(Z)
W = torch.cat(W)
null = torch.from_numpy(np.load(f"{work}/null.npy"))
null = null[null.abs().sum(-1) > 0].mean(0)
print({k: len(v[0]) for k, v in D.items()}, len(P))
net = Hint(drop=float(sys.argv[4]) if len(sys.argv) > 4 else 0.25)
opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.02)
B = 256
S = int(EP * len(P) / B)
t0 = time.time()
run = None
var = Z.var().item()
for i in range(S):
    while os.path.exists(os.environ.get("PAUSE_FILE", "no pause file")):
        time.sleep(1)
    lr = 1.5e-3 * min(1, (i + 1) / 100) * max(0.01, 1 - i / S)
    for g in opt.param_groups:
        g["lr"] = lr
    j = torch.multinomial(W, B, replacement=True)
    x = P[j]
    x = x + torch.randn_like(x) * 0.1 * x.std()
    x[torch.rand(B) < 0.05] = null
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = net(x)
    l = F.mse_loss(y.float(), Z[OWN[j]])
    opt.zero_grad()
    l.backward()
    opt.step()
    run = l.item() if run is None else 0.98 * run + 0.02 * l.item()
    if i % 200 == 0 or i == S - 1:
        net.eval()
        with torch.no_grad():
            ev = {
                k: round(F.mse_loss(net(p), z[own]).item(), 3)
                for k, (p, own, z, w) in D.items()
                if k.endswith("_9") or k.startswith("held")
            }
        net.train()
        print(i, S, f"{time.time()-t0:.0f}s {run:.4f}", ev, flush=True)
torch.save(net.state_dict(), f'{work}/{sys.argv[3] if len(sys.argv)>3 else "hint"}.pt')
