"""Denoiser: v-prediction on a scaled-linear schedule with zero terminal SNR, 12 % caption dropout, stratified timesteps, EMA, Muon for the
matrices and AdamW for the rest. The learning rate is constant in one stretch and falls to zero in a stretch with --decay; a stretch counts
steps, not seconds, and draws from SEED and the step it starts at, so that naming the stretches repeats the run. The file WORK/stop ends a
stretch early, saved (the log names the step). One thread a process, because on shared cores threads wait for each other; WORLD_SIZE=2
RANK=0|1 runs two processes that average their gradients.
usage: train_denoiser.py WORK STEPS BATCH [--resume] [--decay] [--lr 6e-4] [--seed 0]    waits while the file named by PAUSE_FILE exists"""
import torch,numpy as np,json,time,sys,os,glob,copy
import torch.nn.functional as F
import torch.distributed as dist
from denoiser import UNet
from optim import Muon
work=sys.argv[1]; T=int(sys.argv[2]); B=int(sys.argv[3]); opt_=lambda k,d: float(sys.argv[sys.argv.index(k)+1]) if k in sys.argv else d
LR=opt_('--lr',6e-4); SEED=int(opt_('--seed',0)); DECAY='--decay' in sys.argv; W=int(os.environ.get('WORLD_SIZE','1')); RK=int(os.environ.get('RANK','0'))
torch.set_num_threads(1)
dev='cuda' if torch.cuda.is_available() else 'cpu'
if W>1: dist.init_process_group('gloo',init_method=f'file://{os.path.abspath(work)}/rendezvous',world_size=W,rank=RK,timeout=__import__('datetime').timedelta(hours=2))
MIX=dict(plain=0.44,mirror=0.22,ground=0.13,tint=0.13,pair=0.08)
class Chunk:
    def __init__(s,f):
        d=np.load(f); s.z=d['z']; s.w=d['w'].astype(np.float64); s.w/=s.w.sum(); s.tok=d['tok']; s.ln=d['ln']; s.off=np.concatenate([[0],np.cumsum(s.ln)]); own=d['own']
        s.first=np.searchsorted(own,np.arange(len(s.w))); s.n=np.bincount(own,minlength=len(s.w))
    def get(s,i,k):
        j=s.first[i]+k%s.n[i]; e=np.zeros((32,384),np.float32); e[:s.ln[j]]=s.tok[s.off[j]:s.off[j+1]]; return s.z[i].astype(np.float32),e
CH={}
def scan():
    for f in sorted(glob.glob(f'{work}/chunk_*_*.npz')):
        k=os.path.basename(f)[6:-4]
        if k.endswith('.tmp') or k in CH: continue
        CH[k]=Chunk(f); print('chunk',k,len(CH[k].w),flush=True)
scan(); rng=np.random.default_rng(SEED)
null=torch.from_numpy(np.load(f'{work}/null.npy')).to(dev)   # the empty prompt
nullp=null[null.abs().sum(-1)>0].mean(0,keepdim=True)
def batch(n):
    tr=[k for k in CH if not k.endswith('_9') and not k.startswith('held')]; p=np.array([MIX[k.split('_')[0]]/sum(q.split('_')[0]==k.split('_')[0] for q in tr) for k in tr]); p/=p.sum()
    zs=[];es=[]
    for k in rng.choice(len(tr),n,p=p):
        c=CH[tr[k]]; a,b=c.get(rng.choice(len(c.w),p=c.w),int(rng.integers(1000))); zs.append(a); es.append(b)
    return torch.from_numpy(np.stack(zs)).to(dev),torch.from_numpy(np.stack(es)).to(dev)
b=torch.linspace(0.00085**.5,0.012**.5,1000,dtype=torch.float64)**2; ac=torch.cumprod(1-b,0); s=ac.sqrt(); s=(s-s[-1])*s[0]/(s[0]-s[-1]); AC=(s**2).float().to(dev)
def vloss(net,z,c,t,n,hint=None):
    a=AC[t].view(-1,1,1,1); x=a.sqrt()*z+(1-a).sqrt()*n; v=a.sqrt()*n-(1-a).sqrt()*z
    with torch.autocast(dev,dtype=torch.bfloat16): p=net(x.contiguous(memory_format=torch.channels_last),t,c,hint)
    return ((p.float()-v)**2).mean((1,2,3))
