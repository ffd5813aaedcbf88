//! Messages that are too large, too many, of no known version or no messages at all.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Assistant, NOON, VERSION, check, world};

#[tokio::test]
async fn an_argument_of_a_mebibyte_is_not_read() {
    let world = world(NOON).await;
    let assistant = Assistant(&world, 2);
    let message = |size: usize| {
        let arguments = json!({"words": "x".repeat(size)});
        let params = json!({"name": "search", "arguments": arguments});
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string()
    };
    assert_eq!(assistant.send(message(1 << 20), &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // What fits into a message is held to the bound of its argument.
    let (text, is_error) = assistant.call("search", json!({"words": "x".repeat(50_000)})).await;
    assert!(is_error && text.contains("at most 1000 are read"), "{text}");
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let params = format!("{{\"name\":\"search\",\"arguments\":{{\"words\":{deep}}}}}");
    let page =
        assistant.send(format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{params}}}"), &[]);
    assert!(page.await.status.is_client_error());
}

#[tokio::test]
async fn of_ten_thousand_calls_few_are_carried_out_and_each_is_answered() {
    let world = world(NOON).await;
    let assistant = Assistant(&world, 2);
    let before = world.portal.figures().checks_run;
    let (mut carried_out, mut refused) = (0, 0);
    let call = json!({"path": "assisted", "check": check("get pods"), "bindings": {"cluster": "monitoring-cluster"}});
    for _ in 0..10_000 {
        match assistant.call("run_check", call.clone()).await {
            (text, true) => {
                assert!(text.contains("more than 120 calls in a minute. Wait "), "{text}");
                refused += 1;
            }
            (_, false) => carried_out += 1,
        }
    }
    assert_eq!(carried_out + refused, 10_000);
    // More come free while this goes on, two a second.
    assert!(carried_out >= 120 && refused > 0, "{carried_out} {refused}");
    assert_eq!(world.portal.figures().checks_run - before, carried_out);
    // Another caller is not held to it, and pages are answered as before.
    assert!(!Assistant(&world, 3).call("search", json!({"words": "pods"})).await.1);
}

#[tokio::test]
async fn a_version_that_nobody_knows_is_refused_or_answered_with_one_that_is_known() {
    let world = world(NOON).await;
    let assistant = Assistant(&world, 2);
    let hello = |version: &str| {
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": version,
            "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}})
    };
    let page = assistant.send(hello("1999-01-01").to_string(), &[("mcp-protocol-version", "1999-01-01")]).await;
    let answer: Value = serde_json::from_str(&page.text).expect("JSON");
    let offered = answer["result"]["protocolVersion"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert_ne!(offered, "1999-01-01");
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    for version in ["1999-01-01", "2999-01-01", "x", "..", ""] {
        let page = assistant.send(list.clone(), &[("mcp-protocol-version", version)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{version:?}: {}", page.text);
    }
    // One that says none is answered as the oldest that the transport has.
    let known = assistant.send(list, &[("mcp-protocol-version", VERSION)]).await;
    assert_eq!(known.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_nothing_falls_over() {
    let world = world(NOON).await;
    let assistant = Assistant(&world, 2);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\u{0}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"tools/list\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"tools/list\"}",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}]",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
    ] {
        let page = assistant.send(body.to_owned(), &[]).await;
        assert!(page.status.is_client_error(), "{body:?}: {} {}", page.status, page.text);
    }
    for more in [("content-type", "text/plain"), ("accept", "text/html")] {
        let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
        assert!(assistant.send(list, &[more]).await.status.is_client_error(), "{more:?}");
    }
    for method in
        ["prompts/list", "prompts/get", "completion/complete", "logging/setLevel", "tasks/list", "resources/subscribe"]
    {
        let answer = assistant.ask(
            method,
            json!({"name": "x", "uri": "runlight://runbook/assisted", "level": "debug",
            "ref": {"type": "ref/prompt", "name": "x"}, "argument": {"name": "x", "value": "y"}}),
        );
        assert!(answer.await["error"].is_object(), "{method}");
    }
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_long_answer_is_cut_and_says_where_the_rest_is() {
    let long = format!("# Alert: Long\n\n{}", "A sentence that goes on for a while.\n\n".repeat(5_000));
    let world = super::World::start_with(NOON, &[("long.md", &long)]).await;
    // A portal without a way to sign in answers this machine, as it does pages.
    let assistant = Assistant(&world, 2);
    let (text, is_error) = assistant.call("read_runbook", json!({"path": "long"})).await;
    // Where nobody signs in a token is nothing, and does no harm.
    assert!(!is_error && text.len() <= 64 * 1024, "{}", text.len());
    assert!(text.ends_with("The page of the portal has all of it.]\n"), "{}", &text[text.len() - 200..]);
}
