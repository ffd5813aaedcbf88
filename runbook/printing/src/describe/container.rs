//! Containers of pods and of pod templates.

use serde_json::Value;

use super::{
    environment,
    look::{Look, capitalised, or_none},
    page::Page,
    time,
};

/// Whose containers they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// A pod: its containers have a state.
    Pod(&'a Value),
    /// A template.
    Template,
}

/// Containers under their heading. `statuses` are those of the same list in the pod's status.
pub(super) fn write_containers(page: &mut Page, heading: &str, containers: &[Value], statuses: &[Value], of: Of<'_>) {
    // kubectl sets a template's containers in by three blanks.
    let (space, name_space) = match of {
        Of::Pod(_) => ("", ""),
        Of::Template => ("  ", " "),
    };
    page.line(0, format_args!("{space}{heading}:{}", if containers.is_empty() { " <none>" } else { "" }));
    for container in containers {
        let name = container.text("name");
        let status = statuses.iter().find(|status| status.text("name") == name);
        page.line(1, format_args!("{name_space}{name}:"));
        write_basics(page, container, status);
        write_words(page, "Command", container.list("command"));
        write_words(page, "Args", container.list("args"));
        if let Some(status) = status {
            write_state(page, "State", status.at("state"));
            if status.has("lastState.terminated") {
                write_state(page, "Last State", status.at("lastState"));
            }
            page.row(2, "Ready", capitalised(status.is_true("ready")));
            page.row(2, "Restart Count", status.number("restartCount"));
        }
        write_resources(page, 2, container.at("resources"));
        for (title, path) in
            [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")]
        {
            if container.has(path) {
                page.row(2, title, probe(container.at(path)));
            }
        }
        environment::write_environment(page, container, of);
        write_mounts(page, container);
    }
}

fn write_basics(page: &mut Page, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        page.row(2, "Container ID", status.text("containerID"));
    }
    page.row(2, "Image", container.text("image"));
    if let Some(status) = status {
        page.row(2, "Image ID", status.text("imageID"));
    }
    for (one, many, field) in [("Port", "Ports", "containerPort"), ("Host Port", "Host Ports", "hostPort")] {
        let ports = ports(container, field);
        page.row(2, if ports.contains(',') { many } else { one }, or_none(&ports));
    }
    if container.has("securityContext.seccompProfile") {
        page.row(2, "SeccompProfile", container.text("securityContext.seccompProfile.type"));
        if container.has("securityContext.seccompProfile.localhostProfile") {
            page.row(3, "LocalhostProfile", container.text("securityContext.seccompProfile.localhostProfile"));
        }
    }
}

fn ports(container: &Value, field: &str) -> String {
    let words = |port: &Value| {
        let number = format!("{}/{}", port.number(field), port.text("protocol"));
        match port.text("name") {
            "" => number,
            name => format!("{number} ({name})"),
        }
    };
    container.list("ports").iter().map(words).collect::<Vec<_>>().join(", ")
}

fn write_words(page: &mut Page, title: &str, words: &[Value]) {
    if !words.is_empty() {
        page.line(2, format_args!("{title}:"));
        let lines = words.iter().filter_map(Value::as_str).flat_map(|word| word.split('\n'));
        lines.for_each(|line| page.line(3, line));
    }
}

fn write_state(page: &mut Page, title: &str, state: &Value) {
    let reason = |page: &mut Page, state: &Value| {
        if !state.text("reason").is_empty() {
            page.row(3, "Reason", state.text("reason"));
        }
    };
    if state.has("running") {
        page.row(2, title, "Running");
        page.row(3, "Started", time::long(state.text("running.startedAt")));
    } else if state.has("terminated") {
        let ended = state.at("terminated");
        page.row(2, title, "Terminated");
        reason(page, ended);
        if !ended.text("message").is_empty() {
            page.row(3, "Message", ended.text("message"));
        }
        page.row(3, "Exit Code", ended.number("exitCode"));
        if ended.number("signal") > 0 {
            page.row(3, "Signal", ended.number("signal"));
        }
        page.row(3, "Started", time::long(ended.text("startedAt")));
        page.row(3, "Finished", time::long(ended.text("finishedAt")));
    } else {
        page.row(2, title, "Waiting");
        reason(page, state.at("waiting"));
    }
}

/// Limits and requests, each with its amounts below it.
pub(super) fn write_resources(page: &mut Page, level: usize, resources: &Value) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = resources.fields(field);
        if !amounts.is_empty() {
            page.line(level, format_args!("{title}:"));
            amounts.iter().for_each(|(name, amount)| page.row(level + 1, name, super::look::print(amount)));
        }
    }
}

/// `http-get http://:80/healthz delay=0s …`.
pub(super) fn probe(probe: &Value) -> String {
    let timing = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.number("initialDelaySeconds"),
        probe.number("timeoutSeconds"),
        probe.number("periodSeconds"),
        probe.number("successThreshold"),
        probe.number("failureThreshold"),
    );
    let what = if probe.has("exec") {
        format!("exec [{}]", probe.joined("exec.command", " "))
    } else if probe.has("httpGet") {
        let (scheme, host) = (probe.text("httpGet.scheme").to_lowercase(), probe.text("httpGet.host"));
        let path = probe.text("httpGet.path");
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        format!("http-get {scheme}://{host}:{}{slash}{path}", probe.print("httpGet.port"))
    } else if probe.has("tcpSocket") {
        format!("tcp-socket {}:{}", probe.text("tcpSocket.host"), probe.print("tcpSocket.port"))
    } else if probe.has("grpc") {
        format!("grpc <pod>:{} {}", probe.number("grpc.port"), probe.text("grpc.service"))
    } else {
        "unknown".into()
    };
    format!("{what} {timing}")
}

fn write_mounts(page: &mut Page, container: &Value) {
    let mut mounts: Vec<&Value> = container.list("volumeMounts").iter().collect();
    mounts.sort_by_key(|mount| mount.text("mountPath"));
    page.line(2, if mounts.is_empty() { "Mounts:\t<none>" } else { "Mounts:" });
    for mount in &mounts {
        let access = if mount.is_true("readOnly") { "ro" } else { "rw" };
        let path = match mount.text("subPath") {
            "" => String::new(),
            path => format!(",path={path:?}"),
        };
        page.line(3, format_args!("{} from {} ({access}{path})", mount.text("mountPath"), mount.text("name")));
    }
    let mut devices: Vec<&Value> = container.list("volumeDevices").iter().collect();
    if !devices.is_empty() {
        devices.sort_by_key(|device| device.text("devicePath"));
        page.line(2, if mounts.is_empty() { "Devices:\t<none>" } else { "Devices:" });
        for device in devices {
            page.line(3, format_args!("{} from {}", device.text("devicePath"), device.text("name")));
        }
    }
}
