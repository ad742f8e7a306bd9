"""Small nets beside the denoiser, all on the frozen latents; see docs/companions.md for the layout of the folders.
  blur        what the denoiser guesses of training pictures at high noise (its D_c, blurred and sometimes wrong): WORK/blur.npz. Classifier and
              scorer are trained on these too, since a policy shows them little else
  classifier  latents -> logits over LABELS; convolutions, batch norm folded at export, Softplus in place of ReLU: WORK/classifier.pt
  scorer      latents -> 384 numbers compared by cosine with the mean caption embedding (contrastive): WORK/scorer.pt
  preview     latents -> picture in -1..1 at full size, a few convolutions: WORK/preview.pt
  export      OUT/classifier, OUT/gradient, OUT/scorer, OUT/preview_decoder
usage: companions.py blur WORK COUNT [UNET.pt] | classifier WORK STEPS | scorer WORK STEPS | preview WORK STEPS | export WORK OUT
"""

import sys, os, re, json, time, numpy as np, torch, torch.nn as nn, torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
TRAIN = ("plain_0", "mirror_0", "tint_0", "ground_0")
TEST = ("held_0", "tint_9", "ground_9")
BETA, T1, T2 = 3.0, 1.0, 0.5  # of the Softplus; joint and marginal temperature of the gradient
LABELS = (
    "cat,dog,fox,bear,panda,lion,tiger,horse,unicorn,cow,pig,rabbit,mouse,monkey,frog,chicken,penguin,bird,fish,whale,turtle,butterfly,spider,snake,dragon,apple,banana,strawberry,lemon,pizza,hamburger,"
    "cake,bread,egg,doughnut,car,bus,train,bicycle,airplane,rocket,ship,tree,flower,sunflower,mushroom,sun,moon,star,cloud,snowman,house,castle,crown,guitar,book,clock,key,balloon,shoe,camera,phone,ghost,robot,skull,"
    "smiling face,woman,man,heart,ball"
).split(",")
ALIAS = dict(
    automobile="car",
    taxi="car",
    poodle="dog",
    cherry_blossom="flower",
    tulip="flower",
    hibiscus="flower",
    duck="bird",
    eagle="bird",
    parrot="bird",
    dove="bird",
    shark="fish",
    basketball="ball",
    baseball="ball",
    volleyball="ball",
    softball="ball",
    burger="hamburger",
    locomotive="train",
    minibus="bus",
    telephone="phone",
    boot="shoe",
)
NOT = (
    "hot dog",
    "computer mouse",
    "mouse trap",
    "teddy bear",
    "fish cake",
    "moon cake",
    "bell pepper",
    "fire engine",
    "key cap",
    "keycap",
    "pig nose",
    "speech balloon",
    "thought balloon",
    "in steamy",
    "couple",
    "family",
    "flower playing",
    "movie camera",
    "moon viewing",
    "horse racing",
    "spider web",
    "fishing",
    "no mobile",
    "no bicycle",
    "person",
    "dotted",
    "eight-pointed",
    "sunglasses on",
)


def label(name):
    """index of the label a name stands for, -1 none of them, -2 unclear: not used"""
    s = name.lower()
    if any(n in s for n in NOT):
        return -2
    for k, l in enumerate(LABELS):
        if re.search(
            r"\b"
            + l.replace(
                "smiling face", "(?:smiling|grinning|beaming|winking|smirking|kissing|savoring|hugging)\\b.*\\bface"
            )
            + r"(?:s|es)?\b",
            s,
        ):
            return k
    for a, l in ALIAS.items():
        if re.search(r"\b" + a.replace("_", " ") + r"s?\b", s):
            return LABELS.index(l)
    return -2 if " face" in s or "hand" in s else -1


