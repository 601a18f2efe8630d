"""How well drawings are understood: drawn ones against their truth, real ones against what was read off them."""
