//! kubectl commands.

use pipe::words::Words;

use crate::check::{
    AccessQuestion, ClusterAsk, ClusterQuestion, ConfigAsk, Describe, Events, Get, Helm, HelmAsk, LogTarget, Logs,
    Output, Resource, Rollout, RolloutAsk, Scope, Top, TopOrder, TopSubject, Wait, WaitFor,
};

/// The whole command.
pub(super) fn command(question: &ClusterQuestion) -> Words {
    let words = match &question.ask {
        ClusterAsk::Helm(_) => Words::new(&["helm"]).pair("--kube-context", question.context.as_deref()),
        _ => Words::new(&["kubectl"]).pair("--context", question.context.as_deref()),
    };
    match &question.ask {
        ClusterAsk::Get(get) => print_get(words, get),
        ClusterAsk::Raw(path) => words.word("get").pair("--raw", Some(path)),
        ClusterAsk::Logs(logs) => print_logs(words, logs),
        ClusterAsk::Describe(describe) => print_describe(words, describe),
        ClusterAsk::Events(events) => print_events(words, events),
        ClusterAsk::Top(top) => print_top(words, top),
        ClusterAsk::Rollout(rollout) => print_rollout(words, rollout),
        ClusterAsk::Wait(wait) => print_wait(words, wait),
        ClusterAsk::Access(access) => print_access(words, access),
        ClusterAsk::WhoAmI => words.word("auth").word("whoami"),
        ClusterAsk::ApiResources { group, namespaced, verbs, categories, output, no_headers } => {
            let list = |words: &[String]| (!words.is_empty()).then(|| words.join(","));
            print_output(words.word("api-resources"), output)
                .long("--api-group", group.as_ref())
                .long("--namespaced", namespaced.as_ref())
                .long("--verbs", list(verbs))
                .long("--categories", list(categories))
                .flag("--no-headers", *no_headers)
        }
        ClusterAsk::ApiVersions => words.word("api-versions"),
        ClusterAsk::Explain { path, recursive } => words.word("explain").word(path).flag("--recursive", *recursive),
        ClusterAsk::ClusterInfo => words.word("cluster-info"),
        ClusterAsk::Version { output } => print_output(words.word("version"), output),
        ClusterAsk::Config(ask) => match ask {
            ConfigAsk::CurrentContext => words.word("config").word("current-context"),
            ConfigAsk::Contexts => words.word("config").word("get-contexts"),
            ConfigAsk::ContextNames => words.word("config").word("get-contexts").pair("-o", Some("name")),
            ConfigAsk::Clusters => words.word("config").word("get-clusters"),
            ConfigAsk::View { minify, output } => {
                let words = words.word("config").word("view");
                let words = if *output == Output::Yaml { words } else { print_output(words, output) };
                words.flag("--minify", *minify)
            }
        },
        ClusterAsk::Helm(helm) => print_helm(words, helm),
    }
}

fn print_helm(words: Words, helm: &Helm) -> Words {
    match &helm.ask {
        HelmAsk::List { all, short, output, max, no_headers } => {
            print_output(print_scope(words.word("list"), &helm.scope), output)
                .flag("-a", *all)
                .flag("-q", *short)
                .flag("--no-headers", *no_headers)
                .long("--max", max.as_ref())
        }
        HelmAsk::Status { name, show_description } => {
            print_scope(words.word("status").word(name), &helm.scope).flag("--show-desc", *show_description)
        }
        HelmAsk::History { name, output, max } => {
            print_output(print_scope(words.word("history").word(name), &helm.scope), output).long("--max", max.as_ref())
        }
    }
}

fn print_scope(words: Words, scope: &Scope) -> Words {
    match scope {
        Scope::Default => words,
        Scope::Named(namespace) => words.pair("-n", Some(namespace)),
        Scope::All => words.word("-A"),
    }
}

fn print_output(words: Words, output: &Output) -> Words {
    let format = match output {
        Output::Table => return words,
        Output::Wide => "wide".to_owned(),
        Output::Name => "name".to_owned(),
        Output::Yaml => "yaml".to_owned(),
        Output::Json => "json".to_owned(),
        Output::JsonPath(template) => format!("jsonpath={template}"),
        Output::CustomColumns(columns) => format!("custom-columns={columns}"),
        Output::GoTemplate(template) => format!("go-template={template}"),
    };
    words.pair("-o", Some(&format))
}

/// `pods a b`, `pods,services a`, or `pods/a services/b`.
fn print_resources(words: Words, resources: &[Resource]) -> Words {
    let Some(first) = resources.first() else { return words };
    if resources.iter().all(|resource| resource.names == first.names) {
        let kinds: Vec<&str> = resources.iter().map(|resource| resource.kind.as_str()).collect();
        return words.word(&kinds.join(",")).words(&first.names);
    }
    let pairs: Vec<String> =
        resources.iter().flat_map(|r| r.names.iter().map(|name| format!("{}/{name}", r.kind))).collect();
    words.words(&pairs)
}

