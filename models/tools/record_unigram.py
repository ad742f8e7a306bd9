"""Trains a small Unigram vocabulary and records what the reference library makes of 10,000 texts.

    python record_unigram.py train   CORPUS_DIR WORK_DIR     # needs sentencepiece
    python record_unigram.py record  WORK_DIR FIXTURE_DIR    # needs tokenizers

The corpus is this project's own documentation and source comments, and made-up words in other scripts. The character map is the one that SentencePiece puts into models trained
with its default rule, which is also the one of the T5 models. The texts come from a small generator that the test repeats; only a hash of the ids of each is kept.
"""

import gzip
import hashlib
import json
import pathlib
import sys

MASK = (1 << 64) - 1
COUNT = 10_000
MARKS = ["</s>", "<pad>", "<unk>", "<extra_id_0>", "<extra_id_1>"]
WORDS = (
    "a red apple on the table, photograph of an old lighthouse at night masterpiece best quality 4k 8-bit don't can't it's 3.14 10,000 (blue:1.3) [fog] "
    "guidance strength denoising step isn't x2 É naïve café Straße İstanbul ﬁne ﬀ ½ ² ① Ⅷ ㎏ Å ﷺ ｆｕｌｌ ﾊﾝｶｸ 中文 日本語 한국어 Привет мир שלום مرحبا हिन्दी ไทย "
    '🍎 👩‍👩‍👧 🏳️‍🌈 🇩🇪 ▁ ▁▁ ~ ～ " “quoted” … — • ½kg H₂O e\u0301 o\u0308\u0304 क्षि \u1112\u1161\u11ab'
).split(" ")
BLANKS = [
    " ",
    " ",
    " ",
    " ",
    "  ",
    "   ",
    "\t",
    "\n",
    "\r\n",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200d",
    "\ufeff",
    "",
    ",",
]
RANGES = [
    (0x20, 0x7E),
    (0x20, 0x7E),
    (0x00, 0x1F),
    (0x7F, 0x24F),
    (0x2B0, 0x36F),
    (0x370, 0x52F),
    (0x590, 0x6FF),
    (0x900, 0xDFF),
    (0xE00, 0xE7F),
    (0x1100, 0x11FF),
    (0x1E00, 0x20CF),
    (0x2100, 0x2BFF),
    (0x3000, 0x33FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xE000, 0xE0FF),
    (0xF900, 0xFFFD),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F6FF),
    (0x1F1E6, 0x1F1FF),
    (0x20000, 0x200FF),
]


