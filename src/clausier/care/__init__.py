"""Care of an installation: founding it, backups, upgrades, the doctor, metrics, logs.

It stands beside the floors: it sees them, they do not see it.
"""
