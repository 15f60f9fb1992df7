"""What a person read: for what the other witnesses leave open or cannot see."""

from __future__ import annotations

# Tables of relative positions: row `i - j` is looked up, and multiplied by a query. It is a position's, as Swin's is,
# which is added to the scores; MViTv2, where most of these come from, leaves them out of weight decay.
_RELATIVE = {
    ("rel_pos_h", "rel_pos_w"): (
        "DeepseekOcr2SamVisionSdpaAttention",
        "GotOcr2VisionAttention",
        "PPFormulaNetVisionAttention",
        "SLANeXtVisionAttention",
        "SamVisionSdpaAttention",
        "SamHQVisionSdpaAttention",
        "SegGptAttention",
        "UnlimitedOcrSamVisionSdpaAttention",
        "MultiScaleAttention",  # timm: mvitv2
        "Attention",  # timm: vision_transformer_sam
    ),
    ("rel_pos_h", "rel_pos_w", "rel_pos_t"): ("MultiscaleAttention",),  # torchvision: mvit
    ("height_rel", "width_rel"): ("PosEmbedRel",),  # timm: botnet, halonet
    ("pos_emb",): ("LambdaLayer",),  # timm: lambdanet
    ("emb_rel_k", "emb_rel_v"): ("VitsAttention",),  # as in Shaw et al. 2018
    ("seg_embed",): ("XLNetRelativeAttention", "FunnelRelMultiheadAttention"),  # rows: same segment, another
}
_FREQUENCIES = "arguable: a projection of coordinates: a matrix by its use, a table of positions by its purpose"

