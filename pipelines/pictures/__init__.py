"""The parts that pictures are made of: rasterisation, light, lines, labels and fonts. They know numpy, not drawings."""
