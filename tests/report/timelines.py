"""Timelines made to measure: valid to the last digit of their digest, whatever names stand in them."""

import hashlib
import json

HEADER = {
    "kind": "Header", "format": 1, "firedrill": "0.1.0", "scenario": "made", "sha256": "0" * 64, "seed": 1,
    "profile": "karmada", "start": "2026-01-01T00:00:00Z", "flags": {}, "featureGates": {}, "components": {},
}


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


class Timeline:
    def __init__(self, **header):
        self.lines = [line({**HEADER, **header})]
        self.count = 0
        self.by_kind = {}
        self.time = 0

    def add(self, time, kind, cause=0, **fields):
        """Adds an event and gives its number. Times are whole seconds, and must not run backwards."""
        assert time >= self.time, "times in order"
        self.time = time
        self.count += 1
        self.by_kind[kind] = self.by_kind.get(kind, 0) + 1
        self.lines.append(line({"seq": self.count, "t": time, "kind": kind, **fields, "cause": cause}))
        return self.count

    def write(self, path, end):
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            for text in self.lines:
                digest.update(text.encode())
                file.write(text.encode())
            file.write(line({"kind": "Footer", "t": end, "events": self.count, "byKind": self.by_kind, "api": {},
                             "digest": digest.hexdigest()}).encode())
        return path


def join(timeline, clusters, region="eu"):
    """All clusters join and are Ready, with room for 100 pods."""
    for name in clusters:
        joined = timeline.add(0, "ClusterJoined", cluster=name, syncMode="Push", region=region)
        timeline.add(0, "ClusterConditionChanged", joined, cluster=name, condition="Ready", status="True",
                     reason="ClusterReady")
        timeline.add(0, "ResourceSummaryChanged", joined, cluster=name,
                     resourceSummary={"allocatable": {"cpu": "10", "pods": "100"}, "allocated": {"pods": "0"}})


def deploy(timeline, time, workload, cluster, replicas):
    bound = timeline.add(time, "BindingScheduled", workload=workload, clusters={cluster: replicas}, by="scheduler")
    work = timeline.add(time, "WorkCreated", bound, workload=workload, cluster=cluster, replicas=replicas)
    started = timeline.add(time, "PodsStarted", work, workload=workload, cluster=cluster, replicas=replicas,
                           total=replicas)
    timeline.add(time, "PodsReady", started, workload=workload, cluster=cluster, replicas=replicas, total=replicas)


def fail_over(timeline, time, broken, refuge, workloads, replicas, fault="/events/0"):
    """`broken` is out from `time` for 200 s; what runs there is evicted after 40 s and ready in `refuge` after 50."""
    started = timeline.add(time, "FaultStarted", fault=fault, type="outage", mode="unreachable", clusters=[broken])
    probe = timeline.add(time + 10, "ProbeFailed", started, cluster=broken, answer="refused")
    condition = timeline.add(time + 40, "ClusterConditionChanged", probe, cluster=broken, condition="Ready",
                             status="False", reason="ClusterNotReachable")
    taint = {"key": "cluster.karmada.io/not-ready", "effect": "NoExecute"}
    tainted = timeline.add(time + 40, "TaintAdded", condition, cluster=broken, taint=taint)
    tasks = []
    for workload in workloads:
        timeline.add(time + 40, "EvictionQueued", tainted, workload=workload, cluster=broken, queue="bindings", depth=1)
        timeline.add(time + 40, "EvictionDequeued", tainted, workload=workload, cluster=broken, queue="bindings",
                     worker=1, waited=0, outcome="Evicted")
        tasks.append(timeline.add(time + 40, "GracefulEvictionTaskAdded", tainted, workload=workload, cluster=broken,
                                  task={"reason": "TaintUntolerated", "producer": "TaintManager"}, clusters={}))
    for workload, task in zip(workloads, tasks):
        bound = timeline.add(time + 40, "BindingScheduled", task, workload=workload, clusters={refuge: replicas},
                             by="scheduler")
        timeline.add(time + 40, "PodsStarted", bound, workload=workload, cluster=refuge, replicas=replicas,
                     total=replicas)
    ready = [timeline.add(time + 50, "PodsReady", task, workload=workload, cluster=refuge, replicas=replicas,
                          total=replicas) for workload, task in zip(workloads, tasks)]
    for workload, cause in zip(workloads, ready):
        timeline.add(time + 50, "GracefulEvictionTaskRemoved", cause, workload=workload, cluster=broken,
                     clusters={refuge: replicas}, reason="Healthy")
    ended = timeline.add(time + 200, "FaultEnded", started, fault=fault, type="outage", mode="unreachable",
                         clusters=[broken])
    for workload in workloads:
        timeline.add(time + 200, "PodsStopped", ended, workload=workload, cluster=broken, replicas=replicas, total=0,
                     reason="Deleted")
    back = timeline.add(time + 230, "ClusterConditionChanged", ended, cluster=broken, condition="Ready", status="True",
                        reason="ClusterReady")
    timeline.add(time + 230, "TaintRemoved", back, cluster=broken, taint=taint)


