//! Which facts tell, and in which order.

use serde_json::json;

use super::*;

fn told(object: &Value) -> DescribedObject {
    tell(object, &Related::default(), Events::Unwanted)
}

fn pod(status: Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "web-0", "namespace": "apps" },
        "spec": { "nodeName": "talos-1", "containers": [{ "name": "quiet", "image": "quiet:1" },
            { "name": "app", "image": "web:1", "resources": { "limits": { "memory": "64Mi" } } }] },
        "status": status })
}

#[test]
fn a_crashing_container_comes_first_with_how_it_ended() {
    let pod = pod(
        json!({ "phase": "Running", "conditions": [{ "type": "Ready", "status": "False", "reason": "ContainersNotReady",
        "message": "app" }, { "type": "Initialized", "status": "True" }], "containerStatuses": [
        { "name": "quiet", "ready": true, "restartCount": 0, "state": { "running": { "startedAt": "2026-02-26T02:00:00Z" } } },
        { "name": "app", "ready": false, "restartCount": 7, "state": { "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 5m" } },
            "lastState": { "terminated": { "reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-02-26T02:30:00Z" } } }] }),
    );
    let told = told(&pod);
    let titles: Vec<&str> = told.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["", "container app", "container quiet"]);
    let lines: Vec<String> =
        told.groups[1].facts.iter().map(|it| format!("{}: {} ({:?})", it.name, it.value, it.tone)).collect();
    assert_eq!(
        lines,
        [
            "State: waiting: CrashLoopBackOff (Failing)",
            "Last state: OOMKilled, exit code 137 (Failing)",
            "Restarts: 7 (Attention)",
            "Limits: memory 64Mi (Plain)",
            "Image: web:1 (Plain)"
        ]
    );
    let (group, fact) = worst(&told).expect("something is wrong");
    assert_eq!((group.title.as_str(), fact.name.as_str()), ("container app", "State"));
    assert!(told.groups[0].facts.iter().all(|fact| fact.name != "Initialized"), "{told:?}");
}

#[test]
fn a_pod_that_has_done_its_work_calls_for_nothing() {
    let done = json!({ "name": "app", "ready": false, "restartCount": 0,
        "state": { "terminated": { "reason": "Completed", "exitCode": 0 } } });
    let mut pod = pod(
        json!({ "phase": "Succeeded", "conditions": [{ "type": "Ready", "status": "False", "reason": "PodCompleted" }],
        "containerStatuses": [done] }),
    );
    pod["spec"]["containers"].as_array_mut().expect("a list").remove(0);
    assert_eq!(worst(&told(&pod)), None);
}

#[test]
fn conditions_are_read_by_what_they_mean() {
    let cases = [
        ("Node", "MemoryPressure", "True", Tone::Failing),
        ("Node", "MemoryPressure", "False", Tone::Good),
        ("Node", "Ready", "Unknown", Tone::Failing),
        ("Certificate", "Ready", "False", Tone::Failing),
        ("Certificate", "Issuing", "True", Tone::Plain),
        ("Deployment", "Available", "False", Tone::Attention),
        ("Deployment", "Progressing", "False", Tone::Failing),
        ("Job", "Failed", "True", Tone::Failing),
        ("Pod", "Ready", "False", Tone::Attention),
        ("Thing", "Whatever", "Unknown", Tone::Attention),
    ];
    for (kind, condition, status, tone) in cases {
        let object = json!({ "kind": kind, "metadata": { "name": "x" },
            "status": { "conditions": [{ "type": condition, "status": status, "reason": "R" }] } });
        let facts = condition_facts(&object);
        assert_eq!(facts[0].tone, tone, "{kind} {condition} {status}");
    }
}

#[test]
fn what_could_not_be_read_is_unknown_and_not_absent() {
    let service = json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web", "namespace": "apps" },
        "spec": { "selector": { "app": "web" }, "ports": [{ "port": 80, "targetPort": 8080 }] } });
    let need = super::super::needs(&service).remove(0);
    let unread = Related([(need.clone(), Err("no right".to_owned()))].into());
    let told = tell(&service, &unread, Events::Unread("no right"));
    assert_eq!(worst(&told).map(|(_, fact)| fact.tone), Some(Tone::Unknown));
    assert_eq!(told.events, ObjectEvents::Unread("no right".into()));
    let empty = Related([(need, Ok(json!({ "items": [] })))].into());
    assert_eq!(worst(&tell(&service, &empty, Events::Unwanted)).map(|(_, fact)| fact.tone), Some(Tone::Failing));
}

#[test]
fn events_come_newest_first_however_their_recorder_dates_them() {
    let events = [
        json!({ "type": "Normal", "reason": "Old", "lastTimestamp": "2026-02-26T02:00:00Z", "count": 3 }),
        json!({ "type": "Warning", "reason": "New", "eventTime": "2026-02-26T02:30:00.5Z", "lastTimestamp": null,
            "series": { "count": 9, "lastObservedTime": "2026-02-26T02:39:00Z" } }),
        json!({ "reason": "Undated" }),
    ];
    let told = tell(&pod(json!({})), &Related::default(), Events::Read(&events));
    let ObjectEvents::Read(list) = told.events else { panic!("they were read") };
    let short: Vec<(&str, u64, bool)> = list.iter().map(|it| (it.reason.as_str(), it.count, it.is_warning)).collect();
    assert_eq!(short, [("New", 9, true), ("Old", 3, false), ("Undated", 1, false)]);
}
