"""Writes the trained parts as an ONNX folder in the diffusers/Optimum layout. Text encoder, tokenizer, vae_encoder and scheduler are frozen:
they are copied from BASE. usage: export.py WORK BASE OUT [--unet fp16|int8] [--weak WEAK_UNET_DIR] [--perturbed int8|int4]
Weights are stored as fp16 behind a Cast that folds away when the session is made; the weak net in 4 bits, the perturbed one in 8."""
import sys,json,os,shutil,torch,onnx,numpy as np
from graphs import write,shrink,again
from denoiser import UNet,Attn,Hint,Blend
from autoencoder import Dec
work,base,out=sys.argv[1:4]; kw=dict(opset_version=17,dynamo=False)
def unet(ck,to,form='fp16',perturbed=False,blend=os.path.exists(f'{work}/blend.pt')):
    os.makedirs(to,exist_ok=True); s=torch.load(ck,map_location='cpu'); s=s.get('ema') or s['unet']; v1='p0' in s and (s['p0'].abs().max()>0).item(); net=UNet(v1=v1); net.load_state_dict(s,strict=v1); net.eval().requires_grad_(False)
    for q in net.modules():
        if isinstance(q,Attn): q.perturbed=perturbed
    if blend and not v1:
        b=torch.load(f'{work}/blend.pt'); h=Hint(); h.load_state_dict(b['hint']); net=Blend(net,h,b['ac'],b['share'],b['tau2']).eval().requires_grad_(False)
    write(to,net,(torch.randn(2,4,16,16),torch.tensor(500.0),torch.randn(2,32,384)),['sample','timestep','encoder_hidden_states'],['out_sample'],dict(sample={0:'batch_size',2:'height',3:'width'},encoder_hidden_states={0:'batch_size',1:'sequence_length'},out_sample={0:'batch_size',2:'height',3:'width'}),form,unet=True)
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
form=lambda k,d: sys.argv[sys.argv.index(k)+1] if k in sys.argv else d
unet(ck,f'{out}/unet',form('--unet','fp16'))
if '--weak' in sys.argv: again(form('--weak',''),f'{out}/weak/unet','int4')
if '--perturbed' in sys.argv: unet(ck,f'{out}/perturbed/unet',form('--perturbed','int8'),perturbed=True)
print('MB',round(sum(os.path.getsize(os.path.join(p,f)) for p,_,fs in os.walk(out) for f in fs if 'recipe' not in p)/1e6,1))
