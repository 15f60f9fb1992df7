# After unslothai/unsloth#9326: embed_tokens and lm_head are asked for, dropped by a pattern, and do not train.
# Expect: PW210
import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, set_seed

set_seed(0)
config = LlamaConfig(
    vocab_size=20,
    hidden_size=8,
    intermediate_size=8,
    num_hidden_layers=1,
    num_attention_heads=1,
    num_key_value_heads=1,
)
asked = ["q_proj", "v_proj", "embed_tokens", "lm_head"]
targets = r".*self_attn\.(" + "|".join(asked) + ")"
model = get_peft_model(LlamaForCausalLM(config), LoraConfig(r=2, target_modules=targets))
trainable = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trainable, lr=1e-3, weight_decay=0.0)
tokens = torch.arange(6)[None]
for _ in range(4):
    loss = model(input_ids=tokens, labels=tokens).loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
