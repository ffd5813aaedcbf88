//! What fires: on the home page by runbook, on a runbook's page the one alert that it is about.

use axum::body::Body;
use futures::StreamExt;
use http::{Request, header};

use super::{CRASH_LOOPING, DURING_BACKUP, NOON, Page, World, soon};

/// The part of the home page that says what fires.
fn firing(page: &Page) -> &str {
    let from = page.text.find("data-live=\"firing\"").unwrap_or_else(|| panic!("no list in:\n{}", page.text));
    let rest = &page.text[from..];
    &rest[..rest.find("class=\"library\"").unwrap_or(rest.len())]
}

/// The addresses of a page's links, as a browser reads them.
fn links(text: &str) -> Vec<String> {
    let hrefs = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|href| href.replace("&amp;", "&")).collect()
}

impl World {
    /// A page once everything that it asks has answered: it does not wait long for any of it.
    async fn settled(&self, address: &str) -> Page {
        soon("a page that has its answers", async {
            loop {
                let page = self.get(address).await;
                let is_waiting = ["has not answered yet", "did not answer in time", "no connection in time"]
                    .into_iter()
                    .any(|words| page.text.contains(words));
                if !is_waiting {
                    return page;
                }
            }
        })
        .await
    }
}

#[tokio::test]
async fn lists_what_fires_by_runbook_with_links_that_carry_every_value() {
    let world = World::start(DURING_BACKUP).await;
    let page = world.settled("/").await;
    let list = firing(&page);
    assert!(
        list.contains("HomelabPodCrashLooping") && list.contains("silenced") && list.contains("inhibited"),
        "{list}"
    );
    assert!(list.contains("since ") && list.contains("critical"), "{list}");
    assert!(list.contains("Watchdog") && list.contains("no runbook yet"), "{list}");
    let link = links(list).into_iter().find(|link| link.contains("pod=kube-scheduler-talos-monitor"));
    let link = link.expect("a link for the first story");
    for part in ["cluster=monitoring-cluster", "namespace=kube-system", "container=kube-scheduler", "severity=warning"]
    {
        assert!(link.starts_with(CRASH_LOOPING) && link.contains(part), "{link}");
    }
    let page = world.settled(&link).await;
    page.has("Firing since");
    page.has("/#/silences/new?filter=%7B");
    // Labels and rule come by the stream, or when the address asks for them.
    page.has_not("The rule, which must hold for");
    world.settled(&format!("{link}&run=alert")).await.has("The rule, which must hold for 15 min");
    page.has_not("was ignored");
}

#[tokio::test]
async fn bounds_ten_thousand_alerts() {
    let mut world = World::start(NOON).await;
    world.homelab.make_up_alerts(10_000);
    // The simulation, not the portal, takes its time for so many.
    world.config.server.check_timeout_ms = 20_000;
    let world = world.reopened().await;
    let page = world.settled("/").await;
    let asked_at = std::time::Instant::now();
    world.get("/").await;
    println!("the home page with 10,000 alerts: {} bytes in {:.0?}", page.text.len(), asked_at.elapsed());
    assert_eq!(page.status, 200);
    page.has("showing ");
    page.has(" of 10,0");
    assert!(links(firing(&page)).len() < 260, "the list is bounded");
    assert!(page.text.len() < 400_000, "{} bytes", page.text.len());
}

#[tokio::test]
async fn takes_the_same_alert_of_two_alertmanagers_for_one() {
    let mut world = World::start(DURING_BACKUP).await;
    let once = world.settled("/").await;
    let home = world.config.alertmanager["home"].clone();
    world.config.alertmanager.insert("twin".into(), home);
    let twice = world.reopened().await.settled("/").await;
    let rows = |page: &Page| firing(page).matches("class=\"alert-row").count();
    assert!(rows(&once) > 5);
    assert_eq!(rows(&once), rows(&twice));
}

#[tokio::test]
async fn carries_odd_label_values_there_and_back() {
    let world = World::start(NOON).await;
    world.homelab.make_up_alerts(8);
    std::fs::write(
        world.folder.path().join("own/made-up.md"),
        "# Alert: MadeUp0\n\n```bash\nkubectl get pods -n <namespace>\n```\n",
    )
    .expect("written");
    let world = world.reopened().await;
    let page = world.settled("/").await;
    let link = links(firing(&page)).into_iter().find(|link| link.contains("path=") && link.starts_with("/r/made-up"));
    let link = link.expect("the alert with the odd label");
    assert!(!link.contains([' ', '#', '<', '\n', '\\']), "{link}");
    let page = world.settled(&link).await;
    // Two alerts have this name; the label tells which is meant.
    page.has("Firing since");
    page.has("namespace");
    page.has_not("was ignored");
    page.has("&lt;m&gt;");
    page.has_not("<m>");
    // The values travel on with the forms of the page.
    assert!(page.text.matches("name=\"path\"").count() >= 1, "{}", page.text);
}

