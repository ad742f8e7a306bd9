"""Writes the trained parts as an ONNX folder in the diffusers/Optimum layout. Text encoder, tokenizer, vae_encoder and scheduler are frozen:
they are copied from BASE. usage: export.py WORK BASE OUT [--weak WEAK_UNET_DIR] [--int8] [--perturbed]
Weights are stored as fp16 behind a Cast that folds away when the session is made; the weak and perturbed files as int8 per row behind Cast and Mul."""
import sys,json,os,shutil,torch,onnx,numpy as np
from onnx import helper,TensorProto,numpy_helper
from denoiser import UNet,Attn,Hint,Blend
from autoencoder import Dec
work,base,out=sys.argv[1:4]; kw=dict(opset_version=17,dynamo=False)
def shrink(path,int8=False):
    m=onnx.load(path); casts=[]; extra=[]
    for t in m.graph.initializer:
        if t.data_type!=TensorProto.FLOAT or np.prod(t.dims or [1])<=1024: continue
        a=numpy_helper.to_array(t); n=t.name
        if int8 and a.ndim>=2:
            s=np.maximum(np.abs(a).reshape(a.shape[0],-1).max(1),1e-8).reshape((-1,)+(1,)*(a.ndim-1)).astype(np.float32)/127 if a.ndim==4 else np.maximum(np.abs(a).max(0,keepdims=True),1e-8).astype(np.float32)/127
            t.CopyFrom(numpy_helper.from_array(np.clip(np.round(a/s),-127,127).astype(np.int8),n+'_q')); extra.append(numpy_helper.from_array(s,n+'_s'))
            casts+=[helper.make_node('Cast',[n+'_q'],[n+'_f'],to=TensorProto.FLOAT),helper.make_node('Mul',[n+'_f',n+'_s'],[n])]
        else:
            t.CopyFrom(numpy_helper.from_array(a.astype(np.float16),n+'_fp16')); casts.append(helper.make_node('Cast',[n+'_fp16'],[n],to=TensorProto.FLOAT))
    m.graph.initializer.extend(extra); nodes=list(m.graph.node); del m.graph.node[:]; m.graph.node.extend(casts+nodes); onnx.checker.check_model(m); onnx.save(m,path)
def unet(ck,to,int8=False,perturbed=False,blend=os.path.exists(f'{work}/blend.pt')):
    os.makedirs(to,exist_ok=True); s=torch.load(ck,map_location='cpu'); s=s.get('ema') or s['unet']; v1='p0' in s and (s['p0'].abs().max()>0).item(); net=UNet(v1=v1); net.load_state_dict(s,strict=v1); net.eval().requires_grad_(False)
    for q in net.modules():
        if isinstance(q,Attn): q.perturbed=perturbed
    if blend and not v1:
        b=torch.load(f'{work}/blend.pt'); h=Hint(); h.load_state_dict(b['hint']); net=Blend(net,h,b['ac'],b['share'],b['tau2']).eval().requires_grad_(False)
    torch.onnx.export(net,(torch.randn(2,4,16,16),torch.tensor(500.0),torch.randn(2,32,384)),f'{to}/model.onnx',input_names=['sample','timestep','encoder_hidden_states'],output_names=['out_sample'],dynamic_axes=dict(sample={0:'batch_size',2:'height',3:'width'},encoder_hidden_states={0:'batch_size',1:'sequence_length'},out_sample={0:'batch_size',2:'height',3:'width'}),**kw)
    shrink(f'{to}/model.onnx',int8); json.dump(dict(_class_name='UNet2DConditionModel',in_channels=4,out_channels=4,sample_size=16,cross_attention_dim=384),open(f'{to}/config.json','w'),indent=2)
def weak(src,to):
    # the earlier checkpoint is only at hand as an exported graph: its fp16 matrices become int8 per row
    os.makedirs(to,exist_ok=True); m=onnx.load(f'{src}/model.onnx'); keep=[]; new=[]; q={}
    for t in m.graph.initializer:
        a=numpy_helper.to_array(t)
        if t.data_type!=TensorProto.FLOAT16 or a.ndim<2: keep.append(t); continue
        a=a.astype(np.float32); s=np.maximum(np.abs(a).reshape(a.shape[0],-1).max(1),1e-8).reshape((-1,)+(1,)*(a.ndim-1))/127 if a.ndim==4 else np.maximum(np.abs(a).max(0,keepdims=True),1e-8)/127
        n=t.name; q[n]=[helper.make_node('Cast',[n+'_q'],[n+'_f'],to=TensorProto.FLOAT),helper.make_node('Mul',[n+'_f',n+'_s'],[n[:-5]])]; keep+=[numpy_helper.from_array(np.clip(np.round(a/s),-127,127).astype(np.int8),n+'_q'),numpy_helper.from_array(s.astype(np.float32),n+'_s')]
    nodes=[k for n in m.graph.node for k in(q[n.input[0]] if n.op_type=='Cast' and n.input[0] in q else [n])]
    del m.graph.initializer[:]; m.graph.initializer.extend(keep); del m.graph.node[:]; m.graph.node.extend(nodes); onnx.checker.check_model(m); onnx.save(m,f'{to}/model.onnx'); shutil.copyfile(f'{src}/config.json',f'{to}/config.json')
class VD(torch.nn.Module):
    # latents are whitened per channel here, so that the folder's scaling_factor is 1
    def __init__(self,net,mu,sd):
        super().__init__(); self.net=net; self.register_buffer('mu',mu.view(1,4,1,1)); self.register_buffer('sd',sd.view(1,4,1,1)); self.requires_grad_(False)
    def forward(self,latent_sample): return self.net(latent_sample*self.sd+self.mu)
for d in('text_encoder','tokenizer','scheduler','vae_encoder'):
    os.makedirs(f'{out}/{d}',exist_ok=True)
    for f in os.listdir(f'{base}/{d}'): shutil.copyfile(f'{base}/{d}/{f}',f'{out}/{d}/{f}')
shutil.copyfile(f'{base}/model_index.json',f'{out}/model_index.json')
w=torch.load(f'{work}/warm.pt'); d=Dec(); d.load_state_dict(torch.load(f'{work}/dec.pt')['ema'] if os.path.exists(f'{work}/dec.pt') else w['dec']); os.makedirs(f'{out}/vae_decoder',exist_ok=True)
torch.onnx.export(VD(d,w['mu'],w['sd']).eval(),torch.randn(1,4,16,16),f'{out}/vae_decoder/model.onnx',input_names=['latent_sample'],output_names=['sample'],dynamic_axes=dict(latent_sample={0:'batch_size',2:'latent_height',3:'latent_width'},sample={0:'batch_size',2:'height',3:'width'}),**kw); shrink(f'{out}/vae_decoder/model.onnx'); shutil.copyfile(f'{base}/vae_decoder/config.json',f'{out}/vae_decoder/config.json')
ck=f'{work}/unet.pt' if os.path.exists(f'{work}/unet.pt') else f'{work}/warm.pt'
unet(ck,f'{out}/unet','--int8' in sys.argv)
if '--weak' in sys.argv: weak(sys.argv[sys.argv.index('--weak')+1],f'{out}/weak/unet')
if '--perturbed' in sys.argv: unet(ck,f'{out}/perturbed/unet',int8=True,perturbed=True)
print('MB',round(sum(os.path.getsize(os.path.join(p,f)) for p,_,fs in os.walk(out) for f in fs if 'recipe' not in p)/1e6,1))