def C(i, o, k=3, s=1, b=True):
    return nn.Conv2d(i, o, k, s, k // 2, bias=b)


class Preview(nn.Module):
    def __init__(s):
        super().__init__()
        s.n = nn.Sequential(
            C(4, 48), nn.ReLU(), C(48, 64), nn.ReLU(), C(64, 64), nn.ReLU(), C(64, 192, 1), nn.PixelShuffle(8)
        )

    def forward(s, latent_sample):
        return s.n(latent_sample)


class Classifier(nn.Module):
    WIDTHS = ((4, 48, 1), (48, 48, 1), (48, 96, 2), (96, 96, 1), (96, 192, 2), (192, 192, 1))

    def __init__(s, folded=False):
        super().__init__()
        s.c = nn.ModuleList([C(i, o, 3, st, folded) for i, o, st in s.WIDTHS])
        s.b = nn.ModuleList([nn.Identity() if folded else nn.BatchNorm2d(o) for _, o, _ in s.WIDTHS])
        s.o = nn.Linear(192, len(LABELS))

    def forward(s, latent_sample):
        x = latent_sample
        for c, b in zip(s.c, s.b):
            x = F.softplus(b(c(x)), beta=BETA)
        return s.o(F.dropout(x.mean((2, 3)), 0.3, s.training))

    def fold(s):
        q = Classifier(True)
        q.o.load_state_dict(s.o.state_dict())
        for c, b, d in zip(s.c, s.b, q.c):
            g = b.weight / (b.running_var + b.eps).sqrt()
            d.weight.data = c.weight.data * g.data.view(-1, 1, 1, 1)
            d.bias.data = (b.bias - b.running_mean * g).data
        return q.eval().requires_grad_(False)


class Gradient(nn.Module):
    """d/dz [T1*f_y - ln sum exp(T2*f)] written out: softmax, the head's transpose, then sigmoid gates and transposed convolutions, last layer first"""

    def __init__(s, c):
        super().__init__()
        s.c = c

    def forward(s, latent_sample, label):
        x = latent_sample
        pre = []
        for c in s.c.c:
            a = c(x)
            pre.append((x, a))
            x = F.softplus(a, beta=BETA)
        f = s.c.o(x.mean((2, 3)))
        g = T1 * F.one_hot(label, len(LABELS)).to(f.dtype) - T2 * torch.softmax(T2 * f, 1)
        g = (g @ s.c.o.weight)[:, :, None, None] / (x.shape[2] * x.shape[3])
        for c, (x, a) in zip(reversed(s.c.c), reversed(pre)):
            st = c.stride[0]
            g = F.conv_transpose2d(g * torch.sigmoid(BETA * a), c.weight, stride=st, padding=1, output_padding=st - 1)
            if st > 1:
                g = g[:, :, : x.shape[2], : x.shape[3]]
        return g


class Scorer(nn.Module):
    def __init__(s, c=64):
        super().__init__()
        b = lambda i, o, st: nn.Sequential(C(i, o, 3, st), nn.GroupNorm(8, o), nn.GELU())
        s.n = nn.Sequential(
            b(4, c, 1), b(c, c, 1), b(c, 2 * c, 2), b(2 * c, 2 * c, 1), b(2 * c, 4 * c, 2), b(4 * c, 4 * c, 1)
        )
        s.o = nn.Linear(4 * c * 4, 384)
        s.scale = nn.Parameter(torch.tensor(2.7))

    def forward(s, latent_sample):
        return F.normalize(
            s.o(F.dropout(F.adaptive_avg_pool2d(s.n(latent_sample), 2).flatten(1), 0.1, s.training)), dim=-1
        )


def load(work, names):
    """latents, their label, captions (mean embedding), the latent each caption belongs to, weight of each latent"""
    Z = []
    Y = []
    P = []
    OWN = []
    W = []
    o = 0
    M = json.load(open(f"{work}/meta.json"))
    flip = lambda m: m["group"] in range(8) and not any(k in m["label"] for k in ("left", "right", "clock", "arrow"))
    for k in names:
        d = np.load(f"{work}/chunk_{k}.npz")
        ln = d["ln"]
        off = np.concatenate([[0], np.cumsum(ln)[:-1]])
        own = d["own"].astype(np.int64)
        kind = k.split("_")[0]
        if kind in ("plain", "mirror", "held"):
            Y += [label(m["label"]) for m in M if m["held"] == (kind == "held") and (kind != "mirror" or flip(m))]
        else:
            caps = json.load(open(f"{work}/chunk_{k}.json"))
            first = np.searchsorted(own, np.arange(len(d["w"])))
            Y += [label(re.sub(r",? (on an? )?[a-z ]*(background|backdrop)", "", caps[i])) for i in first]
        P.append(np.add.reduceat(d["tok"].astype(np.float32), off, 0) / ln[:, None].astype(np.float32))
        OWN.append(own + o)
        Z.append(d["z"].astype(np.float32))
        W.append(d["w"])
        o += len(d["w"])
    assert len(Y) == o, (len(Y), o)
    return (
        torch.from_numpy(np.concatenate(Z)),
        torch.tensor(Y),
        torch.from_numpy(np.concatenate(P)),
        torch.from_numpy(np.concatenate(OWN)),
        torch.from_numpy(np.concatenate(W)),
    )


pause = lambda: [
    time.sleep(1) for _ in iter(lambda: os.path.exists(os.environ.get("PAUSE_FILE", "no pause file")), False)
]


def guesses(net, Z, C, t, seed):
    from train_denoiser import AC

    g = torch.Generator().manual_seed(seed)
    out = []
    with torch.no_grad():
        for i in range(0, len(Z), 32):
            pause()
            z = Z[i : i + 32]
            a = AC[t[i : i + 32]].view(-1, 1, 1, 1)
            n = torch.randn(z.shape, generator=g)
            x = a.sqrt() * z + (1 - a).sqrt() * n
            with torch.autocast("cpu", dtype=torch.bfloat16):
                v = net(x.contiguous(memory_format=torch.channels_last), t[i : i + 32], C[i : i + 32]).float()
            out.append(a.sqrt() * x - (1 - a).sqrt() * v)
    return torch.cat(out)


def blur(work, count, ck=None):
    sys.argv = ["x", work, "1", "1"]
    from denoiser import UNet

    s = torch.load(ck)["ema"] if ck else torch.load(f"{work}/warm.pt")["unet"]
    net = UNet(v1="p0" in s and (s["p0"].abs().max() > 0).item())
    k = net.state_dict()
    net.load_state_dict({n: v for n, v in s.items() if n in k})
    net.eval().to(memory_format=torch.channels_last)

    def states(names):
        E = []
        for k in names:
            d = np.load(f"{work}/chunk_{k}.npz")
            tok = d["tok"]
            off = np.concatenate([[0], np.cumsum(d["ln"])])
            first = np.searchsorted(d["own"], np.arange(len(d["w"])))
            E += [tok[off[i] : off[i + 1]] for i in first]
        return E

    def pad(E):
        c = np.zeros((len(E), 32, 384), np.float32)
        [c.__setitem__((i, slice(0, len(e))), e) for i, e in enumerate(E)]
        return torch.from_numpy(c)

    r = dict()
    for tag, names, n, seed in (("train", TRAIN, count, 1), ("test", TEST, 264, 2)):
        Z, Y, _, _, W = load(work, names)
        E = states(names)
        g = torch.Generator().manual_seed(seed)
        j = torch.multinomial(W.float().clamp(min=0.05), n, generator=g) if tag == "train" else torch.arange(len(Z))
        t = torch.randint(350, 1000, (len(j),), generator=g)
        D = guesses(net, Z[j], pad([E[i] for i in j]), t, seed)
        r.update({tag + "_d": D.numpy().astype(np.float16), tag + "_i": j.numpy(), tag + "_t": t.numpy()})
        print(tag, len(j), "error of the guess", ((D - Z[j]) ** 2).mean().item(), flush=True)
    np.savez(f"{work}/blur.npz", **r)


def classifier(work, S):
    Z, Y, _, _, W = load(work, TRAIN)
    b = np.load(f"{work}/blur.npz")
    i = torch.from_numpy(b["train_i"])
    Z0, Y0 = Z, Y
    Z = torch.cat([Z, torch.from_numpy(b["train_d"].astype(np.float32))])
    Y = torch.cat([Y, Y[i]])
    tz, ty, _, _, _ = load(work, TEST)
    td = torch.from_numpy(b["test_d"].astype(np.float32))
    tt = torch.from_numpy(b["test_t"])
    n = torch.bincount(Y[Y >= 0], minlength=len(LABELS)).float()
    print("labels", len(LABELS), "fewest", n.min().item(), LABELS[int(n.argmin())], flush=True)
    w = torch.where(Y >= 0, 1 / n[Y.clamp(min=0)].sqrt(), torch.zeros(()))
    w[Y == -1] = 0.15 * w.sum() / (Y == -1).sum()
    net = Classifier()
    opt = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.05)
    t0 = time.time()
    B = 128
    run = None

    def evaluate():
        net.eval()
        r = {}
        with torch.no_grad():
            for k, z, m in (
                ("clean", tz, ty >= 0),
                ("guess t<700", td, (ty >= 0) & (tt < 700)),
                ("guess t>=700", td, (ty >= 0) & (tt >= 700)),
            ):
                r[k] = (round((net(z[m]).argmax(1) == ty[m]).float().mean().item(), 3), int(m.sum()))
        net.train()
        return r

    for i in range(S):
        pause()
        lr = 3e-3 * min(1, (i + 1) / 50) * max(0.01, 1 - i / S)
        for g in opt.param_groups:
            g["lr"] = lr
        k = torch.multinomial(w, B, replacement=True)
        x = Z[k]
        y = Y[k]
        d = torch.randint(-1, 2, (2,))
        x = torch.roll(x, (int(d[0]), int(d[1])), (2, 3))
        x = x + torch.randn_like(x) * 0.25 * torch.rand(B, 1, 1, 1)
        x = x * (1 + 0.1 * torch.randn(B, 4, 1, 1))
        f = net(x)
        p = torch.where(
            (y >= 0)[:, None],
            0.95 * F.one_hot(y.clamp(min=0), len(LABELS)) + 0.05 / len(LABELS),
            torch.full((1, len(LABELS)), 1 / len(LABELS)),
        )
        l = -(p * f.log_softmax(1)).sum(1).mean()
        opt.zero_grad()
        l.backward()
        opt.step()
        run = l.item() if run is None else 0.98 * run + 0.02 * l.item()
        if i % 50 == 49 or i == S - 1:
            print(
                i + 1,
                f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor, loss {run:.3f}",
                evaluate(),
                flush=True,
            )
            torch.save(net.state_dict(), f"{work}/classifier.pt")


