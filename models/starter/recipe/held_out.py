"""Names the combinations of concept and style that training never saw, and as many that it saw, as prompts.

usage: held_out.py WORK HELD.txt SEEN.txt

prepare_images.py keeps one flat concept in twelve away from training; each of them was seen in 3D. HELD.txt gets "flat LABEL" for all of those, SEEN.txt the
same for as many flat concepts that were trained on, drawn with seed 0. Flags are left out of both.
"""

import json
import random
import sys

FLAGS = 9


def label(picture):
    return picture["label"].replace(":", ",").replace("  ", " ")


def labels(pictures, held):
    return sorted({label(p) for p in pictures if p["style"] == "flat" and p["group"] != FLAGS and p["held"] == held})


def write(file, labels):
    with open(file, "w", encoding="utf-8") as out:
        out.writelines(f"flat {name}\n" for name in labels)


def main():
    work, held_file, seen_file = sys.argv[1:4]
    with open(f"{work}/meta.json", encoding="utf-8") as meta:
        pictures = json.load(meta)
    in_3d = {label(p) for p in pictures if p["style"] == "3d"}
    held = [name for name in labels(pictures, True) if name in in_3d]
    seen = [name for name in labels(pictures, False) if name in in_3d and name not in held]
    write(held_file, held)
    write(seen_file, sorted(random.Random(0).sample(seen, len(held))))
    print(f"{len(held)} concepts held out in flat, all of them seen in 3D; as many of {len(seen)} seen in both")


if __name__ == "__main__":
    main()
