"""What a person read in the packages of the seventh set, before paramwise was run on them.

Keys are (package of the owning class, the owning class, attribute). Parameters of an `nn.ParameterList` stand with the
list's name alone, and with the list's name and the number as `named_parameters` gives it; where that is not ambiguous
also with the number alone, which is the last part of the parameter's name.

One-dimensional parameters never decay here, whatever they multiply: flattened triangles of a matrix, directions that
data are projected on and the taps of a filter are "table" (or "gain").
"""

from __future__ import annotations

_REFLECTION = "arguable: the vectors of reflections, whose length changes nothing"
_ONE_ROW = "arguable: one vector that the data are projected on: a matrix of one row, or a query"
_STREAMS = "arguable: mixes streams, beside what is made of the data"
_CODES = "arguable: the codes of the samples, which are learned: activations of a layer, or a factor of a matrix"


def _listed(
    package: str, cls: str, name: str, many: int, kind: str, alone: bool = True
) -> dict[tuple[str, str, str], str]:
    """The parameters of a list; alone: their number tells which list it is."""
    found = {(package, cls, name): kind}
    for number in range(many):
        found[package, cls, f"{name}.{number}"] = kind
        if alone:
            found[package, cls, str(number)] = kind
    return found


def _all(package: str, classes: str, **kinds: str) -> dict[tuple[str, str, str], str]:
    """The same attributes of several classes: kind="names"."""
    return {
        (package, cls, name): kind for cls in classes.split() for kind, names in kinds.items() for name in names.split()
    }


