//! Whole descriptions, against what kubectl prints for the same objects.

use serde_json::{Value, json};

use super::*;

/// 2026-02-26T02:40:00Z.
const NOW: Timestamp = Timestamp(1_772_073_600_000);

fn described(object: &Value, events: &[Value]) -> String {
    describe(object, &Related::default(), Events::Read(events), NOW)
}

#[test]
fn describes_a_pod_that_crashes() {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": "web-0", "namespace": "apps", "uid": "u", "labels": { "app": "web", "tier": "front" },
            "ownerReferences": [{ "kind": "StatefulSet", "name": "web", "controller": true }] },
        "spec": { "priority": 0, "serviceAccountName": "default", "nodeName": "talos-1",
            "containers": [{ "name": "app", "image": "web:1", "ports": [{ "containerPort": 80, "protocol": "TCP", "name": "http" }],
                "command": ["sh", "-c", "one\ntwo"], "resources": { "limits": { "memory": "64Mi" }, "requests": { "cpu": "10m" } },
                "livenessProbe": { "httpGet": { "path": "/healthz", "port": 80, "scheme": "HTTP" }, "timeoutSeconds": 1,
                    "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3 },
                "env": [{ "name": "A", "value": "1" }, { "name": "POD", "valueFrom": { "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.name" } } },
                    { "name": "KEY", "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } }],
                "volumeMounts": [{ "mountPath": "/data", "name": "data", "readOnly": true, "subPath": "x" }] }],
            "volumes": [{ "name": "data", "persistentVolumeClaim": { "claimName": "web" } }, { "name": "odd", "strange": {} }] },
        "status": { "phase": "Running", "hostIP": "10.0.0.1", "qosClass": "Burstable", "podIP": "10.1.0.1",
            "podIPs": [{ "ip": "10.1.0.1" }], "startTime": "2026-02-26T02:00:00Z",
            "conditions": [{ "type": "Ready", "status": "False" }],
            "containerStatuses": [{ "name": "app", "containerID": "c://1", "imageID": "sha", "ready": false, "restartCount": 7,
                "state": { "waiting": { "reason": "CrashLoopBackOff", "message": "back-off" } },
                "lastState": { "terminated": { "reason": "OOMKilled", "exitCode": 137, "startedAt": "2026-02-26T02:29:00Z",
                    "finishedAt": "2026-02-26T02:30:00Z" } } }] },
    });
    let events = [
        json!({ "type": "Warning", "reason": "BackOff", "message": "Back-off restarting\n", "count": 9,
            "firstTimestamp": "2026-02-26T02:00:00Z", "lastTimestamp": "2026-02-26T02:39:00Z",
            "source": { "component": "kubelet" }, "involvedObject": { "fieldPath": "spec.containers{app}" } }),
        json!({ "type": "Normal", "reason": "Scheduled", "message": "Assigned", "lastTimestamp": null,
            "eventTime": "2026-02-26T02:00:00.5Z", "source": {}, "reportingComponent": "default-scheduler" }),
    ];
    assert_eq!(described(&pod, &events), include_str!("tests/pod.txt"));
}

#[test]
fn never_shows_what_a_secret_holds() {
    let secret = json!({ "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": { "name": "s", "namespace": "apps", "annotations": {
            "kapp.k14s.io/original": "{\"data\":{\"token\":\"c2VjcmV0\"}}",
            "kubernetes.io/service-account.name": "builder",
            "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"token\":\"c2VjcmV0\"}}" } },
        "data": { "token": "c2VjcmV0", "size": 12 } });
    let text = described(&secret, &[json!({ "type": "Normal" })]);
    assert!(text.contains("token:  6 bytes\n") && text.contains("size:   12 bytes\n"), "{text}");
    assert!(!text.contains("c2VjcmV0") && !text.contains("secret\"") && !text.contains("Events"), "{text}");
    assert!(text.contains("service-account.name: builder") && text.contains("2 annotations"), "{text}");
}

#[test]
fn says_of_each_part_that_could_not_be_read_that_it_is_unknown() {
    let deployment = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "apps" },
        "spec": { "selector": { "matchLabels": { "app": "web" } } } });
    let needs = needs(&deployment);
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].selector.as_deref(), Some("app=web"));
    let related = Related(needs.into_iter().map(|need| (need, Err("no right".to_owned()))).collect());
    let text = describe(&deployment, &related, Events::Unread("no right"), NOW);
    assert!(text.contains("NewReplicaSet:     <unknown: no right>\n"), "{text}");
    assert!(text.contains("Events:            <unknown: no right>\n"), "{text}");
}

