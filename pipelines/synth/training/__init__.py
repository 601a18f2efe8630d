"""Training of the project's own networks on drawings of known truth.

``subject`` draws a layout in hands that are wilder than those of ``drawing``, ``tiles`` cuts squares with boxes and
masks out of it, ``loop`` trains on them for so many minutes, ``weights`` writes and reads ONNX, ``card`` reports.
"""
