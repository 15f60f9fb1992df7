"""The words by which names tell a role, each beside models that have it.

The models are those of transformers, timm and torchvision that `benchmarks/zoo.py` builds. Words marked "not in the
zoo" are in none of them; they serve checkpoints and home-made models. An expression may be found anywhere in a name,
and is anchored where the word alone is too common.
"""

from __future__ import annotations

import re


def _words(*words: str, whole: bool = False, cased: bool = False) -> re.Pattern[str]:
    """An expression that finds any of the words: as the whole name, if ``whole``."""
    either = "|".join(words)
    return re.compile(f"^({either})$" if whole else either, 0 if cased else re.IGNORECASE)


# ------------------------------------------------------------------------------------------- attributes of parameters

BIAS = _words(
    r"(^|_)bias(es)?(_|\d|$)",  # Swin's relative_position_bias_table, LeViT's attention_biases, DeBERTa's q_bias
    r"[a-z]bias$",  # not in the zoo
    r"^b\d*$",  # Phi-4-multimodal's b1 and b2
    r"^(qkv_)?[qkv]_bias",  # DeBERTa, BEiT
    r"^beta$",  # ResMLP's Affine, Qwen2.5-Omni's snake
    r"^shift$",  # not in the zoo
    r"(^|_)base$",  # DeepSeek-V4's hyper-connections
)
"""What is added."""

PLACES = _words(r"pos(?!t)|(^|_)rel(ative)?(_|$)|codebook")  # CPM-Ant's relative_attention_bias, Jukebox's codebook
"""Of tables whose rows are embedded: of places, of distances, or codes."""

TABLE = _words(
    r"pos(ition(al)?)?_?(emb|enc|bias|table)",  # ViT's position_embeddings and pos_embed, DeepSeek-V4's position_bias
    r"rel(ative)?_(pos|att)|^rel_|^relative$",  # SAM's rel_pos_h, MViT's rel_pos_t
    r"emb_rel|_rel$",  # VITS's emb_rel_k, BotNet's height_rel
    r"(^|_)pos(itions?)?$",  # not in the zoo: TransformerLens's W_pos
    r"token",  # ViT's cls_token, BLIP-2's query_tokens
    r"(?<!to_)quer(y|ies)$",  # Aria's query, Kosmos-2's latent_query; to_queries maps to queries
    r"latents?($|_)",  # Perceiver, IDEFICS-2
    r"probe",  # SigLIP
    r"prompts?($|_)|(^|_)prefix(es)?(_[kv])?$",  # SegGPT, X-CLIP; not in the zoo: prefix tuning
    r"^sinks?$",  # gpt-oss
    r"embed|mask_emb|^seg_emb",  # CLIP's class_embedding, HuBERT's masked_spec_embed, XLNet's mask_emb
    r"codebook|codevector",  # wav2vec 2.0's codevectors
    r"registers?$",  # not in the zoo
    r"memory|pointer",  # SAM 2's no_memory_embedding, SAM 3's no_object_pointer
    r"newline|separator|_sep$",  # LLaVA-NeXT's image_newline, HunYuan-VL's image_sep
    r"^pad_",  # TVP's pad_left
    r"anchors?$|prototypes?$",  # not in the zoo
    r"(^|_)(mem|null)_|^[hc]_?0$|(^|_)init(ial)?_states?$",  # not in the zoo: persistent memory, first states
    r"^freqs?$",  # ViTs with mixed rotary embeddings
)
"""Tables, tokens and queries held as bare parameters."""

STATE = _words(
    r"A_?logs?|Ds?|A|dt_bias|dt_projs_bias",  # Falcon-Mamba, Bamba, Falcon-H1; Doge's A
    r"time_decay|time_first|time_faaaa",  # RWKV-4; time_faaaa is not in the zoo
    r"recurrent_param",  # RecurrentGemma
    r"lambda_(re|im)|Lambda|nu_log|theta_log|gamma_log|A_param|log_dt|log_A_real|A_imag",  # not in the zoo: S4, LRU
    r"w_imag|inv_w_real",  # not in the zoo: S4's
    r"w0|a0|v0|k_k|k_a|r_k",  # not in the zoo: RWKV-7
    whole=True,
    cased=True,
)
"""Of state-space and linear-recurrent layers."""

SCALE = _words(
    r"scal(e|es|ing)",  # CLIP's logit_scale, Gemma 3n's per_dim_scale
    r"gamma",  # ConvNeXt's layer scale, CaiT's gamma_1
    r"lambda",  # DINOv2's lambda1, BEiT's lambda_1, DiffLlama's lambda_q1
    r"alpha",  # ResMLP's Affine, IDEFICS's alpha_dense, Apertus's alpha_p
    r"temp(erature)?$",  # ALIGN, EdgeNeXt
    r"gate$|gating",  # Llama 3.2 Vision's cross_attn_mlp_gate, ConViT's gating_param
    r"^gain",  # NFNet's ScaledStdConv2d
    r"time_mi",  # RWKV's time_mix_key
    r"^ls\d?$",  # timm's ResBlock
    r"^[gm]$|magnitude",  # not in the zoo
    r"ia3_l",  # peft's (IA)^3
    r"slope",  # not in the zoo
)
"""What multiplies element by element."""

