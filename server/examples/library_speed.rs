//! How long a library takes to be read and searched: `cargo run --release -p server --example library_speed -- FOLDER
//! [FILES]`. The files of the folder are repeated under other names until there are as many as wanted.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use app::server_side::library::LibraryQuery;
use runbook::time::Timestamp;
use server::library::Library;

/// What the design allows for as many files.
const BUDGET: (usize, Duration) = (3_000, Duration::from_secs(1));
/// What somebody may type.
const QUERIES: [&str; 8] =
    ["crash", "kubectl get pods", "p", "etcd leader", "CrashLoopBackOff", "--previous", "pvc full", "no such words"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let source = PathBuf::from(arguments.next().ok_or("name a folder of Markdown files")?);
    let wanted: usize = arguments.next().map_or(Ok(BUDGET.0), |count| count.parse())?;
    let mut files = Vec::new();
    collect(&source, &mut files)?;
    let folder = tempfile::tempdir()?;
    let mut bytes = 0;
    for position in 0..wanted {
        let file = files.get(position % files.len().max(1)).ok_or("the folder holds no Markdown file")?;
        let place = folder.path().join(format!("copy{}", position / files.len())).join(file.strip_prefix(&source)?);
        fs::create_dir_all(place.parent().ok_or("a file lies in a folder")?)?;
        bytes += fs::copy(file, place)?;
    }
    println!("{wanted} files, {} KB, {} different", bytes / 1_000, files.len());

    let started = Instant::now();
    let library = Library::open(vec![folder.path().to_owned()]);
    let opened = started.elapsed();
    let shelf = library.shelf();
    println!("read and indexed   {opened:>12.1?}   budget {:?} for {} files", BUDGET.1, BUDGET.0);
    println!("runbooks           {:>12}   words {}", shelf.entries.len(), shelf.word_count());

    println!("looked through     {:>12.1?}   nothing had changed", time(|| library.rescan()));
    let entry = shelf.entries.values().next().ok_or("the library is empty")?;
    fs::write(folder.path().join(&entry.file), "# Another text\n")?;
    println!("looked through     {:>12.1?}   one file had changed", time(|| library.rescan()));

    for query in QUERIES {
        let found = library.shelf().search(query).len();
        println!(
            "search             {:>12.1?}   {query:?}, {found} found",
            time(|| drop(library.hits(query, Timestamp(0))))
        );
    }
    let query = LibraryQuery { page: 1, ..LibraryQuery::default() };
    println!("a page of the list {:>12.1?}", time(|| drop(library.list(&query, Timestamp(0)))));
    if wanted >= BUDGET.0 && opened > BUDGET.1 { Err("over the budget".into()) } else { Ok(()) }
}

fn time(work: impl Fn()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for child in fs::read_dir(folder)? {
        let path = child?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}
