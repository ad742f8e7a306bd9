"""Pictures and captions. Fluent Emoji in two styles: 3d (npm @lobehub/fluent-emoji-3d, webp) and flat (npm @lobehub/fluent-emoji-flat, svg
drawn by render_flat.js), names and tags from emojibase-data. Writes WORK/imgs.npy (uint8 RGBA 128x128) and WORK/meta.json.
usage: prepare_images.py NODE_MODULES FLAT_PNG_DIR WORK"""
import json,os,glob,sys,random,hashlib
import numpy as np
from PIL import Image
nm,flat,work=sys.argv[1:4]; R=128
d=json.load(open(f'{nm}/emojibase-data/en/data.json')); meta={}
for e in d:
    b=e['hexcode'].lower(); meta[b.replace('-fe0f','')]=dict(label=e['label'],tags=e.get('tags',[]),group=e.get('group',-1),tone=0,base=b)
    for s in e.get('skins',[]) or []:
        t=s.get('tone',0); t=t if isinstance(t,int) else t[0]
        meta[s['hexcode'].lower().replace('-fe0f','')]=dict(label=s['label'],tags=e.get('tags',[]),group=e.get('group',-1),tone=t,base=b)
H=lambda s,n: int(hashlib.sha256(s.encode()).hexdigest()[:8],16)%n
imgs=[];out=[]
for style,fs in (('3d',sorted(glob.glob(f'{nm}/@lobehub/fluent-emoji-3d/assets/*.webp'))),('flat',sorted(glob.glob(f'{flat}/*.png')))):
    for f in fs:
        k=os.path.basename(f).rsplit('.',1)[0]; v=meta.get(k.replace('-fe0f',''))
        if v is None: continue
        # skin tones: one of five per person, and only in 3d; flags: one in four
        if v['tone'] and (style=='flat' or H(v['base'],5)+1!=v['tone']): continue
        if v['group']==9 and H(v['base'],4): continue
        im=Image.open(f).convert('RGBA')
        a=np.array(im.resize((R,R),Image.LANCZOS)); a[a[...,3]==0]=0
        imgs.append(a); out.append(dict(v,hex=k,style=style,held=style=='flat' and H('held'+v['base'],12)==0))
np.save(f'{work}/imgs.npy',np.stack(imgs)); json.dump(out,open(f'{work}/meta.json','w'))
print(len(imgs),{s:sum(m['style']==s for m in out) for s in ('3d','flat')},'held out',sum(m['held'] for m in out))
