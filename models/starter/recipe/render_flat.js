// Draws the flat SVG emoji at 128 pixels. usage: node render_flat.js NODE_MODULES OUTDIR   (skin-tone variants are skipped)
const fs = require('fs'), path = require('path'), [nm, out] = process.argv.slice(2)
const {Resvg} = require(path.resolve(nm, '@resvg/resvg-js'))
fs.mkdirSync(out, {recursive: true})
const dir = path.join(nm, '@lobehub/fluent-emoji-flat/assets')
for (const f of fs.readdirSync(dir).sort()) {
  const to = path.join(out, f.replace(/\.svg$/, '.png'))
  if (/1f3f[b-f]/.test(f) || fs.existsSync(to)) continue
  fs.writeFileSync(to, new Resvg(fs.readFileSync(path.join(dir, f), 'utf8'), {fitTo: {mode: 'width', value: 128}, font: {loadSystemFonts: false}}).render().asPng())
}
