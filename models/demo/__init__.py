"""Weights of the former demo model; see README.md beside this file."""