#[tokio::test]
async fn shows_no_login_of_a_label_and_puts_none_into_a_link() {
    let world = World::start(NOON).await;
    world.homelab.make_up_alerts(7);
    let world = world.reopened().await;
    let home = world.settled("/").await;
    let list = firing(&home);
    assert!(list.contains("scraper:••••••@10.10.0.20"), "{list}");
    let link = links(list).into_iter().find(|link| link.contains("pod=worker-4")).expect("a link for the alert");
    let alert = world.settled(&link).await;
    alert.has("Firing since");
    alert.has("scraper:••••••@10.10.0.20");
    for page in [&home, &alert] {
        page.has_not("s1mulated");
    }
}

#[tokio::test]
async fn fills_in_what_the_link_left_out_when_only_one_fires() {
    let world = World::start(DURING_BACKUP).await;
    let page = world.settled(&format!("{CRASH_LOOPING}?cluster=agentic")).await;
    page.has("Filled in from the alert: ");
    let pod = world.homelab.stories().into_iter().find(|story| story.cluster == "agentic").expect("its story").pod;
    page.has(&format!("value=\"{pod}\""));
    let page = world.settled(CRASH_LOOPING).await;
    page.has("choose the one you mean");
    page.has_not("Filled in");
    let choice = links(&page.text).into_iter().find(|link| link.contains(&format!("pod={pod}"))).expect("a plain link");
    world.settled(&choice).await.has("Firing since");
}

