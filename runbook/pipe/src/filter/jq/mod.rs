//! `jq`, by jaq, on values that know what they cost: without input, output, environment, or programs that never end.

mod access;
mod arithmetic;
mod budget;
mod grammar;
mod json;
mod library;
mod value;

use std::{
    panic::{self, AssertUnwindSafe},
    rc::Rc,
};

use jaq_core::{
    Compiler, Ctx, Vars, data,
    load::{Arena, File, Loader},
    unwrap_valr,
};

use self::value::Value;
use super::{
    Budget, Jq, Line, TooCostly,
    out::{self, Out},
};

pub use grammar::check;

/// Why a program is not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JqError(
    /// One sentence for the reader.
    pub String,
);

fn program_text(jq: &Jq) -> &str {
    let text = jq.program.trim();
    if text.is_empty() { "." } else { text }
}

/// Carries out a program on the JSON values of the lines.
pub(super) fn apply(jq: &Jq, lines: &[Line], budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    let text = out::joined(lines, "\n", budget)?;
    // Should a step of jaq fail beyond all this, its answer alone is lost.
    let work = || panic::catch_unwind(AssertUnwindSafe(|| run(jq, text, budget)));
    let result = budget::within(budget, work);
    budget.check()?;
    result.unwrap_or_else(|_| Ok(vec![problem("this program cannot be carried out")]))
}

fn problem(reason: &str) -> Line {
    Line::made(format!("jq: error: {reason}"))
}

fn run(jq: &Jq, text: String, budget: &Budget) -> Result<Vec<Line>, TooCostly> {
    if check(jq).is_err() {
        return Ok(vec![problem("this program is not carried out")]);
    }
    budget.begin_stage_on(text.len());
    let inputs = match inputs(jq, &text) {
        Ok(inputs) => inputs,
        Err(reason) => return Ok(vec![problem(&reason)]),
    };
    drop(text);
    budget.check()?;
    // What the program builds comes on top of what has come.
    budget.begin_stage();
    let names: Vec<String> = jq.arguments.iter().map(|(name, _)| format!("${name}")).collect();
    let arena = Arena::default();
    let Ok(modules) = Loader::new(library::definitions()).load(&arena, File { code: program_text(jq), path: () })
    else {
        return Ok(vec![problem("this is not a program that jq reads")]);
    };
    let compiler = Compiler::default().with_funs(library::natives()).with_global_vars(names.iter().map(String::as_str));
    let Ok(filter) = compiler.compile(modules) else {
        return Ok(vec![problem("a name in this program has no meaning")]);
    };
    let values = || Vars::new(jq.arguments.iter().map(|(_, value)| Value::text(value)));
    let mut printer = Printer { jq, open: String::new(), out: Out::new(budget) };
    for input in inputs {
        let context = Ctx::<data::JustLut<Value>>::new(&filter.lut, values());
        for result in filter.id.run((context, input)).map(unwrap_valr) {
            budget.check()?;
            match result {
                Ok(value) => printer.print(&value)?,
                Err(error) => {
                    printer.out.push(problem(&error.to_string()))?;
                    break;
                }
            }
        }
    }
    printer.finish()
}

fn inputs(jq: &Jq, text: &str) -> Result<Vec<Value>, String> {
    if jq.null_input {
        return Ok(vec![Value::Null]);
    }
    let values: Vec<Value> = if jq.raw_input {
        match jq.slurp {
            true => return Ok(vec![Value::Text(Rc::new(format!("{text}\n")))]),
            false => text.lines().take_while(|line| budget::write(line.len()).is_ok()).map(Value::text).collect(),
        }
    } else {
        json::read(text).map_err(|cause| match cause.is_data() || cause.to_string().contains("recursion") {
            true => "this JSON is nested more than 128 deep".to_owned(),
            false => "the answer is not JSON".to_owned(),
        })?
    };
    Ok(if jq.slurp { vec![Value::array(values)] } else { values })
}

