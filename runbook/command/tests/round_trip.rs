//! A check, printed as a command and read again, is the same check: for every check of the fixtures, and for
//! checks made at random.

mod random;

use command::{
    check::{Check, Reading},
    recognition::recognise,
};
use fixtures::draws;
use random::Random;

fn assert_same(check: &Check) {
    let text = check.to_string();
    match recognise(&text) {
        Reading::Check { check: again } => assert_eq!(*again, *check, "{text}"),
        other => panic!("{text}\nis no longer a check: {other:?}\n{check:?}"),
    }
}

#[test]
fn checks_of_the_fixtures_come_back() {
    let commands = fixtures::commands().expect("they are part of the repository");
    let mut refused = Vec::new();
    for command in &commands {
        match recognise(command) {
            Reading::Check { check } => assert_same(&check),
            _ => refused.push(command.as_str()),
        }
    }
    assert!(commands.len() - refused.len() > 230, "{refused:#?}");
}

#[test]
fn checks_made_at_random_come_back() {
    draws::hold(10_000, 160, |draws| assert_same(&Random::new(draws).check()));
}
