"""The version, in its own file: the build reads it, and files we write name it."""

VERSION = "0.1.0"
