"""What XAPI shows of a bond's links."""

from __future__ import annotations

from xenferry.lab.db import Database


def show_links(db: Database, bond: str) -> None:
    """Bond.links_up and the carrier of the bond's PIF follow from its members' cables."""
    record = db.get("Bond", bond)
    members = [db.get("PIF", member) for member in record["slaves"]]
    up = [metrics for metrics in (db.all("PIF_metrics").get(pif["metrics"]) for pif in members) if metrics]
    linked = [metrics for metrics in up if metrics["carrier"]]
    db.update("Bond", bond, links_up=len(linked))
    metrics = db.get("PIF", record["master"])["metrics"]
    if db.exists("PIF_metrics", metrics) and all(metrics != pif["metrics"] for pif in members):
        db.update("PIF_metrics", metrics, carrier=bool(linked), speed=sum(each["speed"] for each in linked))
