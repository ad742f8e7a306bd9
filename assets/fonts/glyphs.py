#!/usr/bin/env python3
"""Rasterises Inter into the glyph pictures that org.lodestar.engine.image.Lettering draws labels with.

    pip install pillow==12.3.0 fonttools brotli
    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    python3 assets/fonts/glyphs.py package/web sampler-engine/src/main/resources/org/lodestar/engine/image

For each weight: NAME.png, a grey picture of coverage with one glyph beside the other, and NAME.tsv. The first line of the table holds the em in pixels, the ascent
and the descent; every further line a code point, its advance, the offset of its picture from the pen (x to the right, y down from the baseline), and the picture's
x, y, width, height in the atlas. Advances are fractions of a pixel.
"""
import io
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

EM = 64
OVERSAMPLE = 8
ATLAS_WIDTH = 2048
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x410, 0x44F)]
EXTRA = [0x18F, 0x259, 0x401, 0x451, 0x404, 0x454, 0x406, 0x456, 0x407, 0x457, 0x490, 0x491]
EXTRA += [ord(c) for c in "ȘșȚț–—‘’‚“”„•…‹›€™←↑→↓−√∞≈≠≤≥∆∑∂□"]


def write(source: Path, target: Path, name: str) -> None:
    plain = TTFont(source)
    plain.flavor = None
    ttf = io.BytesIO()
    plain.save(ttf)
    known = plain.getBestCmap()
    ttf.seek(0)
    font = ImageFont.truetype(ttf, EM * OVERSAMPLE, layout_engine=ImageFont.Layout.BASIC)
    units = plain["head"].unitsPerEm
    points = sorted({p for lo, hi in RANGES for p in range(lo, hi + 1)} | set(EXTRA))
    glyphs = []
    for point in points:
        if point not in known:
            continue
        advance = plain["hmtx"][known[point]][0] * EM / units
        left, top, right, bottom = font.getbbox(chr(point), anchor="ls")
        if right <= left or bottom <= top:
            glyphs.append((point, advance, 0, 0, None))
            continue
        x0, y0 = left // OVERSAMPLE - 1, top // OVERSAMPLE - 1
        x1, y1 = -(-right // OVERSAMPLE) + 1, -(-bottom // OVERSAMPLE) + 1
        large = Image.new("L", ((x1 - x0) * OVERSAMPLE, (y1 - y0) * OVERSAMPLE))
        ImageDraw.Draw(large).text((-x0 * OVERSAMPLE, -y0 * OVERSAMPLE), chr(point), fill=255, font=font, anchor="ls")
        glyphs.append((point, advance, x0, y0, large.resize((x1 - x0, y1 - y0), Image.Resampling.BOX)))
    lines = [f"{EM}\t{plain['hhea'].ascent * EM / units:g}\t{-plain['hhea'].descent * EM / units:g}"]
    x = y = row = 0
    placed = []
    for point, advance, dx, dy, picture in sorted(glyphs, key=lambda g: -(g[4].height if g[4] else 0)):
        w, h = picture.size if picture else (0, 0)
        if x + w > ATLAS_WIDTH:
            x, y, row = 0, y + row, 0
        placed.append((point, advance, dx, dy, x, y, w, h, picture))
        x, row = x + w, max(row, h)
    atlas = Image.new("L", (ATLAS_WIDTH, y + row))
    for point, advance, dx, dy, gx, gy, w, h, picture in sorted(placed, key=lambda g: g[0]):
        lines.append(f"{point}\t{advance:.4f}\t{dx}\t{dy}\t{gx}\t{gy}\t{w}\t{h}")
        if picture:
            atlas.paste(picture, (gx, gy))
    atlas.save(target / f"{name}.png", optimize=True)
    (target / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(name, len(placed), "glyphs", atlas.size)


if __name__ == "__main__":
    fonts, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    write(fonts / "Inter-Regular.woff2", out, "inter-regular")
    write(fonts / "Inter-SemiBold.woff2", out, "inter-semibold")
