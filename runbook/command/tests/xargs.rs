//! `xargs` in front of a command that reads: what is asked for which words, and what is not.

use command::{
    check::{Cause, Check, Each, Question, Reading},
    recognition::recognise,
};

fn each(text: &str) -> (Each, Check) {
    match recognise(text) {
        Reading::Check { check } => match check.question.clone() {
            Question::Each(each) => (*each, *check),
            other => panic!("{text}: {other:?}"),
        },
        other => panic!("{text}: {other:?}"),
    }
}

fn unfolded(text: &str, lines: &[&str]) -> (Vec<String>, usize) {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let (checks, left_out) = each(text).0.unfold(&lines).unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
    (checks.iter().map(ToString::to_string).collect(), left_out)
}

#[test]
fn asks_what_the_shell_would_have_asked() {
    for (text, lines, expected) in [
        (
            "kubectl get pods -n a -o name | xargs kubectl describe -n a",
            &["pod/x", "pod/y"][..],
            &["kubectl describe pod/x pod/y -n a"][..],
        ),
        (
            "kubectl get pods -o name | grep -v run | xargs -n1 -r kubectl describe",
            &["pod/x", "pod/y"],
            &["kubectl describe pod/x", "kubectl describe pod/y"],
        ),
        (
            "kubectl get pods -o name | xargs -I{} kubectl logs {} --tail=5",
            &["pod/x", "", "  pod/y "],
            &["kubectl logs x --tail=5", "kubectl logs y --tail=5"],
        ),
        (
            "kubectl get nodes -o name | cut -d/ -f2 | xargs -I % -P 4 kubectl get pods -A --field-selector spec.nodeName=%",
            &["n1"],
            &["kubectl get pods -A --field-selector spec.nodeName=n1"],
        ),
        ("qm list | awk 'NR>1{print $1}' | xargs -n 1 qm config", &["100 101"], &["qm config 100", "qm config 101"]),
        (
            "ssh root@pve \"qm list | awk 'NR>1{print \\$1}' | xargs -n1 qm status\"",
            &["100"],
            &["ssh pve 'qm status 100'"],
        ),
        ("kubectl get pods -o name | xargs kubectl describe", &[], &[]),
    ] {
        let (checks, left_out) = unfolded(text, lines);
        let same: Vec<String> = expected
            .iter()
            .map(|text| match recognise(text) {
                Reading::Check { check } => check.to_string(),
                other => panic!("{text}: {other:?}"),
            })
            .collect();
        assert_eq!((checks, left_out), (same, 0), "{text}");
    }
}

#[test]
fn asks_a_bounded_number_of_questions_and_counts_the_rest() {
    let lines: Vec<String> = (0..40).map(|at| format!("pod/p{at}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (checks, left_out) = unfolded("kubectl get pods -o name | xargs -n1 kubectl logs", &lines);
    assert_eq!((checks.len(), left_out), (32, 8));
    let (checks, left_out) = unfolded("kubectl get pods -o name | xargs kubectl describe", &lines);
    assert_eq!((checks.len(), left_out), (1, 0));
}

#[test]
fn a_word_never_becomes_a_flag_a_verb_or_syntax() {
    for (text, words) in [
        ("kubectl get pods -o name | xargs kubectl describe", "--all-namespaces"),
        ("kubectl get pods -o name | xargs kubectl describe", "pod/x;reboot"),
        ("kubectl get pods -o name | xargs kubectl describe", "$(reboot)"),
        ("kubectl get pods -o name | xargs kubectl describe", "pod/x`id`"),
        ("kubectl get pods -o name | xargs -I{} kubectl logs {}", "a b"),
        ("kubectl get pods -o name | xargs -I{} kubectl logs {}", "'x'"),
        ("kubectl get secrets -o name | xargs kubectl get -o yaml", "secret/x"),
        ("kubectl get pods -o name | xargs -I{} kubectl get {} x -o yaml", "secrets"),
        ("kubectl get pods -o name | xargs kubectl get --raw", "/api/v1/secrets"),
    ] {
        if let Reading::Check { check } = recognise(text) {
            let Question::Each(each) = check.question else { panic!("{text}") };
            let unfolded = each.unfold(&[words.to_owned()]);
            assert!(unfolded.is_err(), "{text} with {words}: {unfolded:?}");
        }
    }
}

#[test]
fn reads_nothing_else_behind_it_and_marks_the_stage() {
    for (text, culprit) in [
        ("kubectl get pods -o name | xargs kubectl delete", "delete"),
        ("kubectl get pods -o name | xargs -n1 kubectl delete", "delete"),
        ("kubectl get pods -o name | xargs rm -f", "rm"),
        ("kubectl get pods -o name | xargs -I{} sh -c 'kubectl logs {}'", "sh"),
        ("kubectl get pods -o name | xargs -I{} bash -c 'kubectl logs {}'", "bash"),
        ("kubectl get pods -o name | xargs watch kubectl describe", "watch"),
        ("kubectl get pods -o name | xargs -I{} {} get pods", "xargs"),
        ("kubectl get pods -o name | xargs -Ix kubectl logs x", "x"),
        ("kubectl get pods -o name | xargs -a file kubectl describe", "-a"),
        ("kubectl get pods -o name | xargs -0 kubectl describe", "-0"),
        ("kubectl get pods -o name | xargs --frob kubectl describe", "--frob"),
        ("kubectl get pods -o name | xargs -n1 kubectl describe --frob", "--frob"),
        ("kubectl get pods -o name | xargs -I{} ssh {} 'qm list; reboot'", "qm list; reboot"),
        ("kubectl get pods -o name | xargs", "xargs"),
        ("kubectl get secret x -o yaml | xargs kubectl describe", "yaml"),
    ] {
        match recognise(text) {
            Reading::Check { check } => panic!("{text}: {check:?}"),
            Reading::Refused(refusal) | Reading::Unknown(refusal) => {
                let marked = refusal.span.and_then(|span| text.get(span)).unwrap_or_default();
                assert!(marked.contains(culprit), "{text}: {} marks {marked:?}", refusal.reason);
            }
        }
    }
    let Reading::Refused(refusal) = recognise("kubectl get pods | xargs kubectl delete pod") else { panic!() };
    assert_eq!(refusal.cause, Cause::Changes);
}

#[test]
fn stands_in_its_canonical_spelling() {
    for text in [
        "kubectl get pods -o name | xargs kubectl describe",
        "kubectl get pods -o name | grep x | xargs -n2 kubectl describe | grep -i node | head -5",
        "kubectl get pods -o name | xargs -I{} kubectl logs {} -c app --tail=5",
        "ssh pve 'qm list | cut -c1-10 | xargs -n1 qm config'",
        "bash -c 'kubectl get pods -o name; kubectl get nodes -o name' | xargs kubectl describe",
        "kubectl get deploy -o name | xargs kubectl get -o name | xargs -n1 kubectl describe",
    ] {
        let (_, check) = each(text);
        let printed = check.to_string();
        assert_eq!(each(&printed).1, check, "{text} is printed as {printed}");
    }
}
