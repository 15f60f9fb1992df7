"""Bytes on disk, without torch."""
