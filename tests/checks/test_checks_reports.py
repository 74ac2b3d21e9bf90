"""Whole reports in the ways that companies write them: clean, and with one thing made wrong."""

from __future__ import annotations

import pytest

from ircon.checks.finding import Finding
from ircon.desk.factory import open_desk

# A table of times, numbers first: as site reliability engineers write.
TABLE = """\
Elevated error rates on Checkout API
Incident Report for Northwind Pay
Postmortem

# Postmortem: Checkout API 5xx

**Date:** Wednesday, 2025-11-05

## Summary

On 2025-11-05 from 14:02 to 15:10 EST, 18 % of checkout requests returned a 503. The incident lasted 68 minutes.

## Impact

About 41,000 checkout requests failed, and 2,300 customers had to retry their payment.

## Contributing factors

A configuration change to the connection pooler reduced `max_client_conn` from 4000 to 400. The limit was hit when the daily settlement job started.

## Detection

The alert "checkout-5xx-burn" paged the on-call engineer at 14:06 EST.

## Timeline (all times EST)

| Time | Event |
|---|---|
| 13:58 | configuration change deployed |
| 14:02 | the first checkout requests fail |
| 14:06 | alert pages on-call |
| 14:44 | change rolled back |
| 15:10 | error rate back to normal |

## Action items

- Add a canary stage to pooler configuration deploys (owner: Priya, due 2025-11-20, OPS-1182).
- Alert on pooler client saturation above 80 % (storage, due 2025-11-14, OPS-1183).

Posted Nov 07, 2025 - 11:30 EST

Resolved
Checkout requests succeed again since 15:10 EST. We rolled back the pooler configuration change. No payments were lost or charged twice.
Posted Nov 05, 2025 - 15:15 EST

Monitoring
We rolled back the pooler configuration change at 14:44 EST and error rates are falling. Next update by 15:30 EST.
Posted Nov 05, 2025 - 14:50 EST

Identified
A configuration change to our connection pooler limits the number of connections; we are rolling it back. Next update by 15:00 EST.
Posted Nov 05, 2025 - 14:31 EST

Investigating
About one in five checkout requests fails with a 503 error since 14:02 EST. Next update by 14:35 EST.
Posted Nov 05, 2025 - 14:17 EST
This incident affected: Checkout API.
"""

# Headings without a mark, and a list of times: what pages make of formatted text.
PLAIN = """\
Dashboards show no data
Incident Report for Metricly
Postmortem

All times are US Eastern.

On Tuesday, July 15, 2025, from 9:40 AM to 10:25 AM dashboards showed no data for 3,400 accounts.

Timeline

9:38 AM - cache cluster deleted
9:41 AM - monitoring alert fires, on-call is paged
10:25 AM - cache rebuilt, dashboards load

Cause

A maintenance script deleted the cache of every environment, because its default was all of them. One slow query log was gone, too.

Corrective actions

1. The script asks for one environment (team Data, done July 16, 2025, MET-77).
2. Deletes wait an hour in the bin (Grace, by July 31, 2025, MET-78).

Posted Jul 17, 2025 - 17:00 EDT

Resolved
Dashboards show data again since 10:25 AM EDT. We rebuilt the cache. No data was lost.
Posted Jul 15, 2025 - 10:26 AM EDT
Monitoring
The empty cache nodes have been taken out of rotation. Next update by 10:30 AM EDT.
Posted Jul 15, 2025 - 10:08 AM EDT
Identified
A maintenance script deleted our cache. We are rebuilding it. Next update by 10:10 AM EDT.
Posted Jul 15, 2025 - 09:54 AM EDT
Investigating
Dashboards show no data for all customers. Next update by 9:55 AM EDT.
Posted Jul 15, 2025 - 09:40 AM EDT
This incident affected: Dashboards.
"""

