"""Scores a sheet of sample.py with the companions of a model.

usage: evaluate.py SHEET.png PROMPTS.txt FOLDERS COLUMNS MODELDIR [WORK [CHUNK]...]   (COLUMNS pictures per folder in a row)

The pictures go back through the encoder. Printed per folder: the scorer's cosine of picture and prompt; the share of pictures whose own prompt fits them best
among all prompts of the sheet; the share whose label (where the prompt names one) is the classifier's first choice; mean saturation; the share of clipped values
off the white. With WORK also the Frechet distance of the scorer's embeddings between the sheet and the cached latents of the CHUNKs (those kept for evaluation
if none is named): FID's formula with other features, so that numbers of two sheets can be compared with each other and with nothing else.
"""

import json
import re
import sys

import numpy as np
from packaged import Packaged
from PIL import Image

SIDE = 128
GAP = 6
KEPT = ["held_0", "tint_9", "ground_9", "pair_9"]


class Judges(Packaged):
    """Scorer, classifier and what they need: the encoders and the list of labels."""

    def __init__(self, folder):
        super().__init__(folder, "vae_encoder", "scorer", "classifier")
        with open(f"{folder}/scorer/config.json", encoding="utf-8") as config:
            self.text_mean = np.array(json.load(config)["text_mean"])
        with open(f"{folder}/classifier/labels.txt", encoding="utf-8") as labels:
            self.labels = labels.read().splitlines()

    def text(self, prompt):
        """The prompt's direction: mean hidden state less that of all texts, of length 1."""
        hidden, tokens = self.encode(prompt)
        direction = hidden[0, :tokens].mean(0) - self.text_mean
        return direction / np.linalg.norm(direction)

    def latents(self, pictures):
        values = (pictures / 127.5 - 1).astype(np.float32).transpose(0, 3, 1, 2)
        return self.net["vae_encoder"].run(None, {"sample": values})[0][:, :4]

    def embedding(self, latents):
        return self.net["scorer"].run(None, {"latent_sample": latents})[0]

    def first_label(self, latents):
        return self.net["classifier"].run(None, {"latent_sample": latents})[0].argmax(1)

    def label(self, prompt):
        """Index of the one label that the prompt names; None if it names none or several."""
        named = [label for label in self.labels if re.search(rf"\b{re.escape(label)}(s|es)?\b", prompt)]
        return self.labels.index(named[0]) if len(named) == 1 else None


def frechet(a, b):
    p, q = np.cov(a.T), np.cov(b.T)
    cross = np.sqrt(np.clip(np.linalg.eigvals(p @ q).real, 0, None)).sum()
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(p) + np.trace(q) - 2 * cross


def saturation(pictures):
    high = pictures.max(-1).astype(float)
    return ((high - pictures.min(-1)) / np.maximum(high, 1)).mean()


def clipped(pictures):
    off_white = pictures[pictures.min(-1) < 250]
    return ((off_white < 3) | (off_white > 252)).mean()


def kept_embeddings(judges, work, chunks):
    embeddings = []
    for chunk in chunks:
        latents = np.load(f"{work}/chunk_{chunk}.npz")["z"].astype(np.float32)
        embeddings += [judges.embedding(latents[k : k + 32]) for k in range(0, len(latents), 32)]
    return np.concatenate(embeddings)


def main():
    sheet_file, prompt_file, folders, columns, model = sys.argv[1:6]
    work, chunks = (sys.argv[6], sys.argv[7:] or KEPT) if len(sys.argv) > 6 else (None, [])
    folders, columns = int(folders), int(columns)
    with open(prompt_file, encoding="utf-8") as lines:
        prompts = [line.strip() for line in lines if line.strip()]
    sheet = np.asarray(Image.open(sheet_file).convert("RGB"))
    judges = Judges(model)
    wanted = [prompt.partition(" --no ")[0] for prompt in prompts]
    texts = np.stack([judges.text(prompt) for prompt in wanted])
    kept = kept_embeddings(judges, work, chunks) if work else None
    halves = 2 if len(prompts) >= 32 else 1
    high = len(prompts) // halves
    wide = sheet.shape[1] // halves
    for folder in range(folders):
        embeddings, cosines, first, right, colours, clips = [], [], [], [], [], []
        for k in range(high * halves):
            top = (k % high) * SIDE
            left = (k // high) * wide + folder * (columns * SIDE + GAP)
            cells = [sheet[top : top + SIDE, left + c * SIDE : left + (c + 1) * SIDE] for c in range(columns)]
            pictures = np.stack(cells)
            latents = judges.latents(pictures)
            embedding = judges.embedding(latents)
            likeness = embedding @ texts.T
            embeddings.append(embedding)
            cosines.extend(likeness[:, k])
            first.extend(likeness.argmax(1) == k)
            label = judges.label(wanted[k])
            if label is not None:
                right.extend(judges.first_label(latents) == label)
            colours.append(saturation(pictures))
            clips.append(clipped(pictures))
        line = (
            f"folder {folder + 1}: cosine {np.mean(cosines):.3f}, own prompt first among {len(prompts)} {np.mean(first):.3f}, "
            f"label right {np.mean(right):.3f} of {len(right)}, saturation {np.mean(colours):.3f}, "
            f"clipped off the white {np.mean(clips):.3f}"
        )
        if kept is not None:
            line += f", Frechet distance {frechet(np.concatenate(embeddings), kept):.3f}"
        print(line)


if __name__ == "__main__":
    main()
