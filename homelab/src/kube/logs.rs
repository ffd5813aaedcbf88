//! Logs of containers, with what the kubelet says when there is none.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use document::time::Timestamp;
use futures::stream;
use http::header;

use super::{Query, TICK, kinds, status::Status};
use crate::{
    cluster::{Cluster, Container, Death, Inside, Life, Pod, State},
    door::OpenStream,
    voice::{Line, Speaker},
};

/// Answers a request for the log of a container.
pub(super) fn answer(cluster: &Arc<Cluster>, namespace: &str, pod: &str, query: &Query) -> Result<Response, Status> {
    let wanted = Wanted::parse(query, pod)?;
    let now = cluster.clock.now();
    let inside = cluster.look();
    let pod = find_pod(&inside, namespace, pod)?;
    let container = choose_container(pod, query.get("container").map(String::as_str))?;
    let source = Source::choose(pod, container, query.get("previous").is_some_and(|value| value == "true"))?;
    let text = match &source {
        Source::Collected { id } => Bytes::from(format!("unable to retrieve container logs for {id}")),
        source => wanted.cut(source.lines(pod, container, now), now),
    };
    let body = match source {
        Source::Living(life) if wanted.follow => {
            let follower = Follower {
                cluster: Arc::clone(cluster),
                namespace: namespace.to_owned(),
                pod: pod.name.clone(),
                container: container.name,
                life,
                wanted,
                ready: Some(text),
                sent_until: now,
                has_ended: false,
                _stream: cluster.door.begin_stream(format!("/api/v1/namespaces/{namespace}/pods/{}/log", pod.name)),
            };
            follower.into_body()
        }
        _ => Body::from(text),
    };
    Ok(([(header::CONTENT_TYPE, "text/plain")], body).into_response())
}

/// Where a log comes from.
#[derive(Debug, Clone)]
enum Source {
    Living(Life),
    Dead(Death),
    /// The log has been removed already; the kubelet answers so as if it were the log.
    Collected {
        id: String,
    },
}

impl Source {
    /// The choice that the kubelet makes.
    fn choose(pod: &Pod, container: &Container, is_previous: bool) -> Result<Self, Status> {
        let (name, last) = (container.name, container.last.as_ref());
        match (&container.state, is_previous, last) {
            (_, true, None) if !matches!(container.state, State::Terminated(_)) || container.restarts == 0 => {
                Err(Status::bad_request(format!(
                    "previous terminated container \"{name}\" in pod \"{}\" not found",
                    pod.name
                )))
            }
            // Until the kubelet has noticed the crash, "previous" still means the container before this one, whose log
            // is gone.
            (State::Terminated(death), true, _) => Ok(Self::Collected { id: last.unwrap_or(death).life.id.clone() }),
            (_, true, Some(death)) => Ok(Self::Dead(death.clone())),
            (State::Running(life), ..) => Ok(Self::Living(life.clone())),
            (State::Terminated(death), ..) | (State::Waiting { .. }, _, Some(death)) => Ok(Self::Dead(death.clone())),
            (State::Waiting { reason, .. }, _, None) => {
                let why = match *reason {
                    "ErrImagePull" => "image can't be pulled",
                    "ImagePullBackOff" => "trying and failing to pull image",
                    reason => reason,
                };
                let message = format!("container \"{name}\" in pod \"{}\" is waiting to start: {why}", pod.name);
                Err(Status::bad_request(message))
            }
        }
    }

    fn lines(&self, pod: &Pod, container: &Container, now: Timestamp) -> Vec<Line> {
        let speaker = speaker(pod, container);
        match self {
            Self::Living(life) => speaker.living(life.started_at, now),
            Self::Dead(death) => speaker.dead(death),
            Self::Collected { .. } => vec![],
        }
    }
}

/// What a request asks for.
#[derive(Debug, Clone)]
struct Wanted {
    tail_lines: Option<usize>,
    since: Option<Since>,
    timestamps: bool,
    limit_bytes: Option<usize>,
    follow: bool,
}

#[derive(Debug, Clone, Copy)]
enum Since {
    Seconds(i64),
    Time(Timestamp),
}

