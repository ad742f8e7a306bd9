"""Nets that imitate guidance, taught on guided runs of the denoiser itself (CFG, random weight per run).
  collect    RUNS runs of 20 steps over training captions: WORK/runs.npz with x, t, v of the prompt and of the empty prompt. Both velocities are kept, so
             that every stored state serves every weight
  singles    one state each of COUNT noised training pictures, answered alike: WORK/singles.npz. Few runs have few captions; these have many
  distilled  the denoiser frozen, told the weight: a small perceptron makes 96 numbers of weight, time and prompt, and a matrix per block that starts at zero
             turns them into scales and shifts beside those of the time (adapter guidance distillation): WORK/distilled.pt
  export     OUT/distilled/unet
usage: distil.py collect WORK RUNS UNET.pt | singles WORK COUNT UNET.pt | distilled WORK STEPS UNET.pt | export WORK OUT UNET.pt
"""

import sys, os, json, math, time, numpy as np, torch, torch.nn as nn, torch.nn.functional as F

job, work, arg = sys.argv[1:4]
rest = sys.argv[4:]
sys.argv = ["x", work, "1", "1"]
from denoiser import UNet, Res

torch.set_num_threads(1)
torch.manual_seed(0)
LOW, HIGH = 1.0, 8.0


def AC():
    b = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    s = torch.cumprod(1 - b, 0).sqrt()
    s = (s - s[-1]) * s[0] / (s[0] - s[-1])
    return (s**2).float()


ac = AC()
pause = lambda: [
    time.sleep(1) for _ in iter(lambda: os.path.exists(os.environ.get("PAUSE_FILE", "no pause file")), False)
]


def main(path):
    s = torch.load(path, map_location="cpu")
    s = s.get("ema") or s["unet"]
    net = UNet(v1="p0" in s and (s["p0"].abs().max() > 0).item())
    k = net.state_dict()
    net.load_state_dict({n: v for n, v in s.items() if n in k})
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def pooled(c):
    m = (c.abs().sum(-1, keepdim=True) > 0).to(c.dtype)
    return (c * m).sum(1) / m.sum(1).clamp(min=1)


class Told(nn.Module):
    """a block's scale and shift from the time, plus a share from the weight"""

    def __init__(s, lin, told):
        super().__init__()
        s.lin = lin
        s.told = told
        s.more = nn.Linear(96, lin.out_features, bias=False)
        nn.init.zeros_(s.more.weight)

    def forward(s, t):
        return s.lin(t) + s.more(s.told[0])


class Distilled(nn.Module):
    def __init__(s, net):
        super().__init__()
        s.net = net
        s.p = nn.Linear(384, 64)
        s.a = nn.Sequential(nn.Linear(6 + 64, 96), nn.SiLU(), nn.Linear(96, 96))
        s.out = nn.Linear(96, 8, bias=False)
        nn.init.zeros_(s.out.weight)
        s.told = [None]
        for m in net.modules():
            if isinstance(m, Res):
                m.t = Told(m.t, s.told)
        s.register_buffer("ac", ac)

    def adapter(s):
        return [p for n, p in s.named_parameters() if n.split(".")[0] in ("p", "a", "out") or ".more." in n]

    def forward(s, sample, timestep, encoder_hidden_states, guidance_scale):
        B = sample.shape[0]
        t = timestep.float().reshape(-1, 1).expand(B, 1)
        w = guidance_scale.float().reshape(-1, 1).expand(B, 1) - 1
        al = s.ac[t[:, 0].round().long()].sqrt().unsqueeze(1)
        f = torch.cat([w / 7, torch.log1p(w.clamp(min=-0.5)), al, al * w / 7, t / 1000, (t / 1000) ** 4], 1)
        a = s.a(torch.cat([f, s.p(pooled(encoder_hidden_states))], 1)) * torch.tanh(
            w / 2
        )  # weight 1 is the denoiser itself
        s.told[0] = a
        y = s.net(sample, timestep, encoder_hidden_states)
        k, b = s.out(a)[:, :, None, None].chunk(2, 1)
        return y * (1 + k) + b


def infer(net, x, t, c):
    out = []
    with torch.no_grad():
        for i in range(0, len(x), 32):
            pause()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out.append(
                    net(
                        x[i : i + 32].contiguous(memory_format=torch.channels_last), t[i : i + 32], c[i : i + 32]
                    ).float()
                )
    return torch.cat(out)


