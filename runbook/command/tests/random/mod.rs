//! Checks made of what is drawn at random.

use command::check::{
    AccessQuestion, AlertmanagerAsk, AlertmanagerQuestion, ApiFormat, BackupAsk, BackupQuestion, Check, ClusterAsk,
    ClusterQuestion, ConfigAsk, Describe, Events, Get, GuestKind, Journal, LogStoreAsk, LogStoreQuestion, LogTarget,
    Logs, Output, PrometheusAsk, PrometheusQuestion, ProxmoxAsk, ProxmoxQuestion, Question, Resource, Rollout,
    RolloutAsk, Scope, ServiceView, SizeUnit, TableForm, Top, TopOrder, TopSubject, Wait, WaitFor,
};
use fixtures::draws::Draws;
use pipe::filter::{Count, Cut, Filter, Grep, GrepSyntax, Jq, Sed, Sort, SortKey, TailFrom, Translate, Uniq};

/// Makes checks of what is drawn.
pub(crate) struct Random<'a>(&'a mut Draws);

impl<'a> Random<'a> {
    pub(crate) fn new(draws: &'a mut Draws) -> Self {
        Self(draws)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.0.pick(words)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.below(3) == 0 { Some(make(self)) } else { None }
    }

    fn name(&mut self) -> String {
        self.pick(&["web-0", "<pod>", "kube-system", "grafana-<pod-id>", "a.b.c", "x1", "coredns-5d78c9869d-abcde"])
            .into()
    }

    /// Texts that need quoting.
    fn text(&mut self) -> String {
        self.pick(&[
            "app=web",
            "env in (a,b)",
            "a!=b",
            "it's",
            "a b",
            "x|y",
            "\"q\"",
            "$1",
            "a;b",
            "`c`",
            "\\d+",
            "#no",
            "é",
            "*",
        ])
        .into()
    }

    fn scope(&mut self) -> Scope {
        match self.below(3) {
            0 => Scope::Default,
            1 => Scope::All,
            _ => Scope::Named(self.name()),
        }
    }

    fn resources(&mut self) -> Vec<Resource> {
        let kinds = ["pods", "deploy", "certificates.cert-manager.io", "nodes", "Application"];
        let names = |random: &mut Self| (0..random.below(3)).map(|_| random.name()).collect::<Vec<_>>();
        match self.below(3) {
            0 => vec![Resource { kind: self.pick(&kinds).into(), names: names(self) }],
            1 => {
                let names = names(self);
                ["pods", "svc"].map(|kind| Resource { kind: kind.into(), names: names.clone() }).to_vec()
            }
            _ => vec![
                Resource { kind: "deploy".into(), names: vec![self.name()] },
                Resource { kind: "svc".into(), names: vec![self.name(), "x".into()] },
            ],
        }
    }

