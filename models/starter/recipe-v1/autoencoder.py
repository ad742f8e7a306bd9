"""Convolutional autoencoder, factor 8, 4 latent channels (same graph as v0)."""
import torch,torch.nn as nn
def C(i,o,k=3,s=1): return nn.Conv2d(i,o,k,s,k//2)
class Res(nn.Module):
    def __init__(s,c):
        super().__init__(); s.a=nn.Sequential(nn.GroupNorm(8,c),nn.SiLU(),C(c,c),nn.GroupNorm(8,c),nn.SiLU(),C(c,c))
    def forward(s,x): return x+s.a(x)
ZC=4
class Enc(nn.Module):
    def __init__(s):
        super().__init__()
        s.n=nn.Sequential(nn.PixelUnshuffle(2),C(12,48),Res(48),C(48,96,3,2),Res(96),C(96,160,3,2),Res(160),Res(160),nn.GroupNorm(8,160),nn.SiLU(),C(160,2*ZC))
    def forward(s,x): return s.n(x)
class Dec(nn.Module):
    def __init__(s):
        super().__init__()
        s.n=nn.Sequential(C(ZC,160),Res(160),Res(160),nn.Upsample(scale_factor=2),C(160,128),Res(128),Res(128),nn.Upsample(scale_factor=2),C(128,64),Res(64),Res(64),nn.GroupNorm(8,64),nn.SiLU(),C(64,12),nn.PixelShuffle(2))
    def forward(s,z): return s.n(z)