def collect(runs, path):
    import train_denoiser as T

    net = main(path)
    g = torch.Generator().manual_seed(5)
    rng = np.random.default_rng(5)
    tr = [k for k in T.CH if not k.endswith("_9") and not k.startswith("held")]
    p = np.array([dict(plain=0.6, mirror=0, ground=0.15, tint=0.15, pair=0.1)[k.split("_")[0]] for k in tr])
    R = {k: [] for k in ("x", "t", "vc", "vu", "c")}
    C = []
    null = torch.from_numpy(np.load(f"{work}/null.npy"))
    for k in rng.choice(len(tr), runs, p=p / p.sum()):
        q = T.CH[tr[k]]
        C.append(q.get(rng.choice(len(q.w), p=q.w), int(rng.integers(9)))[1])
    C = torch.from_numpy(np.stack(C))
    np.savez(f"{work}/runs_c.npz", c=C.numpy().astype(np.float16))
    t0 = time.time()
    for lo in range(0, runs, 32):
        c = C[lo : lo + 32]
        n = len(c)
        w = 1 + torch.rand(n, 1, 1, 1, generator=g) * 7
        x = torch.randn(n, 4, 16, 16, generator=g)
        for j in range(20):
            t = int(round(1000 - j * 50)) - 1
            a = ac[t]
            an = ac[t - 50] if j < 19 else torch.tensor(1.0)
            tt = torch.full((n,), t)
            vc = infer(net, x, tt, c)
            vu = infer(net, x, tt, null.expand(n, -1, -1))
            for k, v in zip(
                ("x", "t", "vc", "vu", "c"), (x.half(), tt, vc.half(), vu.half(), torch.arange(lo, lo + n))
            ):
                R[k].append(v)
            v = vu + w * (vc - vu)
            x = an.sqrt() * (a.sqrt() * x - (1 - a).sqrt() * v) + (1 - an).sqrt() * ((1 - a).sqrt() * x + a.sqrt() * v)
        np.savez(f"{work}/runs.tmp.npz", **{k: torch.cat(v).numpy() for k, v in R.items()})
        os.replace(f"{work}/runs.tmp.npz", f"{work}/runs.npz")
        print(lo + n, f"{time.time()-t0:.0f}s", flush=True)