SEVENTH: dict[tuple[str, str, str], str] = {
    **_all("DeepPurpose", "LayerNorm", gain="gamma", sum="beta"),
    # LRU: decay rates and phases through exp(-exp); gamma normalises the rows of B
    **_all("LRU_pytorch", "LRU", product="B C D", state="nu_log theta_log", gain="gamma_log"),
    # --- allennlp
    **_all("allennlp", "AdditiveAttention", product="_w_matrix _u_matrix _v_vector"),
    # each perspective multiplies the elements of both vectors before their cosine
    **_all(
        "allennlp",
        "BiMpmMatching",
        gain="full_match_weights maxpool_match_weights attentive_match_weights max_attentive_match_weights",
    ),
    **_all("allennlp", "BilinearMatrixAttention", product="_weight_matrix", sum="_bias"),
    **_all("allennlp", "ConditionalRandomField", table="transitions", sum="start_transitions end_transitions"),
    ("allennlp", "ConditionalRandomField", "_constraint_mask"): "arguable: a mask, which is never trained",
    ("allennlp", "Embedding", "weight"): "lookup",  # F.embedding
    ("allennlp", "EndpointSpanExtractor", "_start_sentinel"): "table",
    ("allennlp", "ScalarMix", "gamma"): "gain",
    **_listed("allennlp", "ScalarMix", "scalar_parameters", 3, "gain"),  # one number a layer, through a softmax
    **_all("allennlp", "SoftmaxLoss", product="softmax_w", sum="softmax_b"),
    # --- alphagenome
    **_all("alphagenome_pytorch", "BatchRMSNorm ChannelFirstRMSNorm", gain="gamma", sum="beta"),
    **_all("alphagenome_pytorch", "RMSNormWithBias", gain="weight", sum="bias"),
    ("alphagenome_pytorch", "SingleToPairwise", "qk_rel_pos_bias"): "sum",  # added to queries and keys
    **_all("alphagenome_pytorch", "SpliceJunctionHead", gain="scale", sum="offset"),  # of each context
    # one flat vector of scales and offsets of each tissue
    **_all(
        "alphagenome_pytorch",
        "SpliceSitesJunctionHead",
        table="pos_donor_embeddings pos_acceptor_embeddings neg_donor_embeddings neg_acceptor_embeddings",
    ),
    ("alphagenome_pytorch", "TracksScaledPrediction", "scale"): "gain",
    ("alphagenome_pytorch", "UpresBlock", "residual_scale"): "gain",
    **_all("alphagenome_pytorch", "WeightStandardConv", product="weight", sum="bias"),
    # --- audiolm
    ("audiolm_pytorch", "SemanticTransformer", "start_token"): "table",
    # one matrix a quantizer; added to the scores, one number a head
    **_all(
        "audiolm_pytorch",
        "CoarseTransformer",
        table="semantic_start_token coarse_start_token",
        product="coarse_logit_weights",
        sum="cross_attn_bias",
    ),
    **_all(
        "audiolm_pytorch",
        "FineTransformer",
        table="coarse_start_token fine_start_token",
        product="coarse_logit_weights fine_logit_weights",
        sum="null_pos_bias",
    ),
    ("audiolm_pytorch", "LayerNorm", "gamma"): "gain",
    ("audiolm_pytorch", "Attention", "null_kv"): "table",
    **_all("audiolm_pytorch", "ComplexConv2d", product="weight", sum="bias"),
    ("audiolm_pytorch", "ModReLU", "b"): "sum",  # relu(|x| + b)
    # --- botorch: what kernels are scaled, raised and shifted by, through softplus
    **_all("botorch", "DownsamplingKernel ExponentialDecayKernel", gain="raw_power", sum="raw_offset"),
    ("botorch", "ExponentialDecayKernel", "raw_lengthscale"): "gain",
    ("botorch", "LinearTruncatedFidelityKernel", "raw_power"): "gain",
    **_all("botorch", "InfiniteWidthBNNKernel", gain="raw_weight_var", sum="raw_bias_var"),
    **_all("botorch", "OrthogonalAdditiveKernel", gain="raw_coeffs_1 raw_coeffs_2", sum="raw_offset"),
    ("botorch", "PositiveIndexKernel", "raw_covar_factor"): (
        "arguable: a factor of the covariance of tasks, whose entries are looked up"
    ),
    ("botorch", "PositiveIndexKernel", "raw_var"): "gain",
    # where the outputs lie in a space that a kernel compares
    **_listed("botorch", "HigherOrderGP", "latent_parameters", 2, "table"),
    ("gpytorch", "ConstantMean", "raw_constant"): "sum",
    ("gpytorch", "HomoskedasticNoise", "raw_noise"): "gain",
    **_all("gpytorch", "MaternKernel RBFKernel", gain="raw_lengthscale"),
    # --- chatterbox
    **_all("chatterbox", "LayerNorm", gain="gamma", sum="beta"),
    ("chatterbox", "LearnablePositionalEncoding", "pe"): "table",
    ("chatterbox", "Perceiver", "pre_attention_query"): "table",
    **_all("chatterbox", "RelPositionMultiHeadedAttention", sum="pos_bias_u pos_bias_v"),
    **_all("chatterbox", "Snake SnakeBeta", gain="alpha"),
    ("chatterbox", "SnakeBeta", "beta"): "gain",
    **_all("chatterbox", "VoiceEncoder", gain="similarity_weight", sum="similarity_bias"),
    # --- clip
    ("clip", "AttentionPool2d", "positional_embedding"): "table",
    **_all("clip", "CLIP", table="positional_embedding", product="text_projection", gain="logit_scale"),
    **_all("clip", "LayerNorm", gain="weight", sum="bias"),
    **_all("clip", "VisionTransformer", table="class_embedding positional_embedding", product="proj"),
    ("ctgan", "Decoder", "sigma"): "gain",  # the spread of each column
    # --- darts
    **_all("darts", "RINorm", gain="affine_weight", sum="affine_bias"),
    ("darts", "RMSNorm", "g"): "gain",
    ("darts", "_RMSNorm", "weight"): "gain",
    ("darts", "_PerDimScale", "per_dim_scale"): "gain",
    **_all("darts", "_AddNorm _ResampleNorm", gain="mask"),  # through a sigmoid
    **_all(
        "darts", "_SeasonalityGenerator _TrendGenerator", **{"arguable: a fixed basis, which is never trained": "basis"}
    ),
    # --- deeprobust
    ("deeprobust", "EstimateAdj", "estimated_adj"): "arguable: a graph that is estimated: mixes nodes, entry by entry",
    **_all("deeprobust", "GATConv", product="att_l att_r", sum="bias"),  # one vector a head, summed over its features
    **_all("deeprobust", "GGCL_F GGCL_D", product="weight_miu weight_sigma"),
    ("deeprobust", "GPR_prop", "temp"): "gain",  # of each number of hops
    **_all("deeprobust", "GraphConvolution", product="weight", sum="bias"),
    ("deeprobust", "MedianConv", "bias"): "sum",
    # lists of matrices of one column, and of numbers: fea @ scores[0] + bias[0]
    **_listed("deeprobust", "SimPGCN", "scores", 2, "product", alone=False),
    **_listed("deeprobust", "SimPGCN", "D_k", 2, "product", alone=False),
    **_listed("deeprobust", "SimPGCN", "bias", 2, "sum", alone=False),
    **_listed("deeprobust", "SimPGCN", "D_bias", 2, "sum", alone=False),
    **_all("dhg", "GINConv UniGINConv", gain="eps"),
    # --- diffsptk
    **_all("diffsptk", "InfiniteImpulseResponseDigitalFilter", table="a b"),  # taps, in one dimension
    ("diffsptk", "MultiStageFIRFilter", "a"): "gain",  # of each stage
    **_all(
        "diffsptk",
        "PseudoQuadratureMirrorFilterBankAnalysis PseudoQuadratureMirrorFilterBankSynthesis",
        product="filters",
    ),
    ("diffsptk", "RealValuedFastFourierTransform", "W"): "product",  # x @ W, which starts as a Fourier transform
    ("diffsptk", "Window", "window"): "gain",
    # --- dnamite: one small network for each feature or pair, by einsum
    **_listed("dnamite", "_BaseSingleSplitDNAMiteModel", "main_weights", 3, "product", alone=False),
    **_listed("dnamite", "_BaseSingleSplitDNAMiteModel", "pair_weights", 3, "product", alone=False),
    **_listed("dnamite", "_BaseSingleSplitDNAMiteModel", "main_biases", 3, "sum", alone=False),
    **_listed("dnamite", "_BaseSingleSplitDNAMiteModel", "pair_biases", 3, "sum", alone=False),
    **_all("dnamite", "_BaseSingleSplitDNAMiteModel", gain="z_main z_pairs", sum="monotone_params"),
    # --- dscript
    **_all("dscript", "DSCRIPTModel", gain="theta lambda_ gamma", table="xx"),  # xx: numbers of places, never trained
    ("dscript", "LogisticActivation", "k"): "gain",
    **_all("enformer_pytorch", "Attention", sum="rel_content_bias rel_pos_bias"),
    # --- enflows
    ("enflows", "DeepSigmoid", "dsparams"): "table",  # slopes, shifts and shares of the sigmoids of each feature
    **_all("enflows", "ExtendedSoftplus", sum="shift"),
    ("enflows", "HouseholderSequence", "q_vectors"): _REFLECTION,
    **_all("enflows", "LipschitzDenseLayer", gain="K1_unnormalized K2_unnormalized"),
    **_all("enflows", "MaskedLinear", product="weight", sum="bias"),
    # triangles of a matrix, flattened to one dimension
    **_all(
        "enflows",
        "OneByOneConvolution",
        table="lower_entries upper_entries",
        gain="unconstrained_upper_diag",
        sum="bias",
    ),
    ("enflows", "PlanarTransform", "w"): _ONE_ROW,
    ("enflows", "PlanarTransform", "u"): "arguable: a matrix of one column, or a gain of a direction",
    ("enflows", "PlanarTransform", "b"): "sum",
    **_all("enflows", "RadialTransform", gain="alpha beta", table="z_0"),
    **_all("enflows", "SVDLinear", gain="unconstrained_diagonal", sum="bias"),
    # sums of sigmoids: slope and shift of each, shares through a softmax
    **_all("enflows", "SumOfSigmoids", gain="log_scale_preact log_scale_postact raw_softmax", sum="shift_preact"),
    ("enflows", "Swish", "beta"): "gain",
    ("face_alignment", "L2Norm", "weight"): "gain",
    # --- flowtorch
    **_all("flowtorch", "MaskedLinear", product="weight", sum="bias"),
    **_listed("flowtorch", "Tensor", "params", 2, "table"),  # shifts and scales of elements
    **_all("grelu", "Attention", sum="rel_content_bias rel_pos_bias"),
    # --- groundingdino
    **_all("groundingdino", "BiAttentionBlock", gain="gamma_l gamma_v"),
    ("groundingdino", "SwinTransformer", "absolute_pos_embed"): "table",
    ("groundingdino", "Transformer", "level_embed"): "table",
    ("groundingdino", "WindowAttention", "relative_position_bias_table"): "table",
    # --- hqq
    ("hqq", "HQQLinear", "W_q"): "arguable: a weight in few bits, which is never trained",
    ("hqq", "HQQLinearGroupedProj", "proj"): "product",  # proj @ W makes the weight
    **_all("hqq", "HQQLinearLoRA", product="lora_A lora_B", sum="bias"),
    # what weighs the votes of neighbours; the mean that is taken off
    **_all("hyperfast", "MainNetworkTrainable", gain="nn_bias", sum="pca_mean"),
    ("igfold", "InvariantPointAttention", "point_weights"): "gain",
    # --- imagen
    **_all("imagen_pytorch", "Attention CrossAttention PerceiverAttention", gain="q_scale k_scale"),
    **_all("imagen_pytorch", "Attention CrossAttention", table="null_kv"),
    ("imagen_pytorch", "Attention", "null_attn_bias"): "table",  # biases of each head for the key that is not there
    ("imagen_pytorch", "ChanRMSNorm", "gamma"): "gain",
    **_all("imagen_pytorch", "LayerNorm ChanLayerNorm", gain="g"),
    ("imagen_pytorch", "LearnedSinusoidalPosEmb", "weights"): "gain",  # frequencies
    ("imagen_pytorch", "NullUnet", "dummy_parameter"): "table",  # never used
    ("imagen_pytorch", "PerceiverResampler", "latents"): "table",
    **_all("imagen_pytorch", "Unet Unet3D", table="null_text_embed null_text_hidden"),
    **_all("lzero", "LayerNorm", gain="weight", sum="bias"),
    ("machin", "ActorContinuous", "action_log_std"): "gain",  # the spread of what is done
    # --- mambavision
    **_all("mambavision", "Block", gain="gamma_1 gamma_2"),
    ("mambavision", "ConvBlock", "gamma"): "gain",
    **_all("mambavision", "MambaVisionMixer", state="A_log", gain="D"),
    **_all("matcha", "LayerNorm", gain="gamma", sum="beta"),
    # scales and shifts that are looked up by the atom's number, in one dimension
    **_all("mattersim", "AtomScaling", gain="scale", sum="shift"),
    ("mattersim", "BesselBasis", "bessel_weights"): "gain",  # frequencies
    # --- mmdet, mmcv
    **_all("mmcv", "Linear Conv2d", product="weight", sum="bias"),
    ("mmcv", "DeformConv2d", "weight"): "product",
    ("mmcv", "Scale", "scale"): "gain",
    ("mmdet", "AbsolutePositionEmbedding", "pos_embed"): "table",
    **_all("mmdet", "CenterPrior", table="mean", gain="sigma"),  # of each class: where its boxes' middles lie
    **_all("mmdet", "ContrastiveEmbed", gain="log_scale", sum="bias"),
    ("mmdet", "L2Norm", "weight"): "gain",
    ("mmdet", "RepPointsHead", "moment_transfer"): "gain",  # through exp
    ("mmdet", "SwinTransformer", "absolute_pos_embed"): "table",
    **_all("mmdet", "TridentConv", product="weight", sum="bias"),
    ("mmdet", "WindowMSA", "relative_position_bias_table"): "table",
    ("neurodiffeq", "Swish", "beta"): "gain",
    # --- neural_ssm: systems whose gain is bounded
    **_all(
        "neural_ssm",
        "Block2x2DenseL2SSM",
        product="S K12_raw K21_raw K22_raw",  # S: the basis of the states
        state="rho_raw theta",  # radii and angles of the blocks
        gain="log_gamma",
    ),
    **_all("neural_ssm", "DeepSSM", product="encoder_w decoder_w"),
    # the transition is U(theta) diag(tanh(a)) V(phi)
    **_all("neural_ssm", "DefectL2SSM", state="a_raw theta phi"),
    **_all("neural_ssm", "ThinContraction", gain="values_raw"),
    **_all("neural_ssm", "ThinContraction", **{_REFLECTION: "left_raw right_raw"}),
    **_all("neural_ssm", "ExpertSelectiveTimeVaryingSSM", product="K_raw S_raw", gain="log_gamma"),
    ("neural_ssm", "L2BoundedGLUv2", "raw_lip"): "gain",
    ("neural_ssm", "L2BoundedLinearExact", "W_raw"): "product",
    # X11, X22: triangles, and Skew: a skew matrix, each flattened to one dimension
    **_all("neural_ssm", "L2RU", product="C Dt X21", table="Skew_params X11_params X22_params", gain="alpha gamma"),
    **_all("neural_ssm", "LRU", product="Bp C D", state="nu_log theta_log", gain="gamma_log"),
    # X'X and the like make the matrices of the network
    **_all("neural_ssm", "REN", product="B2 C2 D12 X X3 Y Y3 Z3", gain="gamma"),
    **_all("neural_ssm", "RobustMambaDiagSSM", state="alpha_log", sum="delta_bias", gain="log_gamma"),
    **_all("neural_ssm", "SSL", gain="ff_res_logit ssm_res_logit"),
    **_all("neural_ssm", "SandwichFc", product="weight", sum="bias", gain="alpha psi"),
    # --- omnisafe
    **_all("omnisafe", "EnsembleFC", product="weight", sum="bias"),
    ("omnisafe", "GaussianLearningActor", "log_std"): "gain",
    ("omnisafe", "PerturbationActor", "_phi"): "gain",
    ("pl_bolts", "GPT2", "sos"): "table",
    **_all("protein_bert_pytorch", "CrossAttention", table="null_key null_value"),
    # --- pts
    **_all("pts", "BatchNorm", gain="log_gamma", sum="beta"),
    **_all("pts", "MaskedLinear", product="weight cond_weight", sum="bias"),
    **_all("pytorch_pretrained_biggan", "BigGANBatchNorm", gain="weight", sum="bias"),
    ("pytorch_pretrained_biggan", "SelfAttn", "gamma"): "gain",
    # --- pytorch_transformers
    **_listed("pytorch_transformers", "AdaptiveEmbedding", "emb_projs", 3, "product"),  # F.linear
    **_all("pytorch_transformers", "BertLMPredictionHead RobertaLMHead", sum="bias"),
    **_all("pytorch_transformers", "Conv1D", product="weight", sum="bias"),
    **_all("pytorch_transformers", "ProjectedAdaptiveLogSoftmax", product="cluster_weight", sum="cluster_bias"),
    **_listed("pytorch_transformers", "ProjectedAdaptiveLogSoftmax", "out_projs", 3, "product"),
    **_all(
        "pytorch_transformers",
        "MultiHeadAttn RelPartialLearnableMultiHeadAttn RelLearnableMultiHeadAttn",
        sum="r_r_bias r_w_bias",  # added to the queries
    ),
    **_all("pytorch_transformers", "TransfoXLModel", table="r_emb r_bias"),  # rows of distances
    ("pytorch_transformers", "XLNetModel", "mask_emb"): "table",
    **_all(
        "pytorch_transformers",
        "XLNetRelativeAttention",
        product="q k v o r",
        sum="r_r_bias r_s_bias r_w_bias",
        table="seg_embed",  # one key for the same segment, one for another
    ),
    # --- s3tokenizer
    **_all("s3tokenizer", "Conv1d Linear", product="weight", sum="bias"),
    **_all("s3tokenizer", "LayerNorm", gain="weight", sum="bias"),
    # --- sam2
    ("sam2", "CXBlock", "gamma"): "gain",
    **_all("sam2", "Hiera", table="pos_embed pos_embed_window"),
    **_all("sam2", "LayerNorm2d", gain="weight", sum="bias"),
    **_all("sam2", "SAM2Base", table="maskmem_tpos_enc no_mem_embed no_mem_pos_enc no_obj_embed_spatial no_obj_ptr"),
    ("sample_factory", "ActionParameterizationContinuousNonAdaptiveStddev", "learned_stddev"): "gain",
    # factors of a weight
    **_all("sequence_models", "PositionFeedForward", product="u v", sum="bias"),
    **_all("sequence_models", "MaskedConv1d", product="weight", sum="bias"),
    # --- super_gradients
    **_all("super_gradients", "Attention RelativePositionBias", table="relative_position_bias_table"),
    **_all("super_gradients", "Attention", sum="q_bias v_bias"),
    **_all("super_gradients", "Beit", table="cls_token pos_embed"),
    **_all("super_gradients", "ViT", table="cls_token pos_embedding"),
    **_all("super_gradients", "Block", gain="gamma_1 gamma_2"),
    **_all("super_gradients", "NormalizationAdapter", gain="multiplier", sum="additive"),
    **_all("super_gradients", "QARepVGGBlock RepVGGBlock YoloNASBottleneck", gain="alpha"),
    ("tabdpt", "RMSNorm", "weight"): "gain",
    ("tabdpt", "TabDPTModel", "thinking_embed"): "table",
    # --- torch_blue: a weight is a mean plus a spread times noise
    **_all(
        "torch_blue",
        "VIConv2d VILinear",
        product="_weight_mean",
        gain="_weight_log_std _bias_log_std",
        sum="_bias_mean",
    ),
    **_all(
        "torch_blue",
        "VIMultiheadAttention",
        product="_in_proj_weight_mean",
        gain="_in_proj_weight_log_std _in_proj_bias_log_std",
        sum="_in_proj_bias_mean",
    ),
    # --- torch_mimicry
    ("torch_mimicry", "SNEmbedding", "weight"): "lookup",  # divided by its largest singular value
    **_all("torch_mimicry", "SNLinear", product="weight", sum="bias"),
    ("torch_mimicry", "SelfAttention", "gamma"): "gain",
    # --- torch_points3d
    **_all("torch_points3d", "KPConvLayer KPConvDeformableLayer", table="K_points", product="weight"),
    ("torch_points3d", "KPConvDeformableLayer", "offset_weights"): "product",
    ("torch_points3d", "KPConvDeformableLayer", "offset_bias"): "sum",
    ("torch_points3d", "MultiHeadClassifier", "_bias"): "sum",
    ("torch_points3d", "UnaryConv", "weight"): "product",
    # --- torchmeta: torch's layers, whose parameters may be given in the call
    **_all("torchmeta", "MetaConv2d MetaLinear MetaBilinear", product="weight", sum="bias"),
    **_all("torchmeta", "MetaBatchNorm2d MetaLayerNorm", gain="weight", sum="bias"),
    ("torchmeta", "MetaEmbedding", "weight"): "lookup",
    **_all("torchmeta", "MetaMultiheadAttention", product="in_proj_weight", sum="in_proj_bias"),
    # --- torchnmf: H @ W.T, or a convolution of H with W
    **_all("torchnmf", "NMF NMFD PLCA", product="W"),
    **_all("torchnmf", "NMF NMFD PLCA", **{_CODES: "H"}),
    ("torchnmf", "PLCA", "Z"): "gain",
    # --- torchtune
    ("torchtune", "CLIPTextEncoder", "position_embedding"): "table",
    ("torchtune", "CLSEmbedding", "weight"): "table",
    ("torchtune", "CLSProjection", "weight"): "product",
    **_all("torchtune", "DoRALinear", product="weight", gain="magnitude"),
    ("torchtune", "LoRALinear", "weight"): "product",
    **_all("torchtune", "Fp32LayerNorm", gain="weight", sum="bias"),
    ("torchtune", "GemmaNormEmbeddings", "weight"): "lookup",
    **_all("torchtune", "GemmaRMSNorm RMSNorm TanhGate", gain="scale"),
    **_all("torchtune", "TilePositionalEmbedding", table="embedding", gain="gate"),
    **_all(
        "torchtune",
        "TiledTokenPositionalEmbedding",
        table="global_token_positional_embedding local_token_positional_embedding",
        gain="gate",
    ),
    ("torchtune", "VectorQuantizedEmbeddings", "embedding"): "table",  # a codebook
    ("transformers", "BertLMPredictionHead", "bias"): "sum",
    # --- xuance
    ("xuance", "GaussianActorNet", "logstd"): "gain",
    ("xuance", "GraphMultiHeadAttentionLayer", "a"): "product",  # a matrix of one column: scores of pairs
    ("xuance", "Harmonizer", "harmony_s"): "gain",
    **_all("xuance", "LayerNorm", gain="weight", sum="bias"),
    **_all("xuance", "ViT", table="cls_token pos_embedding"),
    # --- of the library that audiolm's streams are mixed by: as in the list that is there already
    ("hyper_connections", "HyperConnections", "dynamic_alpha_fn"): "product",
    ("hyper_connections", "HyperConnections", "dynamic_beta_fn"): _ONE_ROW,
    **_all("hyper_connections", "HyperConnections", gain="dynamic_alpha_scale dynamic_beta_scale"),
    **_all("hyper_connections", "HyperConnections", **{_STREAMS: "static_alpha static_beta"}),
    ("hyper_connections", "RMSNorm", "gamma"): "gain",
}