class Source:
    """A linear congruential generator modulo 2^64, of which the upper 31 bits count."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & MASK
        return (self.state >> 33) % bound


def text(source):
    parts = []
    for _ in range(1 + source.below(12)):
        kind = source.below(10)
        if kind < 6:
            parts.append(WORDS[source.below(len(WORDS))])
        elif kind < 9:
            low, high = RANGES[source.below(len(RANGES))]
            for _ in range(1 + source.below(6)):
                parts.append(chr(low + source.below(high - low + 1)))
        else:
            parts.append(MARKS[source.below(len(MARKS))])
        parts.append(BLANKS[source.below(len(BLANKS))])
    return "".join(parts)


def digest(ids):
    return hashlib.sha256(",".join(map(str, ids)).encode()).digest()[:4]


def train(corpus, work):
    import sentencepiece

    work.mkdir(parents=True, exist_ok=True)
    lines = []
    for file in sorted(corpus.rglob("*")):
        if file.suffix == ".md":
            lines += file.read_text("utf-8").splitlines()
        elif file.suffix == ".java":
            lines += [
                line.strip()[3:] for line in file.read_text("utf-8").splitlines() if line.strip().startswith("///")
            ]
    source = Source(1)
    for _ in range(4000):
        low, high = [
            (0x410, 0x44F),
            (0x3B1, 0x3C9),
            (0x5D0, 0x5EA),
            (0x627, 0x64A),
            (0x905, 0x939),
            (0x4E00, 0x4E60),
            (0x3042, 0x3093),
        ][source.below(7)]
        syllables = ["".join(chr(low + (7 * s + i) % (high - low + 1)) for i in range(2)) for s in range(12)]
        lines.append(
            " ".join("".join(syllables[source.below(12)] for _ in range(1 + source.below(3))) for _ in range(6))
        )
    (work / "corpus.txt").write_text("\n".join(lines), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(work / "corpus.txt"),
        model_prefix=str(work / "unigram"),
        model_type="unigram",
        vocab_size=3000,
        character_coverage=0.999,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        pad_piece="<pad>",
        eos_piece="</s>",
        unk_piece="<unk>",
        num_threads=1,
    )
    from sentencepiece import sentencepiece_model_pb2 as proto

    model = proto.ModelProto()
    model.ParseFromString((work / "unigram.model").read_bytes())
    json.dump(
        {
            "pieces": [[p.piece, round(p.score, 5)] for p in model.pieces],
            "charsmap": model.normalizer_spec.precompiled_charsmap.hex(),
        },
        open(work / "unigram.json", "w"),
    )


def record(work, fixtures):
    import tokenizers
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    data = json.load(open(work / "unigram.json"))
    fixtures.mkdir(parents=True, exist_ok=True)
    pieces = [tuple(p) for p in data["pieces"]] + [("<extra_id_1>", 0.0), ("<extra_id_0>", 0.0)]

    def build(normalizer, splitter, extra_strip):
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
        tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = splitter
        tokenizer.add_special_tokens(
            [
                AddedToken(
                    m,
                    normalized=False,
                    special=True,
                    lstrip=extra_strip and "extra" in m,
                    rstrip=extra_strip and "extra" in m,
                )
                for m in MARKS
            ]
        )
        tokenizer.post_processor = processors.TemplateProcessing(
            single=["$A", "</s>"], pair=["$A", "</s>", "$B", "</s>"], special_tokens=[("</s>", 1)]
        )
        return tokenizer

    precompiled = normalizers.Precompiled(bytes.fromhex(data["charsmap"]))
    kinds = {
        # As files written before 2026 have it, then as later ones do.
        "t5": build(
            normalizers.Sequence(
                [precompiled, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "▁")]
            ),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True),
            False,
        ),
        "t5-later": build(
            precompiled,
            pre_tokenizers.Sequence(
                [
                    pre_tokenizers.WhitespaceSplit(),
                    pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True),
                ]
            ),
            True,
        ),
        "first": build(
            normalizers.Replace("“", '"'),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=True),
            False,
        ),
    }
    cases = {}
    for name, tokenizer in kinds.items():
        source = Source(20261123)
        texts = [text(source) for _ in range(COUNT)]
        (fixtures / f"{name}.hashes").write_bytes(
            b"".join(digest(tokenizer.encode(t, add_special_tokens=False).ids) for t in texts)
        )
        cases[name] = [[t, tokenizer.encode(t).ids] for t in ["", " ", "a red apple, on the table", *texts[:60]]]
        if name == "t5":
            with gzip.GzipFile(fixtures / "tokenizer.json.gz", "wb", 9, mtime=0) as out:
                out.write(
                    json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")).encode()
                )
        else:
            parts = json.loads(tokenizer.to_str())
            if parts["normalizer"]["type"] == "Precompiled":
                parts["normalizer"]["precompiled_charsmap"] = "of t5"
            cases[name + "-parts"] = {key: parts[key] for key in ("normalizer", "pre_tokenizer", "added_tokens")}
    doc = f"What the library tokenizers {tokenizers.__version__} makes of some texts: text and ids with the end mark; and the parts of the files that differ."
    (fixtures / "cases.json").write_text(
        json.dumps({"doc": doc, **cases}, ensure_ascii=True, separators=(",", ":")) + "\n", "utf-8"
    )


if __name__ == "__main__":
    {"train": train, "record": record}[sys.argv[1]](*map(pathlib.Path, sys.argv[2:]))
