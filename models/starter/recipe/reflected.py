"""A small net from the prompt's noise estimate to that of CFG at weight 5 (CoRe2). It reads the estimate, the time, the caption and the denoiser's own hint (the picture that the caption
leads to, by regression): at much noise the step of guidance is little else than the hint less the mean picture. The hint's weights are frozen and stay in weights.bin.
  runs    WORK/reflected_runs.npz: COUNT guided runs of other captions than those of erased.py, whose states are used too
  train   WORK/reflected.pt; one caption in ten is for evaluation: a tenth of every file's captions, never trained on
  export  MODELDIR/unet/reflected.onnx
usage: reflected.py runs WORK MODELDIR NODE_MODULES COUNT | train WORK STEPS RATE | export WORK MODELDIR"""

import sys, os, time, random, hashlib, numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from erased import main, encoder, others, runs as guided, ac

torch.set_num_threads(1)
torch.manual_seed(0)
W = 5.0


def pooled(c):
    m = (c.abs().sum(-1, keepdim=True) > 0).to(c.dtype)
    return (c * m).sum(1) / m.sum(1).clamp(min=1)


class Reflected(nn.Module):
    def __init__(s, hint, null, h=64, n=6):
        super().__init__()
        s.hint = hint.requires_grad_(False)
        s.register_buffer("mean", hint(pooled(null[None])).detach())
        s.register_buffer("ac", ac)
        s.text = nn.Sequential(nn.LayerNorm(384), nn.Linear(384, 96), nn.GELU())
        s.time = nn.Sequential(nn.Linear(10, 96), nn.GELU())
        s.film = nn.Linear(192, 2 * n * h)
        s.i = nn.Conv2d(12, h, 3, 1, 1)
        s.n = nn.ModuleList([nn.GroupNorm(8, h) for _ in range(n)])
        s.c = nn.ModuleList([nn.Conv2d(h, h, 3, 1, 2 ** (k % 3), 2 ** (k % 3)) for k in range(n)])
        s.o = nn.Conv2d(h, 4, 3, 1, 1)
        s.k = nn.Linear(192, 8)
        s.place = nn.Parameter(torch.zeros(1, h, 16, 16))
        for m in (s.o, s.k, s.film):
            nn.init.zeros_(m.weight)
            nn.init.zeros_(m.bias)

    def grid(s, g, x):
        return (
            g
            if not torch.onnx.is_in_onnx_export() and g.shape[-2:] == x.shape[-2:]
            else F.interpolate(g, size=x.shape[-2:], mode="bilinear", align_corners=False)
        )

    def push(s, e, t, c):
        B = e.shape[0]
        t = t.float().reshape(-1, 1).expand(B, 1)
        al = s.ac[t[:, 0].round().long()].sqrt().unsqueeze(1)
        p = pooled(c)
        h = s.grid(s.hint(p), e)
        d = h - s.grid(s.mean, e)
        z = torch.cat(
            [
                s.text(p),
                s.time(
                    torch.cat(
                        [
                            al,
                            al**2,
                            al**4,
                            al**8,
                            (1 - al**2).clamp(min=0).sqrt(),
                            (1 - al).clamp(min=0),
                            t / 1000,
                            (t / 1000) ** 2,
                            torch.sin(3.14159 * t / 1000),
                            torch.cos(6.28318 * t / 1000),
                        ],
                        1,
                    )
                ),
            ],
            1,
        )
        f = s.film(z)[:, :, None, None].chunk(2 * len(s.c), 1)
        x = s.i(torch.cat([e, h, d], 1)) + s.grid(s.place, e)
        for k, (c_, n) in enumerate(zip(s.c, s.n)):
            x = x + c_(F.silu(n(x) * (1 + f[2 * k]) + f[2 * k + 1]))
        a, b = s.k(z)[:, :, None, None].chunk(2, 1)
        return s.o(F.silu(x)) + a * d + b * e, al[:, :, None, None]

    def forward(s, sample, timestep, encoder_hidden_states):
        q, al = s.push(sample, timestep, encoder_hidden_states)
        return sample + al * q


