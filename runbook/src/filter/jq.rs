//! `jq`, by jaq, without input, output, environment or loops that need not end.

use std::{collections::HashSet, panic, sync::LazyLock};

use jaq_core::{
    Compiler, Ctx, Vars, data,
    load::{
        self, Arena, File, Loader,
        parse::{BinaryOp, Pattern, Term},
    },
    path::Part,
    unwrap_valr,
};
use jaq_json::{Val, read, write};

use super::{Jq, Line};

/// Longest program, in bytes.
const MAX_PROGRAM_BYTES: usize = 4096;
/// Deepest nesting of a program's brackets.
const MAX_DEPTH: usize = 48;
/// Most values that a program may give.
const MAX_VALUES: usize = 100_000;

/// Filters that read or write outside, or need not end.
const FORBIDDEN: [&str; 15] = [
    "input",
    "inputs",
    "env",
    "halt",
    "halt_error",
    "debug",
    "stderr",
    "debug_empty",
    "stderr_empty",
    "repeat",
    "while",
    "until",
    "range",
    "infinite",
    "combinations",
];

/// Why a program is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JqError(pub(crate) String);

/// Name and number of arguments of every filter that jaq brings.
static KNOWN: LazyLock<HashSet<(String, usize)>> = LazyLock::new(|| {
    let defined = definitions().map(|definition| (definition.name.to_owned(), definition.args.len()));
    let native = natives().map(|(name, arguments, _)| (name.to_owned(), arguments.len()));
    defined.chain(native).collect()
});

/// Formats of jq that jaq's library leaves to its command line.
const FORMATS: &str = r#"
    def @json: tojson;
    def @csv: [.[] | if isstring then "\"\(split("\"") | join("\"\""))\"" elif . == null then "" else tostring end] | join(",");
    def @tsv: [.[] | if isstring then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
        elif . == null then "" else tostring end] | join("\t");
    def leaf_paths: paths(scalars);
    def in(xs): . as $x | xs | has($x);
"#;

fn definitions() -> impl Iterator<Item = load::parse::Def<&'static str>> {
    let formats = load::parse(FORMATS, |parser| parser.defs()).unwrap_or_default();
    jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).chain(formats)
}

fn natives() -> impl Iterator<Item = jaq_core::native::Fun<data::JustLut<Val>>> {
    jaq_core::funs().chain(jaq_std::base_funs()).chain(jaq_std::extra_funs()).chain(jaq_json::funs())
}

/// Checks that a program can be carried out.
pub(crate) fn check(jq: &Jq) -> Result<(), JqError> {
    let text = program_text(jq);
    if text.len() > MAX_PROGRAM_BYTES || depth(text) > MAX_DEPTH {
        return Err(JqError("This program is too long or nested too deeply.".into()));
    }
    if is_path(text) {
        return Ok(());
    }
    let term = load::parse(text, |parser| parser.term());
    let Some(term) = term else { return Err(JqError("This is not a program that jq reads.".into())) };
    let mut names: HashSet<&str> = jq.arguments.iter().map(|(name, _)| name.as_str()).collect();
    bound_names(&term, &mut names);
    walk(&term, &names)
}

/// `.`, `.a.b`, `.items[]`: no need to look closer.
fn is_path(text: &str) -> bool {
    text.starts_with('.')
        && !text.contains("..")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        && !text.split('.').any(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        && (text.len() == 1 || !text.ends_with('.'))
}

fn program_text(jq: &Jq) -> &str {
    let text = jq.program.trim();
    if text.is_empty() { "." } else { text }
}

fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest.max(text.matches("if ").count()).max(text.matches("try").count()).max(text.matches('-').count() / 4)
}

/// Names that the program binds anywhere.
fn bound_names<'s>(term: &Term<&'s str>, names: &mut HashSet<&'s str>) {
    visit(term, &mut |term| {
        if let Term::Fold(_, _, pattern, _) = term {
            pattern_names(pattern, names);
        }
        if let Term::BinOp(_, BinaryOp::Pipe(Some(pattern)), _) = term {
            pattern_names(pattern, names);
        }
    });
}

fn pattern_names<'s>(pattern: &Pattern<&'s str>, names: &mut HashSet<&'s str>) {
    match pattern {
        Pattern::Var(name) => drop(names.insert(name.trim_start_matches('$'))),
        Pattern::Arr(parts) => parts.iter().for_each(|part| pattern_names(part, names)),
        Pattern::Obj(parts) => parts.iter().for_each(|(key, part)| {
            if let Term::Var(name) = key {
                names.insert(name.trim_start_matches('$'));
            }
            pattern_names(part, names);
        }),
    }
}

