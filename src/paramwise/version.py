"""The version, in a file of its own: what writes files names it, and the build reads it."""

VERSION = "0.1.0"
