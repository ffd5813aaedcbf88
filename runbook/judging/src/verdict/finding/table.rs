//! A runbook's table as a classifier: judged by what its first columns hold at least as much as by their heads.

use text::{
    plain,
    runbook::{Command, Inline, TableBlock},
};

use super::super::{
    Classifier, Clause, Condition, LinePart, Origin, Place, Rule, RuleReading, Stretch,
    lexicon::heads::{self, Context, Role},
    reading::{is_cause, read_pattern, tokenise},
};
use super::one_line;

/// Rows beyond this are not read: nobody's table of crashes is longer, and reading has its price.
pub(crate) const MAX_ROWS: usize = 1_000;
/// Of a table whose head says nothing, this share of the first column must be states, exit codes or log text.
const LEAST_SHARE: f64 = 0.6;
/// Of a table whose head speaks of symptoms, this share.
const LEAST_SHARE_UNDER_A_HEAD: f64 = 0.15;

/// Reads a table whose rows describe patterns and explain them or say what to do. `None` when it is another kind of
/// table, or when not one of its rows can be judged.
pub fn read_table(table: &TableBlock, commands: &[Command]) -> Option<Classifier> {
    assess(table, commands).ok()
}

/// The table as a classifier, or why it is none: one sentence without a full stop.
pub(crate) fn assess(table: &TableBlock, commands: &[Command]) -> Result<Classifier, String> {
    let heads: Vec<String> = table.head.iter().map(|cell| one_line(&plain(cell, commands))).collect();
    let roles: Vec<Role> = heads.iter().map(|head| heads::role(head)).collect();
    let start = usize::from(roles.first() == Some(&Role::Number));
    if heads.len() < start + 2 {
        return Err("it has one column, and a row needs a pattern and what follows from it".into());
    }
    let at = choose_column(table, commands, &heads, &roles, start)?;
    let second = second_column(table, commands, &heads, &roles, at);
    let known: Vec<Role> = roles
        .iter()
        .enumerate()
        .map(|(column, role)| if Some(column) == second { Role::Number } else { *role })
        .collect();
    let (cause, action) = other_columns(&known, at);
    let context = context_of(table, commands, at, &heads[at]);
    let second = second.map(|column| (column, context_of(table, commands, column, &heads[column])));
    let read_row = |row: &Vec<Vec<Inline>>| {
        let text = |column: Option<usize>| {
            column.and_then(|at| row.get(at)).map_or_else(String::new, |cell| one_line(&plain(cell, commands)))
        };
        let cell = row.get(at).map_or(&[][..], Vec::as_slice);
        let (mut reading, left) = read_cell(cell, commands, &context);
        let mut pattern = text(Some(at));
        if let Some((column, context)) = &second
            && let Some(cell) = row.get(*column)
            && let RuleReading::When(more) = read_cell(cell, commands, context).0
            && let Some(both) = with_second(&reading, more)
        {
            reading = both;
            pattern = format!("{pattern}, {}", name_second(&heads[*column], &text(Some(*column)), context));
        }
        Rule {
            pattern,
            cause: text(cause),
            action: text(action),
            reading,
            left,
            leads_to: super::leads::find_link(row),
        }
    };
    let rules: Vec<Rule> = table.rows.iter().take(MAX_ROWS).map(read_row).collect();
    Ok(Classifier { head: heads[at].clone(), rules, origin: Origin::Table })
}

/// A second column of patterns beside the first, of another kind of fact: "Reason | Exit code | Meaning". Most of its cells
/// must be facts; what a row asks for stands in both then.
fn second_column(
    table: &TableBlock,
    commands: &[Command],
    heads: &[String],
    roles: &[Role],
    first: usize,
) -> Option<usize> {
    let is_second = |column: &usize| {
        let context = context_of(table, commands, *column, &heads[*column]);
        let is_of_facts = context.numbers_are_exit_codes || context.place.is_some();
        *column != first
            && roles[*column] == Role::Pattern
            && is_of_facts
            && share_of_facts(table, commands, *column, &context) >= LEAST_SHARE
    };
    (0..heads.len()).find(is_second)
}

/// Both patterns of a row. Exit codes add to a reason. The text of a line adds to a symptom, which says nothing by itself,
/// and makes a cause say more.
fn with_second(first: &RuleReading, more: Condition) -> Option<RuleReading> {
    let RuleReading::When(first) = first else { return Some(RuleReading::When(more)) };
    if *first == more || !more.asks_for_facts() {
        return None;
    }
    let is_exit = matches!(more, Condition::Is(Clause::Exit(_)) | Condition::Any(_));
    Some(RuleReading::When(if is_exit || !is_cause(first) {
        Condition::All(vec![first.clone(), more])
    } else {
        Condition::with_the_better(first.clone(), more)
    }))
}

fn name_second(head: &str, text: &str, context: &Context) -> String {
    if context.numbers_are_exit_codes && text.chars().all(|c| c.is_ascii_digit()) {
        format!("{} {text}", head.to_lowercase())
    } else {
        text.to_owned()
    }
}