#[test]
fn tells_the_new_replica_set_by_its_template() {
    let template = |image: &str, hash: Option<&str>| {
        let mut template =
            json!({ "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [{ "image": image }] } });
        if let Some(hash) = hash {
            template["metadata"]["labels"]["pod-template-hash"] = json!(hash);
        }
        template
    };
    let set = |name: &str, image: &str, replicas: u8, owner: &str| {
        json!({ "metadata": { "name": name, "ownerReferences": [{ "controller": true, "uid": owner }] },
            "spec": { "replicas": replicas, "template": template(image, Some(name)) }, "status": { "replicas": replicas } })
    };
    let deployment = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "uid": "u" },
        "spec": { "selector": {}, "template": template("web:2", None) } });
    let sets = json!({ "items": [set("web-a", "web:1", 0, "u"), set("web-b", "web:2", 2, "u"), set("other", "web:2", 1, "z")] });
    let related = Related([(needs(&deployment).remove(0), Ok(sets))].into());
    let text = describe(&deployment, &related, Events::Unwanted, NOW);
    assert!(text.contains("OldReplicaSets:    web-a (0/0 replicas created)\n"), "{text}");
    assert!(text.contains("NewReplicaSet:     web-b (2/2 replicas created)\n"), "{text}");
}

#[test]
fn shows_three_endpoints_and_counts_the_rest() {
    let service = json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web", "namespace": "apps" },
        "spec": { "type": "NodePort", "selector": { "app": "web" }, "clusterIP": "10.2.0.1", "clusterIPs": ["10.2.0.1"],
            "ports": [{ "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP" }] } });
    let endpoint = |ip: &str, ready: bool| json!({ "addresses": [ip], "conditions": { "ready": ready } });
    let slices = json!({ "items": [{ "ports": [{ "name": "", "port": 8080 }], "endpoints": [endpoint("10.1.0.1", true),
        endpoint("10.1.0.2", false), endpoint("10.1.0.3", true), endpoint("fd00::4", true), endpoint("10.1.0.5", true)] }] });
    let related = Related([(needs(&service).remove(0), Ok(slices))].into());
    let text = describe(&service, &related, Events::Read(&[]), NOW);
    assert!(text.contains("10.1.0.1:8080,10.1.0.3:8080,[fd00::4]:8080 + 1 more...\n"), "{text}");
    assert!(text.contains("NodePort:          <unset>  30080/TCP\n"), "{text}");
    assert!(text.ends_with("Events:            <none>\n"), "{text}");
}

#[test]
fn survives_objects_without_anything_in_them() {
    for kind in [
        "v1/Pod",
        "v1/Node",
        "v1/Service",
        "v1/Secret",
        "v1/ConfigMap",
        "v1/Namespace",
        "v1/PersistentVolume",
        "v1/PersistentVolumeClaim",
        "apps/v1/Deployment",
        "apps/v1/StatefulSet",
        "apps/v1/DaemonSet",
        "apps/v1/ReplicaSet",
        "batch/v1/Job",
        "batch/v1/CronJob",
        "networking.k8s.io/v1/Ingress",
        "networking.k8s.io/v1/NetworkPolicy",
        "autoscaling/v2/HorizontalPodAutoscaler",
        "rbac.authorization.k8s.io/v1/Role",
        "x.example/v1/Thing",
        "v1/LimitRange",
    ] {
        let (version, kind) = kind.rsplit_once('/').expect("it has a version");
        for spec in
            [json!({}), json!({ "containers": 7, "template": [], "rules": "x", "metrics": [{}], "ports": [null] })]
        {
            let object = json!({ "apiVersion": version, "kind": kind, "spec": spec, "data": spec, "rules": [{}] });
            needs(&object);
            assert!(described(&object, &[json!({})]).starts_with("Name:"), "{kind}");
        }
    }
}

#[test]
fn finds_events_by_id_and_by_the_kubelets_idea_of_it() {
    let about = |name: &str, uid: &str| json!({ "involvedObject": { "name": name, "uid": uid } });
    let pod = json!({ "kind": "Pod", "metadata": { "name": "web", "uid": "u1" } });
    assert!(is_about(&about("web", "u1"), &pod) && !is_about(&about("web", "u2"), &pod));
    let mirror = json!({ "kind": "Pod", "metadata": { "name": "etcd", "uid": "u1", "annotations": { "kubernetes.io/config.mirror": "m" } } });
    assert!(is_about(&about("etcd", "m"), &mirror) && !is_about(&about("etcd", "u1"), &mirror));
    let node = json!({ "kind": "Node", "metadata": { "name": "talos-1", "uid": "u1" } });
    assert!(is_about(&about("talos-1", "talos-1"), &node) && is_about(&about("talos-1", "u1"), &node));
}
