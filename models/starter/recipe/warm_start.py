"""Reads the weights of an exported folder back into the torch modules (fp16 initialisers behind Cast, folded names undone).
usage: warm_start.py MODELDIR WORKDIR  -> WORKDIR/warm.pt with unet, enc, dec, mu, sd"""

import sys, onnx, torch, numpy as np
from onnx import numpy_helper
from denoiser import UNet
from autoencoder import Enc, Dec
from graphs import module


def read(path, strip=""):
    m = onnx.load(path)
    I = {t.name.replace("_fp16", ""): numpy_helper.to_array(t).astype(np.float32) for t in m.graph.initializer}
    out = {k[len(strip) :] if strip and k.startswith(strip) else k: v for k, v in I.items()}
    for n in m.graph.node:
        ini = [x for x in n.input if x in I and x.startswith("onnx::")]
        if not ini:
            continue
        p = module(n)
        p = p[len(strip) :] if strip and p.startswith(strip) else p
        a = I[ini[0]]
        if n.op_type == "MatMul":
            out[p + ".weight"] = a.T
        elif n.op_type == "Mul":
            out[p + ".weight"] = a.reshape(-1)
        elif n.op_type == "Add":
            out[p + ".bias"] = a.reshape(-1)
    return {k: torch.from_numpy(np.array(v)) for k, v in out.items()}


def fill(net, w):
    sd = net.state_dict()
    miss = [k for k in sd if k not in w]
    for k in sd:
        if k in w:
            sd[k] = w[k].reshape(sd[k].shape)
    net.load_state_dict(sd)
    return miss


if __name__ == "__main__":
    import onnxruntime as ort

    d, work = sys.argv[1:3]
    u = UNet()
    print("not in the file:", fill(u, read(f"{d}/unet/model.onnx")))
    e = Enc()
    we = read(f"{d}/vae_encoder/model.onnx", "net.")
    print(fill(e, we))
    g = Dec()
    wd = read(f"{d}/vae_decoder/model.onnx", "net.")
    print(fill(g, wd))
    x = torch.randn(2, 4, 16, 16)
    c = torch.randn(2, 32, 384)
    with torch.no_grad():
        a = u.eval()(x, torch.tensor(500.0), c)
        z = g(x * wd["sd"] + wd["mu"])
    b = ort.InferenceSession(f"{d}/unet/model.onnx").run(
        None, dict(sample=x.numpy(), timestep=np.array(500, np.float32), encoder_hidden_states=c.numpy())
    )[0]
    y = ort.InferenceSession(f"{d}/vae_decoder/model.onnx").run(None, dict(latent_sample=x.numpy()))[0]
    i = torch.rand(1, 3, 128, 128) * 2 - 1
    q = ort.InferenceSession(f"{d}/vae_encoder/model.onnx").run(None, dict(sample=i.numpy()))[0]
    with torch.no_grad():
        k = ((e(i).chunk(2, 1)[0] - we["mu"]) / we["sd"]).numpy()
    print("difference", np.abs(a.numpy() - b).max(), np.abs(z.numpy() - y).max(), np.abs(k - q[:, :4]).max())
    torch.save(
        dict(unet=u.state_dict(), enc=e.state_dict(), dec=g.state_dict(), mu=wd["mu"].view(4), sd=wd["sd"].view(4)),
        f"{work}/warm.pt",
    )
