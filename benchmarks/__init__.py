"""Speed, as a ratio to peers that run on the same frames in the same process.

``python -m benchmarks [CLIP]``. Machines differ and are noisy, so no test asserts a time.
"""
