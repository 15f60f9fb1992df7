"""Packages drawn at random from PyPI, so that nobody chose what is counted.

Of all names on PyPI, those that speak of neural networks (the expression in `draw.py`) and are in no set before are
shuffled with `random.Random(8)`. Of these stay, in that order, the packages that ask for torch, are pure Python, are
smaller than 30 MB and have a release of 2021 or later. The first 320 of them give the eighth set, the next 320 the
ninth: of each 320 those that have a class with a `forward` and layers of torch (of the ninth's the first 105). The
tenth are the first 105 of these: what the ninth left, those of the rest of the first 3,500 names, those of the next
2,100 names. The eleventh are all that were left of those 2,100 names: 101 packages, and one more that is left out:
sapiens-transformers, a copy of transformers. The first 340 packages that fit of the next 2,300 names gave the
twelfth: 131 packages with models in four parts; this folder has the third one. Each set before it is in three parts.
The models are built as in `package_models`; nobody ran paramwise on them while that was written.
"""
