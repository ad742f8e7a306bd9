"""Makes a model folder of the size of Stable Diffusion 1.5 with random weights, and times the engine on it beside a plain loop.

    python full_size.py make DIR                  # 4.3 GB; needs numpy and onnx
    python full_size.py compare DIR LODESTAR      # needs numpy and onnxruntime; LODESTAR is the launcher
    python full_size.py interrupt DIR LODESTAR    # the last of what compare measures

The graphs have the layers, widths, names and ranks of an Optimum export in single precision, with the weights of each beside it in one file. The weights are seeded noise, scaled so that everything stays
finite: pictures are noise too, and only time and memory mean something.

compare runs STEPS steps of CFG at 512x512 on the CPU, in turns: the engine, a loop that asks onnxruntime twice per step with one picture, and one that asks it once with two. It prints the seconds per step
of each, the ratio of the engine's to the loop that asks as it does, the peak memory of each, the longest operator, and how long the engine takes to end when it is interrupted within a step.
"""

import json
import math
import os
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

STEPS = 5
ROUNDS = 2
TOKENIZER = (
    pathlib.Path(__file__).resolve().parents[2] / "sampler-engine/src/test/resources/golden/models/tiny-sd/tokenizer"
)


class Graph:
    """Nodes in order, weights in a file beside the graph."""

    def __init__(self, folder, seed):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.data = open(folder / "model.onnx_data", "wb")
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.count = [], [], 0

    def weight(self, shape, scale=None, mean=0.0):
        """Normal numbers, by default of spread 1/sqrt(inputs)."""
        from onnx import TensorProto, StringStringEntryProto

        if scale is None:
            scale = 1 / math.sqrt(math.prod(shape[1:]) if len(shape) == 4 else shape[0])
        values = self.random.standard_normal(shape, dtype=np.float32) * np.float32(scale) + np.float32(mean)
        self.data.write(b"\0" * (-self.data.tell() % 4096))
        name = f"weight_{len(self.weights)}"
        tensor = TensorProto(
            name=name, data_type=TensorProto.FLOAT, dims=list(shape), data_location=TensorProto.EXTERNAL
        )
        for key, value in (("location", "model.onnx_data"), ("offset", self.data.tell()), ("length", values.nbytes)):
            tensor.external_data.append(StringStringEntryProto(key=key, value=str(value)))
        self.data.write(values.tobytes())
        self.weights.append(tensor)
        return name

    def const(self, values):
        from onnx import numpy_helper

        name = f"const_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def ints(self, *values):
        return self.const(np.array(values, dtype=np.int64))

    def op(self, kind, *inputs, outputs=1, **attributes):
        from onnx import helper

        names = [f"value_{self.count + i}" for i in range(outputs)]
        self.count += outputs
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def number(self, value):
        return self.const(np.array(value, dtype=np.float32))

    def save(self, inputs, outputs):
        import onnx
        from onnx import TensorProto, helper

        def info(name, kind, shape):
            return helper.make_tensor_value_info(name, kind, shape)

        graph = helper.make_graph(
            self.nodes,
            "main",
            [info(*i) for i in inputs],
            [info(name, kind, shape) for name, kind, shape, _ in outputs],
            self.weights,
        )
        for name, _, _, value in outputs:
            graph.node.append(helper.make_node("Identity", [value], [name]))
        self.data.close()
        onnx.save(
            helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
            self.folder / "model.onnx",
        )

    # ---- layers

    def linear(self, x, inputs, outputs, bias=True):
        y = self.op("MatMul", x, self.weight((inputs, outputs)))
        return self.op("Add", y, self.weight((outputs,), 0.01)) if bias else y

    def conv(self, x, inputs, outputs, side=3, stride=1):
        pad = side // 2
        return self.op(
            "Conv",
            x,
            self.weight((outputs, inputs, side, side)),
            self.weight((outputs,), 0.01),
            kernel_shape=[side, side],
            pads=[pad] * 4,
            strides=[stride] * 2,
        )

    def silu(self, x):
        return self.op("Mul", x, self.op("Sigmoid", x))

    def group_norm(self, x, channels):
        rows = self.op("Reshape", x, self.ints(0, 32, -1))
        ones, zeros = self.const(np.ones(32, np.float32)), self.const(np.zeros(32, np.float32))
        normal = self.op(
            "Reshape", self.op("InstanceNormalization", rows, ones, zeros, epsilon=1e-5), self.op("Shape", x)
        )
        return self.op(
            "Add", self.op("Mul", normal, self.weight((channels, 1, 1), 0.05, 1)), self.weight((channels, 1, 1), 0.05)
        )

    def layer_norm(self, x, width):
        return self.op(
            "LayerNormalization", x, self.weight((width,), 0.05, 1), self.weight((width,), 0.05), axis=-1, epsilon=1e-5
        )

    def attention(self, x, other, width, other_width, heads, bias=False, mask=None):
        """Softmax of q k / sqrt(width of a head), times v."""

        def split(y, order):
            return self.op("Transpose", self.op("Reshape", y, self.ints(0, -1, heads, width // heads)), perm=order)

        q = split(self.linear(x, width, width, bias), [0, 2, 1, 3])
        k = split(self.linear(other, other_width, width, bias), [0, 2, 3, 1])
        v = split(self.linear(other, other_width, width, bias), [0, 2, 1, 3])
        scores = self.op("Mul", self.op("MatMul", q, k), self.number(1 / math.sqrt(width / heads)))
        if mask:
            scores = self.op("Add", scores, mask)
        joined = self.op("MatMul", self.op("Softmax", scores, axis=-1), v)
        joined = self.op("Reshape", self.op("Transpose", joined, perm=[0, 2, 1, 3]), self.ints(0, -1, width))
        return self.linear(joined, width, width)

    def res(self, x, inputs, outputs, time=None):
        h = self.conv(self.silu(self.group_norm(x, inputs)), inputs, outputs)
        if time:
            h = self.op("Add", h, self.op("Unsqueeze", self.linear(self.silu(time), 1280, outputs), self.ints(2, 3)))
        h = self.conv(self.silu(self.group_norm(h, outputs)), outputs, outputs)
        return self.op("Add", x if inputs == outputs else self.conv(x, inputs, outputs, 1), h)

    def upsample(self, x, channels):
        scales = self.const(np.array([1, 1, 2, 2], np.float32))
        return self.conv(
            self.op(
                "Resize",
                x,
                "",
                scales,
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            ),
            channels,
            channels,
        )

    def sequence(self, x, channels):
        return self.op("Transpose", self.op("Reshape", x, self.ints(0, channels, -1)), perm=[0, 2, 1])

    def planes(self, x, like):
        return self.op("Reshape", self.op("Transpose", x, perm=[0, 2, 1]), self.op("Shape", like))

    def transformer(self, x, text, channels):
        h = self.sequence(self.conv(self.group_norm(x, channels), channels, channels, 1), channels)
        n = self.layer_norm(h, channels)
        h = self.op("Add", h, self.attention(n, n, channels, channels, 8))
        h = self.op("Add", h, self.attention(self.layer_norm(h, channels), text, channels, 768, 8))
        value, gate = self.op(
            "Split", self.linear(self.layer_norm(h, channels), channels, 8 * channels), outputs=2, axis=-1
        )
        gelu = self.op(
            "Mul",
            self.op("Mul", gate, self.number(0.5)),
            self.op("Add", self.op("Erf", self.op("Mul", gate, self.number(2**-0.5))), self.number(1)),
        )
        h = self.op("Add", h, self.linear(self.op("Mul", value, gelu), 4 * channels, channels))
        return self.op("Add", x, self.conv(self.planes(h, x), channels, channels, 1))


def unet(folder):
    from onnx import TensorProto

    g = Graph(folder / "unet", 1)
    widths = (320, 640, 1280, 1280)
    angles = g.op(
        "Mul",
        g.op("Reshape", "timestep", g.ints(-1, 1)),
        g.const(np.exp(-math.log(10000) * np.arange(160, dtype=np.float32) / 160)[None]),
    )
    waves = g.op("Concat", g.op("Cos", angles), g.op("Sin", angles), axis=-1)
    time_states = g.linear(g.silu(g.linear(waves, 320, 1280)), 1280, 1280)
    text = "encoder_hidden_states"
    x = g.conv("sample", 4, 320)
    skips, channels = [(x, 320)], 320
    for level, width in enumerate(widths):
        for _ in range(2):
            x = g.res(x, channels, width, time_states)
            channels = width
            if level < 3:
                x = g.transformer(x, text, width)
            skips.append((x, width))
        if level < 3:
            x = g.conv(x, width, width, stride=2)
            skips.append((x, width))
    x = g.res(g.transformer(g.res(x, 1280, 1280, time_states), text, 1280), 1280, 1280, time_states)
    for level, width in reversed(list(enumerate(widths))):
        for _ in range(3):
            skip, more = skips.pop()
            x = g.res(g.op("Concat", x, skip, axis=1), channels + more, width, time_states)
            channels = width
            if level < 3:
                x = g.transformer(x, text, width)
        if level > 0:
            x = g.upsample(x, width)
    x = g.conv(g.silu(g.group_norm(x, 320)), 320, 4)
    plane = ["batch_size", 4, "height", "width"]
    g.save(
        [
            ("sample", TensorProto.FLOAT, plane),
            ("timestep", TensorProto.FLOAT, []),
            (text, TensorProto.FLOAT, ["batch_size", "sequence_length", 768]),
        ],
        [("out_sample", TensorProto.FLOAT, plane, x)],
    )


def text_encoder(folder):
    from onnx import TensorProto

    g = Graph(folder / "text_encoder", 2)
    x = g.op("Add", g.op("Gather", g.weight((49408, 768), 0.02), "input_ids"), g.weight((1, 77, 768), 0.01))
    mask = g.const(np.triu(np.full((77, 77), -1e9, np.float32), 1))
    for _ in range(12):
        n = g.layer_norm(x, 768)
        x = g.op("Add", x, g.attention(n, n, 768, 768, 12, True, mask))
        h = g.linear(g.layer_norm(x, 768), 768, 3072)
        h = g.op("Mul", h, g.op("Sigmoid", g.op("Mul", h, g.number(1.702))))
        x = g.op("Add", x, g.linear(h, 3072, 768))
    g.save(
        [("input_ids", TensorProto.INT64, ["batch_size", 77])],
        [("last_hidden_state", TensorProto.FLOAT, ["batch_size", 77, 768], g.layer_norm(x, 768))],
    )


def decoder(folder):
    from onnx import TensorProto

    g = Graph(folder / "vae_decoder", 3)
    x = g.conv(g.conv("latent_sample", 4, 4, 1), 4, 512)
    x = g.res(x, 512, 512)
    n = g.sequence(g.group_norm(x, 512), 512)
    x = g.res(g.op("Add", x, g.planes(g.attention(n, n, 512, 512, 1, True), x)), 512, 512)
    channels = 512
    for level, width in enumerate((512, 512, 256, 128)):
        for _ in range(3):
            x = g.res(x, channels, width)
            channels = width
        if level < 3:
            x = g.upsample(x, width)
    x = g.conv(g.silu(g.group_norm(x, 128)), 128, 3)
    g.save(
        [("latent_sample", TensorProto.FLOAT, ["batch_size", 4, "latent_height", "latent_width"])],
        [("sample", TensorProto.FLOAT, ["batch_size", 3, "height", "width"], x)],
    )


def make(folder):
    unet(folder)
    text_encoder(folder)
    decoder(folder)
    shutil.copytree(TOKENIZER, folder / "tokenizer", dirs_exist_ok=True)
    files = {
        "model_index.json": {"_class_name": "StableDiffusionPipeline"},
        "unet/config.json": {"sample_size": 64, "block_out_channels": [320, 640, 1280, 1280]},
        "vae_decoder/config.json": {"block_out_channels": [128, 256, 512, 512], "scaling_factor": 0.18215},
        "scheduler/scheduler_config.json": {
            "_class_name": "DDIMScheduler",
            "beta_schedule": "scaled_linear",
            "beta_start": 0.00085,
            "beta_end": 0.012,
            "steps_offset": 1,
            "set_alpha_to_one": False,
            "clip_sample": False,
        },
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content))


# ---- timing


def loop(folder, together, profile=""):
    """Seconds per step of a plain DDIM loop with CFG, its first step left out, and its peak memory in KiB."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.enable_profiling = bool(profile)
    options.profile_file_prefix = profile
    session = onnxruntime.InferenceSession(folder / "unet/model.onnx", options, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    x = random.standard_normal((1, 4, 64, 64), dtype=np.float32)
    text = random.standard_normal((2, 77, 768), dtype=np.float32)
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    alphas = np.cumprod(1 - betas)
    seconds = []
    times = [1 + i * (1000 // STEPS) for i in reversed(range(STEPS))]
    for at, t in enumerate(times):
        start = time.perf_counter()
        now, after = alphas[t], alphas[times[at + 1]] if at + 1 < STEPS else alphas[0]

        def ask(state, words):
            return session.run(
                None, {"sample": state, "timestep": np.array(t, np.float32), "encoder_hidden_states": words}
            )[0]

        noise = ask(np.repeat(x, 2, 0), text) if together else np.concatenate([ask(x, text[:1]), ask(x, text[1:])])
        guided = noise[:1] + 7.5 * (noise[1:] - noise[:1])
        clean = (x - (1 - now) ** 0.5 * guided) / now**0.5
        x = (after**0.5 * clean + (1 - after) ** 0.5 * guided).astype(np.float32)
        seconds.append(time.perf_counter() - start)
    if profile:
        session.end_profiling()
    return statistics.median(seconds[1:]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def generate(folder, launcher, picture, *more):
    """The command line that makes a picture of the folder's model on the CPU."""
    command = [launcher, "generate", "--model", folder, "--prompt", "a red apple", "--steps", STEPS]
    command += ["--seed", 0, "--device", "cpu", "--out", picture, *more]
    return [str(word) for word in command]


def engine(folder, launcher, scratch):
    """The same of the engine, by the times that its trace gives for each step."""
    trace = scratch / "trace.jsonl"
    command = generate(
        folder,
        launcher,
        scratch / "out.png",
        "--sampler",
        "ddim",
        "--policy",
        "cfg(w=7.5)",
        "--trace",
        trace,
        "--quiet",
        "--json",
    )
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit("the engine failed")
    timings = json.loads(output)["pictures"][0]["timings"]
    steps = [json.loads(line) for line in trace.read_text().splitlines()]
    return (
        statistics.median(s["networkSeconds"] + s["otherSeconds"] for s in steps[1:]),
        usage.ru_maxrss,
        timings,
        time.perf_counter() - start,
    )


def cancelled(folder, launcher, scratch):
    """Seconds from an interrupt within the second step to the end of the program."""
    command = generate(folder, launcher, scratch / "cut.png")
    child = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # ignored where this script was started in the background
    text = b""
    while b"step 1/" not in text:
        text += os.read(child.stderr.fileno(), 4096)
    time.sleep(3)
    start = time.perf_counter()
    os.killpg(child.pid, signal.SIGINT)
    child.wait()
    return time.perf_counter() - start


def longest(profile):
    events = json.loads(pathlib.Path(profile).read_text())
    kernels = [e for e in events if e.get("cat") == "Node" and e["name"].endswith("kernel_time")]
    worst = max(kernels, key=lambda e: e["dur"])
    return worst["args"]["op_name"], worst["dur"] / 1e6


def compare(folder, launcher):
    ours, plain, doubled = [], [], []
    with tempfile.TemporaryDirectory() as temp:
        scratch = pathlib.Path(temp)
        for turn in range(ROUNDS):
            ours.append(engine(folder, launcher, scratch))
            for kind, found in (("each", plain), ("together", doubled)):
                profile = str(scratch / "profile") if turn == 0 and kind == "each" else ""
                line = subprocess.run(
                    [sys.executable, __file__, "loop", str(folder), kind, profile],
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
                if not profile:
                    found.append(json.loads(line))
                else:
                    op, seconds = longest(next(scratch.glob("profile*")))
                    found.append(json.loads(line))
        ending = cancelled(folder, launcher, scratch)
    step = [statistics.median(r[0] for r in found) for found in (ours, plain, doubled)]
    gib = [max(r[1] for r in found) / 2**20 for found in (ours, plain, doubled)]
    print(f"engine: {step[0]:.2f} s per step, {gib[0]:.1f} GiB at most (text encoder and decoder included)")
    print(f"plain loop, one picture per call: {step[1]:.2f} s per step, {gib[1]:.1f} GiB")
    print(f"plain loop, two pictures per call: {step[2]:.2f} s per step, {gib[2]:.1f} GiB")
    print(
        f"ratio: {step[0] / step[1]:.3f} to the first, {step[0] / step[2]:.3f} to the second; all: "
        + json.dumps(
            {"engine": [r[0] for r in ours], "each": [r[0] for r in plain], "together": [r[0] for r in doubled]}
        )
    )
    print(f"longest operator: {op}, {seconds:.3f} s; interrupted within a step, the program ended after {ending:.3f} s")
    print("engine, seconds in all: " + json.dumps([r[2] | {"program": r[3]} for r in ours]))


if __name__ == "__main__":
    task, where = sys.argv[1], pathlib.Path(sys.argv[2])
    if task == "make":
        make(where)
    elif task == "compare":
        compare(where, pathlib.Path(sys.argv[3]).resolve())
    elif task == "interrupt":
        with tempfile.TemporaryDirectory() as temp:
            print(f"{cancelled(where, pathlib.Path(sys.argv[3]).resolve(), pathlib.Path(temp)):.3f} s")
    elif task == "loop":
        print(json.dumps(loop(where, sys.argv[3] == "together", sys.argv[4])))
    else:
        sys.exit(__doc__)
