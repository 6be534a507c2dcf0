"""Bundles of evidence: what may be shown in court about a dispute, in one signed file."""
