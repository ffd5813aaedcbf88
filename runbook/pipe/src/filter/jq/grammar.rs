//! Which jq programs are carried out: none that reads or writes outside, that defines filters, or that need not end.

use std::collections::HashSet;

use jaq_core::{
    load::{
        self,
        parse::{BinaryOp, Pattern, Term},
    },
    path::Part,
};

use super::{JqError, library::KNOWN, program_text};
use crate::filter::Jq;

/// Longest program, in bytes.
const MAX_PROGRAM_BYTES: usize = 4096;
/// Deepest nesting of a program's brackets.
const MAX_DEPTH: usize = 48;
/// Most results that commas alone may multiply to: `(1,2) | (1,2)` gives four.
const MAX_RESULTS: u64 = 1_000;

/// Filters that read or write outside, or need not end.
const FORBIDDEN: [&str; 16] = [
    "input",
    "inputs",
    "env",
    "halt",
    "halt_error",
    "debug",
    "stderr",
    "debug_empty",
    "stderr_empty",
    "numberof",
    "repeat",
    "while",
    "until",
    "input_line_number",
    // Their time grows with a number alone.
    "jn",
    "yn",
];

/// Checks that a program can be carried out.
pub fn check(jq: &Jq) -> Result<(), JqError> {
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
    walk(&term, &names)?;
    count_results(&term).map(drop)
}

fn multiply<'t, 's: 't>(mut terms: impl Iterator<Item = &'t Term<&'s str>>) -> Result<u64, JqError> {
    terms.try_fold(1_u64, |product, term| Ok(product.saturating_mul(count_results(term)?)))
}

/// How many results commas alone give. What runs through data pays as it goes; this does not.
fn count_results(term: &Term<&str>) -> Result<u64, JqError> {
    let count = match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => 1,
        Term::Str(_, parts) => multiply(parts.iter().filter_map(|part| match part {
            load::lex::StrPart::Term(inner) => Some(inner),
            _ => None,
        }))?,
        Term::Arr(inner) => {
            inner.iter().try_for_each(|inner| count_results(inner).map(drop))?;
            1
        }
        Term::Obj(pairs) => multiply(pairs.iter().flat_map(|(name, value)| std::iter::once(name).chain(value)))?,
        Term::Neg(inner) | Term::Label(_, inner) | Term::Def(_, inner) => count_results(inner)?,
        Term::BinOp(left, BinaryOp::Comma, right) => count_results(left)?.saturating_add(count_results(right)?),
        Term::BinOp(left, _, right) => multiply([&**left, &**right].into_iter())?,
        Term::Fold(_, over, _, steps) => {
            if multiply(steps.iter())? > 1 {
                return Err(JqError("A `reduce` or `foreach` with several results is not carried out.".into()));
            }
            count_results(over)?
        }
        Term::TryCatch(inner, otherwise) => {
            count_results(inner)?.saturating_add(otherwise.iter().map(|o| count_results(o)).sum::<Result<u64, _>>()?)
        }
        Term::IfThenElse(branches, otherwise) => {
            let conditions = multiply(branches.iter().map(|(condition, _)| condition))?;
            let results = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            conditions.saturating_mul(results.map(count_results).sum::<Result<u64, _>>()?)
        }
        Term::Call(_, arguments) => multiply(arguments.iter())?,
        Term::Path(head, path) => {
            let parts = path.0.iter().flat_map(|(part, _)| match part {
                Part::Index(index) => vec![index],
                Part::Range(from, to) => from.iter().chain(to).collect(),
            });
            multiply(std::iter::once(&**head).chain(parts))?
        }
    };
    match count {
        count if count > MAX_RESULTS => Err(JqError("The commas of this program multiply to too many results.".into())),
        count => Ok(count),
    }
}

/// `.`, `.a.b`, `.items[]`: no need to look closer.
fn is_path(text: &str) -> bool {
    text.starts_with('.')
        && !text.contains("..")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        && !text.split('.').any(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        && (text.len() == 1 || !text.ends_with('.'))
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
