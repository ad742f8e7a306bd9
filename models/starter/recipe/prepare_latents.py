"""Augments the pictures, describes the augmentation in the captions, encodes both with the frozen encoders and caches the result in chunks.
kinds: plain, mirror, ground (coloured background), tint (subject recoloured), pair (two copies, or two subjects).
usage: prepare_latents.py WORK MODELDIR KIND[:COUNT[:SEED]]...   each writes WORK/chunk_KIND_SEED.npz (kept if it exists)
"""

import sys, json, os, random, re, time
import numpy as np, onnxruntime as ort
from tokenizers import Tokenizer

work, model = sys.argv[1:3]
R = 128
I = np.load(f"{work}/imgs.npy", mmap_mode="r")
M = json.load(open(f"{work}/meta.json"))
so = ort.SessionOptions()
so.intra_op_num_threads = 1
so.inter_op_num_threads = 1
S = {k: ort.InferenceSession(f"{model}/{k}/model.onnx", so) for k in ("text_encoder", "vae_encoder")}
tk = Tokenizer.from_file(f"{model}/tokenizer/tokenizer.json")
tk.enable_truncation(32)
tk.enable_padding(length=32)
memo = {}


def embed(p):
    # one by one: the text encoder's dynamic quantisation makes a row depend on its batch
    if p not in memo:
        e = tk.encode(p)
        memo[p] = (
            S["text_encoder"]
            .run(None, dict(input_ids=np.array([e.ids], np.int64)))[0][0, : sum(e.attention_mask)]
            .astype(np.float16)
        )
    return memo[p]


if not os.path.exists(f"{work}/null.npy"):
    np.save(
        f"{work}/null.npy", S["text_encoder"].run(None, dict(input_ids=np.array([tk.encode("").ids], np.int64)))[0][0]
    )
HUE = dict(red=0, orange=28, yellow=50, green=120, teal=178, blue=215, purple=275, pink=325)
GROUND = dict(
    red=(214, 48, 49),
    orange=(243, 140, 40),
    yellow=(250, 213, 70),
    green=(76, 170, 88),
    teal=(40, 166, 164),
    blue=(58, 122, 214),
    purple=(132, 84, 190),
    pink=(244, 150, 190),
    brown=(130, 88, 60),
    grey=(150, 152, 156),
    black=(24, 24, 28),
    **{"light blue": (170, 214, 244), "dark blue": (28, 44, 96)},
)
COL = re.compile(r"\b(red|orange|yellow|green|teal|blue|purple|pink|brown|black|white|grey|gray)\b")
TONES = ["", "light skin tone", "medium-light skin tone", "medium skin tone", "medium-dark skin tone", "dark skin tone"]


def hsv(a):
    r = a[..., :3].astype(np.float32) / 255
    mx = r.max(-1)
    mn = r.min(-1)
    d = mx - mn
    dd = np.where(d == 0, 1, d)
    h = (
        np.where(
            mx == r[..., 0],
            ((r[..., 1] - r[..., 2]) / dd) % 6,
            np.where(mx == r[..., 1], (r[..., 2] - r[..., 0]) / dd + 2, (r[..., 0] - r[..., 1]) / dd + 4),
        )
        * 60
    )
    return h, np.where(mx == 0, 0, d / np.where(mx == 0, 1, mx)), mx


def rgb(h, s, v):
    k = lambda n: (n + h / 60) % 6
    return np.stack([v - v * s * np.clip(np.minimum(k(n), 4 - k(n)), 0, 1) for n in (5, 3, 1)], -1)


def dominant(a):
    h, s, v = hsv(a)
    m = a[..., 3] > 128
    o = m.sum()
    if o < 200:
        return None
    k = m & (s > 0.35) & (v > 0.3)
    if k.sum() < 0.55 * o:
        return None
    q = np.array([np.minimum((h[k] - x) % 360, (x - h[k]) % 360) for x in HUE.values()]).argmin(0)
    c = np.bincount(q, minlength=8)
    return list(HUE)[c.argmax()] if c.max() > 0.75 * k.sum() else None


def over(a, bg=(255, 255, 255)):
    al = a[..., 3:].astype(np.float32) / 255
    return a[..., :3] * al + np.array(bg, np.float32) * (1 - al)