    fn output(&mut self) -> Output {
        match self.below(8) {
            0 => Output::Wide,
            7 => Output::GoTemplate(
                self.pick(&["{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "{{ .a | printf \"%s's\" }}"])
                    .into(),
            ),
            1 => Output::Name,
            2 => Output::Yaml,
            3 => Output::Json,
            4 => Output::JsonPath(
                self.pick(&["{.items[*].metadata.name}", "{range .items[*]}{.a}{\"\\n\"}{end}", "{.a['b c']}"]).into(),
            ),
            5 => Output::CustomColumns("NAME:.metadata.name,X:.spec.containers[*].image".into()),
            _ => Output::Table,
        }
    }

    fn cluster(&mut self) -> ClusterAsk {
        match self.below(15) {
            0..=3 => ClusterAsk::Get(Get {
                resources: self.resources(),
                scope: self.scope(),
                selector: self.maybe(Self::text),
                field_selector: self.maybe(|_| "status.phase!=Running".into()),
                sort_by: self
                    .maybe(|random| random.pick(&["metadata.name", "status.containerStatuses[0].restartCount"]).into()),
                output: self.output(),
                no_headers: self.coin(),
                show_labels: self.coin(),
                show_kind: self.coin(),
                label_columns: (0..self.below(3)).map(|_| "app".into()).collect(),
                watch: self.coin(),
            }),
            4 => ClusterAsk::Raw(
                self.pick(&["/readyz?verbose", "/metrics", "/apis/metrics.k8s.io/v1beta1/nodes"]).into(),
            ),
            5 | 6 => {
                let target = match self.below(3) {
                    0 => LogTarget::Pod(self.name()),
                    1 => LogTarget::Owner { kind: "deploy".into(), name: self.name() },
                    _ => LogTarget::Selector(self.text()),
                };
                let tail_lines = self.maybe(|random| random.below(1000) as u32);
                let whole = self.coin() && matches!(target, LogTarget::Selector(_));
                ClusterAsk::Logs(Logs {
                    target,
                    scope: match self.scope() {
                        Scope::All => Scope::Default,
                        scope => scope,
                    },
                    container: self.maybe(Self::name),
                    all_containers: self.coin(),
                    previous: self.coin(),
                    follow: self.coin(),
                    tail_lines: tail_lines.filter(|_| !whole),
                    whole,
                    since_s: self.maybe(|random| random.below(100_000) as u64),
                    since_time: self.maybe(|_| "2026-01-01T00:00:00Z".into()),
                    timestamps: self.coin(),
                    prefix: self.coin(),
                })
            }
            7 => ClusterAsk::Describe(Describe {
                resources: self.resources(),
                scope: self.scope(),
                selector: self.maybe(Self::text),
                show_events: self.maybe(Self::coin),
            }),
            8 => ClusterAsk::Events(Events {
                scope: self.scope(),
                about: self.maybe(|random| format!("pod/{}", random.name())),
                types: (0..self.below(2)).map(|_| "Warning".into()).collect(),
                watch: self.coin(),
                no_headers: self.coin(),
            }),
            9 => {
                let subject = if self.coin() { TopSubject::Pods } else { TopSubject::Nodes };
                let is_pods = subject == TopSubject::Pods;
                ClusterAsk::Top(Top {
                    subject,
                    name: self.maybe(Self::name),
                    scope: if is_pods { self.scope() } else { Scope::Default },
                    selector: self.maybe(Self::text),
                    field_selector: None,
                    containers: is_pods && self.coin(),
                    sort_by: self.maybe(|random| if random.coin() { TopOrder::Cpu } else { TopOrder::Memory }),
                    no_headers: self.coin(),
                    sum: is_pods && self.coin(),
                })
            }
            10 => ClusterAsk::Rollout(Rollout {
                resource: Resource { kind: "deployment".into(), names: vec![self.name()] },
                scope: match self.scope() {
                    Scope::All => Scope::Default,
                    scope => scope,
                },
                selector: None,
                ask: if self.coin() {
                    RolloutAsk::Status { watch: self.coin(), timeout_s: self.maybe(|random| random.below(500) as u64) }
                } else {
                    RolloutAsk::History { revision: self.maybe(|random| random.below(9) as u64) }
                },
            }),
            11 => ClusterAsk::Wait(Wait {
                resources: self.resources(),
                scope: self.scope(),
                selector: self.maybe(Self::text),
                field_selector: None,
                until: match self.below(4) {
                    0 => WaitFor::Delete,
                    1 => WaitFor::Create,
                    2 => WaitFor::Condition { name: "Ready".into(), status: self.pick(&["True", "False"]).into() },
                    _ => WaitFor::JsonPath { path: "{.status.phase}".into(), value: self.maybe(|_| "Running".into()) },
                },
                timeout_s: self.maybe(|random| random.below(900) as u64),
            }),
            12 => {
                let verb = self.maybe(|_| "get".to_owned());
                ClusterAsk::Access(AccessQuestion {
                    resource: verb.is_some().then(|| self.pick(&["pods", "pods/web-0", "/healthz"]).into()),
                    verb,
                    subresource: self.maybe(|_| "log".into()),
                    scope: self.scope(),
                    as_user: self.maybe(|_| "system:serviceaccount:a:b".into()),
                    as_groups: (0..self.below(2)).map(|_| "g".into()).collect(),
                    no_headers: self.coin(),
                })
            }
            13 => ClusterAsk::ApiResources {
                group: self.maybe(|_| "apps".into()),
                namespaced: self.maybe(Self::coin),
                verbs: self.maybe(|_| vec!["list".into(), "get".into()]).unwrap_or_default(),
                categories: self.maybe(|_| vec!["all".into()]).unwrap_or_default(),
                output: if self.coin() { Output::Table } else { Output::Name },
                no_headers: self.coin(),
            },
            _ => match self.below(9) {
                0 => ClusterAsk::WhoAmI,
                1 => ClusterAsk::ApiVersions,
                2 => ClusterAsk::Explain { path: "pods.spec".into(), recursive: self.coin() },
                3 => ClusterAsk::ClusterInfo,
                4 => ClusterAsk::Version { output: if self.coin() { Output::Table } else { Output::Json } },
                5 => ClusterAsk::Config(ConfigAsk::CurrentContext),
                6 => ClusterAsk::Config(ConfigAsk::Contexts),
                7 => ClusterAsk::Config(ConfigAsk::ContextNames),
                _ => ClusterAsk::Config(ConfigAsk::View {
                    minify: self.coin(),
                    output: if self.coin() { Output::Yaml } else { Output::JsonPath("{..namespace}".into()) },
                }),
            },
        }
    }

    fn proxmox(&mut self) -> ProxmoxAsk {
        let kind = if self.coin() { GuestKind::Vm } else { GuestKind::Container };
        let id: String = self.pick(&["100", "<vmid>", "451"]).into();
        match self.below(22) {
            0 => ProxmoxAsk::RunningTasks { task_type: "vzdump".into() },
            1 => ProxmoxAsk::Tasks {
                parameters: self.maybe(|_| vec![("vmid".into(), "101".into())]).unwrap_or_default(),
            },
            2 => ProxmoxAsk::Task { upid: "UPID:pve:0001:x:y:vzdump:101:root@pam:".into(), log: self.coin() },
            3 => ProxmoxAsk::Guests { kind },
            4 => ProxmoxAsk::GuestStatus { kind, id, verbose: self.coin() },
            5 => ProxmoxAsk::GuestConfig { kind, id, current: self.coin(), snapshot: self.maybe(|_| "s1".into()) },
            6 => ProxmoxAsk::GuestPending { kind, id },
            7 => ProxmoxAsk::GuestSnapshots { kind, id },
            8 => ProxmoxAsk::GuestAgent { id, command: "get-osinfo".into() },
            9 => ProxmoxAsk::Storages {
                storage: self.maybe(|_| "local-zfs".into()),
                content: self.maybe(|_| "images".into()),
                enabled_only: self.coin(),
            },
            10 => ProxmoxAsk::StorageContent {
                storage: "pbs".into(),
                content: None,
                guest_id: self.maybe(|_| "101".into()),
            },
            11 => ProxmoxAsk::ClusterStatus,
            12 => ProxmoxAsk::ClusterNodes,
            13 => ProxmoxAsk::Version { verbose: self.coin() },
            14 => ProxmoxAsk::HaStatus,
            15 => ProxmoxAsk::BackupJobs,
            16 => ProxmoxAsk::Uptime { pretty: self.coin() },
            17 => ProxmoxAsk::Memory {
                unit: [SizeUnit::Kibi, SizeUnit::Mebi, SizeUnit::Gibi, SizeUnit::Byte, SizeUnit::Human][self.below(5)],
                total: self.coin(),
            },
            18 => ProxmoxAsk::RootDisk {
                unit: [SizeUnit::Kibi, SizeUnit::Mebi, SizeUnit::Human, SizeUnit::HumanDecimal][self.below(4)],
                with_type: self.coin(),
                named: self.coin(),
            },
            19 => ProxmoxAsk::Service {
                unit: "pveproxy".into(),
                view: [ServiceView::Status, ServiceView::IsActive, ServiceView::IsEnabled, ServiceView::IsFailed]
                    [self.below(4)],
            },
            20 => ProxmoxAsk::Journal(Journal {
                units: vec!["corosync".into()],
                lines: self.maybe(|random| random.below(99) as u32),
                since: self.maybe(|_| "1 hour ago".into()),
                until: None,
                this_boot: self.coin(),
                follow: self.coin(),
            }),
            _ => ProxmoxAsk::Api {
                path: "/nodes/<node>/tasks".into(),
                parameters: self.maybe(|_| vec![("source".into(), "active".into())]).unwrap_or_default(),
                format: match self.below(4) {
                    0 => ApiFormat::Json,
                    2 => ApiFormat::Yaml,
                    1 => ApiFormat::JsonPretty,
                    _ => ApiFormat::Text(TableForm {
                        has_border: self.coin(),
                        has_head: self.coin(),
                        is_human: self.coin(),
                    }),
                },
            },
        }
    }

    fn question(&mut self) -> Question {
        match self.below(8) {
            0..=3 => Question::Cluster(ClusterQuestion {
                context: self.maybe(|_| "admin@<cluster>".into()),
                via: self.maybe(|_| "10.0.0.1".into()),
                ask: self.cluster(),
            }),
            4 | 5 => Question::Proxmox(ProxmoxQuestion { host: self.maybe(|_| "<node>".into()), ask: self.proxmox() }),
            6 => Question::Backup(BackupQuestion {
                host: self.maybe(|_| "pbs".into()),
                ask: match self.below(5) {
                    0 => BackupAsk::Tasks { all: self.coin(), limit: self.maybe(|_| 5) },
                    1 => BackupAsk::Datastore { store: "main".into() },
                    2 => BackupAsk::Items { what: "verify-job".into(), name: self.maybe(|_| "v1".into()) },
                    3 => BackupAsk::Snapshots {
                        store: self.maybe(|_| "main".into()),
                        group: self.maybe(|_| "vm/101".into()),
                        namespace: self.maybe(|_| "homelab".into()),
                        groups_only: false,
                    },
                    _ => BackupAsk::GarbageCollection { store: None },
                },
                format: if self.coin() { ApiFormat::Text(TableForm::default()) } else { ApiFormat::JsonPretty },
            }),
            _ if self.coin() => Question::Prometheus(PrometheusQuestion {
                address: Some("http://prometheus:9090".into()),
                ask: if self.coin() {
                    PrometheusAsk::Instant { query: "sum(rate(x{pod=\"<pod>\"}[5m])) by (a)".into() }
                } else {
                    PrometheusAsk::Api {
                        path: "/api/v1/query".into(),
                        parameters: vec![("query".into(), "up{a=\"b\"}".into())],
                    }
                },
            }),
            _ if self.coin() => Question::LogStore(LogStoreQuestion {
                address: self.maybe(|_| "http://loki:3100".into()),
                ask: if self.coin() {
                    LogStoreAsk::Lines {
                        query: "{namespace=\"<namespace>\"} |= `it's`".into(),
                        limit: self.maybe(|_| 50),
                        since_s: self.maybe(|_| 5_400),
                        raw: self.coin(),
                    }
                } else {
                    return Question::LogStore(LogStoreQuestion {
                        address: Some("http://loki:3100".into()),
                        ask: LogStoreAsk::Api {
                            path: "/loki/api/v1/query_range".into(),
                            parameters: vec![("query".into(), "{a=\"b\"}".into()), ("limit".into(), "5".into())],
                        },
                    });
                },
            }),
            _ => Question::Alertmanager(AlertmanagerQuestion {
                address: Some("http://am:9093".into()),
                ask: if self.coin() {
                    AlertmanagerAsk::Alerts { matchers: vec!["alertname=\"X Y\"".into()] }
                } else {
                    AlertmanagerAsk::Api { path: "/api/v2/alerts".into(), parameters: Vec::new() }
                },
            }),
        }
    }

    fn filter(&mut self) -> Filter {
        match self.below(15) {
            0..=3 => Filter::Grep(Grep {
                patterns: (0..=self.below(2))
                    .map(|_| self.pick(&["error", "-x", "a b", "it's", "^$", "[0-9]*", "<pod>"]).into())
                    .collect(),
                syntax: [GrepSyntax::Basic, GrepSyntax::Extended, GrepSyntax::Fixed][self.below(3)],
                ignore_case: self.coin(),
                invert: self.coin(),
                word: self.coin(),
                line: self.coin(),
                count: self.coin(),
                only_matching: self.coin(),
                line_numbers: self.coin(),
                before: self.below(3) as u32,
                after: self.below(3) as u32,
                max: self.maybe(|_| 3),
            }),
            4 => Filter::Head(self.below(50) as i64 - 10),
            5 => Filter::Tail(if self.coin() { TailFrom::Last(20) } else { TailFrom::Line(2) }),
            6 => Filter::Sort(Sort {
                numeric: self.coin(),
                reverse: self.coin(),
                unique: self.coin(),
                human: self.coin(),
                version: self.coin(),
                ignore_case: self.coin(),
                ignore_blanks: self.coin(),
                keys: (0..self.below(3))
                    .map(|index| SortKey {
                        from: index as u32 + 1,
                        to: self.maybe(|_| 4),
                        numeric: self.coin(),
                        reverse: self.coin(),
                        human: false,
                    })
                    .collect(),
                separator: self.maybe(|_| '|'),
            }),
            7 => Filter::Uniq(Uniq {
                count: self.coin(),
                only_repeated: self.coin(),
                only_unique: self.coin(),
                ignore_case: self.coin(),
            }),
            8 => {
                Filter::Count(Count { lines: self.coin(), words: self.coin(), bytes: self.coin(), chars: self.coin() })
            }
            9 => Filter::Cut(Cut {
                ranges: vec![(1, Some(1)), (3, Some(5)), (7, None)],
                chars: self.coin(),
                delimiter: self.maybe(|_| ' '),
                only_delimited: self.coin(),
                complement: self.coin(),
                output_delimiter: self.maybe(|_| ", ".into()),
            }),
            10 => {
                let to = self.maybe(|_| "A-Z".to_owned());
                Filter::Translate(Translate {
                    from: "a-z".into(),
                    delete: to.is_none(),
                    to,
                    squeeze: self.coin(),
                    complement: self.coin(),
                })
            }
            11 => Filter::Sed(Sed {
                scripts: vec!["s/a b/c'd/".into(), "2d".into()],
                extended: self.coin(),
                quiet: self.coin(),
            }),
            12 => Filter::Jq(Jq {
                program: ".items[] | select(.a == $x) | \"\\(.b)\"".into(),
                raw: self.coin(),
                compact: self.coin(),
                slurp: self.coin(),
                arguments: vec![("x".into(), self.text())],
                ..Jq::default()
            }),
            13 => Filter::Columns { separator: self.maybe(|_| ",".into()) },
            _ => [Filter::Show, Filter::Reverse, Filter::Number, Filter::PrettyJson, Filter::DecodeBase64]
                [self.below(5)]
            .clone(),
        }
    }

    fn single(&mut self) -> Check {
        Check {
            question: self.question(),
            filters: (0..self.below(3)).map(|_| self.filter()).collect(),
            download: self.maybe(|_| "out.txt".into()),
        }
    }

    /// A check.
    pub(crate) fn check(&mut self) -> Check {
        if self.below(10) > 0 {
            return self.single();
        }
        let several = (0..2 + self.below(2)).map(|_| self.single()).collect();
        Check {
            question: Question::Several(several),
            filters: (0..self.below(2)).map(|_| self.filter()).collect(),
            download: None,
        }
    }
}
