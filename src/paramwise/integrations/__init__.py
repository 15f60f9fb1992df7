"""paramwise inside the libraries that people train with."""