def singles(count, path):
    import train_denoiser as T

    net = main(path)
    g = torch.Generator().manual_seed(6)
    rng = np.random.default_rng(6)
    tr = ["plain_0", "tint_0", "ground_0", "pair_0"]
    null = torch.from_numpy(np.load(f"{work}/null.npy"))
    R = {k: [] for k in ("x", "t", "vc", "vu", "e")}
    t0 = time.time()
    for lo in range(0, count, 32):
        q = [
            T.CH[k].get(rng.choice(len(T.CH[k].w), p=T.CH[k].w), int(rng.integers(9)))
            for k in rng.choice(tr, 32, p=(0.7, 0.1, 0.1, 0.1))
        ]
        z = torch.from_numpy(np.stack([a for a, _ in q]))
        e = torch.from_numpy(np.stack([b for _, b in q]))
        t = torch.randint(20, 1000, (32,), generator=g)
        a = ac[t].view(-1, 1, 1, 1)
        x = a.sqrt() * z + (1 - a).sqrt() * torch.randn(z.shape, generator=g)
        for k, v in zip(
            ("x", "t", "vc", "vu", "e"),
            (x.half(), t, infer(net, x, t, e).half(), infer(net, x, t, null.expand(32, -1, -1)).half(), e.half()),
        ):
            R[k].append(v)
        if lo % 320 == 0:
            print(lo, f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor", flush=True)
    np.savez(f"{work}/singles.npz", **{k: torch.cat(v).numpy() for k, v in R.items()})


def runs():
    d = np.load(f"{work}/runs.npz")
    C = torch.from_numpy(np.load(f"{work}/runs_c.npz")["c"].astype(np.float32))
    q = {
        k: torch.from_numpy(d[k].astype(np.float32) if d[k].dtype == np.float16 else d[k])
        for k in ("x", "t", "vc", "vu", "c")
    }
    last = q["c"].max() - 15
    tr = torch.nonzero(q["c"] < last)[:, 0]
    te = torch.nonzero(q["c"] >= last)[:, 0]
    if os.path.exists(f"{work}/singles.npz"):
        d = np.load(f"{work}/singles.npz")
        n = len(q["x"])
        C2 = torch.from_numpy(d["e"].astype(np.float32))
        q = {
            k: torch.cat([q[k], torch.from_numpy(d[k].astype(np.float32) if k != "t" else d[k])])
            for k in ("x", "t", "vc", "vu")
        } | {"c": torch.cat([q["c"], len(C) + torch.arange(len(C2))])}
        C = torch.cat([C, C2])
        tr = torch.cat([tr, torch.arange(n, n + len(C2)).repeat(2)])
    return q, C, tr, te  # the last 16 runs are for evaluation


def distilled(S, path):
    q, C, tr, te = runs()
    net = Distilled(main(path))
    P = net.adapter()
    [p.requires_grad_(True) for p in P]
    opt = torch.optim.AdamW(P, lr=2e-3, weight_decay=0.01)
    B = 32
    t0 = time.time()
    run = None
    print(
        "adapter", sum(p.numel() for p in P) / 1e6, "M of", sum(p.numel() for p in net.parameters()) / 1e6, flush=True
    )

    def ask(k, w):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return net(q["x"][k].contiguous(memory_format=torch.channels_last), q["t"][k], C[q["c"][k]], w).float()

    def evaluate():
        r = {}
        with torch.no_grad():
            for w in (2.0, 5.0):
                e = n = 0
                for i in range(0, len(te), 32):
                    k = te[i : i + 32]
                    y = q["vu"][k] + w * (q["vc"][k] - q["vu"][k])
                    e += ((ask(k, torch.full((len(k),), w)) - y) ** 2).sum().item()
                    n += ((q["vc"][k] - y) ** 2).sum().item()
                r[f"w={w:g}"] = (round(e / len(te) / 1024, 4), f"of the prompt alone {e/n:.2f}")
        return r

    for i in range(S):
        pause()
        [g.update(lr=2e-3 * min(1, (i + 1) / 20) * max(0.02, 1 - i / S)) for g in opt.param_groups]
        k = tr[torch.randint(0, len(tr), (B,))]
        w = LOW + (HIGH - LOW) * torch.rand(B)
        y = q["vu"][k] + w.view(-1, 1, 1, 1) * (q["vc"][k] - q["vu"][k])
        l = ((ask(k, w) - y) ** 2).mean((1, 2, 3))
        l = (l / (0.3 + (w - 1) / 4) ** 2).mean()
        opt.zero_grad()
        l.backward()
        torch.nn.utils.clip_grad_norm_(P, 1.0)
        opt.step()
        run = l.item() if run is None else 0.95 * run + 0.05 * l.item()
        if i % 20 == 19 or i == S - 1:
            print(
                i + 1,
                f"{time.time()-t0:.0f}s loss {run:.4f}",
                evaluate() if i % 60 == 59 or i == S - 1 else "",
                flush=True,
            )
            torch.save(
                {n: v for n, v in net.state_dict().items() if n.split(".")[0] in ("p", "a", "out") or ".more." in n},
                f"{work}/distilled.pt",
            )


def export(out, path):
    sys.argv = ["x"]
    from graphs import write

    ax = dict(
        sample={0: "batch_size", 2: "height", 3: "width"},
        encoder_hidden_states={0: "batch_size", 1: "sequence_length"},
        out_sample={0: "batch_size", 2: "height", 3: "width"},
    )
    x = (torch.randn(2, 4, 16, 16), torch.tensor(500.0), torch.randn(2, 32, 384))
    if os.path.exists(f"{work}/distilled.pt"):
        n = Distilled(main(path))
        n.load_state_dict(torch.load(f"{work}/distilled.pt"), strict=False)
        write(
            f"{out}/distilled/unet",
            n,
            x + (torch.tensor(5.0),),
            ["sample", "timestep", "encoder_hidden_states", "guidance_scale"],
            ["out_sample"],
            ax,
            "fp16",
            unet=True,
        )


if __name__ == "__main__":
    dict(
        collect=lambda: collect(int(arg), rest[0]),
        singles=lambda: singles(int(arg), rest[0]),
        distilled=lambda: distilled(int(arg), rest[0]),
        export=lambda: export(arg, rest[0]),
    )[job]()
