//! How long runbooks take to be read and indexed, without any disk: `cargo run --release -p runbook --example read_speed
//! -- FOLDER [FILES]`. The texts of the folder are read again and again until there are as many as wanted.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use text::search::{Index, Terms};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder of Markdown files")?);
    let wanted: usize = arguments.next().map_or(Ok(3_000), |count| count.parse())?;
    let mut texts = Vec::new();
    collect(&folder, &mut texts)?;
    if texts.is_empty() {
        return Err("the folder holds no Markdown file".into());
    }
    let texts: Vec<&String> = texts.iter().cycle().take(wanted).collect();

    let started = Instant::now();
    let runbooks: Vec<_> = texts.iter().map(|text| text::parse(text)).collect();
    let read = started.elapsed();
    let terms: Vec<Terms> = runbooks.iter().map(|runbook| Terms::of(runbook, &runbook.title, "path")).collect();
    let split = started.elapsed() - read;
    let index = Index::build(&terms);
    let whole = started.elapsed();
    println!(
        "{wanted} runbooks, one core: read {read:.0?}, split into words {split:.0?}, indexed {:.0?}",
        whole - read - split
    );
    println!("together {whole:.0?}, {} words; loading does all but the indexing on every core", index.word_count());
    Ok(())
}

fn collect(folder: &Path, texts: &mut Vec<String>) -> std::io::Result<()> {
    for child in fs::read_dir(folder)? {
        let path = child?.path();
        if path.is_dir() {
            collect(&path, texts)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            texts.push(String::from_utf8_lossy(&fs::read(&path)?).into_owned());
        }
    }
    Ok(())
}
