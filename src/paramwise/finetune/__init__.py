"""The main job: a pretrained model, a plan, a training loop, a result."""