fn walk(term: &Term<&str>, names: &HashSet<&str>) -> Result<(), JqError> {
    let mut problem = None;
    visit(term, &mut |term| {
        let found = match term {
            Term::Call(name, arguments) => {
                let is_unbounded = FORBIDDEN.contains(name) || (*name == "recurse" && !arguments.is_empty());
                if is_unbounded {
                    Some(format!("`{name}` of jq is not carried out: it reads outside, or need not end."))
                } else if !KNOWN.contains(&((*name).to_owned(), arguments.len())) {
                    Some(format!("`{name}` is not a filter of jq that Runlight knows."))
                } else {
                    None
                }
            }
            Term::Def(..) => Some("Definitions in a jq program are not carried out.".to_owned()),
            Term::Var(name) if !names.contains(name.trim_start_matches('$')) => {
                Some(format!("`{name}` has no value in this jq program."))
            }
            _ => None,
        };
        problem = problem.take().or(found);
    });
    problem.map_or(Ok(()), |reason| Err(JqError(reason)))
}

/// Visits a term and all terms in it.
fn visit<'t, 's>(term: &'t Term<&'s str>, see: &mut impl FnMut(&'t Term<&'s str>)) {
    see(term);
    match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => {}
        Term::Str(_, parts) => parts.iter().for_each(|part| {
            if let load::lex::StrPart::Term(inner) = part {
                visit(inner, see);
            }
        }),
        Term::Arr(inner) => inner.iter().for_each(|inner| visit(inner, see)),
        Term::Obj(pairs) => pairs.iter().for_each(|(key, value)| {
            visit(key, see);
            value.iter().for_each(|value| visit(value, see));
        }),
        Term::Neg(inner) | Term::Label(_, inner) => visit(inner, see),
        Term::BinOp(left, _, right) => {
            visit(left, see);
            visit(right, see);
        }
        Term::Fold(_, over, _, steps) => {
            visit(over, see);
            steps.iter().for_each(|step| visit(step, see));
        }
        Term::TryCatch(inner, otherwise) => {
            visit(inner, see);
            otherwise.iter().for_each(|otherwise| visit(otherwise, see));
        }
        Term::IfThenElse(branches, otherwise) => {
            branches.iter().for_each(|(condition, then)| {
                visit(condition, see);
                visit(then, see);
            });
            otherwise.iter().for_each(|otherwise| visit(otherwise, see));
        }
        Term::Def(_, rest) => visit(rest, see),
        Term::Call(_, arguments) => arguments.iter().for_each(|argument| visit(argument, see)),
        Term::Path(head, path) => {
            visit(head, see);
            for (part, _) in &path.0 {
                match part {
                    Part::Index(index) => visit(index, see),
                    Part::Range(from, to) => from.iter().chain(to).for_each(|bound| visit(bound, see)),
                }
            }
        }
    }
}

/// Carries out a program on the JSON values of the lines.
pub(super) fn apply(jq: &Jq, lines: Vec<Line>) -> Vec<Line> {
    let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    // jaq has no unchecked arithmetic that is known to fail; should it have, this answer alone is lost.
    panic::catch_unwind(|| run(jq, &text)).unwrap_or_else(|_| vec![problem("this program cannot be carried out")])
}

fn problem(reason: &str) -> Line {
    Line::made(format!("jq: error: {reason}"))
}

fn run(jq: &Jq, text: &str) -> Vec<Line> {
    if check(jq).is_err() {
        return vec![problem("this program is not carried out")];
    }
    let inputs = match inputs(jq, text) {
        Ok(inputs) => inputs,
        Err(reason) => return vec![problem(&reason)],
    };
    let names: Vec<String> = jq.arguments.iter().map(|(name, _)| format!("${name}")).collect();
    let arena = Arena::default();
    let Ok(modules) = Loader::new(definitions()).load(&arena, File { code: program_text(jq), path: () }) else {
        return vec![problem("this is not a program that jq reads")];
    };
    let compiler = Compiler::default().with_funs(natives()).with_global_vars(names.iter().map(String::as_str));
    let Ok(filter) = compiler.compile(modules) else {
        return vec![problem("a name in this program has no meaning")];
    };
    let values = || Vars::new(jq.arguments.iter().map(|(_, value)| Val::from(value.clone())));
    let mut out = Printer::new(jq);
    for input in inputs {
        let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, values());
        for result in filter.id.run((context, input)).map(unwrap_valr) {
            match result {
                Ok(value) => out.print(&value),
                Err(error) => {
                    out.lines.push(problem(&error.to_string()));
                    break;
                }
            }
            if out.lines.len() > MAX_VALUES {
                return out.lines;
            }
        }
    }
    out.finish()
}

