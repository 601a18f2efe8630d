"""DXF: bytes into columns (``parser``), blocks resolved and curves flattened (``expand``), the unit found (``units``)."""
