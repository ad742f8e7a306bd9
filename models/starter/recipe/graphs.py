"""Writes a torch net as an ONNX file with weights stored small. All forms are arithmetic in front of the graph that folds away when the session is made:
fp16 behind a Cast; int8 with a scale per row (matrices) or output channel (convolutions); int4 with a scale per 32 weights, two in a byte.
"""

import os, json, shutil, hashlib, torch, onnx, numpy as np
from onnx import helper, TensorProto, numpy_helper

node = helper.make_node
const = numpy_helper.from_array


def module(n):
    """The name of the module that a node of an exported graph comes from; the exporter writes "a.b" as "a/a.b"."""
    parts = []
    for part in n.name.strip("/").split("/")[:-1]:
        if parts and part.startswith(parts[-1] + "."):
            parts[-1] = part
        else:
            parts.append(part)
    return ".".join(parts)


def half(n, a):
    return [const(a.astype(np.float16), n + "_fp16")], [node("Cast", [n + "_fp16"], [n], to=TensorProto.FLOAT)]


def int8(n, a):
    s = (
        np.maximum(np.abs(a).reshape(a.shape[0], -1).max(1), 1e-8)
        .reshape((-1,) + (1,) * (a.ndim - 1))
        .astype(np.float32)
        / 127
        if a.ndim == 4
        else np.maximum(np.abs(a).max(0, keepdims=True), 1e-8).astype(np.float32) / 127
    )
    return [const(np.clip(np.round(a / s), -127, 127).astype(np.int8), n + "_q"), const(s, n + "_s")], [
        node("Cast", [n + "_q"], [n + "_f"], to=TensorProto.FLOAT),
        node("Mul", [n + "_f", n + "_s"], [n]),
    ]


def int4(n, a):
    g = a.reshape(-1, 32).astype(np.float32)
    m = np.abs(g).max(1, keepdims=True) + 1e-8
    best = None
    for k in (0.75, 0.82, 0.88, 0.94, 1.0):  # the scale with the least square error
        s = (m * k / 7.5).astype(np.float16).astype(np.float32)
        s = np.maximum(s, 1e-7)
        q = np.clip(np.floor(g / s) + 0.5, -7.5, 7.5)
        e = ((q * s - g) ** 2).sum(1, keepdims=True)
        if best is None:
            best = [e, s, q]
        else:
            w = e < best[0]
            best = [np.where(w, e, best[0]), np.where(w, s, best[1]), np.where(w, q, best[2])]
    _, s, q = best
    u = (q + 7.5).round().astype(np.uint8).reshape(-1)
    h = len(u) // 2
    b = u[:h] * 16 + u[h:]
    return [
        const(b, n + "_b"),
        const(s.astype(np.float16), n + "_h"),
        const(np.array([-1, 32], np.int64), n + "_g"),
        const(np.array(a.shape, np.int64), n + "_d"),
    ], [
        node("Cast", [n + "_b"], [n + "_f"], to=TensorProto.FLOAT),
        node("Mul", [n + "_f", "int4_16th"], [n + "_1"]),
        node("Floor", [n + "_1"], [n + "_2"]),
        node("Mul", [n + "_2", "int4_16"], [n + "_3"]),
        node("Sub", [n + "_f", n + "_3"], [n + "_4"]),
        node("Concat", [n + "_2", n + "_4"], [n + "_5"], axis=0),
        node("Sub", [n + "_5", "int4_mid"], [n + "_6"]),
        node("Reshape", [n + "_6", n + "_g"], [n + "_7"]),
        node("Cast", [n + "_h"], [n + "_s"], to=TensorProto.FLOAT),
        node("Mul", [n + "_7", n + "_s"], [n + "_8"]),
        node("Reshape", [n + "_8", n + "_d"], [n]),
    ]


def shrink(path, form="fp16"):
    m = onnx.load(path)
    keep = []
    front = []
    fours = False
    for t in m.graph.initializer:
        if t.data_type != TensorProto.FLOAT or np.prod(t.dims or [1]) <= 1024:
            keep.append(t)
            continue
        a = numpy_helper.to_array(t)
        f = half if form == "fp16" or a.ndim < 2 else int4 if form == "int4" and a.size % 64 == 0 else int8
        fours |= f is int4
        i, n = f(t.name, a)
        keep += i
        front += n
    if fours:
        keep += [
            const(np.array(v, np.float32), n) for n, v in (("int4_16th", 1 / 16), ("int4_16", 16), ("int4_mid", 7.5))
        ]
    nodes = list(m.graph.node)
    del m.graph.initializer[:]
    m.graph.initializer.extend(keep)
    del m.graph.node[:]
    m.graph.node.extend(front + nodes)
    onnx.checker.check_model(m)
    onnx.save(m, path)
    print(path, form, os.path.getsize(path), flush=True)


def write(to, net, args, ins, outs, axes, form="fp16", unet=False):
    os.makedirs(to, exist_ok=True)
    torch.onnx.export(
        net.eval(),
        args,
        f"{to}/model.onnx",
        input_names=ins,
        output_names=outs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    shrink(f"{to}/model.onnx", form)
    if unet:
        json.dump(
            dict(
                _class_name="UNet2DConditionModel",
                in_channels=4,
                out_channels=4,
                sample_size=16,
                cross_attention_dim=384,
            ),
            open(f"{to}/config.json", "w"),
            indent=2,
        )


def again(src, to, form):
    """an exported folder whose weights are behind Casts, in another form"""
    os.makedirs(to, exist_ok=True)
    m = onnx.load(f"{src}/model.onnx")
    back = {n.input[0]: n.output[0] for n in m.graph.node if n.op_type == "Cast" and n.input[0].endswith("_fp16")}
    own = [
        numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float32), back[t.name]) if t.name in back else t
        for t in m.graph.initializer
    ]
    nodes = [n for n in m.graph.node if not (n.op_type == "Cast" and n.input[0] in back)]
    del m.graph.initializer[:]
    m.graph.initializer.extend(own)
    del m.graph.node[:]
    m.graph.node.extend(nodes)
    onnx.save(m, f"{to}/model.onnx")
    shrink(f"{to}/model.onnx", form)
    if os.path.exists(f"{src}/config.json"):
        shutil.copyfile(f"{src}/config.json", f"{to}/config.json")


def share(folder, files):
    """graphs whose weights are mostly the same: {name: path} become FOLDER/name.onnx, every large weight once in FOLDER/weights.bin"""
    at = 0
    seen = {}
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/weights.bin", "wb") as blob:
        for name, path in files.items():
            m = onnx.load(path)
            for t in m.graph.initializer:
                raw = numpy_helper.to_array(t).tobytes()
                h = hashlib.sha256(raw).digest()
                if len(raw) < 4096:
                    continue
                if h not in seen:
                    seen[h] = at
                    blob.write(raw + b"\0" * (-len(raw) % 64))
                    at += len(raw) + -len(raw) % 64
                for f in ("raw_data", "float_data", "int32_data", "int64_data"):
                    t.ClearField(f)
                t.data_location = TensorProto.EXTERNAL
                for k, v in (("location", "weights.bin"), ("offset", seen[h]), ("length", len(raw))):
                    t.external_data.add(key=k, value=str(v))
            onnx.save(m, f"{folder}/{name}.onnx")
            print(name, "ends at", at, flush=True)
    for name in files:
        onnx.checker.check_model(f"{folder}/{name}.onnx")
