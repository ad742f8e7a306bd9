"""Numbers that the tests compare the program with: the same files in onnxruntime for Python. Entries are asked again as they stand in the file; nets that
are new in MODELDIR get the questions of the main net. usage: record_reference.py MODELDIR REFERENCE.json"""

import sys, os, json, numpy as np, onnxruntime as ort

d, path = sys.argv[1:3]
r = json.load(open(path))
files = json.load(open(f"{d}/lodestar.json"))["files"]
at = lambda k: f"{d}/" + files.get(k, f"{k}/model.onnx")
so = ort.SessionOptions()
so.intra_op_num_threads = 2
net = lambda k: ort.InferenceSession(at(k), so)
states = {
    e["prompt"]: net("text_encoder").run(None, dict(input_ids=np.array([e["ids"]], np.int64)))[0] for e in r["text"]
}
wave = (
    lambda e, c: np.sin(e["f"] * np.arange(c * e["height"] * e["width"]))
    .reshape(1, c, e["height"], e["width"])
    .astype(np.float32)
)


def fill(e, y):
    y = y.reshape(-1).astype(np.float64)
    n = max(abs(float(v) - y[i]) for i, v in zip(e["index"], e["value"]))
    e.update(value=[float(y[i]) for i in e["index"]], mean=float(y.mean()), std=float(y.std()))
    return n


for k, folder in (
    ("unet", "unet"),
    ("weak", "weak/unet"),
    ("perturbed", "perturbed/unet"),
    ("second", "second/unet"),
    ("erased", "erased/unet"),
    ("distilled", "distilled/unet"),
):
    if not os.path.exists(at(folder)):
        continue
    s = net(folder)
    if k not in r:
        r[k] = [dict(e, weight=5.0) if k == "distilled" else dict(e) for e in r["unet"]]
    for e in r[k]:
        print(
            k,
            e["prompt"],
            "changed by at most",
            fill(
                e,
                s.run(
                    None,
                    dict(
                        sample=wave(e, 4),
                        timestep=np.array(e["time"], np.float32),
                        encoder_hidden_states=states[e["prompt"]],
                        **({"guidance_scale": np.array(e["weight"], np.float32)} if "weight" in e else {}),
                    ),
                )[0],
            ),
        )
# one latent of each: what the classifier, its gradient and the scorer answer (small answers: all of the logits, some of the gradient)
if os.path.exists(f"{d}/classifier/model.onnx"):
    e = dict(height=16, width=16, f=0.37, label=1)
    x = wave(e, 4)
    y = net("classifier").run(None, dict(latent_sample=x))[0][0]
    g = net("gradient").run(None, dict(latent_sample=x, label=np.array([e["label"]], np.int64)))[0].reshape(-1)
    some = [int(k) for k in np.linspace(0, len(g) - 1, 24)]
    v = net("scorer").run(None, dict(latent_sample=x))[0][0]
    mean = np.array(json.load(open(f"{d}/scorer/config.json"))["text_mean"])
    cos = {}
    for t in r["text"][1:]:
        q = states[t["prompt"]][0, : np.count_nonzero(t["ids"])].mean(0) - mean
        cos[t["prompt"]] = float(v @ q / np.linalg.norm(v) / np.linalg.norm(q))
    r["companions"] = dict(
        e, logits=[float(k) for k in y], index=some, gradient=[float(g[k]) for k in some], cosines=cos
    )
    print("companions", cos)
json.dump(r, open(path, "w"), indent=1, ensure_ascii=False)
open(path, "a").write("\n")