/// Deepest nesting of JSON that is read.
const MAX_JSON_DEPTH: usize = 128;

fn inputs(jq: &Jq, text: &str) -> Result<Vec<Val>, String> {
    if jq.null_input {
        return Ok(vec![Val::default()]);
    }
    let values: Vec<Val> = if jq.raw_input {
        match jq.slurp {
            true => return Ok(vec![Val::from(format!("{text}\n"))]),
            false => text.lines().map(|line| Val::from(line.to_owned())).collect(),
        }
    } else {
        if json_depth(text) > MAX_JSON_DEPTH {
            return Err("this JSON is nested more than 128 deep".into());
        }
        read::parse_many(text.as_bytes()).collect::<Result<_, _>>().map_err(|_| "the answer is not JSON".to_owned())?
    };
    Ok(if jq.slurp { vec![values.into_iter().collect()] } else { values })
}

fn json_depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut is_escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

struct Printer<'j> {
    jq: &'j Jq,
    style: write::Pp,
    open: String,
    lines: Vec<Line>,
}

impl<'j> Printer<'j> {
    fn new(jq: &'j Jq) -> Self {
        let indent = (!jq.compact).then(|| "  ".to_owned());
        let style = write::Pp { indent, sort_keys: jq.sort_keys, sep_space: !jq.compact, ..write::Pp::default() };
        Self { jq, style, open: String::new(), lines: Vec::new() }
    }

    fn print(&mut self, value: &Val) {
        let text = match value {
            Val::TStr(text) | Val::BStr(text) if self.jq.raw || self.jq.join => {
                String::from_utf8_lossy(text).into_owned()
            }
            value => {
                let mut bytes = Vec::new();
                match write::write(&mut bytes, &self.style, 0, value) {
                    Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
                    Err(_) => return,
                }
            }
        };
        if self.jq.join {
            self.open.push_str(&text);
        } else {
            self.lines.extend(text.split('\n').map(|line| Line::made(line.to_owned())));
        }
    }

    fn finish(mut self) -> Vec<Line> {
        self.lines.extend(self.open.lines().map(|line| Line::made(line.to_owned())));
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_filters_that_runbooks_use() {
        let names = [
            "map 1",
            "select 1",
            "keys 0",
            "length 0",
            "to_entries 0",
            "from_entries 0",
            "with_entries 1",
            "sort_by 1",
            "group_by 1",
            "unique 0",
            "unique_by 1",
            "add 0",
            "join 1",
            "split 1",
            "test 1",
            "test 2",
            "match 1",
            "sub 2",
            "gsub 2",
            "contains 1",
            "inside 1",
            "startswith 1",
            "endswith 1",
            "has 1",
            "in 1",
            "type 0",
            "tostring 0",
            "tonumber 0",
            "not 0",
            "empty 0",
            "first 0",
            "last 0",
            "first 1",
            "limit 2",
            "min_by 1",
            "max_by 1",
            "flatten 0",
            "reverse 0",
            "any 0",
            "all 0",
            "any 1",
            "any 2",
            "ascii_downcase 0",
            "now 0",
            "fromdateiso8601 0",
            "fromdate 0",
            "todate 0",
            "del 1",
            "paths 0",
            "leaf_paths 0",
            "getpath 1",
            "@base64d 0",
            "@csv 0",
            "@tsv 0",
            "@json 0",
            "@sh 0",
            "@uri 0",
            "@text 0",
            "fromjson 0",
            "tojson 0",
            "ltrimstr 1",
            "rtrimstr 1",
            "index 1",
            "walk 1",
            "values 0",
            "isempty 1",
            "error 1",
            "strftime 1",
            "strptime 1",
            "mktime 0",
            "floor 0",
            "round 0",
            "min 0",
            "max 0",
            "transpose 0",
            "capture 1",
            "scan 1",
            "map_values 1",
            "arrays 0",
            "objects 0",
            "strings 0",
            "nulls 0",
            "abs 0",
            "pick 1",
            "splits 1",
            "ascii_upcase 0",
            "implode 0",
            "explode 0",
            "indices 1",
            "todateiso8601 0",
            "getpath 1",
            "keys_unsorted 0",
            "recurse 0",
            "trim 0",
            "sort 0",
            "@html 0",
            "@base64 0",
            "nth 1",
        ];
        let is_known = |text: &&&str| {
            let (name, count) = text.split_once(' ').expect("a name and a number");
            !KNOWN.contains(&(name.to_owned(), count.parse().expect("a number")))
        };
        let missing: Vec<_> = names.iter().filter(is_known).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