def story(path, scenario="story"):
    """Three clusters, two workloads on the first; it fails at 100 s and comes back at 300 s; 600 s in all."""
    timeline = Timeline(scenario=scenario)
    join(timeline, ["member1", "member2"], "eu")
    join(timeline, ["member3"], "us")
    workloads = ["Deployment/default/front", "Deployment/default/back"]
    for workload in workloads:
        deploy(timeline, 20, workload, "member1", 3)
    deploy(timeline, 20, "Deployment/default/spare", "member3", 2)
    fail_over(timeline, 100, "member1", "member2", workloads, 3)
    return timeline.write(path, 600)


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    "javascript:alert(3)",
    "\"'><svg onload=alert(4)>",
    "line\u2028break\u2029end",
    "\u202egnp.exe\u2066",
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b]0;title\x07",
    "x'; DROP TABLE events;--",
    "$& $1 $`",
    "\x01\x02\x03\x04",
    "__proto__",
    "{{constructor.constructor('alert(5)')()}}",
    "&lt;b&gt; &#x3c;",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
]


def hostile(path):
    """Clusters, workloads, faults, reasons and messages of names that want to be more."""
    timeline = Timeline(scenario=HOSTILE[1], profile=HOSTILE[0])
    for name in HOSTILE:
        join(timeline, [name], region=name)
    for name in HOSTILE:
        deploy(timeline, 10, name, HOSTILE[0], 1)
    for name in HOSTILE:
        timeline.add(20, "SchedulingFailed", workload=name, reason=name, message=name)
        timeline.add(20, "ScenarioEvent", event=name, type=name, target=name, applied=True)
        timeline.add(20, "ExpectationFailed", expect=name, expected=name, actual=name)
        timeline.add(20, "ComponentStopped", component=name, cluster=name, reason=name)
    fail_over(timeline, 100, HOSTILE[0], HOSTILE[1], HOSTILE, 1, fault=HOSTILE[1])
    return timeline.write(path, 600)


def crowd(path, clusters, events):
    """Clusters that fail one after the other, until there are so many events."""
    timeline = Timeline(scenario="crowd")
    names = [f"member-{i:03}" for i in range(clusters)]
    join(timeline, names)
    workloads = [f"Deployment/team-{i % 17}/app-{i}" for i in range(200)]
    for i, workload in enumerate(workloads):
        deploy(timeline, 20, workload, names[i % clusters], 2)
    outage = 0
    while timeline.count < events:
        some = [workloads[(outage % clusters * 23 + i) % len(workloads)] for i in range(23)]
        fail_over(timeline, 100 + 300 * outage, names[outage % clusters], names[(outage + 1) % clusters], some, 2,
                  fault=f"/events/{outage}")
        outage += 1
    return timeline.write(path, timeline.time + 60)