impl Wanted {
    fn parse(query: &Query, pod: &str) -> Result<Self, Status> {
        let is_set = |name: &str| query.get(name).is_some_and(|value| value == "true" || value == "1");
        let number = |name: &str, least: i64, rule: &str| {
            let Some(text) = query.get(name) else { return Ok(None) };
            let number = text.parse::<i64>().map_err(|_| Status::not_a_number(text))?;
            if number < least {
                let rule = format!("Invalid value: {number}: must be {rule}");
                return Err(Status::invalid_log_options(pod, name, &rule));
            }
            Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
        };
        let since_time = query
            .get("sinceTime")
            .map(|text| {
                let parsed = text.parse::<jiff::Timestamp>();
                parsed.map_err(|_| Status::bad_request(format!("sinceTime: Invalid value: \"{text}\"")))
            })
            .transpose()?;
        let since_seconds = number("sinceSeconds", 1, "greater than 0")?;
        let since = match (since_seconds, since_time) {
            (Some(_), Some(_)) => {
                let rule = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified";
                return Err(Status::invalid_log_options(pod, "[]", rule));
            }
            (Some(seconds), None) => Some(Since::Seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1_000))),
            (None, Some(time)) => Some(Since::Time(Timestamp(time.as_millisecond()))),
            (None, None) => None,
        };
        Ok(Self {
            tail_lines: number("tailLines", 0, "greater than or equal to 0")?,
            since,
            timestamps: is_set("timestamps"),
            limit_bytes: number("limitBytes", 1, "greater than 0")?,
            follow: is_set("follow"),
        })
    }

    fn cut(&self, mut lines: Vec<Line>, now: Timestamp) -> Bytes {
        let from = match self.since {
            Some(Since::Seconds(seconds)) => Some(now.plus_ms(-seconds * 1_000)),
            Some(Since::Time(time)) => Some(time),
            None => None,
        };
        if let Some(from) = from {
            lines.retain(|line| line.at >= from);
        }
        let skipped = self.tail_lines.map_or(0, |tail| lines.len().saturating_sub(tail));
        let mut text = self.write(&lines[skipped..]).into_bytes();
        text.truncate(self.limit_bytes.unwrap_or(usize::MAX));
        text.into()
    }

    fn write(&self, lines: &[Line]) -> String {
        let stamp = |line: &Line| {
            let fraction = line.at.0.rem_euclid(1_000) * 1_000_000 + line.micros * 1_000;
            format!("{}T{}.{fraction:09}Z ", line.at.date(), line.at.clock())
        };
        lines
            .iter()
            .map(|line| format!("{}{}\n", if self.timestamps { stamp(line) } else { String::new() }, line.text))
            .collect()
    }
}

/// A log that goes on until its container ends.
struct Follower {
    cluster: Arc<Cluster>,
    namespace: String,
    pod: String,
    container: &'static str,
    life: Life,
    wanted: Wanted,
    /// Text that is still to be sent.
    ready: Option<Bytes>,
    sent_until: Timestamp,
    has_ended: bool,
    _stream: OpenStream,
}

impl Follower {
    fn into_body(self) -> Body {
        let texts =
            |mut follower: Self| async { follower.next().await.map(|text| (Ok::<_, Infallible>(text), follower)) };
        Body::from_stream(stream::unfold(self, texts))
    }

    /// The next lines; none when the log is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(text) = self.ready.take() {
                return Some(text);
            }
            if self.has_ended {
                return None;
            }
            tokio::time::sleep(TICK).await;
            let lines = self.new_lines()?;
            self.ready = (!lines.is_empty()).then(|| self.wanted.write(&lines).into());
        }
    }

    /// What has been said since the last look; when the container has ended, its last words. None when the pod is gone.
    fn new_lines(&mut self) -> Option<Vec<Line>> {
        let now = self.cluster.clock.now();
        let inside = self.cluster.look();
        let pod = find_pod(&inside, &self.namespace, &self.pod).ok()?;
        let container = find_container(pod, self.container)?;
        let death = match &container.state {
            State::Running(life) if *life == self.life => {
                let mut lines = speaker(pod, container).living(life.started_at, now);
                lines.retain(|line| line.at > self.sent_until);
                self.sent_until = now;
                return Some(lines);
            }
            State::Terminated(death) => Some(death),
            _ => container.last.as_ref(),
        };
        self.has_ended = true;
        let death = death.filter(|death| death.life == self.life);
        Some(death.map(|death| speaker(pod, container).last_words(death)).unwrap_or_default())
    }
}

fn speaker<'a>(pod: &'a Pod, container: &'a Container) -> Speaker<'a> {
    Speaker { voice: container.voice, trouble: container.trouble, container: container.name, pod: &pod.name }
}

fn find_pod<'a>(inside: &'a Inside, namespace: &str, name: &str) -> Result<&'a Pod, Status> {
    let pod = inside.pods.get(&(namespace.to_owned(), name.to_owned()));
    pod.ok_or_else(|| {
        kinds::find("", "v1", "pods").map_or_else(Status::no_such_path, |kind| Status::not_found(kind, name))
    })
}

fn find_container<'a>(pod: &'a Pod, name: &str) -> Option<&'a Container> {
    pod.containers.iter().find(|container| container.name == name)
}

fn choose_container<'a>(pod: &'a Pod, name: Option<&str>) -> Result<&'a Container, Status> {
    match (name.filter(|name| !name.is_empty()), pod.containers.as_slice()) {
        (Some(name), _) => find_container(pod, name)
            .ok_or_else(|| Status::bad_request(format!("container {name} is not valid for pod {}", pod.name))),
        (None, [only]) => Ok(only),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|container| container.name).collect();
            Err(Status::bad_request(format!(
                "a container name must be specified for pod {}, choose one of: [{}]",
                pod.name,
                names.join(" ")
            )))
        }
    }
}
