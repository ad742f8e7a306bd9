"""Small nets beside the denoiser, all on the frozen latents.
  preview    latents -> picture in -1..1 at full size, three convolutions: WORK/preview.pt
  scorer     latents -> 384 numbers comparable by cosine with the mean caption embedding (contrastive, trained on the same data): WORK/scorer.pt
  export     OUT/preview_decoder, OUT/scorer and OUT/classifier: the scorer against a list of names (labels.txt), logits = scale * cosine
usage: companions.py preview WORK SECONDS | scorer WORK SECONDS | export WORK MODELDIR OUT"""
import sys,os,glob,json,time,numpy as np,torch,torch.nn as nn,torch.nn.functional as F
torch.set_num_threads(1); torch.manual_seed(0)
def C(i,o,k=3,s=1): return nn.Conv2d(i,o,k,s,k//2)
class Preview(nn.Module):
    def __init__(s):
        super().__init__(); s.n=nn.Sequential(C(4,48),nn.ReLU(),C(48,64),nn.ReLU(),C(64,64),nn.ReLU(),C(64,192,1),nn.PixelShuffle(8))
    def forward(s,latent_sample): return s.n(latent_sample)
class Scorer(nn.Module):
    def __init__(s,c=64):
        super().__init__()
        b=lambda i,o,st: nn.Sequential(C(i,o,3,st),nn.GroupNorm(8,o),nn.GELU())
        s.n=nn.Sequential(b(4,c,1),b(c,c,1),b(c,2*c,2),b(2*c,2*c,1),b(2*c,4*c,2),b(4*c,4*c,1)); s.o=nn.Linear(4*c*4,384); s.scale=nn.Parameter(torch.tensor(2.7))
    def feat(s,z): return F.adaptive_avg_pool2d(s.n(z),2).flatten(1)
    def forward(s,latent_sample): return F.normalize(s.o(s.feat(latent_sample)),dim=-1)
def load(work,test=False):
    P=[];Z=[];OWN=[];o=0
    for f in sorted(glob.glob(f'{work}/chunk_*.npz')):
        k=os.path.basename(f)[6:-4]
        if k.endswith('.tmp') or (k.endswith('_9') or k.startswith('held'))!=test: continue
        d=np.load(f); ln=d['ln']; off=np.concatenate([[0],np.cumsum(ln)[:-1]]); P.append(torch.from_numpy(np.add.reduceat(d['tok'].astype(np.float32),off,0).astype(np.float32)/ln[:,None].astype(np.float32))); OWN.append(torch.from_numpy(d['own'].astype(np.int64))+o); Z.append(torch.from_numpy(d['z'].astype(np.float32))); o+=len(d['z'])
    return (torch.cat(P),torch.cat(OWN),torch.cat(Z)) if P else None
pause=lambda: [time.sleep(1) for _ in iter(lambda: os.path.exists(os.environ.get('PAUSE_FILE','no pause file')),False)]
def preview(work,T):
    from autoencoder import Dec
    _,_,Z=load(work); w=torch.load(f'{work}/warm.pt'); d=Dec(); d.load_state_dict(torch.load(f'{work}/dec.pt')['ema'] if os.path.exists(f'{work}/dec.pt') else w['dec']); d.eval().requires_grad_(False)
    # the target is what the real decoder shows; 512 pictures are enough for so few weights
    j=torch.randperm(len(Z))[:512]; z=Z[j]; Y=[]
    with torch.autocast('cpu',dtype=torch.bfloat16):
        for k in range(0,512,16): pause(); Y.append(d(z[k:k+16]*w['sd'].view(1,4,1,1)+w['mu'].view(1,4,1,1)).float())
    Y=torch.cat(Y).clamp(-1,1); print('targets',flush=True); net=Preview(); opt=torch.optim.AdamW(net.parameters(),lr=3e-3,weight_decay=1e-4); t0=time.time(); i=0
    while (el:=(time.time()-t0)/T)<1:
        pause()
        for g in opt.param_groups: g['lr']=3e-3*min(1,(i+1)/50)*max(0.02,1-el)
        k=torch.randint(0,480,(16,)); x=z[k]; x=x+torch.randn_like(x)*0.05
        with torch.autocast('cpu',dtype=torch.bfloat16): y=net(x).float()
        l=F.l1_loss(y,Y[k])+0.5*F.mse_loss(y,Y[k]); opt.zero_grad(); l.backward(); opt.step(); i+=1
        if i%50==0:
            with torch.no_grad(): print(i,f'{time.time()-t0:.0f}s psnr against the decoder, unseen pictures {10*torch.log10(4/F.mse_loss(net(z[480:]).clamp(-1,1),Y[480:])).item():.2f}',flush=True); torch.save(net.state_dict(),f'{work}/preview.pt')
    torch.save(net.state_dict(),f'{work}/preview.pt')
def scorer(work,T):
    P,OWN,Z=load(work); te=load(work,True); P=F.normalize(P-P.mean(0),dim=-1); mean=load(work)[0].mean(0); net=Scorer(); opt=torch.optim.AdamW(net.parameters(),lr=1e-3,weight_decay=0.05); t0=time.time(); i=0; B=128
    while (el:=(time.time()-t0)/T)<1:
        pause()
        for g in opt.param_groups: g['lr']=1.5e-3*min(1,(i+1)/50)*max(0.02,1-el)
        k=torch.randint(0,len(P),(B,)); x=Z[OWN[k]]; f=torch.rand(B)<0.3; x[f]=x[f]+torch.randn_like(x[f])*0.3*torch.rand(int(f.sum()),1,1,1)
        with torch.autocast('cpu',dtype=torch.bfloat16): e=net(x)
        lg=e.float()@P[k].T*net.scale.exp().clamp(max=60); y=torch.arange(B); l=(F.cross_entropy(lg,y)+F.cross_entropy(lg.T,y))/2
        opt.zero_grad(); l.backward(); torch.nn.utils.clip_grad_norm_(net.parameters(),1.0); opt.step(); i+=1
        if i%50==0:
            msg=''
            if te:
                with torch.no_grad(): p=F.normalize(te[0]-mean,dim=-1); q=net(te[2]); r=(p@q.T).argmax(1); msg=f'unseen: caption picks its picture among {len(q)}: {(r==te[1]).float().mean():.3f}'
            print(i,f'{time.time()-t0:.0f}s loss {l.item():.3f} scale {net.scale.exp().item():.1f}',msg,flush=True); torch.save(dict(net=net.state_dict(),mean=mean),f'{work}/scorer.pt')
    torch.save(dict(net=net.state_dict(),mean=mean),f'{work}/scorer.pt')
def export(work,model,out):
    import onnx
    from onnx import helper,TensorProto,numpy_helper
    kw=dict(opset_version=17,dynamo=False); ax=dict(latent_sample={0:'batch_size',2:'latent_height',3:'latent_width'})
    def half(p):
        m=onnx.load(p); casts=[]
        for t in m.graph.initializer:
            if t.data_type==TensorProto.FLOAT and np.prod(t.dims or [1])>1024: a=numpy_helper.to_array(t); n=t.name; t.CopyFrom(numpy_helper.from_array(a.astype(np.float16),n+'_fp16')); casts.append(helper.make_node('Cast',[n+'_fp16'],[n],to=TensorProto.FLOAT))
        nodes=list(m.graph.node); del m.graph.node[:]; m.graph.node.extend(casts+nodes); onnx.checker.check_model(m); onnx.save(m,p); print(p,os.path.getsize(p))
    if os.path.exists(f'{work}/preview.pt'):
        os.makedirs(f'{out}/preview_decoder',exist_ok=True); n=Preview(); n.load_state_dict(torch.load(f'{work}/preview.pt')); n.eval(); p=f'{out}/preview_decoder/model.onnx'
        torch.onnx.export(n,torch.randn(1,4,16,16),p,input_names=['latent_sample'],output_names=['sample'],dynamic_axes=dict(ax,sample={0:'batch_size',2:'height',3:'width'}),**kw); half(p)
    if os.path.exists(f'{work}/scorer.pt'):
        import onnxruntime as ort
        from tokenizers import Tokenizer
        s=torch.load(f'{work}/scorer.pt'); n=Scorer(); n.load_state_dict(s['net']); n.eval()
        M=json.load(open(f'{work}/meta.json')); labels=sorted({m['label'].replace(':',',') for m in M if not m['tone'] and m['group'] in range(8)})
        te=ort.InferenceSession(f'{model}/text_encoder/model.onnx'); tk=Tokenizer.from_file(f'{model}/tokenizer/tokenizer.json'); tk.enable_truncation(32); tk.enable_padding(length=32); E=[]
        for l in labels: e=tk.encode(l); E.append(te.run(None,dict(input_ids=np.array([e.ids],np.int64)))[0][0,:sum(e.attention_mask)].mean(0))
        L=F.normalize(torch.from_numpy(np.stack(E))-s['mean'],dim=-1)
        # fixed 2x2 pooling of any latent size
        class Cls(nn.Module):
            def __init__(q,full): super().__init__(); q.n=n; q.full=full; q.register_buffer('L',L.T.contiguous()); q.requires_grad_(False)
            def forward(q,latent_sample):
                h=q.n.n(F.interpolate(latent_sample,size=(16,16),mode='bilinear',align_corners=False)); h=F.avg_pool2d(h,2).flatten(1); e=F.normalize(q.n.o(h),dim=-1)
                return e@q.L*q.n.scale.exp() if q.full else e
        for name,full,o in(('classifier',True,'logits'),('scorer',False,'embedding')):
            os.makedirs(f'{out}/{name}',exist_ok=True); p=f'{out}/{name}/model.onnx'; torch.onnx.export(Cls(full),torch.randn(2,4,16,16),p,input_names=['latent_sample'],output_names=[o],dynamic_axes=dict(ax,**{o:{0:'batch_size'}}),**kw); half(p)
        open(f'{out}/classifier/labels.txt','w',encoding='utf-8').write('\n'.join(labels)+'\n'); json.dump(dict(text_mean=[round(float(x),5) for x in s['mean']]),open(f'{out}/scorer/config.json','w'))
if __name__=='__main__':
    a=sys.argv[1:]
    if a[0]=='export': export(*a[1:4])
    else: dict(preview=preview,scorer=scorer)[a[0]](a[1],float(a[2]))