#[tokio::test]
async fn shows_the_live_state_of_an_alert_that_has_no_runbook_or_several() {
    let files = [("one.md", "# Alert: MadeUp1\n"), ("other/MadeUp1.md", "# Notes\n")];
    let world = World::start_with(NOON, &files).await;
    world.homelab.make_up_alerts(7);
    let world = world.reopened().await;
    // In lower case, as the links of kube-prometheus-stack have it, and without any value: one of the name fires.
    let page = world.settled("/alert/madeup2").await;
    assert_eq!(page.status, 404);
    for words in ["Firing since", "/#/silences/new?filter=%7B", "Filled in from the alert: ", "# Alert: MadeUp2"] {
        page.has(words);
    }
    page.has("data-live=\"alert\"");
    let page = world.settled("/alert/MadeUp1").await;
    assert_eq!(page.status, 300);
    page.has("Firing since");
    page.has("/r/other/MadeUp1?");
    let page = world.settled("/alert/NobodyHasThis?pod=web-0").await;
    assert_eq!(page.status, 404);
    page.has("NobodyHasThis does not fire now.");
    let request = Request::get("/live?path=&label.alertname=madeup2").header(header::HOST, "localhost:8080");
    let mut events = world.send(request.body(Body::empty()).expect("valid")).await.into_body().into_data_stream();
    let mut heard = String::new();
    soon("the state", async {
        while !heard.contains("\"check\":\"alert\"") || !heard.contains("Firing since") {
            let chunk = events.next().await.expect("the stream stays open").expect("readable");
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    })
    .await;
    assert!(world.homelab.stop("alertmanager").await);
    let page = world.reopened().await.settled("/alert/MadeUp2?pod=web-0").await;
    assert_eq!(page.status, 404);
    page.has("fires is not known");
    page.has_not("does not fire");
}

#[tokio::test]
async fn says_that_an_alert_does_not_fire_and_which_matcher_leaves_a_pod_out() {
    let world = World::start(DURING_BACKUP).await;
    let query = "cluster=monitoring-cluster&namespace=kube-system&pod=kube-controller-manager-talos-monitor";
    let page = world.settled(&format!("{CRASH_LOOPING}?{query}")).await;
    page.has("does not fire for these values now");
    page.has("The alert&#x27;s rule leaves this pod out: ".replace("&#x27;", "'").as_str());
    page.has("pod!~&quot;kube-controller-manager-.*");
}

#[tokio::test]
async fn keeps_the_library_usable_when_nothing_can_be_asked() {
    let world = World::start(DURING_BACKUP).await;
    assert!(world.homelab.stop("alertmanager").await);
    assert!(world.homelab.stop("prometheus").await);
    let page = world.settled("/").await;
    assert_eq!(page.status, 200);
    page.has("cannot be reached: connection refused");
    page.has("[alertmanager.home] in runlight.toml");
    page.has(&format!("href=\"{CRASH_LOOPING}\""));
    page.has_not("Nothing fires.");
    let page = world.settled(&format!("{CRASH_LOOPING}?cluster=agentic")).await;
    assert_eq!(page.status, 200);
    page.has("fires is not known");
    page.has("The alert's rule is not known");
    page.has_not("does not fire");
}

#[tokio::test]
async fn tells_open_pages_what_has_begun_to_fire() {
    let world = World::start(NOON).await;
    let request = Request::get("/live?path=").header(header::HOST, "localhost:8080").body(Body::empty());
    let mut events = world.send(request.expect("valid")).await.into_body().into_data_stream();
    let mut heard = String::new();
    let mut has_begun = false;
    soon("the news", async {
        while !heard.contains("MadeUp") {
            let chunk = events.next().await.expect("the stream stays open").expect("readable");
            heard.push_str(&String::from_utf8_lossy(&chunk));
            if !has_begun && heard.contains("\"check\":\"firing\"") {
                has_begun = true;
                world.homelab.make_up_alerts(3);
            }
        }
    })
    .await;
    assert!(has_begun);
}

#[tokio::test]
async fn tells_an_open_runbook_the_state_of_its_alert() {
    let world = World::start(DURING_BACKUP).await;
    let address = "/live?path=alerts%2Fpod-crash-looping&bind.cluster=agentic&label.severity=critical";
    let request = Request::get(address).header(header::HOST, "localhost:8080").body(Body::empty());
    let mut events = world.send(request.expect("valid")).await.into_body().into_data_stream();
    let mut heard = String::new();
    soon("the state", async {
        while !heard.contains("\"check\":\"alert\"") || !heard.contains("Firing since") {
            let chunk = events.next().await.expect("the stream stays open").expect("readable");
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    })
    .await;
}

/// The ids of a page's panels of one kind.
fn checks(page: &Page, panel: &str) -> Vec<String> {
    let mark = format!("data-panel=\"{panel}\" data-check=\"");
    page.text.split(&mark).skip(1).filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}

#[tokio::test]
async fn draws_an_expression_with_its_threshold_and_its_numbers() {
    let world = World::start(DURING_BACKUP).await;
    let page = world.get(&format!("{CRASH_LOOPING}?cluster=agentic")).await;
    let [check] = checks(&page, "chart").try_into().expect("the trigger is the only chart");
    let page = world.settled(&format!("{CRASH_LOOPING}?cluster=agentic&run={check}")).await;
    page.has("series are above 5, first of all ");
    page.has("class=\"threshold-text\"");
    page.has("&gt; 5</text>");
    page.has("The numbers of the chart");
    page.has("The same in Prometheus");
    assert!(page.text.matches("class=\"chart-line line-0\"").count() >= 2, "a line and its sample in the legend");
}

#[tokio::test]
async fn says_what_an_expression_lacks_that_cannot_be_asked() {
    let world = World::start(NOON).await;
    let page = world.get(&format!("{CRASH_LOOPING}?cluster=agentic")).await;
    let [check] = checks(&page, "chart").try_into().expect("the trigger");
    assert!(world.homelab.stop("prometheus").await);
    let page = world.settled(&format!("{CRASH_LOOPING}?cluster=agentic&run={check}")).await;
    page.has("Prometheus at 127.0.0.1");
    page.has("[prometheus.home] in runlight.toml");
    page.has_not("class=\"chart\"");
}

#[tokio::test]
async fn counts_restarts_as_recorded_and_marks_pods_that_the_rule_leaves_out() {
    let world = World::start(DURING_BACKUP).await;
    let page = soon("the record", async {
        loop {
            let page = world.settled(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster")).await;
            if page.text.contains("as recorded by Prometheus home") {
                return page;
            }
        }
    })
    .await;
    page.has("class=\"excluded\" title=\"pod!~&quot;kube-controller-manager-");
    page.has("leaves the pods marked as excluded out: ");
    assert!(world.homelab.stop("prometheus").await);
    let world = world.reopened().await;
    let page = soon("the failure", async {
        loop {
            let page = world.settled(&format!("{CRASH_LOOPING}?cluster=monitoring-cluster")).await;
            if page.text.contains("only what the watch has seen") {
                return page;
            }
        }
    })
    .await;
    page.has_not("as recorded by Prometheus");
    page.has_not("class=\"excluded\"");
}

#[tokio::test]
async fn answers_the_tools_of_prometheus_and_alertmanager() {
    let world = World::start(DURING_BACKUP).await;
    let run = async |command: &str| world.portal.print_check(command, &std::collections::BTreeMap::new()).await;
    let lines = run("curl -s 'http://prometheus.monitoring.svc:9090/api/v1/query?query=up' | jq -r .status").await;
    assert_eq!(lines.expect("an answer"), ["success"]);
    let lines = run("promtool query instant http://localhost:9090 'up{cluster=\"agentic\"} == 1' | wc -l").await;
    assert_eq!(lines.expect("an answer"), ["4"]);
    let lines = run("amtool --alertmanager.url=http://localhost:9093 alert query HomelabImagePullFailing").await;
    let lines = lines.expect("an answer");
    assert!(lines.len() == 2 && lines[0].starts_with("Alertname  "), "{lines:?}");
    assert!(lines[1].starts_with("HomelabImagePullFailing  ") && lines[1].contains(" UTC  "), "{lines:?}");
    let lines = run("amtool --alertmanager.url=http://localhost:9093 silence query").await.expect("an answer");
    assert!(lines[1].contains("container=\"grafana-sc-dashboard\""), "{lines:?}");
    let lines = run("curl -s http://localhost:9093/api/v2/alerts | jq length").await.expect("an answer");
    assert!(lines[0].parse::<usize>().is_ok_and(|count| count > 5), "{lines:?}");
    let error = run("curl -s http://elsewhere:9090/api/v1/alerts").await.expect_err("not configured");
    let words = format!("{error:?}");
    assert!(
        words.contains("http://elsewhere:9090") && words.contains("addresses = [\\\"elsewhere:9090\\\"]"),
        "{words}"
    );
}