def small(a, n):
    from PIL import Image

    return np.asarray(Image.fromarray(np.ascontiguousarray(a)).resize((n, n), Image.LANCZOS))


def put(bg, items):
    y = np.zeros((R, R, 3), np.float32) + np.array(bg, np.float32)
    for a, x0, y0 in items:
        n = a.shape[0]
        al = a[..., 3:].astype(np.float32) / 255
        p = y[y0 : y0 + n, x0 : x0 + n]
        p[:] = a[..., :3] * al + p * (1 - al)
    return y


flipok = lambda m: m["group"] in range(8) and not any(k in m["label"] for k in ("left", "right", "clock", "arrow"))
recolour = (
    lambda m: not m["tone"]
    and m["group"] in (0, 3, 4, 5, 6, 7, 8)
    and not COL.search(" ".join(m["tags"]) + " " + ("" if COL.search(m["label"]) else m["label"]))
)
clean = lambda s: s.replace(":", ",").replace("  ", " ").replace("“", "").replace("”", "")


def art(s):
    return ("an " if s[:1] in "aeiou" else "a ") + s


def captions(m, lab, n, rng, extra="", tags=True, colour=None):
    out = []
    for k in range(n):
        s = lab
        kind = rng.random()
        tg = [t for t in m["tags"] if t not in lab] if tags else []
        named = rng.random() < (0.5 if m["style"] == "3d" else 0.9)
        st = m["style"]
        if colour and rng.random() < 0.35 and not COL.search(lab):
            s = f"{colour} {lab}"
        if kind < 0.3:
            pass
        elif kind < 0.45:
            s = art(s)
        elif kind < 0.8 and tg:
            s = s + ", " + ", ".join(rng.sample(tg, min(len(tg), rng.choice((1, 2)))))
        elif tg and kind < 0.9:
            s = ", ".join(rng.sample(tg, min(len(tg), 3))) + ", " + s
        elif tg and len(tg) > 1:
            s = ", ".join(rng.sample(tg, min(len(tg), 3))) + (", " + TONES[m["tone"]] if m["tone"] else "")
        s += extra
        if named:
            f = rng.random()
            w = "emoji" if rng.random() < 0.6 else rng.choice(("icon", "picture", "drawing"))
            s = {0: f"{s}, {st}", 1: f"{st} {s}", 2: f"{st} {w} of {s}"}[0 if f < 0.5 else 1 if f < 0.7 else 2]
        elif rng.random() < 0.15:
            s = rng.choice(("emoji of ", "a cute ", "a picture of ")) + s
        out.append(s)
    return out