fn print_get(words: Words, get: &Get) -> Words {
    let words = print_scope(print_resources(words.word("get"), &get.resources), &get.scope);
    let words = words
        .pair("-l", get.selector.as_deref())
        .long("--field-selector", get.field_selector.as_ref())
        .long("--sort-by", get.sort_by.as_ref());
    print_output(words, &get.output)
        .flag("--no-headers", get.no_headers)
        .flag("--show-labels", get.show_labels)
        .flag("--show-kind", get.show_kind)
        .pair("-L", (!get.label_columns.is_empty()).then(|| get.label_columns.join(",")).as_deref())
        .flag("-w", get.watch)
}

fn print_logs(words: Words, logs: &Logs) -> Words {
    let words = print_scope(words.word("logs"), &logs.scope);
    let words = match &logs.target {
        LogTarget::Pod(name) => words.word(name),
        LogTarget::Owner { kind, name } => words.word(&format!("{kind}/{name}")),
        LogTarget::Selector(selector) => words.pair("-l", Some(selector)),
    };
    words
        .pair("-c", logs.container.as_deref())
        .flag("--all-containers", logs.all_containers)
        .flag("--previous", logs.previous)
        .flag("-f", logs.follow)
        .long("--tail", logs.tail_lines.map(i64::from).or(logs.whole.then_some(-1)))
        .long("--since", logs.since_s.map(|seconds| format!("{seconds}s")))
        .long("--since-time", logs.since_time.as_ref())
        .flag("--timestamps", logs.timestamps)
        .flag("--prefix", logs.prefix)
}

fn print_describe(words: Words, describe: &Describe) -> Words {
    print_scope(print_resources(words.word("describe"), &describe.resources), &describe.scope)
        .pair("-l", describe.selector.as_deref())
        .flag("--show-events=false", describe.show_events == Some(false))
        .flag("--show-events=true", describe.show_events == Some(true))
}

fn print_events(words: Words, events: &Events) -> Words {
    print_scope(words.word("events"), &events.scope)
        .pair("--for", events.about.as_deref())
        .long("--types", (!events.types.is_empty()).then(|| events.types.join(",")))
        .flag("-w", events.watch)
        .flag("--no-headers", events.no_headers)
}

fn print_top(words: Words, top: &Top) -> Words {
    let subject = match top.subject {
        TopSubject::Pods => "pods",
        TopSubject::Nodes => "nodes",
    };
    let order = top.sort_by.map(|order| match order {
        TopOrder::Cpu => "cpu",
        TopOrder::Memory => "memory",
    });
    print_scope(words.word("top").word(subject).words(&top.name), &top.scope)
        .pair("-l", top.selector.as_deref())
        .long("--field-selector", top.field_selector.as_ref())
        .flag("--containers", top.containers)
        .long("--sort-by", order)
        .flag("--no-headers", top.no_headers)
        .flag("--sum", top.sum)
}

fn print_rollout(words: Words, rollout: &Rollout) -> Words {
    let verb = match rollout.ask {
        RolloutAsk::Status { .. } => "status",
        RolloutAsk::History { .. } => "history",
    };
    let words = print_resources(words.word("rollout").word(verb), std::slice::from_ref(&rollout.resource));
    let words = print_scope(words, &rollout.scope).pair("-l", rollout.selector.as_deref());
    match rollout.ask {
        RolloutAsk::Status { watch, timeout_s } => {
            words.flag("--watch=false", !watch).long("--timeout", timeout_s.map(|seconds| format!("{seconds}s")))
        }
        RolloutAsk::History { revision } => words.long("--revision", revision),
    }
}

fn print_wait(words: Words, wait: &Wait) -> Words {
    let until = match &wait.until {
        WaitFor::Condition { name, status } => format!("condition={name}={status}"),
        WaitFor::Delete => "delete".to_owned(),
        WaitFor::Create => "create".to_owned(),
        WaitFor::JsonPath { path, value: Some(value) } => format!("jsonpath={path}={value}"),
        WaitFor::JsonPath { path, value: None } => format!("jsonpath={path}"),
    };
    let names_nobody = wait.resources.iter().any(|resource| resource.names.is_empty());
    let needs_all = names_nobody && wait.selector.is_none() && wait.field_selector.is_none();
    print_scope(print_resources(words.word("wait"), &wait.resources), &wait.scope)
        .long("--for", Some(until))
        .pair("-l", wait.selector.as_deref())
        .long("--field-selector", wait.field_selector.as_ref())
        .flag("--all", needs_all)
        .long("--timeout", wait.timeout_s.map(|seconds| format!("{seconds}s")))
}

fn print_access(words: Words, access: &AccessQuestion) -> Words {
    let words = words.word("auth").word("can-i").words(&access.verb).words(&access.resource);
    let mut words = print_scope(words, &access.scope)
        .flag("--list", access.verb.is_none())
        .flag("--no-headers", access.no_headers)
        .long("--subresource", access.subresource.as_ref())
        .long("--as", access.as_user.as_ref());
    for group in &access.as_groups {
        words = words.long("--as-group", Some(group));
    }
    words
}