struct Printer<'j> {
    jq: &'j Jq,
    open: String,
    out: Out<'j>,
}

impl Printer<'_> {
    fn print(&mut self, value: &Value) -> Result<(), TooCostly> {
        let style = json::Style { indents: !self.jq.compact, sorts: self.jq.sort_keys };
        let printed;
        let text = match value {
            Value::Text(text) if self.jq.raw || self.jq.join => text.as_str(),
            value => {
                printed = json::print(value, style)?;
                printed.as_str()
            }
        };
        if self.jq.join {
            budget::write(text.len())?;
            self.open.push_str(text);
            return Ok(());
        }
        text.split('\n').try_for_each(|line| self.out.write(line))
    }

    fn finish(mut self) -> Result<Vec<Line>, TooCostly> {
        self.open.lines().try_for_each(|line| self.out.write(line))?;
        Ok(self.out.finish())
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
        let is_missing = |text: &&&str| {
            let (name, count) = text.split_once(' ').expect("a name and a number");
            !library::KNOWN.contains(&(name.to_owned(), count.parse().expect("a number")))
        };
        let missing: Vec<_> = names.iter().filter(is_missing).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// Every one of these would run for years, fill the memory, or overflow the stack.
    #[test]
    fn programs_that_ask_too_much_end_with_an_error() {
        let many = format!("[{}]", vec!["1"; 20_000].join(","));
        for program in [
            "[range(1e12)]",
            "[limit(1e12; range(1e15))] | length",
            "last(range(1e15))",
            "reduce range(1e15) as $x (0; . + 1)",
            "\"a\" * 1e9 | length",
            "\"a\" * 1e18",
            "reduce .[] as $x (\"ab\"; . + .)",
            "reduce .[] as $x ([1]; . + .)",
            "reduce .[] as $x ([1]; [., .]) | tojson",
            "reduce .[] as $x ([1]; [., .]) | . == 1",
            "reduce .[] as $x (null; [.])",
            "reduce .[] as $x (null; {a: .}) | tojson",
            "reduce .[] as $x ({a: 1}; {a: ., b: .}) | [..] | length",
            "[.[] as $a | .[] as $b | .[] as $c | $a + $b + $c]",
            "[.[] as $a | .[] as $b | .[] as $c | 1] | length",
            "reduce (.[] as $a | .[] as $b | .[] as $c | $c) as $x (0; 1)",
            ".[1e9] = 1",
            ".[1e15] = 1",
            "[.[]] | .[range(1e9)] = 1",
            "[.[] | [.[]?, range(1e7)]]",
            "tojson * 1000000",
            "[combinations(12)] | length",
            "[.[:20][] | [range(20)]] | [combinations] | length",
            "[.[] as $x | tojson]",
            "indices([1,1,1]) | [.[] as $x | indices(1)]",
            "[.[] as $x | . - [2, 3]] | length",
            "[.[] as $x | sort] | length",
            "[range(1e6) | tostring] | join(\"-\") | [range(1e6) as $x | .]  | join(\",\")",
            "[.[] as $x | tojson | test(\"(1,)*2\")] | length",
            "isempty(.[] as $a | .[] as $b | .[] as $c | empty)",
            "any(.[] as $a | .[] as $b | .[] as $c | 1; false)",
            "[.[] as $a | .[] as $b | try error($a) catch .] | [.[] as $c | .[] as $d | $d]",
        ] {
            let jq = Jq { program: program.into(), ..Jq::default() };
            assert_eq!(check(&jq), Ok(()), "{program}");
            match apply(&jq, &Line::of(&many), &Budget::default()) {
                Err(_) => {}
                // jq itself refuses some of these.
                Ok(lines) => {
                    let last = lines.last().map(|line| line.text.as_str()).unwrap_or_default();
                    assert!(last.starts_with("jq: error: "), "{program}: {last:.80}");
                }
            }
        }
    }
}