# (class, attribute) -> kind, or "arguable: why". What the witnesses leave open, cannot see, or see too narrowly.
HAND: dict[tuple[str, str], str] = {
    **{(cls, attribute): "table" for names, classes in _RELATIVE.items() for attribute in names for cls in classes},
    ("Gemma4PatchEmbed", "position_embedding_table"): "table",  # timm: rows looked up by a product with a one-hot
    ("RelPosBiasTf", "relative_position_bias_table"): "table",  # timm: the same
    ("SamPositionalEmbedding", "positional_embedding"): _FREQUENCIES,
    ("SamHQPositionalEmbedding", "positional_embedding"): _FREQUENCIES,
    ("MiniMaxMusic3FourierEmbedding", "weight"): _FREQUENCIES,
    ("MochiTransformer3DModel", "pos_frequencies"): _FREQUENCIES,
    # one learned query that attends to the sequence: SDPA multiplies it by the keys
    ("Aimv2AttentionPoolingHead", "cls_token"): "table",
    ("Inkling2BlockAttentionResidual", "query"): "table",
    # learned queries handed to another module
    ("AriaProjector", "query"): "table",
    ("InstructBlipVideoForConditionalGeneration", "query_tokens"): "table",
    # factors that are made of the parameter and of something else first
    ("Inkling2DynamicShortConvolution", "static_weight"): "product",  # taps of a convolution: static + dynamic
    ("EsmFold2Parcae", "input_matrix_continuous"): "product",  # delta * matrix, then F.linear elsewhere
    ("EsmFold2Parcae", "log_state_decay"): "state",
    ("EsmFold2Parcae", "log_delta"): "state",
    ("DbrxExpertGLU", "w1"): "product",  # handed to DbrxExpertGLU.forward by DbrxExperts, expert by expert
    ("DbrxExpertGLU", "v1"): "product",
    ("DbrxExpertGLU", "w2"): "product",
    ("QuantLinear", "weight"): "product",  # I-BERT: rounded to integers, then F.linear
    ("QuantEmbedding", "weight"): "lookup",  # I-BERT's nn.Embedding
    ("WhisperPositionalEmbedding", "weight"): "lookup",  # an nn.Embedding whose rows are taken by a slice
    ("UnlimitedOcrTextTopkRouter", "weight"): "product",  # F.linear(hidden_states, weight.type(torch.float32))
    ("MMAudioMPConv1d", "weight"): "product",  # diffusers: F.conv1d(x, weight * gain)
    ("MotionConv2d", "weight"): "product",  # diffusers: F.conv2d(x, weight * scale), as in StyleGAN
    ("MotionLinear", "weight"): "product",
    ("WanAnimateMotionEncoder", "motion_synthesis_weight"): "product",  # orthogonalized by QR, then multiplied
    ("SanaWMTemporalShortConvolution", "weight"): "product",  # F.conv1d; one tap is subtracted again
    # mixed or added by mask arithmetic, where the witnesses see the mask: m * token
    ("Dinov2Embeddings", "mask_token"): "table",
    ("FlavaImageEmbeddings", "mask_token"): "table",
    ("SegGptEmbeddings", "mask_token"): "table",
    ("Sam3TrackerVideoModel", "no_object_pointer"): "table",
    ("Sam3TrackerVideoModel", "occlusion_spatial_embedding_parameter"): "table",
    ("MllamaPrecomputedPositionEmbedding", "embedding"): "table",  # (1 - gate) * table
    ("EvollaSequenceCompressorResampler", "latents"): "table",  # ones * latents, to repeat them
    # codebooks of a Gumbel quantizer: rows weighted by probabilities
    ("Wav2Vec2GumbelVectorQuantizer", "codevectors"): "table",
    ("Wav2Vec2ConformerGumbelVectorQuantizer", "codevectors"): "table",
    ("UniSpeechGumbelVectorQuantizer", "codevectors"): "table",
    ("UniSpeechSatGumbelVectorQuantizer", "codevectors"): "table",
    # never used by the forward pass of these classes, or not by one that runs
    ("UniSpeechSatForPreTraining", "label_embeddings_concat"): "table",
    ("HunYuanVLVisionPatchMerger", "image_sep"): "table",
    ("Sam3TrackerVideoModel", "no_memory_positional_encoding"): "table",
    ("SegGptEmbeddings", "position_embeddings"): "table",
    ("PerceiverEmbeddings", "latents"): "table",
    ("PerceiverTrainablePositionEncoding", "position_embeddings"): "table",
    ("XLNetModel", "mask_emb"): "table",
    ("Nemotron3DiarizationForAudioFrameClassification", "silence_embeds"): "table",
    ("PriorTransformer", "prd_embedding"): "table",
    ("ReformerOnlyLMHead", "bias"): "sum",
    ("_SoftmaxUCPESinglePathLiteLA", "A_log"): "state",  # diffusers: as in its linear sibling
    ("_SoftmaxUCPESinglePathLiteLA", "dt_bias"): "sum",
    # diffusers: rows added to the time embedding, elsewhere
    ("SanaTransformer2DModel", "scale_shift_table"): "sum",
    ("SanaVideoTransformer3DModel", "scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformer3DModel", "audio_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "audio_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "audio_a2v_cross_attn_scale_shift_table"): "sum",
    ("SanaWMLTX2RefinerTransformerBlock", "video_a2v_cross_attn_scale_shift_table"): "sum",
    # a scalar handed to another module, which multiplies by it
    ("FilterResponseNormTlu2d", "tau"): "gain",  # timm: a threshold of each channel, max(x, tau)
    ("MMAudioDecoder1D", "learnable_gain"): "gain",
    ("MMAudioEncoder1D", "learnable_gain"): "gain",
    ("AlphaBlender", "mix_factor"): "gain",
    ("FlavaModel", "logit_scale"): "gain",
    ("VitsElementwiseAffine", "log_scale"): "gain",
    ("IdeficsGatedCrossAttentionLayer", "alpha_cross_attn"): "gain",
    ("IdeficsGatedCrossAttentionLayer", "alpha_dense"): "gain",
    ("EsmFold2LanguageModelEncoder", "layer_weights"): "gain",  # softmax over layers
}
