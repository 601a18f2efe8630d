"""The reader by ezdxf fulfils what every reader has to."""

from __future__ import annotations

import pytest

from pipelines.dxf import parser
from tests.unit.dxf.reader_conformance import Read, ReaderConformance


class TestEzdxfReader(ReaderConformance):
    @pytest.fixture
    def read(self) -> Read:
        return parser.read
