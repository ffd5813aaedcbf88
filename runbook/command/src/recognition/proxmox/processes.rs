//! The list of processes, as far as it is asked for tasks that run.

use super::super::{args::Arg, stages};
use crate::check::{ProxmoxAsk, ProxmoxQuestion, Question};
use pipe::filter::Filter;

/// Workers whose running tasks the API lists.
const TASK_TYPES: [&str; 5] = ["vzdump", "qmrestore", "vzrestore", "qmigrate", "vzmigrate"];

/// `ps aux | grep vzdump | grep -v grep` and its variants: the running tasks of a type, and how many stages after the
/// first one that takes up.
pub(in super::super) fn running_tasks(stages: &[Vec<Arg<'_>>], host: Option<&str>) -> Option<(Question, usize)> {
    let first = stages.first()?;
    let ask = |task_type: &str| {
        let ask = ProxmoxAsk::RunningTasks { task_type: task_type.to_owned() };
        Question::Proxmox(ProxmoxQuestion { host: host.map(str::to_owned), ask })
    };
    let program = first.first()?.as_str();
    if matches!(program, "pgrep" | "pidof") {
        let [_, flags @ .., last] = first.as_slice() else { return None };
        let plain = flags.iter().all(|arg| arg.as_str().starts_with('-') && arg.as_str().len() < 6);
        return (plain && TASK_TYPES.contains(&last.as_str())).then(|| (ask(last.as_str()), 0));
    }
    let lists_all = first[1..].iter().all(|arg| {
        matches!(
            arg.as_str(),
            "aux"
                | "auxw"
                | "auxww"
                | "auxf"
                | "-ef"
                | "-eF"
                | "-aux"
                | "ax"
                | "-A"
                | "-e"
                | "axu"
                | "-efw"
                | "fax"
                | "faux"
        )
    });
    if program != "ps" || first.len() < 2 || !lists_all {
        return None;
    }
    let mut task_type = None;
    let mut absorbed = 0;
    for (index, words) in stages.iter().enumerate().skip(1) {
        let Ok(Some(Filter::Grep(grep))) = stages::grep(words) else { break };
        let [pattern] = grep.patterns.as_slice() else { break };
        let plain = pattern.replace(['[', ']', '(', ')'], "").to_ascii_lowercase();
        let is_plain_grep = !grep.count && !grep.only_matching && !grep.line_numbers && grep.before + grep.after == 0;
        if !is_plain_grep {
            break;
        }
        if !grep.invert && task_type.is_none() {
            let named = TASK_TYPES.into_iter().find(|name| plain == *name)?;
            task_type = Some(named);
        } else if !(grep.invert && plain == "grep") {
            break;
        }
        absorbed = index;
    }
    Some((ask(task_type?), absorbed))
}