def scorer(work, S):
    Z, _, P, OWN, W = load(work, TRAIN + ("pair_0",))
    n0 = len(load(work, TRAIN)[0])
    mean = P.mean(0)
    P = F.normalize(P - mean, dim=-1)
    b = np.load(f"{work}/blur.npz")
    D = torch.from_numpy(b["train_d"].astype(np.float32))
    at = -torch.ones(len(Z), dtype=torch.long)
    at[torch.from_numpy(b["train_i"])] = torch.arange(len(D))
    tz, _, tp, to, _ = load(work, TEST + ("pair_9",))
    tp = F.normalize(tp - mean, dim=-1)
    w = W[OWN].float()
    net = Scorer()
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    t0 = time.time()
    B = 128
    for i in range(S):
        pause()
        for g in opt.param_groups:
            g["lr"] = 1.5e-3 * min(1, (i + 1) / 50) * max(0.02, 1 - i / S)
        k = torch.multinomial(w, B, replacement=True)
        o = OWN[k]
        x = Z[o]
        q = (at[o] >= 0) & (torch.rand(B) < 0.4)
        x[q] = D[at[o][q]]
        f = torch.rand(B) < 0.3
        x[f] = x[f] + torch.randn_like(x[f]) * 0.3 * torch.rand(int(f.sum()), 1, 1, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            e = net(x)
        lg = e.float() @ P[k].T * net.scale.exp().clamp(max=60)
        same = (o[:, None] == o[None]).float()
        y = same / same.sum(1, keepdim=True)
        l = -((y * lg.log_softmax(1)).sum(1).mean() + (y * lg.log_softmax(0).T).sum(1).mean()) / 2
        opt.zero_grad()
        l.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if i % 50 == 49 or i == S - 1:
            net.eval()
            with torch.no_grad():
                q = net(tz)
                s = tp @ q.T
                r = (s.argmax(1) == to).float().mean()
                r5 = (s.topk(5, 1).indices == to[:, None]).any(1).float().mean()
            net.train()
            print(
                i + 1,
                f"{time.time()-t0:.0f}s, {time.process_time():.0f}s of processor, loss {l.item():.3f} scale {net.scale.exp().item():.1f} unseen: caption picks its picture among {len(q)}: {r:.3f}, among the first five {r5:.3f}",
                flush=True,
            )
            torch.save(dict(net=net.state_dict(), mean=mean), f"{work}/scorer.pt")


def preview(work, S):
    from autoencoder import Dec

    Z = load(work, TRAIN + ("pair_0",))[0]
    w = torch.load(f"{work}/warm.pt")
    d = Dec()
    d.load_state_dict(torch.load(f"{work}/dec.pt")["ema"] if os.path.exists(f"{work}/dec.pt") else w["dec"])
    d.eval().requires_grad_(False)
    # the target is what the real decoder shows; 512 pictures are enough for so few weights
    j = torch.randperm(len(Z))[:512]
    z = Z[j]
    Y = []
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for k in range(0, 512, 16):
            pause()
            Y.append(d(z[k : k + 16] * w["sd"].view(1, 4, 1, 1) + w["mu"].view(1, 4, 1, 1)).float())
    Y = torch.cat(Y).clamp(-1, 1)
    print("targets", flush=True)
    net = Preview()
    opt = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-4)
    t0 = time.time()
    for i in range(S):
        pause()
        for g in opt.param_groups:
            g["lr"] = 3e-3 * min(1, (i + 1) / 50) * max(0.02, 1 - i / S)
        k = torch.randint(0, 480, (16,))
        x = z[k]
        x = x + torch.randn_like(x) * 0.05
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = net(x).float()
        l = F.l1_loss(y, Y[k]) + 0.5 * F.mse_loss(y, Y[k])
        opt.zero_grad()
        l.backward()
        opt.step()
        if i % 50 == 49:
            with torch.no_grad():
                print(
                    i + 1,
                    f"{time.time()-t0:.0f}s psnr against the decoder, unseen pictures {10*torch.log10(4/F.mse_loss(net(z[480:]).clamp(-1,1),Y[480:])).item():.2f}",
                    flush=True,
                )
                torch.save(net.state_dict(), f"{work}/preview.pt")


