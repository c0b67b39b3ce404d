"""Checking an exercise: run what the reader wrote, within a time limit, and compare it with what it should give."""
