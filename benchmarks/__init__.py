"""Speed, as a ratio to what runs on the same machine in the same run.

========================================  ====================================================
``python -m benchmarks [CLIP]``           a frame, beside OpenCV's own recogniser
``python -m benchmarks.startup CLIP``     the first labelled face, beside importing libraries
``python -m benchmarks.folder_import D``  a folder of people, beside the pipeline alone
``python -m benchmarks.search``           a search, beside the product of matrix and probe
``python -m benchmarks.panel``            the panel with 5,000 people, beside 50
``python -m benchmarks.vault``            sealing, beside what it seals
========================================  ====================================================

Machines differ and are noisy, so no test asserts a time.
"""
