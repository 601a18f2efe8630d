"""Write what the charts' values tell, schemas, tables and, with helm, snapshots: ``python -m tests.chart``."""

from __future__ import annotations

from tests.chart import pages
from tests.chart.charts import helm

if __name__ == "__main__":
    for path, text in pages.written(snapshots=helm() is not None).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
