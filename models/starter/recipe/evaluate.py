"""Scores a sheet of sample.py with the companions: the pictures go back through the encoder; cosine of scorer and prompt, share of the pictures whose
prompt fits them best among all prompts of the sheet, share whose label (where the prompt names one) is the classifier's first choice, and colour: mean
saturation and share of clipped values. With WORK also the Frechet distance of the scorer's embeddings between the
sheet and the latents kept for evaluation (FID's formula with other features: numbers of two sheets can be compared with each other, with nothing else).
usage: evaluate.py SHEET.png PROMPTS.txt FOLDERS COLUMNS MODELDIR [WORK]   (COLUMNS pictures per folder in a row)"""
import sys,re,json,numpy as np,onnxruntime as ort
from tokenizers import Tokenizer
from PIL import Image
sheet,pf,folders,cols,d=sys.argv[1],sys.argv[2],int(sys.argv[3]),int(sys.argv[4]),sys.argv[5]; R=128
P=[l.strip() for l in open(pf,encoding='utf-8') if l.strip()]; a=np.asarray(Image.open(sheet).convert('RGB')); n=2 if len(P)>=32 else 1; h=len(P)//n; wide=a.shape[1]//n
so=ort.SessionOptions(); so.intra_op_num_threads=1; S={k:ort.InferenceSession(f'{d}/{k}/model.onnx',so) for k in('text_encoder','vae_encoder','scorer','classifier')}
tk=Tokenizer.from_file(f'{d}/tokenizer/tokenizer.json'); tk.enable_truncation(32); tk.enable_padding(length=32); mean=np.array(json.load(open(f'{d}/scorer/config.json'))['text_mean']); L=open(f'{d}/classifier/labels.txt',encoding='utf-8').read().split('\n')[:-1]
def text(p): e=tk.encode(p); q=S['text_encoder'].run(None,dict(input_ids=np.array([e.ids],np.int64)))[0][0,:sum(e.attention_mask)].mean(0)-mean; return q/np.linalg.norm(q)
T=np.stack([text(p.partition(' --no ')[0]) for p in P])
def wanted(p): f=[l for l in L if re.search(rf'\b{l}(s|es)?\b',p)]; return L.index(max(f,key=len)) if len(f)==1 else None
def frechet(a,b):
    p,q=np.cov(a.T),np.cov(b.T); return ((a.mean(0)-b.mean(0))**2).sum()+np.trace(p)+np.trace(q)-2*np.sqrt(np.clip(np.linalg.eigvals(p@q).real,0,None)).sum()
real=[]
if len(sys.argv)>6:
    for k in('held_0','tint_9','ground_9','pair_9'): z=np.load(f'{sys.argv[6]}/chunk_{k}.npz')['z'].astype(np.float32); real+=[S['scorer'].run(None,dict(latent_sample=z[i:i+32]))[0] for i in range(0,len(z),32)]
for f in range(folders):
    emb=[];cos=[];first=[];hit=[];sat=[];clip=[]
    for k,p in enumerate(P):
        y,x=(k%h)*R,(k//h)*wide+f*(cols*R+6); t=np.stack([a[y:y+R,x+c*R:x+c*R+R] for c in range(cols)]); z=S['vae_encoder'].run(None,dict(sample=(t/127.5-1).astype(np.float32).transpose(0,3,1,2)))[0][:,:4]
        e=S['scorer'].run(None,dict(latent_sample=z))[0]; emb.append(e); s=e@T.T; cos+=list(s[:,k]); first+=list(s.argmax(1)==k); w=wanted(p.partition(' --no ')[0])
        if w is not None: hit+=list(S['classifier'].run(None,dict(latent_sample=z))[0].argmax(1)==w)
        m=t.max(-1).astype(float); sat.append(((m-t.min(-1))/np.maximum(m,1)).mean()); clip.append(((t<3)|(t>252))[t.min(-1)<250].mean())
    print(f'folder {f+1}: cosine {np.mean(cos):.3f}, own prompt first among {len(P)} {np.mean(first):.3f}, label right {np.mean(hit):.3f} of {len(hit)}, saturation {np.mean(sat):.3f}, clipped off the white {np.mean(clip):.3f}'+(f', Frechet distance {frechet(np.concatenate(emb),np.concatenate(real)):.3f}' if real else ''))
