"""Drawing -> floor plan -> scene -> GLB: a library that knows no service.

Data flows one way: ``dxf`` reads bytes into columns, ``drafting`` understands them as a floor plan, ``build``
makes a scene of it, ``gltf`` writes bytes. Nothing in here imports ``runner``.
"""
