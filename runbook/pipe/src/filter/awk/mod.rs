//! The part of `awk` that chooses lines, prints fields and counts. No files, no commands, no loops but `for (k in a)`:
//! every program ends.

mod eval;
mod parse;
mod value;

use super::{Awk, Budget, Line, TooCostly, pattern::Pattern};

pub(super) use eval::run;

/// A program.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) rules: Vec<Rule>,
}

/// A pattern with its action.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) when: When,
    /// Absent: prints the line.
    pub(super) action: Option<Vec<Statement>>,
}

/// When a rule applies.
#[derive(Debug)]
pub(super) enum When {
    Begin,
    End,
    Always,
    If(Expression),
    /// `/a/,/b/`.
    Between(Expression, Expression),
}

/// What an action does.
#[derive(Debug)]
pub(super) enum Statement {
    Print(Vec<Expression>),
    Printf(Vec<Expression>),
    Evaluate(Expression),
    If(Expression, Vec<Statement>, Vec<Statement>),
    /// `for (KEY in ARRAY)`.
    ForIn(String, String, Vec<Statement>),
    Next,
    Exit,
}

/// What can be computed.
#[derive(Debug)]
pub(super) enum Expression {
    Number(f64),
    Text(String),
    /// `/…/` alone: whether the line matches.
    Matches(Pattern),
    Variable(String),
    Element(String, Box<Expression>),
    Field(Box<Expression>),
    Assign(Box<Expression>, Option<char>, Box<Expression>),
    /// `x++`, `--x`: the amount, and whether the old value counts.
    Step(Box<Expression>, f64, bool),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Match(Box<Expression>, Pattern, bool),
    Binary(Operator, Box<Expression>, Box<Expression>),
    In(Box<Expression>, String),
    Choose(Box<Expression>, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
    /// `sub` and `gsub`: pattern, replacement, target, every match.
    Replace(Pattern, Box<Expression>, Box<Expression>, bool),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Join,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// A function of awk that Runlight carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Length,
    Substring,
    Index,
    Lower,
    Upper,
    Integer,
    Format,
    /// `split(s, a[, sep])` is not among them: it fills an array.
    SquareRoot,
}

/// Why a program is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwkError(
    /// One sentence for the reader.
    pub String,
);

/// Checks that a program can be carried out.
pub fn check(awk: &Awk) -> Result<(), AwkError> {
    parse::parse(&awk.program)?;
    separator(awk.separator.as_deref().unwrap_or(" ")).map(drop)
}

/// Carries out a program.
pub(super) fn apply(awk: &Awk, lines: Vec<Line>, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    match parse::parse(&awk.program) {
        Ok(program) => run(awk, &program, lines, budget),
        Err(AwkError(reason)) => Ok(vec![Line::made(format!("awk: {reason}"))]),
    }
}

/// How fields are separated.
#[derive(Debug)]
pub(super) enum Separator {
    Blanks,
    Char(char),
    Pattern(Pattern),
}

/// `-F`: a blank, one character, or an extended pattern.
pub(super) fn separator(text: &str) -> Result<Separator, AwkError> {
    let text = text.replace("\\t", "\t").replace("\\|", "|");
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => Err(AwkError("An empty separator is not read.".into())),
        (Some(' '), None) => Ok(Separator::Blanks),
        (Some('t'), None) => Ok(Separator::Char('\t')),
        (Some(c), None) => Ok(Separator::Char(c)),
        _ => parse::pattern(&text).map(Separator::Pattern),
    }
}
