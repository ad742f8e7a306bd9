"""Samples exported folders with onnxruntime: DDIM, CFG. usage: sample.py OUT.png STEPS WEIGHTS PROMPTS.txt SEEDS MODELDIR [MODELDIR]...
One row per prompt; per folder and weight SEEDS pictures, the same noise everywhere."""
import sys,time,numpy as np,onnxruntime as ort
from tokenizers import Tokenizer
from PIL import Image
out,steps,ws,pf,seeds=sys.argv[1],int(sys.argv[2]),[float(x) for x in sys.argv[3].split(',')],sys.argv[4],int(sys.argv[5])
P=[l.strip() for l in open(pf,encoding='utf-8') if l.strip()]
so=ort.SessionOptions(); so.intra_op_num_threads=1
b=np.linspace(0.00085**.5,0.012**.5,1000)**2; ac=np.cumprod(1-b); s=np.sqrt(ac); s=(s-s[-1])*s[0]/(s[0]-s[-1]); ac=s**2
def sheet(d):
    S={k:ort.InferenceSession(f'{d}/{k}/model.onnx',so) for k in('text_encoder','unet','vae_decoder')}
    tk=Tokenizer.from_file(f'{d}/tokenizer/tokenizer.json'); tk.enable_truncation(32); tk.enable_padding(length=32)
    enc=lambda p: S['text_encoder'].run(None,dict(input_ids=np.array([tk.encode(p).ids],np.int64)))[0]
    u=enc(''); rows=[]; t0=time.time(); nfe=0; ts=[int(round(1000-k*1000/steps))-1 for k in range(steps)]
    for p in P:
        pos,_,neg=p.partition(' --no '); c=enc(pos); un=enc(neg) if neg else u; row=[]
        for w in ws:
            x=np.stack([np.random.default_rng(1000+k).standard_normal((4,16,16)) for k in range(seeds)]).astype(np.float32); C=np.repeat(c,seeds,0); U=np.repeat(un,seeds,0)
            for j,t in enumerate(ts):
                a=ac[t]; an=ac[ts[j+1]] if j+1<steps else 1.0; tt=np.array(t,np.float32)
                v=S['unet'].run(None,dict(sample=x,timestep=tt,encoder_hidden_states=C))[0]; nfe+=1
                if w!=1: q=S['unet'].run(None,dict(sample=x,timestep=tt,encoder_hidden_states=U))[0]; v=q+w*(v-q); nfe+=1
                x=((np.sqrt(an)*(np.sqrt(a)*x-np.sqrt(1-a)*v))+np.sqrt(1-an)*(np.sqrt(1-a)*x+np.sqrt(a)*v)).astype(np.float32)
            y=S['vae_decoder'].run(None,dict(latent_sample=x))[0]; row+=[((np.clip(k,-1,1)+1)*127.5).astype(np.uint8).transpose(1,2,0) for k in y]
        rows.append(np.concatenate(row,1))
    print(d,f'{time.time()-t0:.1f}s {nfe} batched calls'); return rows
cols=[sheet(d) for d in sys.argv[6:]]; gap=np.full((128,6,3),0,np.uint8)
rows=[np.concatenate([x for c in cols for x in(c[k],gap)][:-1],1) for k in range(len(P))]
n=2 if len(P)>=32 else 1; h=len(rows)//n
Image.fromarray(np.concatenate([np.concatenate(rows[k*h:(k+1)*h],0) for k in range(n)],1)).save(out)
