"""Speed, as a ratio to what runs on the same machine in the same run.

========================================  ====================================================
``python -m benchmarks``                  ``kenspeckle bench``: ours beside its peers
``python -m benchmarks.stages [CLIP]``    a live frame, network by network
``python -m benchmarks.startup CLIP``     the first labelled face, beside importing libraries
``python -m benchmarks.folder_import D``  a folder of people, beside the pipeline alone
``python -m benchmarks.search``           a search, beside the product of matrix and probe
``python -m benchmarks.panel``            the panel with 5,000 people, beside 50
``python -m benchmarks.vault``            sealing, beside what it seals
``python -m benchmarks.sealing``          a sealed gallery, beside an open one
``python -m benchmarks.display``          the picture, while everything else is busy
========================================  ====================================================

Machines differ and are noisy, so no test asserts a time.
"""
