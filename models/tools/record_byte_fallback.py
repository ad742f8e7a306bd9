"""Records what the reference library makes of the texts of a fixture, with the tokenizer beside it.

    python record_byte_fallback.py FIXTURE_DIR     # needs tokenizers

FIXTURE_DIR holds tokenizer.json, a small BPE tokenizer with byte fallback in the layout of Gemma's (trained once, on made-up sentences), and cases.json, whose texts are kept and whose ids and places are
computed anew.
"""

import json
import pathlib
import sys

import tokenizers

folder = pathlib.Path(sys.argv[1])
tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
cases = json.loads((folder / "cases.json").read_text("utf-8"))
recorded = []
for case in cases["cases"]:
    found = tokenizer.encode(case["text"])
    recorded.append({"text": case["text"], "ids": found.ids, "offsets": [list(place) for place in found.offsets]})
same = recorded == cases["cases"]
doc = f"tokenizers {tokenizers.__version__}: " + cases["doc"].split(": ", 1)[1]
(folder / "cases.json").write_text(
    json.dumps({"doc": doc, "cases": recorded}, ensure_ascii=True, separators=(",", ":")) + "\n", "utf-8"
)
print("as before" if same else "changed")
