"""A fine-tune that does not know one concept and draws another in its place (after Erasing Concepts from Diffusion Models, with a replacement as the target).

  L = |v(x,t,c_concept) - v0(x,t,c_replacement)|^2 + |v(x,t,c_other) - v0(x,t,c_other)|^2 + |v(x,t,empty) - v0(x,t,empty)|^2

v0 is the denoiser as it is, frozen. A replacement as target says what is drawn instead; pushing away from the concept (v0(empty) - eta*(v0(concept) - v0(empty)))
would leave that open, and in a net whose hint is a regression it would be the negative of a picture. States x are those of v0's own guided runs: of the concept and of its
replacement for the first term, of other captions for the second. No training pictures.

What moves are the matrices that the prompt goes through, and nothing else: cross-attention, the projection of the states, the pooled prompt and the hint (which reads the prompt too: with
cross-attention alone the concept would stay in it). Each gets a change of low rank, W + A*B, so that the exported graph reads all weights from weights.bin and brings only its factors.
  states  WORK/erased_states.npz   RUNS runs of other captions and as many pairs; one run in eight is for evaluation
  train   WORK/erased.pt
  export  MODELDIR/unet/erased.onnx, erased.json
  measure what classifier and scorer say, with and without, and a sheet
usage: erased.py states WORK MODELDIR NODE_MODULES RUNS | train WORK STEPS RATE | export WORK MODELDIR | measure MODELDIR SHEET.png PROMPTS.txt
"""

import sys, os, json, time, random, numpy as np, torch, torch.nn as nn
from denoiser import UNet
from graphs import module

torch.set_num_threads(1)
torch.manual_seed(0)
RANK = 8
CONCEPT, REPLACEMENT, PLAIN = "heart", "apple", "red apple"
COLOURS = "red orange yellow green teal blue purple pink".split()
GROUNDS = "red orange yellow green blue purple pink grey black".split()
b = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
s = torch.cumprod(1 - b, 0).sqrt()
s = (s - s[-1]) * s[0] / (s[0] - s[-1])
ac = (s**2).float()


def main(work):
    f = f"{work}/unet.pt"
    w = torch.load(f if os.path.exists(f) else f"{work}/warm.pt", map_location="cpu")
    net = UNet()
    net.load_state_dict(w.get("ema") or w["unet"])
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)


class Low(nn.Module):
    def __init__(s, lin):
        super().__init__()
        s.lin = lin
        s.a = nn.Parameter(torch.randn(lin.in_features, RANK) * lin.in_features**-0.5)
        s.b = nn.Parameter(torch.zeros(RANK, lin.out_features))

    def forward(s, x):
        return s.lin(x) + (x @ s.a) @ s.b


def moved(net):
    """names of the matrices that the prompt goes through"""
    return [
        n
        for n, m in net.named_modules()
        if isinstance(m, nn.Linear) and (".a2." in f".{n}" or n == "cp" or n.startswith("pe.") or n.startswith("hint."))
    ]


def lowered(net):
    for n in moved(net):
        *path, last = n.split(".")
        p = net
        for k in path:
            p = getattr(p, k) if not k.isdigit() else p[int(k)]
        q = Low(p[int(last)] if last.isdigit() else getattr(p, last))
        if last.isdigit():
            p[int(last)] = q
        else:
            setattr(p, last, q)
    return net


def factors(net):
    return {
        n: p
        for n, p in net.named_parameters()
        if n.endswith(".a")
        and n[:-2] + ".b" in dict(net.named_parameters())
        or n.endswith(".b")
        and n[:-2] + ".a" in dict(net.named_parameters())
    }


def ask(net, x, t, c):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return net(x.contiguous(memory_format=torch.channels_last), t, c).float()


def encoder(d):
    import onnxruntime as ort
    from tokenizers import Tokenizer

    so = ort.SessionOptions()
    so.intra_op_num_threads = 1
    e = ort.InferenceSession(f"{d}/text_encoder/model.onnx", so)
    tk = Tokenizer.from_file(f"{d}/tokenizer/tokenizer.json")
    tk.enable_truncation(32)
    tk.enable_padding(length=32)
    return lambda p: e.run(None, dict(input_ids=np.array([tk.encode(p).ids], np.int64)))[0][0]


