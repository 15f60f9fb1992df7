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
    # --- the second set
    ("memory_transformer_xl", "MemoryTransformerXL", "pos_emb"): "table",  # rows of relative positions, times a query
    ("lambda_networks", "LambdaLayer", "rel_pos_emb"): "table",  # as in timm's
    ("monai", "DecomposedRelativePosEmbedding", "rel_pos_arr"): "table",  # as in SAM's
    ("mega_pytorch", "MultiHeadedEMA", "expansion"): "gain",  # an outer product; what reduces is the other one
    ("mega_pytorch", "MultiHeadedEMA", "alphas"): "state",
    ("mega_pytorch", "MultiHeadedEMA", "dampen_factors"): "state",
    # conductances and potentials of synapses: multiplied with what the neurons give, and summed over the neurons
    **{("ncps", "LTCCell", name): "product" for name in ("w", "erev", "sensory_w", "sensory_erev")},
    **{
        ("ncps", cls, name): "arguable: a mask, which is never trained"
        for cls in ("LTCCell", "CfCCell")
        for name in ("sparsity_mask", "sensory_sparsity_mask")
    },
    **{
        ("loralib", cls, name): "product"
        for cls in ("Linear", "MergedLinear", "Conv2d")
        for name in ("lora_A", "lora_B")
    },
    ("loralib", "Embedding", "lora_A"): "arguable: rows that are looked up, of a factor of a table",
    # logits are multiplied with softplus(matrix), and shifted by tanh(factor) * tanh(logits); quantiles are compared
    ("compressai", "EntropyBottleneck", "matrices"): "gain",
    ("compressai", "EntropyBottleneck", "factors"): "gain",
    ("compressai", "EntropyBottleneck", "quantiles"): "table",
    ("compressai", "GDN", "gamma"): "product",  # F.conv2d(x**2, gamma, beta)
    ("compressai", "MaskedConv2d", "weight"): "product",
    **{("tltorch", "FactorList", f"factor_{number}"): "product" for number in range(5)},
    ("speechbrain", "QLinear", "scale_param"): "arguable: the lengths of quaternions, element by element",
    ("speechbrain", "QLinear", "zero_kernel"): "arguable: zeros, which are never trained",
    ("speechbrain", "GumbelVectorQuantizer", "vars"): "table",
    ("speechbrain", "GumbelVectorQuantizer", "max_ent"): "arguable: a number, which is never trained",
    **{("speechbrain", "SincConv", name): "gain" for name in ("low_hz_", "band_hz_")},
    **{("speechbrain", cls, f"{letter}_weight"): "product" for cls in ("QLinear", "QConv1d") for letter in "rijk"},
    **{
        ("speechbrain", cls, f"{part}_weight"): "product" for cls in ("CLinear", "CConv1d") for part in ("real", "imag")
    },
    **{
        ("nflows", cls, name): "product"
        for cls in ("LULinear", "QRLinear")
        for name in ("lower_entries", "upper_entries")
    },
    **{("nflows", "PiecewiseRationalQuadraticCDF", f"unnormalized_{name}"): "table" for name in ("widths", "heights")},
    ("nflows", "PiecewiseLinearCDF", "unnormalized_pdf"): "table",
    ("nflows", "MaskedLinear", "weight"): "product",
    ("zuko", "MaskedLinear", "weight"): "product",
    # a weight is a mean plus a spread times noise: the mean is a weight, the spread is positive through exp or softplus
    **{
        ("blitz", cls, f"{name}_{part}"): kind
        for cls, names in {
            "BayesianLinear": ("weight",),
            "BayesianConv2d": ("weight",),
            "BayesianLSTM": ("weight_ih", "weight_hh"),
            "BayesianEmbedding": ("weight",),
        }.items()
        for name in names
        for part, kind in (("mu", "product"), ("rho", "gain"))
    },
    **{("blitz", cls, "bias_rho"): "gain" for cls in ("BayesianLinear", "BayesianConv2d", "BayesianLSTM")},
    **{
        ("torchbnn", cls, f"weight_{part}"): kind
        for cls in ("BayesLinear", "BayesConv2d")
        for part, kind in (("mu", "product"), ("log_sigma", "gain"))
    },
    **{
        ("bayesian_torch", cls, f"{part}_{name}"): kind
        for cls in ("LinearReparameterization", "LinearFlipout", "Conv2dReparameterization")
        for name in ("weight", "kernel")
        for part, kind in (("mu", "product"), ("rho", "gain"))
    },
    ("blitz", "TrainableRandomDistribution", "mu"): "arguable: the mean of a weight, a bias or a table",
    ("blitz", "BayesianEmbedding", "weight_mu"): "arguable: rows that are looked up, of a table with noise",
    ("torch_rechub", "CEN", "u"): "product",  # each row with the row of its cross
    ("torch_rechub", "CapsuleNetwork", "w"): "product",
    ("torch_rechub", "MultiInterestSA", "W2"): "product",
    ("torch_rechub", "MultiInterestSA", "W3"): "arguable: never used",
    ("torchfm", "OuterProductNetwork", "kernel"): "product",
    ("torchhd", "Centroid", "weight"): "product",  # a classifier by cosine
    ("spikingjelly", "MaskedPSN", "weight"): "product",
    ("geoopt", "Distance2StereographicHyperplanes", "points"): "arguable: points of a curved space",
    ("mixture_of_experts", "Experts", "w2"): "product",
    ("soft_moe_pytorch", "SoftMoE", "slot_embeds"): "arguable: the queries of slots, as the weight of a router",
    ("tabm", "LinearBatchEnsemble", "r"): "gain",
    ("vector_quantize_pytorch", "Codebook", "embed"): "table",
    ("titans_pytorch", "NeuralMemory", "memory_model_parameters"): "product",  # weights of a small network
}