# No page at all: a post in a company's blog.
BLOG = """\
# How a log rotation took down our search

*By the infrastructure team, 3 February 2026*

On Wednesday, 28 January, search was down for everybody between 16:20 UTC and 18:05 UTC. That's 1 hour and 45 minutes during which 310,000 searches failed. We're sorry.

## Background

Search runs on 12 nodes. Each writes a slow log to the same disk as its data:

```yaml
rotation: "0 16 * * *"   # at 16:00 EST, quickly identified
```

## What happened

At 16:21 UTC our probe reported that searches returned no results, and PagerDuty called whoever was on duty. At 16:48 UTC the cluster stopped: a node had run out of disk space. At 17:31 UTC we deleted the rotated logs on all nodes. The index was complete again at 18:05 UTC.

## Why did it happen?

The log rotation kept 90 days instead of 9 since a change on 14 January 2026. Disk alerts were set at 95 %, and search stops writing at 95 %, too.

## What we're changing

* Slow logs move to a volume of their own by 13 February 2026 (infra, KS-881).
* Disk alerts fire at 80 % (done on 30 January 2026, infra, KS-882).
"""

REPORTS = {"table": TABLE, "plain": PLAIN, "blog": BLOG}
# A remark, not a fault: prose without a list of times.
ALLOWED = {"P12"}


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """The findings in a report."""
    home = tmp_path_factory.mktemp("home")
    desk = open_desk(str(home))

    def findings(text: str) -> tuple[Finding, ...]:
        path = home / "report.txt"
        path.write_text(text)
        (checked,) = desk.checking.check(desk.checking.documents([path]))
        return checked.findings

    return findings


@pytest.mark.parametrize("name", REPORTS)
def test_a_sound_report_is_left_in_peace(check, name):
    found = [(one.rule, one.quote) for one in check(REPORTS[name])]
    assert [one for one in found if one[0] not in ALLOWED] == []


@pytest.mark.parametrize(
    ("name", "right", "wrong", "rule", "quote"),
    [
        ("table", "Wednesday, 2025", "Tuesday, 2025", "T4", "Tuesday, 2025-11-05"),
        ("table", "lasted 68 min", "lasted 48 min", "T7", "48 minutes"),
        ("table", "from 14:02 to 15:10 EST", "from 14:02 to 14:50 EST", "T2", "14:02 to 14:50"),
        ("table", "from 14:02 to 15:10 EST", "from 13:00 to 15:10 EST", "T2", "13:00 to 15:10"),
        ("table", "from 14:02 to 15:10 EST", "from 14:02 to 15:10 EDT", "T3", "EDT"),
        ("table", "at 14:06 EST", "at 2:06 PM EST", "T8", "2:06 PM"),
        ("table", "since 14:02 EST", "since 14:02", "T1", "14:02"),
        ("table", "by 14:35 EST", "by 14:25 EST", "U5", "Next update by 14:25 EST"),
        ("table", "and error rates are falling", "and it has been resolved", "U7", "resolved"),
        ("table", "(owner: Priya, due 2025-11-20, OPS-1182)", "(owner: Priya)", "P10", "Add a"),
        ("plain", "Tuesday, July 15", "Monday, July 15", "T4", "Monday, July 15, 2025"),
        ("plain", "10:25 AM dashboards", "11:40 AM dashboards", "T2", "9:40 AM to 11:40 AM"),
        ("plain", "for 3,400 accounts", "for many accounts", "P8", None),
        ("plain", "A maintenance script deleted the cache", "Some issues hit us", "P9", "Some i"),
        ("plain", "1. The script asks for one", "1. Revisit the", "P10", "Revisit"),
        ("plain", "A maintenance script", "Our engineer saw it and should have", "L1", "Our eng"),
        ("plain", "cache cluster deleted", "human error", "L2", "human error"),
        ("blog", "Wednesday, 28", "Thursday, 28", "T4", "Thursday, 28 January"),
        ("blog", "1 hour and 45", "1 hour and 25", "T7", "1 hour and 25 minutes"),
        ("blog", "At 16:48 UTC", "At 16:48", "T1", "16:48"),
        ("blog", "* Slow logs move to", "* We'll look into\n* Slow logs move to", "P10", "We'll"),
        ("blog", "searches failed", "searches were slow", "U14", "slow"),
    ],
)  # fmt: skip
def test_what_is_made_wrong_is_found(check, name, right, wrong, rule, quote):
    assert right in REPORTS[name]
    found = [one.quote for one in check(REPORTS[name].replace(right, wrong)) if one.rule == rule]
    assert any(quote is None or quote in one for one in found), found