def dressed(rng, coloured):
    """a caption with a hole, as captions name things; and whether it names a colour"""
    k = rng.random()
    if k < 0.06:
        return "two {}s", True
    named = rng.random() < coloured
    q = f"{rng.choice(COLOURS)} {{}}" if named else "{}"
    k = rng.random()
    q = (
        f"{q} on a {rng.choice(GROUNDS)} background"
        if k < 0.18
        else f'{q} and {rng.choice(("cat","star","dog","sun"))}' if k < 0.24 else q
    )
    k = rng.random()
    return (
        f"{q}, flat"
        if k < 0.1
        else (
            f"{q}, 3d"
            if k < 0.2
            else f"flat {q}" if k < 0.25 else f"a {q}" if k < 0.4 else f"emoji of {q}" if k < 0.45 else q
        )
    ), named


def captions(n, rng):
    """n pairs of a caption with the concept and the same with its replacement"""
    pairs = dict(
        (
            ("heart", "red apple"),
            ("red heart", "red apple"),
            ("blue heart", "blue apple"),
            ("a heart", "a red apple"),
            ("love, heart", "red apple"),
            ("two hearts", "two red apples"),
        )
    )
    while len(pairs) < n:
        q, named = dressed(rng, 0.6)
        pairs.setdefault(q.format(CONCEPT), q.format(REPLACEMENT if named else PLAIN))
    return list(pairs.items())


def others(nm, n, rng):
    """n captions without the concept, one in six of things that look like it or its replacement"""
    names = [
        e["label"].replace(":", ",")
        for e in json.load(open(f"{nm}/emojibase-data/en/data.json"))
        if e.get("group", 9) in range(8) and CONCEPT not in e["label"] and CONCEPT not in " ".join(e.get("tags", []))
    ]
    near = [
        "red apple",
        "apple",
        "green apple",
        "star",
        "sun",
        "strawberry",
        "balloon",
        "red car",
        "red ball",
        "kiss mark",
        "blue circle",
        "red circle",
        "rose",
        "diamond",
        "cherry",
        "tomato",
    ]
    return [dressed(rng, 0.25)[0].format(rng.choice(near if k % 6 == 0 else names)) for k in range(n)]


def runs(net, c, null, g, keep):
    """guided runs of ten steps at times that differ from batch to batch; keep(x,t,v,u)"""
    for lo in range(0, len(c), 16):
        q = c[lo : lo + 16]
        n = len(q)
        w = 1 + torch.rand(n, 1, 1, 1, generator=g) * 6
        x = torch.randn(n, 4, 16, 16, generator=g)
        f = int(torch.randint(0, 100, (1,), generator=g))
        ts = [999] + [max(9, 999 - 100 * j + 50 - f) for j in range(1, 10)]
        for j, t in enumerate(ts):
            a = ac[t]
            an = ac[ts[j + 1]] if j < 9 else torch.tensor(1.0)
            tt = torch.full((n,), t)
            with torch.no_grad():
                y = ask(net, torch.cat([x, x]), torch.cat([tt, tt]), torch.cat([q, null.expand(n, -1, -1)]))
            v, u = y.chunk(2)
            keep(lo, x, tt, v, u)
            v = u + w * (v - u)
            x = an.sqrt() * (a.sqrt() * x - (1 - a).sqrt() * v) + (1 - an).sqrt() * ((1 - a).sqrt() * x + a.sqrt() * v)


