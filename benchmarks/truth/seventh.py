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


def each(package: str, classes: str, **kinds: str) -> dict[tuple[str, str, str], str]:
    """The same attributes of several classes: kind="names"."""
    return {
        (package, cls, name): kind for cls in classes.split() for kind, names in kinds.items() for name in names.split()
    }


SEVENTH: dict[tuple[str, str, str], str] = {
    **each("DeepPurpose", "LayerNorm", gain="gamma", sum="beta"),
    # LRU: decay rates and phases through exp(-exp); gamma normalises the rows of B
    **each("LRU_pytorch", "LRU", product="B C D", state="nu_log theta_log", gain="gamma_log"),
    # --- allennlp
    **each("allennlp", "AdditiveAttention", product="_w_matrix _u_matrix _v_vector"),
    # each perspective multiplies the elements of both vectors before their cosine
    **each(
        "allennlp",
        "BiMpmMatching",
        gain="full_match_weights maxpool_match_weights attentive_match_weights max_attentive_match_weights",
    ),
    **each("allennlp", "BilinearMatrixAttention", product="_weight_matrix", sum="_bias"),
    **each("allennlp", "ConditionalRandomField", table="transitions", sum="start_transitions end_transitions"),
    ("allennlp", "ConditionalRandomField", "_constraint_mask"): "arguable: a mask, which is never trained",
    ("allennlp", "Embedding", "weight"): "lookup",  # F.embedding
    ("allennlp", "EndpointSpanExtractor", "_start_sentinel"): "table",
    ("allennlp", "ScalarMix", "gamma"): "gain",
    **_listed("allennlp", "ScalarMix", "scalar_parameters", 3, "gain"),  # one number a layer, through a softmax
    **each("allennlp", "SoftmaxLoss", product="softmax_w", sum="softmax_b"),
    # --- alphagenome
    **each("alphagenome_pytorch", "BatchRMSNorm ChannelFirstRMSNorm", gain="gamma", sum="beta"),
    **each("alphagenome_pytorch", "RMSNormWithBias", gain="weight", sum="bias"),
    ("alphagenome_pytorch", "SingleToPairwise", "qk_rel_pos_bias"): "sum",  # added to queries and keys
    **each("alphagenome_pytorch", "SpliceJunctionHead", gain="scale", sum="offset"),  # of each context
    # one flat vector of scales and offsets of each tissue
    **each(
        "alphagenome_pytorch",
        "SpliceSitesJunctionHead",
        table="pos_donor_embeddings pos_acceptor_embeddings neg_donor_embeddings neg_acceptor_embeddings",
    ),
    ("alphagenome_pytorch", "TracksScaledPrediction", "scale"): "gain",
    ("alphagenome_pytorch", "UpresBlock", "residual_scale"): "gain",
    **each("alphagenome_pytorch", "WeightStandardConv", product="weight", sum="bias"),
    # --- audiolm
    ("audiolm_pytorch", "SemanticTransformer", "start_token"): "table",
    # one matrix a quantizer; added to the scores, one number a head
    **each(
        "audiolm_pytorch",
        "CoarseTransformer",
        table="semantic_start_token coarse_start_token",
        product="coarse_logit_weights",
        sum="cross_attn_bias",
    ),
    **each(
        "audiolm_pytorch",
        "FineTransformer",
        table="coarse_start_token fine_start_token",
        product="coarse_logit_weights fine_logit_weights",
        sum="null_pos_bias",
    ),
    ("audiolm_pytorch", "LayerNorm", "gamma"): "gain",
    ("audiolm_pytorch", "Attention", "null_kv"): "table",
    **each("audiolm_pytorch", "ComplexConv2d", product="weight", sum="bias"),
    ("audiolm_pytorch", "ModReLU", "b"): "sum",  # relu(|x| + b)
    # --- botorch: what kernels are scaled, raised and shifted by, through softplus
    **each("botorch", "DownsamplingKernel ExponentialDecayKernel", gain="raw_power", sum="raw_offset"),
    ("botorch", "ExponentialDecayKernel", "raw_lengthscale"): "gain",
    ("botorch", "LinearTruncatedFidelityKernel", "raw_power"): "gain",
    **each("botorch", "InfiniteWidthBNNKernel", gain="raw_weight_var", sum="raw_bias_var"),
    **each("botorch", "OrthogonalAdditiveKernel", gain="raw_coeffs_1 raw_coeffs_2", sum="raw_offset"),
    ("botorch", "PositiveIndexKernel", "raw_covar_factor"): (
        "arguable: a factor of the covariance of tasks, whose entries are looked up"
    ),
    ("botorch", "PositiveIndexKernel", "raw_var"): "gain",
    # where the outputs lie in a space that a kernel compares
    **_listed("botorch", "HigherOrderGP", "latent_parameters", 2, "table"),
    ("gpytorch", "ConstantMean", "raw_constant"): "sum",
    ("gpytorch", "HomoskedasticNoise", "raw_noise"): "gain",
    **each("gpytorch", "MaternKernel RBFKernel", gain="raw_lengthscale"),
    # --- chatterbox
    **each("chatterbox", "LayerNorm", gain="gamma", sum="beta"),
    ("chatterbox", "LearnablePositionalEncoding", "pe"): "table",
    ("chatterbox", "Perceiver", "pre_attention_query"): "table",
    **each("chatterbox", "RelPositionMultiHeadedAttention", sum="pos_bias_u pos_bias_v"),
    **each("chatterbox", "Snake SnakeBeta", gain="alpha"),
    ("chatterbox", "SnakeBeta", "beta"): "gain",
    **each("chatterbox", "VoiceEncoder", gain="similarity_weight", sum="similarity_bias"),
    # --- clip
    ("clip", "AttentionPool2d", "positional_embedding"): "table",
    **each("clip", "CLIP", table="positional_embedding", product="text_projection", gain="logit_scale"),
    **each("clip", "LayerNorm", gain="weight", sum="bias"),
    **each("clip", "VisionTransformer", table="class_embedding positional_embedding", product="proj"),
    ("ctgan", "Decoder", "sigma"): "gain",  # the spread of each column
    # --- darts
    **each("darts", "RINorm", gain="affine_weight", sum="affine_bias"),
    ("darts", "RMSNorm", "g"): "gain",
    ("darts", "_RMSNorm", "weight"): "gain",
    ("darts", "_PerDimScale", "per_dim_scale"): "gain",
    **each("darts", "_AddNorm _ResampleNorm", gain="mask"),  # through a sigmoid
    **each(
        "darts", "_SeasonalityGenerator _TrendGenerator", **{"arguable: a fixed basis, which is never trained": "basis"}
    ),
    # --- deeprobust
    ("deeprobust", "EstimateAdj", "estimated_adj"): "arguable: a graph that is estimated: mixes nodes, entry by entry",
    **each("deeprobust", "GATConv", product="att_l att_r", sum="bias"),  # one vector a head, summed over its features
    **each("deeprobust", "GGCL_F GGCL_D", product="weight_miu weight_sigma"),
    ("deeprobust", "GPR_prop", "temp"): "gain",  # of each number of hops
    **each("deeprobust", "GraphConvolution", product="weight", sum="bias"),
    ("deeprobust", "MedianConv", "bias"): "sum",
    # lists of matrices of one column, and of numbers: fea @ scores[0] + bias[0]
    **_listed("deeprobust", "SimPGCN", "scores", 2, "product", alone=False),
    **_listed("deeprobust", "SimPGCN", "D_k", 2, "product", alone=False),
    **_listed("deeprobust", "SimPGCN", "bias", 2, "sum", alone=False),
    **_listed("deeprobust", "SimPGCN", "D_bias", 2, "sum", alone=False),
    **each("dhg", "GINConv UniGINConv", gain="eps"),
    # --- diffsptk
    **each("diffsptk", "InfiniteImpulseResponseDigitalFilter", table="a b"),  # taps, in one dimension
    ("diffsptk", "MultiStageFIRFilter", "a"): "gain",  # of each stage
    **each(
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
    **each("dnamite", "_BaseSingleSplitDNAMiteModel", gain="z_main z_pairs", sum="monotone_params"),
    # --- dscript
    **each("dscript", "DSCRIPTModel", gain="theta lambda_ gamma", table="xx"),  # xx: numbers of places, never trained
    ("dscript", "LogisticActivation", "k"): "gain",
    **each("enformer_pytorch", "Attention", sum="rel_content_bias rel_pos_bias"),
    # --- enflows
    ("enflows", "DeepSigmoid", "dsparams"): "table",  # slopes, shifts and shares of the sigmoids of each feature
    **each("enflows", "ExtendedSoftplus", sum="shift"),
    ("enflows", "HouseholderSequence", "q_vectors"): _REFLECTION,
    **each("enflows", "LipschitzDenseLayer", gain="K1_unnormalized K2_unnormalized"),
    **each("enflows", "MaskedLinear", product="weight", sum="bias"),
    # triangles of a matrix, flattened to one dimension
    **each(
        "enflows",
        "OneByOneConvolution",
        table="lower_entries upper_entries",
        gain="unconstrained_upper_diag",
        sum="bias",
    ),
    ("enflows", "PlanarTransform", "w"): _ONE_ROW,
    ("enflows", "PlanarTransform", "u"): "arguable: a matrix of one column, or a gain of a direction",
    ("enflows", "PlanarTransform", "b"): "sum",
    **each("enflows", "RadialTransform", gain="alpha beta", table="z_0"),
    **each("enflows", "SVDLinear", gain="unconstrained_diagonal", sum="bias"),
    # sums of sigmoids: slope and shift of each, shares through a softmax
    **each("enflows", "SumOfSigmoids", gain="log_scale_preact log_scale_postact raw_softmax", sum="shift_preact"),
    ("enflows", "Swish", "beta"): "gain",
    ("face_alignment", "L2Norm", "weight"): "gain",
    # --- flowtorch
    **each("flowtorch", "MaskedLinear", product="weight", sum="bias"),
    **_listed("flowtorch", "Tensor", "params", 2, "table"),  # shifts and scales of elements
    **each("grelu", "Attention", sum="rel_content_bias rel_pos_bias"),
    # --- groundingdino
    **each("groundingdino", "BiAttentionBlock", gain="gamma_l gamma_v"),
    ("groundingdino", "SwinTransformer", "absolute_pos_embed"): "table",
    ("groundingdino", "Transformer", "level_embed"): "table",
    ("groundingdino", "WindowAttention", "relative_position_bias_table"): "table",
    # --- hqq
    ("hqq", "HQQLinear", "W_q"): "arguable: a weight in few bits, which is never trained",
    ("hqq", "HQQLinearGroupedProj", "proj"): "product",  # proj @ W makes the weight
    **each("hqq", "HQQLinearLoRA", product="lora_A lora_B", sum="bias"),
    # what weighs the votes of neighbours; the mean that is taken off
    **each("hyperfast", "MainNetworkTrainable", gain="nn_bias", sum="pca_mean"),
    ("igfold", "InvariantPointAttention", "point_weights"): "gain",
    # --- imagen
    **each("imagen_pytorch", "Attention CrossAttention PerceiverAttention", gain="q_scale k_scale"),
    **each("imagen_pytorch", "Attention CrossAttention", table="null_kv"),
    ("imagen_pytorch", "Attention", "null_attn_bias"): "table",  # biases of each head for the key that is not there
    ("imagen_pytorch", "ChanRMSNorm", "gamma"): "gain",
    **each("imagen_pytorch", "LayerNorm ChanLayerNorm", gain="g"),
    ("imagen_pytorch", "LearnedSinusoidalPosEmb", "weights"): "gain",  # frequencies
    ("imagen_pytorch", "NullUnet", "dummy_parameter"): "table",  # never used
    ("imagen_pytorch", "PerceiverResampler", "latents"): "table",
    **each("imagen_pytorch", "Unet Unet3D", table="null_text_embed null_text_hidden"),
    **each("lzero", "LayerNorm", gain="weight", sum="bias"),
    ("machin", "ActorContinuous", "action_log_std"): "gain",  # the spread of what is done
    # --- mambavision
    **each("mambavision", "Block", gain="gamma_1 gamma_2"),
    ("mambavision", "ConvBlock", "gamma"): "gain",
    **each("mambavision", "MambaVisionMixer", state="A_log", gain="D"),
    **each("matcha", "LayerNorm", gain="gamma", sum="beta"),
    # scales and shifts that are looked up by the atom's number, in one dimension
    **each("mattersim", "AtomScaling", gain="scale", sum="shift"),
    ("mattersim", "BesselBasis", "bessel_weights"): "gain",  # frequencies
    # --- mmdet, mmcv
    **each("mmcv", "Linear Conv2d", product="weight", sum="bias"),
    ("mmcv", "DeformConv2d", "weight"): "product",
    ("mmcv", "Scale", "scale"): "gain",
    ("mmdet", "AbsolutePositionEmbedding", "pos_embed"): "table",
    **each("mmdet", "CenterPrior", table="mean", gain="sigma"),  # of each class: where its boxes' middles lie
    **each("mmdet", "ContrastiveEmbed", gain="log_scale", sum="bias"),
    ("mmdet", "L2Norm", "weight"): "gain",
    ("mmdet", "RepPointsHead", "moment_transfer"): "gain",  # through exp
    ("mmdet", "SwinTransformer", "absolute_pos_embed"): "table",
    **each("mmdet", "TridentConv", product="weight", sum="bias"),
    ("mmdet", "WindowMSA", "relative_position_bias_table"): "table",
    ("neurodiffeq", "Swish", "beta"): "gain",
    # --- neural_ssm: systems whose gain is bounded
    **each(
        "neural_ssm",
        "Block2x2DenseL2SSM",
        product="S K12_raw K21_raw K22_raw",  # S: the basis of the states
        state="rho_raw theta",  # radii and angles of the blocks
        gain="log_gamma",
    ),
    **each("neural_ssm", "DeepSSM", product="encoder_w decoder_w"),
    # the transition is U(theta) diag(tanh(a)) V(phi)
    **each("neural_ssm", "DefectL2SSM", state="a_raw theta phi"),
    **each("neural_ssm", "ThinContraction", gain="values_raw"),
    **each("neural_ssm", "ThinContraction", **{_REFLECTION: "left_raw right_raw"}),
    **each("neural_ssm", "ExpertSelectiveTimeVaryingSSM", product="K_raw S_raw", gain="log_gamma"),
    ("neural_ssm", "L2BoundedGLUv2", "raw_lip"): "gain",
    ("neural_ssm", "L2BoundedLinearExact", "W_raw"): "product",
    # X11, X22: triangles, and Skew: a skew matrix, each flattened to one dimension
    **each("neural_ssm", "L2RU", product="C Dt X21", table="Skew_params X11_params X22_params", gain="alpha gamma"),
    **each("neural_ssm", "LRU", product="Bp C D", state="nu_log theta_log", gain="gamma_log"),
    # X'X and the like make the matrices of the network
    **each("neural_ssm", "REN", product="B2 C2 D12 X X3 Y Y3 Z3", gain="gamma"),
    **each("neural_ssm", "RobustMambaDiagSSM", state="alpha_log", sum="delta_bias", gain="log_gamma"),
    **each("neural_ssm", "SSL", gain="ff_res_logit ssm_res_logit"),
    **each("neural_ssm", "SandwichFc", product="weight", sum="bias", gain="alpha psi"),
    # --- omnisafe
    **each("omnisafe", "EnsembleFC", product="weight", sum="bias"),
    ("omnisafe", "GaussianLearningActor", "log_std"): "gain",
    ("omnisafe", "PerturbationActor", "_phi"): "gain",
    ("pl_bolts", "GPT2", "sos"): "table",
    **each("protein_bert_pytorch", "CrossAttention", table="null_key null_value"),
    # --- pts
    **each("pts", "BatchNorm", gain="log_gamma", sum="beta"),
    **each("pts", "MaskedLinear", product="weight cond_weight", sum="bias"),
    **each("pytorch_pretrained_biggan", "BigGANBatchNorm", gain="weight", sum="bias"),
    ("pytorch_pretrained_biggan", "SelfAttn", "gamma"): "gain",
    # --- pytorch_transformers
    **_listed("pytorch_transformers", "AdaptiveEmbedding", "emb_projs", 3, "product"),  # F.linear
    **each("pytorch_transformers", "BertLMPredictionHead RobertaLMHead", sum="bias"),
    **each("pytorch_transformers", "Conv1D", product="weight", sum="bias"),
    **each("pytorch_transformers", "ProjectedAdaptiveLogSoftmax", product="cluster_weight", sum="cluster_bias"),
    **_listed("pytorch_transformers", "ProjectedAdaptiveLogSoftmax", "out_projs", 3, "product"),
    **each(
        "pytorch_transformers",
        "MultiHeadAttn RelPartialLearnableMultiHeadAttn RelLearnableMultiHeadAttn",
        sum="r_r_bias r_w_bias",  # added to the queries
    ),
    **each("pytorch_transformers", "TransfoXLModel", table="r_emb r_bias"),  # rows of distances
    ("pytorch_transformers", "XLNetModel", "mask_emb"): "table",
    **each(
        "pytorch_transformers",
        "XLNetRelativeAttention",
        product="q k v o r",
        sum="r_r_bias r_s_bias r_w_bias",
        table="seg_embed",  # one key for the same segment, one for another
    ),
    # --- s3tokenizer
    **each("s3tokenizer", "Conv1d Linear", product="weight", sum="bias"),
    **each("s3tokenizer", "LayerNorm", gain="weight", sum="bias"),
    # --- sam2
    ("sam2", "CXBlock", "gamma"): "gain",
    **each("sam2", "Hiera", table="pos_embed pos_embed_window"),
    **each("sam2", "LayerNorm2d", gain="weight", sum="bias"),
    **each("sam2", "SAM2Base", table="maskmem_tpos_enc no_mem_embed no_mem_pos_enc no_obj_embed_spatial no_obj_ptr"),
    ("sample_factory", "ActionParameterizationContinuousNonAdaptiveStddev", "learned_stddev"): "gain",
    # factors of a weight
    **each("sequence_models", "PositionFeedForward", product="u v", sum="bias"),
    **each("sequence_models", "MaskedConv1d", product="weight", sum="bias"),
    # --- super_gradients
    **each("super_gradients", "Attention RelativePositionBias", table="relative_position_bias_table"),
    **each("super_gradients", "Attention", sum="q_bias v_bias"),
    **each("super_gradients", "Beit", table="cls_token pos_embed"),
    **each("super_gradients", "ViT", table="cls_token pos_embedding"),
    **each("super_gradients", "Block", gain="gamma_1 gamma_2"),
    **each("super_gradients", "NormalizationAdapter", gain="multiplier", sum="additive"),
    **each("super_gradients", "QARepVGGBlock RepVGGBlock YoloNASBottleneck", gain="alpha"),
    ("tabdpt", "RMSNorm", "weight"): "gain",
    ("tabdpt", "TabDPTModel", "thinking_embed"): "table",
    # --- torch_blue: a weight is a mean plus a spread times noise
    **each(
        "torch_blue",
        "VIConv2d VILinear",
        product="_weight_mean",
        gain="_weight_log_std _bias_log_std",
        sum="_bias_mean",
    ),
    **each(
        "torch_blue",
        "VIMultiheadAttention",
        product="_in_proj_weight_mean",
        gain="_in_proj_weight_log_std _in_proj_bias_log_std",
        sum="_in_proj_bias_mean",
    ),
    # --- torch_mimicry
    ("torch_mimicry", "SNEmbedding", "weight"): "lookup",  # divided by its largest singular value
    **each("torch_mimicry", "SNLinear", product="weight", sum="bias"),
    ("torch_mimicry", "SelfAttention", "gamma"): "gain",
    # --- torch_points3d
    **each("torch_points3d", "KPConvLayer KPConvDeformableLayer", table="K_points", product="weight"),
    ("torch_points3d", "KPConvDeformableLayer", "offset_weights"): "product",
    ("torch_points3d", "KPConvDeformableLayer", "offset_bias"): "sum",
    ("torch_points3d", "MultiHeadClassifier", "_bias"): "sum",
    ("torch_points3d", "UnaryConv", "weight"): "product",
    # --- torchmeta: torch's layers, whose parameters may be given in the call
    **each("torchmeta", "MetaConv2d MetaLinear MetaBilinear", product="weight", sum="bias"),
    **each("torchmeta", "MetaBatchNorm2d MetaLayerNorm", gain="weight", sum="bias"),
    ("torchmeta", "MetaEmbedding", "weight"): "lookup",
    **each("torchmeta", "MetaMultiheadAttention", product="in_proj_weight", sum="in_proj_bias"),
    # --- torchnmf: H @ W.T, or a convolution of H with W
    **each("torchnmf", "NMF NMFD PLCA", product="W"),
    **each("torchnmf", "NMF NMFD PLCA", **{_CODES: "H"}),
    ("torchnmf", "PLCA", "Z"): "gain",
    # --- torchtune
    ("torchtune", "CLIPTextEncoder", "position_embedding"): "table",
    ("torchtune", "CLSEmbedding", "weight"): "table",
    ("torchtune", "CLSProjection", "weight"): "product",
    **each("torchtune", "DoRALinear", product="weight", gain="magnitude"),
    ("torchtune", "LoRALinear", "weight"): "product",
    **each("torchtune", "Fp32LayerNorm", gain="weight", sum="bias"),
    ("torchtune", "GemmaNormEmbeddings", "weight"): "lookup",
    **each("torchtune", "GemmaRMSNorm RMSNorm TanhGate", gain="scale"),
    **each("torchtune", "TilePositionalEmbedding", table="embedding", gain="gate"),
    **each(
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
    **each("xuance", "LayerNorm", gain="weight", sum="bias"),
    **each("xuance", "ViT", table="cls_token pos_embedding"),
    # --- of the library that audiolm's streams are mixed by: as in the list that is there already
    ("hyper_connections", "HyperConnections", "dynamic_alpha_fn"): "product",
    ("hyper_connections", "HyperConnections", "dynamic_beta_fn"): _ONE_ROW,
    **each("hyper_connections", "HyperConnections", gain="dynamic_alpha_scale dynamic_beta_scale"),
    **each("hyper_connections", "HyperConnections", **{_STREAMS: "static_alpha static_beta"}),
    ("hyper_connections", "RMSNorm", "gamma"): "gain",
}