def make(kind, count, rng):
    """yields picture, captions, weight"""
    pool = [i for i, m in enumerate(M) if not m["held"]]
    if kind in ("plain", "mirror", "held"):
        for i in ([i for i, m in enumerate(M) if m["held"]] if kind == "held" else pool):
            m = M[i]
            a = np.asarray(I[i])
            if kind == "mirror":
                if not flipok(m):
                    continue
                a = a[:, ::-1]
            yield over(a), captions(m, clean(m["label"]), 1 if kind == "held" else 3, rng, colour=dominant(a)), (
                0.15 if m["tone"] else 1
            ) * (0.35 if m["group"] == 9 else 0.6 if m["group"] == 8 else 1) * (1 if m["style"] == "3d" else 0.7)
        return
    pool = [i for i in pool if M[i]["group"] in range(8) and not (M[i]["tone"] and rng.random() < 0.8)]
    n = 0
    while n < count:
        i = rng.choice(pool)
        m = M[i]
        a = np.asarray(I[i])
        lab = clean(m["label"])
        if m["style"] == "flat" and rng.random() < 0.4:
            continue
        if flipok(m) and rng.random() < 0.5:
            a = a[:, ::-1]
        bgn = rng.choice(list(GROUND))
        bg = tuple(np.clip(np.array(GROUND[bgn]) + np.array([rng.randint(-10, 10) for _ in range(3)]), 0, 255))
        gr = rng.choice((" on {} background", " on {} background", ", {} background", ", {} backdrop"))
        g = gr.format(art(bgn) if gr[1] == "o" else bgn)
        if kind == "ground":
            yield over(a, bg), captions(m, lab, 2, rng, g), 1
        elif kind == "tint":
            if not recolour(m):
                continue
            h, s, v = hsv(a)
            k = (a[..., 3] > 0) & (s > 0.25)
            if k.sum() < 0.4 * (a[..., 3] > 0).sum():
                continue
            c = rng.choice(list(HUE))
            s2 = np.where(k, np.clip(s * (0.55 if c == "pink" else 1) * (1.1 if c in ("red", "green") else 1), 0, 1), s)
            v2 = np.where(
                k & (c in ("yellow", "orange", "pink")),
                np.clip(v * 1.15, 0, 1),
                np.where(k & (c in ("blue", "purple", "red", "green", "teal")), v * 0.92, v),
            )
            b = np.concatenate(
                [
                    rgb(np.where(k, HUE[c] + ((h - np.median(h[k]) + 180) % 360 - 180) * 0.12, h), s2, v2) * 255,
                    a[..., 3:],
                ],
                -1,
            )
            l = COL.sub(c, lab, 1) if COL.search(lab) else f"{c} {lab}"
            if rng.random() < 0.2:
                yield over(b, bg), captions(m, l, 2, rng, g, tags=False), 1
            else:
                yield over(b), captions(m, l, 2, rng, tags=False), 1
        elif kind == "pair":
            ground = rng.random() < 0.2
            col = bg if ground else (255, 255, 255)
            ex = g if ground else ""
            if rng.random() < 0.5:
                if m["group"] == 1 and rng.random() < 0.7:
                    continue
                b = small(a, 64)
                l = "two " + (lab if lab.endswith("s") else lab + ("es" if lab.endswith(("ch", "sh", "x")) else "s"))
                yield put(col, [(b, 0, 32), (b, 64, 32)]), captions(m, l, 2, rng, ex, tags=False), 1
            else:
                j = rng.choice([j for j in rng.sample(pool, 40) if M[j]["style"] == m["style"]] or [i])
                l2 = clean(M[j]["label"])
                if len(lab) + len(l2) > 50:
                    continue
                yield put(col, [(small(a, 64), 0, 32), (small(np.asarray(I[j]), 64), 64, 32)]), captions(
                    m, f"{lab} and {l2}", 2, rng, ex, tags=False
                ), 1
        n += 1


for spec in sys.argv[3:]:
    q = spec.split(":")
    kind = q[0]
    count = int(q[1]) if len(q) > 1 else 0
    seed = int(q[2]) if len(q) > 2 else 0
    path = f"{work}/chunk_{kind}_{seed}.npz"
    if os.path.exists(path):
        continue
    rng = random.Random(f"{kind}{seed}")
    z = []
    w = []
    tok = []
    ln = []
    own = []
    caps = []
    buf = []
    t0 = time.time()
    show = []

    def flush():
        if buf:
            x = (np.stack(buf) / 127.5 - 1).astype(np.float32).transpose(0, 3, 1, 2)
            z.append(S["vae_encoder"].run(None, dict(sample=x))[0][:, :4].astype(np.float16))
            buf.clear()

    for n, (im, cs, wt) in enumerate(make(kind, count, rng)):
        if len(show) < 48 and n % 20 == 0:
            show.append(np.clip(im, 0, 255).astype(np.uint8))
        buf.append(im)
        w.append(wt)
        for c in cs:
            e = embed(c)
            tok.append(e)
            ln.append(len(e))
            own.append(n)
            caps.append(c)
        if len(buf) == 32:
            flush()
        while os.path.exists(os.environ.get("PAUSE_FILE", "no pause file")):
            time.sleep(1)
    flush()
    np.savez(
        path[:-4] + ".tmp.npz",
        z=np.concatenate(z),
        w=np.array(w, np.float32),
        tok=np.concatenate(tok),
        ln=np.array(ln, np.int32),
        own=np.array(own, np.int32),
    )
    os.replace(path[:-4] + ".tmp.npz", path)
    json.dump(caps, open(path[:-4] + ".json", "w"), ensure_ascii=False, indent=0)
    print(kind, seed, len(w), len(caps), f"{time.time()-t0:.0f}s", flush=True)
    from PIL import Image

    while len(show) % 12:
        show.append(np.full((R, R, 3), 255, np.uint8))
    Image.fromarray(np.concatenate([np.concatenate(show[k : k + 12], 1) for k in range(0, len(show), 12)], 0)).save(
        path[:-4] + ".png"
    )
