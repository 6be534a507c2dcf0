"""Speed, measured: `python -m benchmarks` from the root of the sources. See RESULTS.md."""
