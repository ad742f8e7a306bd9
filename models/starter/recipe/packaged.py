"""What is needed to ask the networks of an exported folder: sessions of one thread, and the tokenizer."""

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer


class Packaged:
    def __init__(self, folder, *parts):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        parts = ("text_encoder", *parts)
        self.net = {part: ort.InferenceSession(f"{folder}/{part}/model.onnx", options) for part in parts}
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer/tokenizer.json")
        self.tokenizer.enable_truncation(32)
        self.tokenizer.enable_padding(length=32)

    def encode(self, prompt):
        """Hidden states of one prompt, float[1,32,384], and how many of them are tokens. One at a time: the encoder's quantisation makes a row depend on its batch."""
        tokens = self.tokenizer.encode(prompt)
        hidden = self.net["text_encoder"].run(None, {"input_ids": np.array([tokens.ids], np.int64)})[0]
        return hidden, sum(tokens.attention_mask)
