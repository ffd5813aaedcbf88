//! An image of the test's own program: whole, the same twice, and with nothing of this machine in it.

use super::*;
use crate::workshop::tests::Scratch;

fn made(scratch: &Scratch, name: &str) -> PathBuf {
    let binary = env::current_exe().expect("this program");
    let facts = Facts {
        name: NAME.to_owned(),
        version: "1.2.3".to_owned(),
        revision: "4bf9".to_owned(),
        created: "2026-11-30T00:00:00Z".to_owned(),
        architecture: architecture(&binary).expect("a program"),
    };
    let output = scratch.workshop.root.join(name);
    fs::create_dir_all(&scratch.workshop.target).expect("a folder");
    pack(&scratch.workshop, (&binary, None), &facts, &output).expect("an image");
    output
}

fn said(scratch: &Scratch, program: &str, arguments: &[&str]) -> String {
    ask(scratch.workshop.command(program).args(arguments)).unwrap_or_else(|error| panic!("{program}: {error}"))
}

#[test]
fn an_image_is_the_same_twice_and_every_blob_bears_its_digest() {
    let scratch = Scratch::new("image");
    let (first, second) = (made(&scratch, "first.tar"), made(&scratch, "second.tar"));
    assert!(fs::read(&first).expect("a file") == fs::read(&second).expect("a file"), "they differ");
    let folder = scratch.workshop.root.join("opened");
    fs::create_dir_all(&folder).expect("a folder");
    let (archive, opened) = (first.display().to_string(), folder.display().to_string());
    said(&scratch, "tar", &["-C", &opened, "-xf", &archive]);
    let index = fs::read_to_string(folder.join("index.json")).expect("an index");
    assert!(index.contains("localhost/runlight:1.2.3"), "{index}");
    let blobs: Vec<PathBuf> =
        fs::read_dir(folder.join("blobs/sha256")).expect("blobs").map(|entry| entry.expect("a blob").path()).collect();
    assert_eq!(blobs.len(), 4, "two layers, a configuration, a manifest");
    for blob in &blobs {
        let name = blob.file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(digest_of(&scratch.workshop, blob).expect("a digest"), name);
    }
}

#[test]
fn its_root_holds_what_the_program_needs_and_no_shell() {
    let scratch = Scratch::new("image root");
    let archive = made(&scratch, "image.tar");
    let folder = scratch.workshop.root.join("opened");
    fs::create_dir_all(&folder).expect("a folder");
    let (archive, opened) = (archive.display().to_string(), folder.display().to_string());
    said(&scratch, "tar", &["-C", &opened, "-xf", &archive]);
    let mut listed = String::new();
    for blob in fs::read_dir(folder.join("blobs/sha256")).expect("blobs") {
        let blob = blob.expect("a blob").path().display().to_string();
        // Those that are no layers are no archives either.
        listed.push_str(&ask(scratch.workshop.command("tar").args(["-tvzf", &blob])).unwrap_or_default());
        listed.push('\n');
    }
    let files: Vec<&str> = listed.lines().collect();
    let has = |end: &str| files.iter().any(|line| line.ends_with(end));
    assert!(has("./usr/bin/runlight") && has(AUTHORITIES) && has("./etc/passwd") && has("libc.so.6"), "{listed}");
    assert!(!listed.contains("/sh\n") && !listed.contains("/bash"), "{listed}");
    let state: Vec<_> = files.iter().filter(|line| line.contains("var/lib/runlight")).collect();
    assert!(state.len() == 1 && state[0].contains(" 65532/65532 "), "{state:?}");
    let others = files.iter().filter(|line| !line.is_empty() && !line.contains("var/lib/runlight"));
    assert!(others.into_iter().all(|line| line.contains(" 0/0 ")), "owners of this machine: {listed}");
    assert!(files.iter().any(|line| line.starts_with("drwxrwxrwt") && line.ends_with("./tmp/")), "{listed}");
}

#[test]
fn reads_the_loaders_list_and_its_own_arguments() {
    let listed = "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)\n\
                  \t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
    assert_eq!(
        library_paths(listed),
        [Path::new("/lib/x86_64-linux-gnu/libm.so.6"), Path::new("/lib64/ld-linux-x86-64.so.2")]
    );
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(read(&words("--binary a --name b/c")).expect("arguments").name, "b/c");
    assert!(read(&words("--binary")).is_err() && read(&words("--daemon")).is_err());
}