def collect(work, d, nm, n):
    net = main(work)
    enc = encoder(d)
    null = torch.from_numpy(enc(""))
    done = []
    R = {k: [] for k in ("x", "t", "v", "u", "c")}
    g = torch.Generator().manual_seed(9)
    t0 = time.time()
    names = list(dict.fromkeys(others(nm, 2 * n, random.Random(9))))[:n]
    for lo in range(0, len(names), 16):
        c = torch.from_numpy(np.stack([enc(p) for p in names[lo : lo + 16]]))
        done.append(c.half())
        guided(
            net,
            c,
            null,
            g,
            lambda _, x, t, v, u: [
                R[k].append(y)
                for k, y in zip(("x", "t", "v", "u", "c"), (x.half(), t, v.half(), u.half(), lo + torch.arange(len(t))))
            ],
        )
        f = f"{work}/reflected_runs"
        np.savez(f + ".tmp.npz", e=torch.cat(done).numpy(), **{k: torch.cat(v).numpy() for k, v in R.items()})
        os.replace(f + ".tmp.npz", f + ".npz")
        print(lo + 16, f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor", flush=True)


def data(work):
    """both files; of the second only the runs of other captions, where the kept answer is the caption's own"""
    Q = []
    n = 0
    E = []
    for f, v in (("reflected_runs", "v"), ("erased_states", "y")):
        if not os.path.exists(f"{work}/{f}.npz"):
            continue
        d = np.load(f"{work}/{f}.npz")
        e = d["e"]
        ok = d["kind"] == 2 if "kind" in d else np.ones(len(d["x"]), bool)
        c = d["c"]
        Q.append(
            [torch.from_numpy(d[k][ok].astype(np.float32)) for k in ("x", v, "u")]
            + [torch.from_numpy(d["t"][ok]), torch.from_numpy(c[ok]) + n]
        )
        E.append(torch.from_numpy(e.astype(np.float32)))
        n += len(e)
    x, v, u, t, c = [torch.cat(k) for k in zip(*Q)]
    held = c % 10 == 9
    return (
        x,
        v,
        u,
        t,
        c,
        torch.cat(E),
        torch.nonzero(~held)[:, 0],
        torch.nonzero(held & (t < 999))[:, 0],
    )  # at the first time the noise is the state, whatever is guided


def train(work, S, lr):
    x, v, u, t, c, E, tr, te = data(work)
    null = torch.from_numpy(np.load(f"{work}/erased_states.npz")["null"])
    net = Reflected(main(work).hint, null)
    P = [p for p in net.parameters() if p.requires_grad]
    opt = torch.optim.AdamW(P, lr=lr, betas=(0.9, 0.99), weight_decay=0.02)
    a = ac[t].view(-1, 1, 1, 1)
    e = (1 - a).sqrt() * x + a.sqrt() * v
    y = (W - 1) * (v - u)
    B = 64
    t0 = time.time()
    best = 9
    ema = None
    print(
        f"{len(tr)} states of {len(c[tr].unique())} captions to train on, {len(te)} of {len(c[te].unique())} held out; {sum(p.numel() for p in P)/1e6:.2f} M",
        flush=True,
    )

    def evaluate():
        with torch.no_grad():
            r = torch.cat([((net.push(e[k], t[k], E[c[k]])[0] - y[k]) ** 2).mean((1, 2, 3)) for k in te.split(64)])
            w = (y[te] ** 2).mean((1, 2, 3))
            al = ac[t[te]]
            thirds = [
                f"{(r[m].sum()/w[m].sum()).item():.2f}"
                for m in (t[te] >= 667, (t[te] < 667) & (t[te] >= 333), t[te] < 333)
            ]
            return (r.sum() / w.sum()).item(), ((al * r).sum() / (al * w).sum()).item(), thirds

    for i in range(S):
        [g.update(lr=lr * min(1, (i + 1) / 30) * max(0.01, 1 - i / S)) for g in opt.param_groups]
        k = tr[torch.randint(0, len(tr), (B,))]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            p, _ = net.push(e[k].contiguous(memory_format=torch.channels_last), t[k], E[c[k]])
        l = ((p.float() - y[k]) ** 2).mean((1, 2, 3)).mean()
        opt.zero_grad()
        l.backward()
        torch.nn.utils.clip_grad_norm_(P, 1.0)
        opt.step()
        if i % 50 == 49 or i == S - 1:
            r, n, th = evaluate()
            print(
                i + 1,
                f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor, loss {l.item():.4f}; unseen captions: error of the step to CFG as a share of the step {r:.3f} (as noises {n:.3f}; early, middle, late {th})",
                flush=True,
            )
            if r < best:
                best = r
                torch.save(
                    {n: p for n, p in net.state_dict().items() if not n.startswith("hint.")}, f"{work}/reflected.pt"
                )


def export(work, d):
    import onnx, onnxruntime as ort
    from onnx import numpy_helper, TensorProto
    from graphs import write

    net = Reflected(main(work).hint, torch.from_numpy(np.load(f"{work}/erased_states.npz")["null"]))
    net.load_state_dict(torch.load(f"{work}/reflected.pt"), strict=False)
    ax = dict(
        sample={0: "batch_size", 2: "height", 3: "width"},
        encoder_hidden_states={0: "batch_size", 1: "sequence_length"},
        out_sample={0: "batch_size", 2: "height", 3: "width"},
    )
    x = (torch.randn(2, 4, 16, 16), torch.tensor(500.0), torch.randn(2, 32, 384))
    write(f"{work}/reflected", net, x, ["sample", "timestep", "encoder_hidden_states"], ["out_sample"], ax)
    have = {}
    blob = open(f"{d}/unet/weights.bin", "rb").read()
    for t in onnx.load(f"{d}/unet/model.onnx", load_external_data=False).graph.initializer:
        f = {k.key: k.value for k in t.external_data}
        if f:
            o, l = int(f["offset"]), int(f["length"])
            have[hashlib.sha256(blob[o : o + l]).digest()] = (o, l)
    m = onnx.load(f"{work}/reflected/model.onnx")
    shared = 0
    for t in m.graph.initializer:
        at = have.get(hashlib.sha256(numpy_helper.to_array(t).tobytes()).digest())
        if not at:
            continue
        for f in ("raw_data", "float_data", "int32_data", "int64_data"):
            t.ClearField(f)
        t.data_location = TensorProto.EXTERNAL
        shared += at[1]
        for k, v in (("location", "weights.bin"), ("offset", at[0]), ("length", at[1])):
            t.external_data.add(key=k, value=str(v))
    path = f"{d}/unet/reflected.onnx"
    onnx.save(m, path)
    onnx.checker.check_model(path)
    print(path, os.path.getsize(path), "shares", shared)
    with torch.no_grad():
        y = net(*x).numpy()
    print(
        "difference from torch",
        np.abs(
            ort.InferenceSession(path).run(
                None, dict(sample=x[0].numpy(), timestep=x[1].numpy(), encoder_hidden_states=x[2].numpy())
            )[0]
            - y
        ).max(),
    )


if __name__ == "__main__":
    a = sys.argv[2:]
    dict(
        runs=lambda: collect(a[0], a[1], a[2], int(a[3])),
        train=lambda: train(a[0], int(a[1]), float(a[2])),
        export=lambda: export(*a),
    )[sys.argv[1]]()
