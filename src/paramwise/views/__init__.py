"""What a person is shown: plain blocks, and the renderers that lay them out."""
