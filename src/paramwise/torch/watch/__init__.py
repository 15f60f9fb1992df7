"""Trainings, watched while they run."""
