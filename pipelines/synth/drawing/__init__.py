"""A layout drawn in a style: one module per kind of thing, put together by ``compose``."""
