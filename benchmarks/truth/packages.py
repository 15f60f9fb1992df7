"""What a person read in packages of PyPI, where the other witnesses leave it open or cannot see it."""

from __future__ import annotations

_EACH_SPLINE = "arguable: a gain of each spline, and a weight of the sum over their inputs"
_REFLECTION = "arguable: the vector of a reflection, whose length changes nothing"
_ONE_ROW = "arguable: one vector that the data are projected on: a matrix of one row, or a query"

# (package, class, attribute) -> kind, or "arguable: why"
PACKAGES: dict[tuple[str, str, str], str] = {
    # a table of biases of pairs, through exp: at 0 all pairs count alike
    ("aft_pytorch", "AFTFull", "wbias"): "table",
    ("aft_pytorch", "AFTLocal", "wbias"): "table",
    # kernels of a convolution, which another class asks for
    ("asteroid_filterbanks", "FreeFB", "_filters"): "product",
    ("asteroid_filterbanks", "AnalyticFreeFB", "_filters"): "product",
    # a kernel is made of two frequencies
    ("asteroid_filterbanks", "ParamSincFB", "low_hz_"): "gain",
    ("asteroid_filterbanks", "ParamSincFB", "band_hz_"): "gain",
    # rows of relative positions, as in timm's
    ("halonet_pytorch", "RelPosEmb", "rel_height"): "table",
    ("halonet_pytorch", "RelPosEmb", "rel_width"): "table",
    ("open_clip", "CLIP", "text_projection"): "product",
    ("kornia", "TLU", "tau"): "gain",  # a threshold: max(x, tau)
    ("cplxmodule", "CplxBilinear", "weight"): "product",
    ("torchcrf", "CRF", "start_transitions"): "sum",
    ("torchcrf", "CRF", "end_transitions"): "sum",
    ("torchcrf", "CRF", "transitions"): "table",
    # each edge of a KAN multiplies what its input is mapped to, then the edges are summed
    ("kan", "KANLayer", "scale_base"): "product",
    ("kan", "KANLayer", "scale_sp"): _EACH_SPLINE,
    ("kan", "KANLayer", "mask"): "arguable: a mask, which is never trained",
    ("convkan", "KANLinear", "spline_weight"): "product",
    ("convkan", "KANLinear", "spline_scaler"): _EACH_SPLINE,
    ("deepkan", "SplineLinearLayer", "spline_weights"): "product",
    ("deepkan", "SplineLinearLayer", "spline_scales"): _EACH_SPLINE,
    # weights of a linear layer that is divided by a norm of them
    ("monotonenorm", "Normalize", "original"): "product",
    # rows are compared by their angle: the weight of a cosine classifier
    ("pytorch_metric_learning", "ProxyNCALoss", "proxies"): "arguable: normalised, then compared by distance",
    # logits are projected on several vectors of attention, one a head
    ("torch_geometric", "GATConv", "att_src"): "product",
    ("torch_geometric", "GATConv", "att_dst"): "product",
    ("torch_geometric", "GATConv", "att_edge"): "product",
    ("torch_geometric", "GATv2Conv", "att"): "product",
    ("torch_geometric", "SuperGATConv", "att_l"): "product",
    ("torch_geometric", "SuperGATConv", "att_r"): "product",
    ("torch_geometric", "GeneralConv", "att_msg"): _ONE_ROW,
    ("torch_geometric", "HANConv", "lin_src"): "product",
    ("torch_geometric", "HANConv", "lin_dst"): "product",
    ("torch_geometric", "HANConv", "q"): _ONE_ROW,
    ("torch_geometric", "SelectTopK", "weight"): _ONE_ROW,
    ("torch_geometric", "AntiSymmetricConv", "W"): "product",  # W - W.T - c, then x @
    ("torch_geometric", "PANConv", "weight"): "gain",  # of each length of a path
    ("torch_geometric", "GMMConv", "g"): "product",
    ("torch_geometric", "RGCNConv", "weight"): "product",
    ("torch_geometric", "RGCNConv", "comp"): "product",  # mixes the bases of a weight
    ("torch_geometric", "RGCNConv", "root"): "product",
    ("torch_geometric", "FastRGCNConv", "comp"): "product",
    ("torch_geometric", "FastRGCNConv", "root"): "product",
    # one flat vector of the weights of all paths, handed to code that is generated
    ("e3nn", "Linear", "weight"): "product",
    ("e3nn", "FullyConnectedTensorProduct", "weight"): "product",
    # factors of a matrix
    ("normflows", "Invertible1x1Conv", "L"): "product",
    ("normflows", "Invertible1x1Conv", "U"): "product",
    ("normflows", "InvertibleAffine", "L"): "product",
    ("normflows", "InvertibleAffine", "U"): "product",
    ("normflows", "Planar", "w"): _ONE_ROW,
    ("normflows", "PiecewiseRationalQuadraticCDF", "unnormalized_widths"): "table",  # of bins, through a softmax
    ("normflows", "PiecewiseRationalQuadraticCDF", "unnormalized_heights"): "table",
    ("FrEIA", "AllInOneBlock", "vk_householder"): _REFLECTION,
    ("FrEIA", "HouseholderPerm", "Vs"): _REFLECTION,
    ("pyro", "Householder", "u_unnormed"): _REFLECTION,
    ("pyro", "Sylvester", "u_unnormed"): _REFLECTION,
    ("pyro", "Sylvester", "R_dense"): "product",  # masked, plus a diagonal
    ("pyro", "Sylvester", "S_dense"): "product",
    ("pyro", "Sylvester", "R_diag"): "gain",  # the diagonal
    ("pyro", "Sylvester", "S_diag"): "gain",
    ("pyro", "MaskedLinear", "weight"): "product",
    # long convolutions: what the kernel is read out with; it is multiplied after a Fourier transform
    ("gated_state_spaces_pytorch", "DSS", "C_real"): "product",
    ("gated_state_spaces_pytorch", "DSS", "C_imag"): "product",
    ("se3_transformer_pytorch", "NormSE3", "transform"): "gain",  # scale, of a dictionary of parameters
    ("gpytorch", "ConstantKernel", "raw_constant"): "gain",
    ("gpytorch", "VariationalStrategy", "inducing_points"): "table",  # joined to the inputs
    ("gpytorch", "CholeskyVariationalDistribution", "chol_variational_covar"): (
        "arguable: a factor of a covariance, which starts at the identity"
    ),
}