/// What the head says of the cells, and what most of them say themselves: a column of bare numbers under "Error" is one of
/// exit codes.
fn context_of(table: &TableBlock, commands: &[Command], at: usize, head: &str) -> Context {
    let mut context = heads::context(head);
    if heads::role(head) == Role::Pattern && !context.numbers_are_exit_codes {
        let cells: Vec<String> =
            table.rows.iter().take(MAX_ROWS).filter_map(|row| Some(plain(row.get(at)?, commands))).collect();
        let is_code = |cell: &&String| {
            let first = cell.trim().split([' ', '/', ',', '(']).next().unwrap_or_default();
            first.parse::<u8>().is_ok()
        };
        context.numbers_are_exit_codes = !cells.is_empty() && cells.iter().filter(is_code).count() * 2 > cells.len();
    }
    context
}

/// Reads a cell. Under "Message in the log" a sentence of which a part is not understood is the text of a line as it stands.
fn read_cell(cell: &[Inline], commands: &[Command], context: &Context) -> (RuleReading, Vec<Stretch>) {
    let (reading, left) = read_pattern(tokenise(cell, commands).as_deref(), context);
    let is_text = matches!(&reading, RuleReading::When(Condition::Is(Clause::Line { parts, .. })) if matches!(parts.as_slice(), [LinePart::Words(_)]));
    let is_whole =
        !is_text && matches!(&reading, RuleReading::When(condition) if condition.is_all_facts()) && left.is_empty();
    let is_prose = cell.iter().all(|inline| matches!(inline, Inline::Text(_)));
    if is_whole || !is_prose || !context.is_text || reading == RuleReading::Remainder {
        return (reading, left);
    }
    let text = one_line(&plain(cell, commands));
    let words = text.split_whitespace().count();
    if !(LEAST_WORDS_OF_A_LINE..=MOST_WORDS_OF_A_LINE).contains(&words) {
        return (reading, left);
    }
    let place = context.place.unwrap_or(Place::Anywhere);
    let line = Clause::Line { parts: vec![LinePart::Words(text)], place };
    (RuleReading::When(Condition::Is(line)), Vec::new())
}

/// A sentence of fewer words may stand in any line; one of more is a remark of the author.
const LEAST_WORDS_OF_A_LINE: usize = 3;
const MOST_WORDS_OF_A_LINE: usize = 30;

/// The column of patterns among the first ones.
fn choose_column(
    table: &TableBlock,
    commands: &[Command],
    heads: &[String],
    roles: &[Role],
    start: usize,
) -> Result<usize, String> {
    let share = |at: usize| share_of_facts(table, commands, at, &context_of(table, commands, at, &heads[at]));
    let has_answer = roles.iter().any(|role| matches!(role, Role::Cause | Role::Action));
    let next = start + 1;
    // "Signal | Detection rule | Runbook": a column of names, and one that says how it is told.
    let names_only = roles[next] == Role::Open && share(start) < LEAST_SHARE && share(next) >= LEAST_SHARE;
    let is_next_a_pattern = (roles[next] == Role::Pattern || names_only) && heads.len() > next + 1;
    let (at, least) = match roles[start] {
        Role::Pattern if is_next_a_pattern && share(next) > share(start) => (next, LEAST_SHARE_UNDER_A_HEAD),
        Role::Pattern => (start, LEAST_SHARE_UNDER_A_HEAD),
        _ if is_next_a_pattern && has_answer => (next, LEAST_SHARE_UNDER_A_HEAD),
        Role::Foreign => {
            return Err(format!("its first column is headed \"{}\", which is no head of patterns", heads[start]));
        }
        _ => (start, LEAST_SHARE),
    };
    let found = share(at);
    if found < least || found == 0.0 {
        return Err(format!(
            "of its column \"{}\" {:.0} % of the cells name a state, an exit code or the text of a line, and {:.0} % are needed",
            heads[at],
            found * 100.0,
            least * 100.0
        ));
    }
    Ok(at)
}

/// Which share of a column's cells ask for facts; prose that is only looked for by its words is none.
fn share_of_facts(table: &TableBlock, commands: &[Command], at: usize, context: &Context) -> f64 {
    let cells: Vec<&Vec<Inline>> = table.rows.iter().take(MAX_ROWS).filter_map(|row| row.get(at)).collect();
    let is_read = |cell: &&&Vec<Inline>| {
        let (reading, _) = read_cell(cell, commands, context);
        matches!(&reading, RuleReading::When(condition) if condition.asks_for_facts())
    };
    // Under "Log fragment" any text is a pattern; it takes one that is more to make a table of crashes.
    let read = cells.iter().filter(is_read).count();
    if cells.is_empty() { 0.0 } else { read as f64 / cells.len() as f64 }
}

/// The columns that explain and that say what to do.
fn other_columns(roles: &[Role], pattern: usize) -> (Option<usize>, Option<usize>) {
    let others: Vec<usize> = (0..roles.len()).filter(|at| *at != pattern && roles[*at] != Role::Number).collect();
    let find = |role: Role| others.iter().copied().find(|at| roles[*at] == role);
    // "Error | Meaning | Cause | Solution": the cause is the later one.
    let cause =
        others.iter().copied().rfind(|at| roles[*at] == Role::Cause && *at > pattern).or_else(|| find(Role::Cause));
    let action = find(Role::Action);
    let spare = others.iter().copied().find(|at| Some(*at) != cause && Some(*at) != action && *at > pattern);
    match (cause, action) {
        (None, None) => (spare, others.iter().copied().find(|at| Some(*at) != spare && *at > pattern)),
        (None, action) => (spare, action),
        (cause, None) => (cause, spare),
        both => both,
    }
}
