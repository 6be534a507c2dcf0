"""Clausier: the general terms of an IT managed-service provider, made executable."""

__version__ = "0.1.0"
