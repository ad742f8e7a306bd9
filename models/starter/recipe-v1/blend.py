"""Fits the share of the hint at each step on cached pictures (least squares per step, then a monotone curve) and measures the gain.
usage: blend.py WORK HINT.pt [UNET.pt]   -> WORK/blend.pt"""
import sys; work,hp=sys.argv[1:3]; ck=sys.argv[3] if len(sys.argv)>3 else None; sys.argv=['x',work,'1','1']
import torch,numpy as np,train_denoiser as T
from denoiser import UNet,Hint,Blend
s=torch.load(ck)['ema'] if ck else torch.load(f'{work}/warm.pt')['unet']; net=UNet(v1=False); k=net.state_dict(); net.load_state_dict({n:v for n,v in s.items() if n in k}); net.eval().requires_grad_(False).to(memory_format=torch.channels_last)
hint=Hint(); hint.load_state_dict(torch.load(hp)); hint.eval().requires_grad_(False); torch.manual_seed(0); rng=np.random.default_rng(1)
def take(name,n):
    c=T.CH[name]; ids=rng.choice(len(c.w),n,p=c.w); q=[c.get(i,int(rng.integers(9))) for i in ids]; z=torch.from_numpy(np.stack([a for a,_ in q])); e=torch.from_numpy(np.stack([b for _,b in q])); m=(e.abs().sum(-1,keepdim=True)>0).float(); return z,e,hint((e*m).sum(1)/m.sum(1))
S={n:take(n,k) for n,k in(('plain_0',64),('held_0',24),('tint_9',24),('ground_9',12),('pair_9',12))}; ts=[999,900,800,700,600,500,400,300,200]
tau2=float(np.mean([((z-h)**2).mean().item() for n,(z,e,h) in S.items() if n in('plain_0','held_0')])); print('hint error',{n:round(((z-h)**2).mean().item(),3) for n,(z,e,h) in S.items()},'tau2',tau2,flush=True)
curve=[]; Z=torch.cat([v[0] for v in S.values()]); E=torch.cat([v[1] for v in S.values()]); H=torch.cat([v[2] for v in S.values()]); w=torch.cat([torch.full((len(v[0]),),q/len(v[0])) for v,q in zip(S.values(),(0.6,0.15,0.15,0.05,0.05))]).view(-1,1,1,1); tot={}
for t in ts:
    a=T.AC[t]; al,si=a.sqrt(),(1-a).sqrt(); n=torch.randn_like(Z); x=al*Z+si*n
    with torch.autocast('cpu',dtype=torch.bfloat16): v=torch.cat([net(x[i:i+32].contiguous(memory_format=torch.channels_last),torch.full((len(x[i:i+32]),),t),E[i:i+32]).float() for i in range(0,len(x),32)])
    eu=al*x-si*v-Z; eh=H+tau2*al/(al*al*tau2+si*si)*(x-al*H)-Z; d=eh-eu; sc=(1/Z.var((1,2,3),keepdim=True)).clamp(max=2)*w; lam=float((-(eu*d*sc).sum()/(d*d*sc).sum()).clamp(0,1)); curve.append(lam); b=eu+lam*d; o=0; r={}
    for nme,(z,_,_) in S.items(): k=slice(o,o+len(z)); o+=len(z); r[nme]=[round((q[k]**2).mean().item(),3) for q in(eu,eh,b)]
    print('t',t,'share',round(lam,3),'unet, hint, blend:',r,flush=True)
c=np.minimum.accumulate(np.array(curve)); share=np.interp(np.arange(1000),[0,100]+ts[::-1],[0,0]+list(c[::-1])); torch.save(dict(share=torch.from_numpy(share).float(),ac=T.AC,tau2=tau2,hint=torch.load(hp)),f'{work}/blend.pt')
