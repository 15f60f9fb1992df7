# After transformers run_glue.py: the Trainer's own groups and schedule.
# Expect: nothing
import tempfile

import torch
from transformers import BertConfig, BertForSequenceClassification, PrinterCallback, Trainer, TrainingArguments, set_seed

set_seed(0)
model = BertForSequenceClassification(
    BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
)
data = [{"input_ids": torch.arange(6) + i, "labels": i % 2} for i in range(8)]
arguments = TrainingArguments(
    tempfile.mkdtemp(),
    max_steps=3,
    per_device_train_batch_size=2,
    use_cpu=True,
    report_to=[],
    weight_decay=0.01,
    warmup_steps=2,
    disable_tqdm=True,
    save_strategy="no",
)
trainer = Trainer(model, arguments, train_dataset=data)
trainer.remove_callback(PrinterCallback)  # it prints how long the training took
result = trainer.train()
print(result.global_step, model.classifier.bias.tolist())