def export(work, out):
    import graphs, onnxruntime as ort

    ax = dict(latent_sample={0: "batch_size", 2: "latent_height", 3: "latent_width"})
    so = ort.SessionOptions()
    so.intra_op_num_threads = 1

    def write(name, net, args, ins, outs, axes):
        graphs.write(f"{out}/{name}", net, args, ins, outs, axes, "fp16" if name == "preview_decoder" else "int8")
        return ort.InferenceSession(f"{out}/{name}/model.onnx", so)

    if os.path.exists(f"{work}/preview.pt"):
        n = Preview()
        n.load_state_dict(torch.load(f"{work}/preview.pt"))
        write(
            "preview_decoder",
            n,
            torch.randn(1, 4, 16, 16),
            ["latent_sample"],
            ["sample"],
            dict(ax, sample={0: "batch_size", 2: "height", 3: "width"}),
        )
    if os.path.exists(f"{work}/classifier.pt"):
        n = Classifier()
        n.load_state_dict(torch.load(f"{work}/classifier.pt"))
        n.eval().requires_grad_(False)
        q = n.fold()
        x = torch.randn(3, 4, 14, 18)
        print("folded differs by", (q(x) - n(x)).abs().max().item())
        c = write(
            "classifier",
            q,
            torch.randn(2, 4, 16, 16),
            ["latent_sample"],
            ["logits"],
            dict(ax, logits={0: "batch_size"}),
        )
        open(f"{out}/classifier/labels.txt", "w", encoding="utf-8").write("\n".join(LABELS) + "\n")
        json.dump(dict(input="latent"), open(f"{out}/classifier/config.json", "w"))
        g = write(
            "gradient",
            Gradient(q),
            (torch.randn(2, 4, 16, 16), torch.tensor([1, 2])),
            ["latent_sample", "label"],
            ["gradient"],
            dict(ax, label={0: "batch_size"}, gradient={0: "batch_size", 2: "latent_height", 3: "latent_width"}),
        )
        for hw in ((16, 16), (15, 18), (24, 12)):  # against automatic differentiation
            z = torch.randn(3, 4, *hw, requires_grad=True)
            y = torch.tensor([0, 5, 9])
            f = q(z)
            l = (T1 * f.gather(1, y[:, None])[:, 0] - torch.logsumexp(T2 * f, 1)).sum()
            l.backward()
            o = g.run(None, dict(latent_sample=z.detach().numpy(), label=y.numpy()))[0]
            print(
                "gradient differs by",
                np.abs(o - z.grad.numpy()).max() / z.grad.abs().max().item(),
                "logits by",
                np.abs(c.run(None, dict(latent_sample=z.detach().numpy()))[0] - f.detach().numpy()).max(),
            )
    if os.path.exists(f"{work}/scorer.pt"):
        s = torch.load(f"{work}/scorer.pt")
        n = Scorer()
        n.load_state_dict(s["net"])
        n.eval().requires_grad_(False)

        class Sized(nn.Module):  # any latent size: resized to the one it was trained on
            def __init__(q):
                super().__init__()
                q.n = n

            def forward(q, latent_sample):
                return F.normalize(
                    n.o(
                        F.avg_pool2d(
                            n.n(F.interpolate(latent_sample, size=(16, 16), mode="bilinear", align_corners=False)), 2
                        ).flatten(1)
                    ),
                    dim=-1,
                ).view(-1, 384)

        write(
            "scorer",
            Sized(),
            torch.randn(2, 4, 16, 16),
            ["latent_sample"],
            ["embedding"],
            dict(ax, embedding={0: "batch_size"}),
        )
        json.dump(
            dict(input="latent", text_mean=[round(float(x), 5) for x in s["mean"]]),
            open(f"{out}/scorer/config.json", "w"),
        )


if __name__ == "__main__":
    a = sys.argv[1:]
    if a[0] == "export":
        export(*a[1:3])
    else:
        dict(blur=blur, classifier=classifier, scorer=scorer, preview=preview)[a[0]](a[1], int(a[2]), *a[3:])
