"""The folder that is put first in PYTHONPATH: Python runs the file in it at its start."""
