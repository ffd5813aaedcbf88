//! How large a pattern would become when it is compiled, told from its text alone: compiling every pattern of a file
//! while the file is read would take far longer than all the rest.

use regex_syntax::ast::{self, Ast, ClassSet, ClassSetItem, RepetitionKind, RepetitionRange, parse::ParserBuilder};

use super::pattern::PatternError;

/// Longest pattern once it is translated, in bytes.
const MAX_PATTERN_BYTES: usize = 64 * 1024;
/// Deepest nesting of groups and repetitions.
const MAX_DEPTH: u32 = 50;
/// Largest pattern once it is compiled, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// What one state takes.
const STATE_BYTES: usize = 32;
/// What a class of all word characters takes: they stand in hundreds of ranges.
const WORD_BYTES: usize = 12 * 1024;
/// What a class of all digits takes.
const DIGIT_BYTES: usize = 1536;

/// What a pattern takes once it is compiled, in bytes.
///
/// # Errors
/// A pattern that is not read, or too large.
pub(super) fn estimate(pattern: &str) -> Result<usize, PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternError("This pattern is too long.".into()));
    }
    match size(&parse(pattern)?) {
        size if size > MAX_COMPILED_BYTES => {
            Err(PatternError("The repetitions of this pattern make it too large.".into()))
        }
        size => Ok(size),
    }
}

/// How many groups a pattern has.
pub(super) fn groups(pattern: &str) -> usize {
    parse(pattern).map_or(0, |ast| count_groups(&ast))
}

fn parse(pattern: &str) -> Result<Ast, PatternError> {
    let unread = |_| PatternError("This pattern is not a regular expression that Runlight reads.".into());
    ParserBuilder::new().nest_limit(MAX_DEPTH).build().parse(pattern).map_err(unread)
}

fn size(ast: &Ast) -> usize {
    match ast {
        Ast::Empty(_) | Ast::Flags(_) => 0,
        Ast::Literal(literal) => STATE_BYTES * literal.c.len_utf8(),
        Ast::Assertion(_) => STATE_BYTES,
        Ast::Dot(_) => 12 * STATE_BYTES,
        Ast::ClassUnicode(_) => WORD_BYTES,
        Ast::ClassPerl(class) => perl(&class.kind),
        Ast::ClassBracketed(class) => set(&class.kind),
        Ast::Repetition(repetition) => repeated(size(&repetition.ast), &repetition.op.kind),
        Ast::Group(group) => size(&group.ast).saturating_add(2 * STATE_BYTES),
        Ast::Alternation(parts) => sum(parts.asts.iter().map(|part| size(part).saturating_add(STATE_BYTES))),
        Ast::Concat(parts) => sum(parts.asts.iter().map(size)),
    }
}

fn sum(mut sizes: impl Iterator<Item = usize>) -> usize {
    sizes.try_fold(0, usize::checked_add).unwrap_or(usize::MAX)
}

fn repeated(size: usize, kind: &RepetitionKind) -> usize {
    let times = match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => 1,
        RepetitionKind::Range(RepetitionRange::Exactly(n) | RepetitionRange::AtLeast(n)) => *n,
        RepetitionKind::Range(RepetitionRange::Bounded(_, most)) => *most,
    };
    let times = usize::try_from(times).unwrap_or(usize::MAX).max(1);
    size.saturating_add(STATE_BYTES).saturating_mul(times)
}

fn perl(kind: &ast::ClassPerlKind) -> usize {
    match kind {
        ast::ClassPerlKind::Word => WORD_BYTES,
        ast::ClassPerlKind::Digit => DIGIT_BYTES,
        ast::ClassPerlKind::Space => 12 * STATE_BYTES,
    }
}

fn set(set: &ClassSet) -> usize {
    match set {
        ClassSet::Item(item) => set_item(item),
        ClassSet::BinaryOp(operation) => self::set(&operation.lhs).saturating_add(self::set(&operation.rhs)),
    }
}

fn set_item(item: &ClassSetItem) -> usize {
    match item {
        ClassSetItem::Empty(_) => 0,
        ClassSetItem::Literal(_) => STATE_BYTES,
        ClassSetItem::Range(_) | ClassSetItem::Ascii(_) => 4 * STATE_BYTES,
        ClassSetItem::Unicode(_) => WORD_BYTES,
        ClassSetItem::Perl(class) => perl(&class.kind),
        ClassSetItem::Bracketed(class) => set(&class.kind),
        ClassSetItem::Union(union) => sum(union.items.iter().map(set_item)),
    }
}

fn count_groups(ast: &Ast) -> usize {
    match ast {
        Ast::Group(group) => usize::from(group.is_capturing()) + count_groups(&group.ast),
        Ast::Repetition(repetition) => count_groups(&repetition.ast),
        Ast::Alternation(parts) => parts.asts.iter().map(count_groups).sum(),
        Ast::Concat(parts) => parts.asts.iter().map(count_groups).sum(),
        _ => 0,
    }
}
