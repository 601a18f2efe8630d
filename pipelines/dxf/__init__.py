"""DXF: bytes into columns (``parser``), blocks placed and curves flattened (``expand``), units found (``units``)."""