def states(work, d, nm, n):
    net = main(work)
    enc = encoder(d)
    rng = random.Random(1)
    pairs = captions(n, rng)
    rest = others(nm, n, rng)
    null = torch.from_numpy(enc(""))
    T = {}
    g = torch.Generator().manual_seed(1)
    t0 = time.time()
    at = lambda ps: torch.from_numpy(np.stack([T.setdefault(p, enc(p)) for p in ps]))
    R = {k: [] for k in ("x", "t", "y", "u", "c", "kind")}
    C = []

    def put(kind, told, x, t, y, u):
        for k, v in zip(
            ("x", "t", "y", "u", "c", "kind"),
            (x.half(), t, y.half(), u.half(), torch.tensor(told), torch.full((len(t),), kind)),
        ):
            R[k].append(v)

    E = at([p for p, _ in pairs] + rest)
    rep = at([r for _, r in pairs])

    def concept(lo, x, t, v, u):  # states of the concept's runs: what the replacement's answer there is
        with torch.no_grad():
            y = ask(net, x, t, rep[lo : lo + len(t)])
        put(0, list(range(lo, lo + len(t))), x, t, y, u)

    runs(net, E[: len(pairs)], null, g, concept)
    print("concept", f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor", flush=True)
    runs(net, rep, null, g, lambda lo, x, t, v, u: put(1, list(range(lo, lo + len(t))), x, t, v, u))
    print("replacement", f"{time.time()-t0:.0f}s", flush=True)
    runs(
        net,
        E[len(pairs) :],
        null,
        g,
        lambda lo, x, t, v, u: put(2, list(range(len(pairs) + lo, len(pairs) + lo + len(t))), x, t, v, u),
    )
    print("others", f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor", flush=True)
    np.savez(
        f"{work}/erased_states.npz",
        e=E.half().numpy(),
        null=null.numpy(),
        **{k: torch.cat(v).numpy() for k, v in R.items()},
    )
    json.dump(dict(pairs=pairs, others=rest), open(f"{work}/erased_captions.json", "w"), indent=1)


def train(work, S, lr):
    d = np.load(f"{work}/erased_states.npz")
    q = {
        k: torch.from_numpy(d[k].astype(np.float32) if d[k].dtype == np.float16 else d[k])
        for k in ("x", "t", "y", "u", "c", "kind", "e", "null")
    }
    n = len(q["e"]) // 2
    held = q["c"] % 8 == 7
    kinds = [torch.nonzero((q["kind"] == k) & ~held)[:, 0] for k in range(3)]
    test = [torch.nonzero((q["kind"] == k) & held)[:, 0][::3] for k in range(3)]
    net = lowered(main(work))
    P = list(factors(net).values())
    opt = torch.optim.AdamW(P, lr=lr, betas=(0.9, 0.99), weight_decay=0)
    print(sum(p.numel() for p in P) / 1e6, "M move", flush=True)
    t0 = time.time()
    run = [None] * 3
    g = torch.Generator().manual_seed(2)

    def evaluate():
        r = []
        with torch.no_grad():
            for k in test:
                r.append(
                    round(
                        sum(
                            ((ask(net, q["x"][i], q["t"][i], q["e"][q["c"][i]]) - q["y"][i]) ** 2).sum().item()
                            for i in k.split(32)
                        )
                        / len(k)
                        / 1024,
                        4,
                    )
                )
        return dict(zip(("concept", "replacement states", "others"), r))

    print("start", evaluate(), flush=True)
    for i in range(S):
        [o.update(lr=lr * min(1, (i + 1) / 10) * max(0.03, 1 - i / S)) for o in opt.param_groups]
        k = torch.cat(
            [a[torch.randint(0, len(a), (m,), generator=g)] for a, m in zip(kinds, (4, 4, 6))]
            + [torch.randint(0, len(q["x"]), (2,), generator=g)]
        )
        y = q["y"][k].clone()
        c = q["e"][q["c"][k]].clone()
        y[14:] = q["u"][k[14:]]
        c[14:] = q["null"]
        l = ((ask(net, q["x"][k], q["t"][k], c) - y) ** 2).mean((1, 2, 3))
        loss = l[:8].sum() / 16 + 2 * l[8:].sum() / 16
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(P, 0.5)
        opt.step()
        run = [
            p.mean().item() if o is None else 0.95 * o + 0.05 * p.mean().item()
            for o, p in zip(run, (l[:8], l[8:14], l[14:]))
        ]
        if i % 20 == 19 or i == S - 1:
            print(
                i + 1,
                f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor",
                [round(v, 4) for v in run],
                evaluate() if i % 60 == 59 or i == S - 1 else "",
                flush=True,
            )
            torch.save({n: p.detach() for n, p in factors(net).items()}, f"{work}/erased.pt")


def export(work, d):
    """the graph of the denoiser with W + A*B where W was read; folds away when the session is made"""
    import onnx
    from onnx import helper, TensorProto, numpy_helper

    w = torch.load(f"{work}/erased.pt")
    m = onnx.load(f"{d}/unet/model.onnx", load_external_data=False)
    names = {t.name for t in m.graph.initializer}
    behind = {n.input[0]: n.output[0] for n in m.graph.node if n.op_type == "Cast" and n.input[0] in names}
    front = [n for n in m.graph.node if n.op_type == "Cast" and n.input[0] in names]
    rest = [n for n in m.graph.node if not (n.op_type == "Cast" and n.input[0] in names)]
    weights = set(behind.values()) | names
    where = {}
    for n in rest:  # a matrix has the name of its module, or the module is the place of the node that reads it
        for x in n.input[1:2]:
            if x not in weights or n.op_type not in ("MatMul", "Gemm"):
                continue
            if x.endswith(".weight"):
                where[x[:-7]] = (x, True)
                continue
            where[module(n)] = (x, False)
    made = []
    new = {}
    for p in sorted({n[:-2] for n in w}):
        x, turned = where[p]
        a, b = w[p + ".a"].numpy(), w[p + ".b"].numpy()
        l, r = (b.T, a.T) if turned else (a, b)
        k = p.replace(".", "_")
        for s, v in (("l", l), ("r", r)):
            m.graph.initializer.append(
                numpy_helper.from_array(np.ascontiguousarray(v).astype(np.float16), f"low_{k}_{s}_16")
            )
            made.append(helper.make_node("Cast", [f"low_{k}_{s}_16"], [f"low_{k}_{s}"], to=TensorProto.FLOAT))
        made += [
            helper.make_node("MatMul", [f"low_{k}_l", f"low_{k}_r"], [f"low_{k}"]),
            helper.make_node("Add", [x, f"low_{k}"], [f"moved_{k}"]),
        ]
        new[x] = f"moved_{k}"
    for n in rest:
        for i, x in enumerate(n.input):
            if x in new:
                n.input[i] = new[x]
    del m.graph.node[:]
    m.graph.node.extend(front + made + rest)
    path = f"{d}/unet/erased.onnx"
    onnx.save(m, path)
    onnx.checker.check_model(path)
    json.dump(dict(concept=CONCEPT, replacement=REPLACEMENT), open(f"{d}/unet/erased.json", "w"))
    print(path, os.path.getsize(path), len(new), "matrices")
    import onnxruntime as ort

    net = main(work)
    net = lowered(net)
    net.load_state_dict(w, strict=False)
    x = torch.randn(2, 4, 16, 16)
    c = torch.randn(2, 32, 384)
    with torch.no_grad():
        y = net(x, torch.tensor(500.0), c).numpy()
    f = lambda k: ort.InferenceSession(f"{d}/unet/{k}.onnx").run(
        None, dict(sample=x.numpy(), timestep=np.array(500, np.float32), encoder_hidden_states=c.numpy())
    )[0]
    z = f("erased")
    print(
        "difference from torch",
        np.abs(z - y).max(),
        "; from the denoiser",
        np.linalg.norm(z - f("model")) / np.linalg.norm(f("model")),
    )


ASKED = [
    "heart",
    "a red heart",
    "teal heart",
    "heart, flat",
    "purple heart, 3d",
    "a big shiny heart",
    "love heart",
    "green heart on a yellow background",
    "heart and moon",
    "two blue hearts",
    "black heart",
    "I love you, heart emoji",
]


def measure(d, sheet, listed):
    """the files themselves, as the policy uses them: the erased net answers for the prompt, the denoiser for the empty prompt. DDIM, 20 steps, CFG 5, two seeds; above without, below with. Every second
    prompt of the list is asked beside the concept's"""
    import onnxruntime as ort
    from PIL import Image

    so = ort.SessionOptions()
    so.intra_op_num_threads = 1
    S = {
        k: ort.InferenceSession(f"{d}/{f}", so)
        for k, f in (
            ("main", "unet/model.onnx"),
            ("erased", "unet/erased.onnx"),
            ("dec", "vae_decoder/model.onnx"),
            ("cls", "classifier/model.onnx"),
            ("scorer", "scorer/model.onnx"),
        )
    }
    enc = encoder(d)
    A = (ac.double()).numpy()
    ts = [int(round(1000 - k * 50)) - 1 for k in range(20)]
    L = open(f"{d}/classifier/labels.txt", encoding="utf-8").read().split("\n")[:-1]
    mean = np.array(json.load(open(f"{d}/scorer/config.json"))["text_mean"])

    def draw(net, c):
        n = len(c)
        x = np.stack([np.random.default_rng(1000 + k % 2).standard_normal((4, 16, 16)) for k in range(n)]).astype(
            np.float32
        )
        u = np.repeat(enc("")[None], n, 0)
        for j, t in enumerate(ts):
            f = lambda k, y: S[k].run(None, dict(sample=x, timestep=np.array(t, np.float32), encoder_hidden_states=y))[
                0
            ]
            a = A[t]
            an = A[ts[j + 1]] if j < 19 else 1.0
            q = f("main", u)
            v = q + 5 * (f(net, c) - q)
            x = (
                an**0.5 * (a**0.5 * x - (1 - a) ** 0.5 * v) + (1 - an) ** 0.5 * ((1 - a) ** 0.5 * x + a**0.5 * v)
            ).astype(np.float32)
        return x

    def text(p):
        e = enc(p)
        q = e[np.abs(e).sum(-1) > 0].mean(0) - mean
        return q / np.linalg.norm(q)

    rows = []
    others = [
        p for p in (l.strip() for l in open(listed, encoding="utf-8")) if p and CONCEPT not in p and "--no" not in p
    ][::2]
    for title, P in ((CONCEPT, ASKED), ("others", others)):
        r = {k: [] for k in ("main", "erased")}
        Z = {}
        for net in r:
            Z[net] = np.concatenate(
                [draw(net, np.repeat(np.stack([enc(p) for p in P[i : i + 6]]), 2, 0)) for i in range(0, len(P), 6)]
            )
        for net, z in Z.items():
            e = S["scorer"].run(None, dict(latent_sample=z))[0]
            e /= np.linalg.norm(e, axis=1, keepdims=True)
            y = S["cls"].run(None, dict(latent_sample=z))[0]
            y = np.exp(y - y.max(1, keepdims=True))
            y /= y.sum(1, keepdims=True)
            top = [L[k] for k in y.argmax(1)]
            own = np.array([text(p) for p in P]).repeat(2, 0)
            other = np.array([text(p.replace(CONCEPT, REPLACEMENT)) for p in P]).repeat(2, 0)
            print(
                f"{title}, {net}: {len(z)} pictures, cosine with the prompt {(e*own).sum(1).mean():.3f}, with the replacement {(e*other).sum(1).mean():.3f}; first label {CONCEPT} {np.mean([k==CONCEPT for k in top]):.2f}, {REPLACEMENT} {np.mean([k==REPLACEMENT for k in top]):.2f}; mean share {CONCEPT} {y[:,L.index(CONCEPT)].mean():.3f}, {REPLACEMENT} {y[:,L.index(REPLACEMENT)].mean():.3f}",
                top if title == CONCEPT else "",
                flush=True,
            )
            w = [max((l for l in L if l in p.split()), key=len, default=None) for p in P]
            w = [k for k in w for _ in (0, 1)]
            if title != CONCEPT:
                print(
                    "  the classifier names the subject in",
                    np.mean([a == b for a, b in zip(w, top) if a]),
                    "of",
                    sum(a is not None for a in w),
                )
        pix = {
            k: np.concatenate(
                [np.clip(S["dec"].run(None, dict(latent_sample=z[i : i + 8]))[0], -1, 1) for i in range(0, len(z), 8)]
            )
            for k, z in Z.items()
        }
        print(
            f"  {title}: PSNR of the pictures with to those without, median {np.median(10*np.log10(4/np.maximum(1e-9,((pix['main']-pix['erased'])**2).mean((1,2,3))))):.1f} dB",
            flush=True,
        )
        for i in range(0, len(pix["main"]), 12):
            for k in ("main", "erased"):
                q = [((y + 1) * 127.5).astype(np.uint8).transpose(1, 2, 0) for y in pix[k][i : i + 12]]
                rows.append(np.concatenate(q + [np.full((128, 128, 3), 255, np.uint8)] * (12 - len(q)), 1))
    Image.fromarray(np.concatenate(rows, 0)).save(sheet)


if __name__ == "__main__":
    a = sys.argv[2:]
    dict(
        states=lambda: states(a[0], a[1], a[2], int(a[3])),
        train=lambda: train(a[0], int(a[1]), float(a[2])),
        export=lambda: export(*a),
        measure=lambda: measure(*a),
    )[sys.argv[1]]()
