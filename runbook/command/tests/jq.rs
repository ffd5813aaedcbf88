//! jq against the real one, and programs that would never end or fill the memory. Uses the machine's jq (1.6 or later);
//! without it the comparison fails.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use command::{check::Reading, recognition::recognise};
use pipe::filter::{Budget, Filter, Line, apply};

const PODS: &str = r#"{"kind":"List","items":[
{"metadata":{"name":"web-0","namespace":"shop","labels":{"app":"web","x.y/z":"1"},"uid":"b"},"spec":{"nodeName":"n1",
 "containers":[{"name":"web","image":"nginx:1.25","resources":{"limits":{"memory":"128Mi"}}},{"name":"log","image":"fluent"}]},
 "status":{"phase":"Running","podIP":"10.0.0.1","containerStatuses":[{"name":"web","restartCount":3,"ready":true},
 {"name":"log","restartCount":0,"ready":false}],"conditions":[{"type":"Ready","status":"False"}]}},
{"metadata":{"name":"db-0","namespace":"shop","labels":{"app":"db"}},"spec":{"nodeName":"n2","containers":[{"name":"db",
 "image":"postgres:16"}]},"status":{"phase":"Pending","startTime":"2026-11-23T02:40:00Z"}},
{"metadata":{"name":"web-1","namespace":"dev","labels":{"app":"web"}},"spec":{"nodeName":"n1","containers":[]},
 "status":{"phase":"Running","containerStatuses":[{"name":"web","restartCount":12,"ready":true}]}}]}"#;

fn jq(arguments: &str, input: &str) -> Option<Vec<Line>> {
    match recognise(&format!("kubectl get pods -o json | jq {arguments}")) {
        Reading::Check { check } => {
            assert!(matches!(check.filters[0], Filter::Jq(_)), "{arguments}");
            Some(apply(&check.filters, Line::of(input), &Budget::default()).expect("it costs little"))
        }
        _ => None,
    }
}

fn ours(arguments: &str, input: &str) -> String {
    let Some(lines) = jq(arguments, input) else { return "refused\n".into() };
    lines.iter().map(|line| format!("{}\n", line.text)).collect()
}

