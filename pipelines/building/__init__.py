"""The parts of a building as nodes of a scene: one module per kind of thing. Composed by ``pipelines.build``."""
