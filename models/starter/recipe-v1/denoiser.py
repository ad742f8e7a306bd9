"""UNet on 16x16 latents: two levels, self- and cross-attention, pooled text added to the time embedding.
v1 adds learned positions and a hint: a small perceptron (hint.py) that maps the mean caption embedding to the expected latent. It costs a
thousandth of the UNet to train, so it learns what a caption looks like in minutes; the UNet gets its blurry guess as a second input and spends
its own training on turning a guess into a picture. Both additions enter through zeros, so v0 weights load unchanged."""
import torch,torch.nn as nn,torch.nn.functional as F,math
def C(i,o,k=3,s=1): return nn.Conv2d(i,o,k,s,k//2)
class Res(nn.Module):
    def __init__(s,i,o,t):
        super().__init__(); s.n1=nn.GroupNorm(16,i); s.c1=C(i,o); s.t=nn.Linear(t,2*o); s.n2=nn.GroupNorm(16,o); s.c2=C(o,o); s.sk=C(i,o,1) if i!=o else nn.Identity()
        nn.init.zeros_(s.c2.weight); nn.init.zeros_(s.c2.bias)
    def forward(s,x,t):
        h=s.c1(F.silu(s.n1(x))); a,b=s.t(t)[:,:,None,None].chunk(2,1)
        h=s.n2(h)*(1+a)+b
        return s.sk(x)+s.c2(F.silu(h))
class Attn(nn.Module):
    def __init__(s,d,c=None,h=4):
        super().__init__(); s.same=c is None; c=c or d; s.h=h; s.perturbed=False; s.q=nn.Linear(d,d,bias=False); s.k=nn.Linear(c,d,bias=False); s.v=nn.Linear(c,d,bias=False); s.o=nn.Linear(d,d); nn.init.zeros_(s.o.weight); nn.init.zeros_(s.o.bias)
    def forward(s,x,c):
        B,N,D=x.shape; M=c.shape[1]
        if s.perturbed and s.same: return s.o(s.v(x))   # PAG: the attention map is the identity
        q=s.q(x).view(B,N,s.h,D//s.h).transpose(1,2); k=s.k(c).view(B,M,s.h,D//s.h).transpose(1,2); v=s.v(c).view(B,M,s.h,D//s.h).transpose(1,2)
        return s.o(F.scaled_dot_product_attention(q,k,v).transpose(1,2).reshape(B,N,D))
class TB(nn.Module):
    def __init__(s,d,c,self_attn):
        super().__init__(); s.sa=self_attn
        if self_attn: s.n1=nn.LayerNorm(d); s.a1=Attn(d)
        s.n2=nn.LayerNorm(d); s.a2=Attn(d,c)
        if self_attn: s.n3=nn.LayerNorm(d); s.f=nn.Sequential(nn.Linear(d,2*d),nn.GELU(),nn.Linear(2*d,d)); nn.init.zeros_(s.f[2].weight)
    def forward(s,x,c):
        B,D,H,W=x.shape; y=x.flatten(2).transpose(1,2)
        if s.sa: z=s.n1(y); y=y+s.a1(z,z)
        y=y+s.a2(s.n2(y),c)
        if s.sa: y=y+s.f(s.n3(y))
        return y.transpose(1,2).reshape(B,D,H,W)
class Hint(nn.Module):
    def __init__(s,td=384,h=1024,zc=4,drop=0.0):
        super().__init__(); s.zc=zc; s.n=nn.LayerNorm(td); s.a=nn.Linear(td,h); s.b=nn.Linear(h,h); s.o=nn.Linear(h,zc*256); s.drop=drop
    def forward(s,p):
        x=F.gelu(s.a(F.dropout(s.n(p),s.drop*0.4,s.training))); x=x+F.gelu(s.b(F.dropout(x,s.drop,s.training)))
        return s.o(F.dropout(x,s.drop,s.training)).view(-1,s.zc,16,16)
class UNet(nn.Module):
    def __init__(s,zc=4,c0=96,c1=256,ct=256,td=384,cd=256,v1=True):
        super().__init__()
        s.ct=ct; s.te=nn.Sequential(nn.Linear(128,ct),nn.SiLU(),nn.Linear(ct,ct)); s.pe=nn.Sequential(nn.LayerNorm(td),nn.Linear(td,ct),nn.SiLU(),nn.Linear(ct,ct))
        s.cp=nn.Linear(td,cd); s.cn=nn.LayerNorm(cd)
        s.i=C(zc,c0)
        s.d0=nn.ModuleList([Res(c0,c0,ct),Res(c0,c0,ct)]); s.x0=TB(c0,cd,False); s.dn=C(c0,c1,3,2)
        s.d1=nn.ModuleList([Res(c1,c1,ct),Res(c1,c1,ct)]); s.y1=nn.ModuleList([TB(c1,cd,True),TB(c1,cd,True)])
        s.m=nn.ModuleList([Res(c1,c1,ct),Res(c1,c1,ct)]); s.my=TB(c1,cd,True)
        s.u1=nn.ModuleList([Res(2*c1,c1,ct),Res(2*c1,c1,ct)]); s.z1=nn.ModuleList([TB(c1,cd,True),TB(c1,cd,True)])
        s.up=C(c1,c0)
        s.u0=nn.ModuleList([Res(2*c0,c0,ct),Res(2*c0,c0,ct)]); s.x2=TB(c0,cd,False)
        s.no=nn.GroupNorm(16,c0); s.o=C(c0,zc); nn.init.zeros_(s.o.weight)
        s.v1=v1; s.register_buffer('fr',torch.exp(-math.log(10000)*torch.arange(64)/64))
        if not v1: return
        s.p0=nn.Parameter(torch.zeros(1,c0,16,16)); s.p1=nn.Parameter(torch.zeros(1,c1,8,8))
        s.hint=Hint(td); s.hi=C(zc,c0); s.ho=C(zc,c0); s.ht=nn.Linear(ct,c0)
        for q in(s.hi,s.ho): nn.init.zeros_(q.weight); nn.init.zeros_(q.bias)
    def forward(s,sample,timestep,encoder_hidden_states,hint=None):
        x=sample; c=encoder_hidden_states
        a=timestep.float().reshape(-1,1)*s.fr; a=a.expand(x.shape[0],64)
        t=s.te(torch.cat([a.cos(),a.sin()],-1).to(x.dtype))
        m=(c.abs().sum(-1,keepdim=True)>0).to(c.dtype)
        p=(c*m).sum(1)/m.sum(1).clamp(min=1)
        t=F.silu(t+s.pe(p)); g=s.grid(s.hint(p) if hint is None else hint,x) if s.v1 else None
        c=s.cn(s.cp(c))
        x=s.i(x)
        if s.v1: x=x+s.grid(s.p0,x)+s.hi(g)
        h0=s.d0[0](x,t); h1=s.x0(s.d0[1](h0,t),c)
        y=s.dn(h1)
        if s.v1: y=y+s.grid(s.p1,y)
        g0=s.y1[0](s.d1[0](y,t),c); g1=s.y1[1](s.d1[1](g0,t),c)
        y=s.m[1](s.my(s.m[0](g1,t),c),t)
        y=s.z1[0](s.u1[0](torch.cat([y,g1],1),t),c); y=s.z1[1](s.u1[1](torch.cat([y,g0],1),t),c)
        x=s.up(F.interpolate(y,scale_factor=2.0,mode='nearest'))
        if s.v1: x=x+s.ho(g)*(1+s.ht(t)[:,:,None,None])
        x=s.u0[0](torch.cat([x,h1],1),t); x=s.x2(s.u0[1](torch.cat([x,h0],1),t),c)
        return s.o(F.silu(s.no(x)))
    def grid(s,g,x):
        if not torch.onnx.is_in_onnx_export() and g.shape[-2:]==x.shape[-2:]: return g
        return F.interpolate(g,size=x.shape[-2:],mode='bilinear',align_corners=False)

class Blend(nn.Module):
    """v0 UNet and hint side by side. Given only the hint h and its error tau2, the best guess of the clean latent is linear in x; its share
    is large where noise hides the picture and fades where the UNet sees it. share: table over the 1000 steps, fitted by blend.py."""
    def __init__(s,net,hint,ac,share,tau2):
        super().__init__(); s.net=net; s.hint=hint; s.tau2=float(tau2); s.register_buffer('tab',torch.stack([ac.sqrt(),(1-ac).sqrt(),share],1).float())
    def forward(s,sample,timestep,encoder_hidden_states):
        c=encoder_hidden_states; v=s.net(sample,timestep,c)
        m=(c.abs().sum(-1,keepdim=True)>0).to(c.dtype); h=s.hint((c*m).sum(1)/m.sum(1).clamp(min=1)).to(sample.dtype)
        if torch.onnx.is_in_onnx_export() or h.shape[-2:]!=sample.shape[-2:]: h=F.interpolate(h,size=sample.shape[-2:],mode='bilinear',align_corners=False)
        t=timestep.float().reshape(-1).clamp(0,999); i=t.floor().clamp(max=998); f=(t-i).unsqueeze(1); r=s.tab[i.long()]*(1-f)+s.tab[i.long()+1]*f
        a,q,k=[r[:,j].view(-1,1,1,1) for j in range(3)]
        d=h+s.tau2*a/(a*a*s.tau2+q*q)*(sample-a*h)
        return v*(1-k)+k*(a*sample-d)/q
