"""Runs the clients of the benchmark, checks what they did, and writes what came of it. Standard library only."""