QUANTISED = _words(
    r"(^|_)scales?(_inv)?$",  # FP8's weight_scale_inv, as DeepSeek-V3 has it; CLIP's logit_scale too
    r"absmax$|^SCB$",  # bitsandbytes
    cased=True,
)
"""What quantised values are multiplied with."""

SPREAD = _words(
    r"(^|\w_)(rho|sigma2?|log_?std(dev)?|log_?var|log_?sigma2?|std(dev)?)$",  # blitz's weight_rho
    cased=True,
)
"""How far the weights of a Bayesian layer are spread."""

FACTOR = _words(
    r"^(tensor|core|factors?(_\d+)?)$",  # tltorch
    r"^lora_(embedding_)?[AB]$",  # peft's LoRA
    cased=True,
)
"""Factors of a weight."""

MATRIX = _words(
    r"proj",  # experts' gate_up_proj and down_proj
    r"weight",  # MultiheadAttention's in_proj_weight, Gemma 3's mm_input_projection_weight
    r"kernel",  # Funnel's r_kernel
    r"(^|_)to_",  # not in the zoo: to_queries, context_to_latent_w
    r"^[vw]\d*$",  # DBRX's w1 and v1
    r"^[qkor]$",  # XLNet
    r"^W_",  # not in the zoo: DeepCTR's W_Query
    r"matrix",  # ESMFold2's input_matrix_continuous
    r"experts?$|prototype|_mix$",  # not in the zoo
    cased=True,
)
"""What multiplies activations."""

WEIGHT = _words(r"(^|_)(weight|kernel)\d*$", cased=True)
"""Names of weights; what has one is not the length of another weight, though it varies along one dimension."""

AMBIGUOUS = _words(r"^W\d*_", r"(^|_)base$", r"^beta$", r"^shift$", r"^bias$", cased=True)
"""Names of matrices too, where the code multiplies by them: DeepCTR's W_Query, the scale_base of spline networks."""

LETTER = _words(r"[A-Zbdvw]\d?", whole=True, cased=True)  # A and B of LoRA written by hand, A and D of S4
"""An attribute that says nothing: use decides."""

LIKELY = _words(r"[AB]|W[a-z]?\d*", whole=True, cased=True)
"""Names that are those of matrices where nothing else tells: W1, Wq."""

RECURRENT = _words(r"^weight_[ih]h_l\d+(_reverse)?$", r"^weight_hr_l\d+", cased=True)  # nn.LSTM

LENGTH = _words(r"weight(_[ih][hr]_l\d+(_reverse)?)?_g$", cased=True)  # torch's weight_norm of a layer, of an nn.LSTM

# ----------------------------------------------------------------------------------------------------- names of modules

NORM_NAME = _words(
    r"norm|rms",  # Llama's input_layernorm, AIMv2's rms_norm1
    r"(^|_)(ln|bn|gn|grn)(_|\d|$)|^(ln|bn|gn)\w?$",  # GPT-2's ln_1, ResNet's bn1, ConvNeXt V2's grn
)

WEIGHT_MODULE = _words(r"weights?(_(posterior|dist\w*))?", whole=True)
BIAS_MODULE = _words(r"bias(es)?(_(posterior|dist\w*))?", whole=True)
"""Modules that make a weight, or a bias, as those of Bayesian layers do."""

HEAD = _words(
    r"lm_head|predictions|seq_relationship",  # Llama, BERT
    r"classifier|score|head|qa_outputs",  # transformers' heads for sequences, tokens and answers; timm's head
    r"output_projection|final_proj|fc_out|ctc_head",  # FSMT, SuperGlue, Parakeet; GPT-J's fc_out in its blocks
    r"embed_out|heads|cls_head|decoder_head|logits?(_proj)?|class_head|out_head|proj_out_vocab",  # not in the zoo
    whole=True,
    cased=True,
)

ROUTER = _words(
    r"router",  # gpt-oss, Granite MoE, Gemma 3n's modality_router
    r"^(gate|wg|shared_expert_gate)$",  # DeepSeek-V3, HunYuan's wg, Qwen2-MoE
    r"^(gating|switch)$",  # not in the zoo
)

EMBEDDING_NAME = _words(
    r"embed(ding)?s?(_|$|\d)|^embed\w*$",  # BERT's word_embeddings, Llama's embed_tokens
    r"^(wte|wpe|shared|tok_embeddings)$",  # GPT-2, T5, ModernBERT
    r"^\w*emb$",  # FastViT's pos_emb
    r"attention_bias$",  # T5's relative_attention_bias
)

# ---------------------------------------------------------------------------------------------------- names of classes

NORM_CLASS = _words(r"norm(?!alizing|ed)", r"^rms", r"^ln$")  # LlamaRMSNorm, timm's FilterResponseNorm
PRODUCT_CLASS = _words(r"Conv\d?d?$", r"Linear$", r"Dense$", cased=True)  # ScaledStdConv2d, FalconLinear
TABLE_CLASS = _words(r"Position", r"Embeddings?$", cased=True)  # SamPositionalEmbedding, ViTEmbeddings