def evaluate(net):
    r={}
    g=torch.Generator().manual_seed(7)
    with torch.no_grad():
        for k,lim in (('held_0',96),('plain_0',128),('ground_9',64),('tint_9',64),('pair_9',64)):
            if k not in CH: continue
            c=CH[k]; ids=np.random.default_rng(3).permutation(len(c.w))[:lim]; q=[c.get(i,0) for i in ids]; z=torch.from_numpy(np.stack([x for x,_ in q])); e=torch.from_numpy(np.stack([x for _,x in q]))
            n=len(ids); t=((torch.arange(n)*1000/n)+500/n).long(); noise=torch.randn(z.shape,generator=g)
            r[k]=round(torch.cat([vloss(net,z[i:i+32].to(dev),e[i:i+32].to(dev),t[i:i+32].to(dev),noise[i:i+32].to(dev)) for i in range(0,n,32)]).mean().item(),4)
    return r
if __name__=='__main__':
    net=UNet(); path=f'{work}/unet.pt'; i=0; best=None
    st=torch.load(path,map_location='cpu') if '--resume' in sys.argv and os.path.exists(path) else None
    if st: net.load_state_dict(st['net'])
    elif os.path.exists(f'{work}/warm.pt'): w=torch.load(f'{work}/warm.pt')['unet']; k=net.state_dict(); net.load_state_dict({n:v for n,v in w.items() if n in k},strict=False)
    if not st: net.hint.load_state_dict(torch.load(f'{work}/hint.pt'))
    net.hint.requires_grad_(False)
    net.to(dev).to(memory_format=torch.channels_last); ema=copy.deepcopy(net)
    small={'i.weight','o.weight','p0','p1','hi.weight','ho.weight'}
    A=[p for n,p in net.named_parameters() if p.requires_grad and (p.ndim<2 or n in small)]; Mu=[p for n,p in net.named_parameters() if p.requires_grad and not(p.ndim<2 or n in small)]
    oa=torch.optim.AdamW(A,lr=LR,betas=(.9,.99),weight_decay=0); om=Muon(Mu,LR)
    if st: ema.load_state_dict(st['ema']); oa.load_state_dict(st['oa']); om.load_state_dict(st['om']); i=st['i']
    i0=i; rng=np.random.default_rng([SEED,i0,RK]); torch.manual_seed(SEED*1000003+i0*2+RK); t0=time.time(); run=None; saved=t0; EP=[p for n,p in ema.named_parameters() if not n.startswith('hint.')]; NP=[p for p in net.parameters() if p.requires_grad]
    if RK==0: print(sum(p.numel() for p in net.parameters())/1e6,'M parameters; start',i,evaluate(ema),flush=True)
    def save(p=path):
        torch.save(dict(net=net.state_dict(),ema=ema.state_dict(),oa=oa.state_dict(),om=om.state_dict(),i=i),p+'.tmp'); os.replace(p+'.tmp',p)
    while i<i0+T and not os.path.exists(f'{work}/stop'):
        while os.path.exists(os.environ.get('PAUSE_FILE','no pause file')): time.sleep(1)
        lr=LR*(1-(i-i0)/T if DECAY else 1)*(min(1,(i-i0+1)/60) if not st else 1)
        for o in(oa,om):
            for g in o.param_groups: g['lr']=lr
        z,c=batch(B); c[torch.rand(B)<0.12]=null; n=torch.randn_like(z)
        with torch.no_grad():   # a hint that is sometimes missing and never exact, so that the UNet does not lean on it alone
            m=(c.abs().sum(-1,keepdim=True)>0).float(); h=net.hint((c*m).sum(1)/m.sum(1)); k=torch.rand(B,device=dev)<0.1; h[k]=net.hint(nullp)
            h=h+torch.randn_like(h)*0.25*torch.rand(B,1,1,1,device=dev)
        t=((torch.rand(1)+torch.arange(B)/B)%1*1000).long().clamp(max=999).to(dev)
        loss=vloss(net,z,c,t,n,h).mean(); loss.backward()
        if W>1:
            f=torch.cat([p.grad.reshape(-1) for p in NP]); dist.all_reduce(f); f/=W; o=0
            for p in NP: p.grad.copy_(f[o:o+p.numel()].view(p.shape)); o+=p.numel()
        torch.nn.utils.clip_grad_norm_(NP,1.0); oa.step(); om.step(); net.zero_grad()
        with torch.no_grad(): torch._foreach_lerp_(EP,NP,1-min(0.997,(10+i-i0)/(12+i-i0)) if not st else 0.02 if DECAY else 0.003)
        run=loss.item() if run is None else 0.98*run+0.02*loss.item(); i+=1
        if RK==0:
            if i%25==0: print(i,f'{time.time()-t0:.0f}s loss {run:.4f} lr {lr:.1e}',flush=True)
            if i%50==0: print('eval',i,evaluate(ema),flush=True)
            if time.time()-saved>90: save(); saved=time.time()
    if RK==0: print('end',i,evaluate(ema),flush=True); save()