fn theirs(arguments: &str, input: &str) -> String {
    let mut child = Command::new("bash")
        .args(["-c", &format!("jq {arguments}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    child.stdin.take().expect("stdin is piped").write_all(input.as_bytes()).expect("jq reads");
    let output = child.wait_with_output().expect("jq ends");
    let failed = if output.status.success() { "" } else { "jq fails\n" };
    format!("{}{failed}", String::from_utf8_lossy(&output.stdout))
}

#[test]
fn agrees_with_the_real_jq() {
    let mut differences = Vec::new();
    for arguments in [
        "'.'",
        "-S '.items[0]'",
        "-c '.items[]'",
        "-r '.items[].metadata.name'",
        "'.items | length'",
        "-r '.items[] | select(.status.phase != \"Running\") | .metadata.name'",
        "-r '.items[] | \"\\(.metadata.namespace)/\\(.metadata.name) \\(.status.podIP)\"'",
        "-r '.items[] | [.metadata.name, .status.phase, (.status.containerStatuses // [] | map(.restartCount) | add)] | @tsv'",
        "-r '.items[] | [.metadata.name, \"a\\\"b\"] | @csv'",
        "-c '[.items[] | {name: .metadata.name, restarts: ([.status.containerStatuses[]?.restartCount] | add // 0)}] | sort_by(.restarts) | reverse'",
        "-c '.items | group_by(.metadata.namespace) | map({ns: .[0].metadata.namespace, count: length})'",
        "-c '[.items[].spec.containers[].image] | unique'",
        "-c '.items[0].metadata.labels | to_entries | map(\"\\(.key)=\\(.value)\")'",
        "-c '.items[0].metadata.labels | with_entries(select(.key | startswith(\"x\")))'",
        "-c '.items[0] | del(.metadata.uid, .spec) | .metadata'",
        "-c '.items[0].metadata | keys'",
        "-c '[.items[] | has(\"status\")] | all'",
        "-c '.items[] | .status.containerStatuses[0].restartCount'",
        "-c '.items[0].spec.containers[-1].name, .items[0].spec.containers[5]'",
        "-c '.items[0:2] | map(.metadata.name)'",
        "-c '.items[0].metadata.name[0:3], .items[1].metadata.name[-1:]'",
        "-c '[.items[] | .metadata.name | test(\"^web\")]'",
        "-r '.items[].metadata.name | sub(\"-(?<n>[0-9]+)\"; \"#\" + .n)'",
        "-r '.items[].metadata.name | gsub(\"[aeiou]\"; \"_\")'",
        "-c '.items[].metadata.name | split(\"-\")'",
        "-c '[.items[].metadata.name] | join(\", \")'",
        "-c '.items[0] | [paths(type == \"number\")]'",
        "-c '[.. | .image? // empty]'",
        "-c '.items[1].status.startTime | fromdateiso8601 | todate'",
        "-c 'reduce .items[] as $p ({}; .[$p.spec.nodeName] += 1)'",
        "-c '[foreach .items[] as $p (0; . + 1; [., $p.metadata.name])]'",
        "-c '.items | map(.metadata.name) | index(\"db-0\")'",
        "-c '.items | min_by(.metadata.name).metadata.name, max_by(.metadata.name).metadata.name'",
        "-c '[limit(2; .items[])] | length'",
        "-c 'first(.items[]).metadata.name, ([.items[]] | last | .metadata.name)'",
        "-c '.items | any(.status.phase == \"Pending\"), all(.status.phase == \"Pending\")'",
        "-c '[range(3)], [range(1; 10; 3)]'",
        "-c '.items[0].spec.containers[0].resources.limits.memory | rtrimstr(\"Mi\") | tonumber * 2'",
        "-c '[1, 1.5, 2.0, -3, 1e3, 100000000000000000000, 0.1, 1e-7] | map(. * 1)'",
        "-c '7 / 2, 8 / 2, 7 % 3, -7 % 3, 1 - 2, 2 * 3.5'",
        "-c '[3, \"a\", null, true, [1], {\"a\": 1}, false, 1] | sort'",
        "-c '[{\"a\": 1, \"b\": 2}, {\"a\": 1}, {\"b\": 0}] | sort'",
        "-c '{\"a\": {\"b\": 1}} * {\"a\": {\"c\": 2}} + {\"d\": 3}'",
        "-c '[1, 2, 3, 2] - [2]'",
        "-c '\"a,b\" / \",\"'",
        "-c '\"ab\" * 3, \"ab\" * 0'",
        "-c '[[1, [2]], 3] | flatten, flatten(1)'",
        "-c '[[1, 2], [3]] | transpose'",
        "-c '\"aGk=\" | @base64d, (\"hi\" | @base64)'",
        "-r '\"a b&c\" | @uri, @html, @sh, @json'",
        "-c '\"{\\\"a\\\":[1,2]}\" | fromjson | .a, tojson'",
        "-c '.items[0].status.containerStatuses | map(select(.ready)) | length'",
        "-c 'try error(\"x\") catch .'",
        "-c '.items[0].nothing.at.all, (.items[0].nothing? // \"none\")'",
        "-c '[.items[] | if .status.phase == \"Running\" then 1 elif .status.phase == \"Pending\" then 2 else 3 end]'",
        "-c '.items[0].spec.containers | map(.name) | contains([\"web\"]), inside([\"web\", \"log\", \"x\"])'",
        "-c '.items[0].status.conditions[] | select(.type == \"Ready\" and .status != \"True\")'",
        "-c '.items[0].metadata.labels[\"x.y/z\"], .items[0].metadata.labels.\"x.y/z\"'",
        "-c '[.items[0] | .metadata, .status | keys_unsorted[0]]'",
        "-c 'map_values(length)'",
        "-c '.items[0].spec.containers |= map(.name) | .items[0].spec.containers'",
        "-c '.items[0].metadata.name = \"x\" | .items[0].metadata | keys_unsorted'",
        "-c '[.items[0].status.containerStatuses[].restartCount] | add / length'",
        "-c '\"2026-11-23T02:40:00Z\" | strptime(\"%Y-%m-%dT%H:%M:%SZ\") | mktime'",
        "-c '1600000000 | strftime(\"%Y-%m-%d\"), todate'",
        "-c '[.items[].metadata.name] | [.[] | ltrimstr(\"web-\")]'",
        "-c '\"x\" as $a | [$a, $a + \"y\"]'",
        "-c '.items[0] as {metadata: {name: $n}} | $n'",
        "-rn --arg a b '$a'",
        "-c '[.items[].metadata | .name, .namespace] | tojson'",
        "-c 'walk(if type == \"string\" then ascii_upcase else . end) | .kind'",
        "-c 'getpath([\"items\", 0, \"metadata\", \"name\"]), ([paths] | length), ([leaf_paths] | length)'",
        "-c '\"test\" | indices(\"t\"), ([1,2,1] | indices(1)), ([1,2,1,2] | indices([1,2]))'",
        "-c '[.[]?]' <<< '3'",
        "-c '[1,2,3] | .[1:] , .[:-1], .[-2:]'",
        "-c '[\"a\",\"b\"] | from_entries? // \"no\"'",
        "-c '[{\"name\": \"a\", \"value\": 1}, {\"key\": \"b\", \"value\": null}] | from_entries'",
        "-c '{a: 1} | .b.c[2] = 5'",
        "-c '[1,[2,3]] | .[1][0] |= . + 1'",
        "-c 'label $f | .items[] | .metadata.name, break $f'",
        "-c '\"\\u00e9\\u4e2d\" | length, utf8bytelength, @json'",
        "-c '\"abc\" | (explode | implode), ascii_upcase, length, utf8bytelength'",
        "-s -c 'length'",
        "-R -c '.' <<< 'a b'",
        "-c '.a' <<< '{\"a\":1} {\"a\":2}'",
        "-c '[.items[] | .metadata.name] | unique_by(.[0:1])'",
        "-c '\"1,2;3\" | [scan(\"[0-9]\")], (capture(\"(?<a>[0-9]),(?<b>[0-9])\"))'",
        "-c '[\"10\", \"9\"] | map(tonumber) | max, min'",
        "-c '[nan] | sort, (nan < 1), ([nan] | length)'",
        "-c 'infinite, -infinite'",
        "-c '[.items[] | .status.startTime // \"never\"]'",
        "-j '.items[].metadata.name, \"\\n\"'",
        "-c '\"abc\" | test(\"B\"; \"i\"), [match(\"[ac]\"; \"g\").offset]'",
        "-c '[1,2] | combinations(2)'",
        "-c '[[1,2],[3]] | [combinations]'",
        "-c '@text \"a\\(1)\", @json \"x\\([1])\"'",
        "-c 'now | type'",
        "-c '[.items[].spec.nodeName] | group_by(.) | map({(.[0]): length}) | add'",
        "-c '[true, false | not], (null | not), ([] | any), ([] | all)'",
        "-c '[\"a\",\"b\"] | to_entries'",
        "-c '{} | .[\"a\",\"b\"] = 1'",
        "-c 'ascii_downcase' <<< '\"ABC\"'",
        "-c '[1,2,3] | del(.[0,2])'",
        "-c 'del(.items[].status, .items[1].metadata.labels, .items[0]) | .items'",
        "-c 'delpaths([[\"kind\"], [\"items\", 0], [\"items\", 1]])'",
        "-c 'isempty(empty), ([.[]?] | length)'",
    ] {
        let (arguments, input) = match arguments.split_once(" <<< '") {
            Some((arguments, input)) => (arguments, input.trim_end_matches('\'')),
            None => (arguments, PODS),
        };
        let (ours, theirs) = (ours(arguments, input), theirs(arguments, input));
        if ours != theirs {
            differences.push(format!("{arguments}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn programs_that_never_end_are_refused() {
    for program in [
        "repeat(.)",
        "until(false; .)",
        "while(true; .)",
        "recurse(.)",
        "def f: f; f",
        "def f: def g: f; g; f",
        "input",
        "[inputs]",
        "env",
        "$ENV",
        "halt",
        "jn(2147483647; 1)",
        "reduce range(1000) as $x (0; ., .)",
        "foreach range(1000) as $x (0; (., .); .)",
    ] {
        assert!(jq(&format!("'{program}'"), "[]").is_none(), "{program}");
    }
    let doubled = format!("'isempty({} | empty)'", vec!["(.,.)"; 40].join(" | "));
    assert!(jq(&doubled, "[]").is_none());
    let one_too_deep = format!("{}{}", "[".repeat(129), "]".repeat(129));
    assert_eq!(ours("length", &one_too_deep), "jq: error: this JSON is nested more than 128 deep\n");
    assert_eq!(ours("'fromjson | length'", &format!("\"{one_too_deep}\"")).lines().count(), 1);
}
