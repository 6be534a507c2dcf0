"""The face that a client’s people see: their requests, what was promised them and why, points, contracts."""
