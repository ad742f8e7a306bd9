"""Decoder alone, encoder frozen (so the latents, and every denoiser trained on them, stay valid). The cached augmented pictures are drawn anew
from the same generator as the chunks; a little noise on the latents makes the decoder forgiving of sampled ones. Resumable, one thread.
usage: train_decoder.py WORK MODELDIR SECONDS BATCH [--resume]     (MODELDIR holds the frozen vae_encoder)"""

import sys

work, model, T, B = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
resume = "--resume" in sys.argv
sys.argv = [sys.argv[0], work, model]
import prepare_latents as P, numpy as np, torch, random, time, os, copy, torch.nn.functional as F
from autoencoder import Enc, Dec
from optim import Muon

torch.set_num_threads(1)
dev = "cuda" if torch.cuda.is_available() else "cpu"
P.captions = lambda *a, **k: []
w = torch.load(f"{work}/warm.pt")
mu = w["mu"].view(1, 4, 1, 1).to(dev)
sd = w["sd"].view(1, 4, 1, 1).to(dev)
e = Enc()
e.load_state_dict(w["enc"])
e.to(dev).to(memory_format=torch.channels_last).eval().requires_grad_(False)
d = Dec()
d.load_state_dict(w["dec"])
path = f"{work}/dec.pt"
i = 0
st = torch.load(path) if resume and os.path.exists(path) else None
if st:
    d.load_state_dict(st["net"])
d.to(dev).to(memory_format=torch.channels_last)
ema = copy.deepcopy(d)
A = [p for n, p in d.named_parameters() if p.ndim < 2 or n == "n.13.weight"]
Mu = [p for n, p in d.named_parameters() if not (p.ndim < 2 or n == "n.13.weight")]
oa = torch.optim.AdamW(A, lr=2e-4, betas=(0.9, 0.99), weight_decay=0)
om = Muon(Mu, 2e-4)
if st:
    ema.load_state_dict(st["ema"])
    oa.load_state_dict(st["oa"])
    om.load_state_dict(st["om"])
    i = st["i"]
torch.manual_seed(i)
rng = random.Random(f"decoder{i}")
# a resumed stretch draws from the step it starts at
pool = [k for k, m in enumerate(P.M) if not m["held"]]
gens = [P.make(k, 10**9, rng) for k in ("ground", "tint", "pair")]


def picture():
    if rng.random() < 0.6:
        a = P.over(np.asarray(P.I[rng.choice(pool)]))
        return a[:, ::-1] if rng.random() < 0.5 else a
    return next(rng.choice(gens[:2] + gens))[0]


grad = lambda x: (x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :])


def losses(x, y):
    l = (y - x).abs().mean()
    for k, wt in ((1, 1.0), (2, 0.5)):
        a, b = (x, y) if k == 1 else (F.avg_pool2d(x, k), F.avg_pool2d(y, k))
        l = l + wt * sum((p - q).abs().mean() for p, q in zip(grad(a), grad(b)))
    lap = lambda q: q - F.interpolate(F.avg_pool2d(q, 2), scale_factor=2, mode="bilinear")
    return l + 1.0 * (lap(x) - lap(y)).abs().mean()


def evaluate(net):
    r = {}
    for s in ("3d", "flat"):
        ids = [k for k, m in enumerate(P.M) if m["style"] == s and (m["held"] or s == "3d")]
        ids = list(np.random.default_rng(5).permutation(ids)[:48])
        q = []
        for bg in ((255, 255, 255), (58, 122, 214)):
            x = (
                torch.from_numpy(np.stack([P.over(np.asarray(P.I[k]), bg) for k in ids]).astype(np.float32)).permute(
                    0, 3, 1, 2
                )
                / 127.5
                - 1
            )
            with torch.no_grad():
                for k in range(0, len(ids), 16):
                    xx = x[k : k + 16].to(dev)
                    y = net(e(xx).chunk(2, 1)[0]).clamp(-1, 1)
                    q += [(10 * torch.log10(4 / ((a - b) ** 2).mean())).item() for a, b in zip(xx, y)]
            r[f'{s} on {"white" if bg[0]==255 else "blue"}'] = round(float(np.mean(q[-len(ids) :])), 2)
    return r


if __name__ == "__main__":
    print("start", i, evaluate(ema), flush=True)
    t0 = time.time()
    saved = t0
    i0 = i
    run = None
    EP = list(ema.parameters())
    NP = list(d.parameters())

    def save():
        torch.save(
            dict(net=d.state_dict(), ema=ema.state_dict(), oa=oa.state_dict(), om=om.state_dict(), i=i), path + ".tmp"
        )
        os.replace(path + ".tmp", path)

    while (el := (time.time() - t0) / T) < 1:
        while os.path.exists(os.environ.get("PAUSE_FILE", "no pause file")):
            time.sleep(1)
        lr = 3e-4 * min(1, (i - i0 + 1) / 30) * (1 if el < 0.3 else max(0.02, (1 - el) / 0.7))
        for o in (oa, om):
            for g in o.param_groups:
                g["lr"] = lr
        x = (
            torch.from_numpy(np.stack([picture() for _ in range(B)]).astype(np.float32)).permute(0, 3, 1, 2).to(dev)
            / 127.5
            - 1
        )
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.autocast(dev, dtype=torch.bfloat16):
            with torch.no_grad():
                z = e(x).float().chunk(2, 1)[0]
                z = z + sd * torch.randn_like(z) * 0.08 * torch.rand(B, 1, 1, 1, device=dev)
            y = d(z).float()
        l = losses(x, y)
        l.backward()
        torch.nn.utils.clip_grad_norm_(NP, 1.0)
        oa.step()
        om.step()
        d.zero_grad()
        i += 1
        with torch.no_grad():
            torch._foreach_lerp_(EP, NP, 1 - min(0.99, (2 + i - i0) / (8 + i - i0)))
        run = l.item() if run is None else 0.97 * run + 0.03 * l.item()
        if i % 25 == 0:
            print(i, f"{time.time()-t0:.0f}s loss {run:.4f}", flush=True)
        if time.time() - saved > 120:
            save()
            saved = time.time()
    save()
    print("end", i, evaluate(ema), flush=True)
