# After peft's examples: the Trainer makes two groups, and LoRA has nothing for the second.
# Expect: nothing
import tempfile

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, PrinterCallback, Trainer, TrainingArguments, set_seed

set_seed(0)
base = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=20,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
    )
)
model = get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
data = [{"input_ids": torch.arange(6), "labels": torch.arange(6)}] * 8
arguments = TrainingArguments(
    tempfile.mkdtemp(),
    max_steps=3,
    per_device_train_batch_size=2,
    use_cpu=True,
    report_to=[],
    weight_decay=0.01,
    disable_tqdm=True,
    save_strategy="no",
)
trainer = Trainer(model, arguments, train_dataset=data)
trainer.remove_callback(PrinterCallback)  # it prints how long the training took
trainer.train()
print(sum(p.sum().item() for p in model.parameters() if p.requires_grad))
