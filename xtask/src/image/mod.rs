//! The verb `image`: an OCI archive of the binary, made without a daemon and without asking any registry. Its root holds
//! the binary, the C library that it was linked with, and certificate authorities; no shell, no package manager.
//!
//! The same files give the same archive, byte by byte.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::build;
use crate::run::{Outcome, Trouble, ask, say, trouble};
use crate::workshop::Workshop;

/// Whom the binary runs as: nobody that any machine has.
const USER: u32 = 65_532;
/// Where Debian and its like keep the authorities that a machine trusts, as one file.
const AUTHORITIES: &str = "etc/ssl/certs/ca-certificates.crt";
/// What a portal keeps by itself lies here.
const STATE: &str = "var/lib/runlight";
/// Where the site of a binary for development lies in the image.
const SITE: &str = "/usr/share/runlight/site";
/// What it is called unless `--name` says otherwise; `deploy/chart` expects the same.
const NAME: &str = "localhost/runlight";

/// What the command line asks for.
struct Wanted {
    binary: Option<PathBuf>,
    /// The site of a binary that was built for development, which carries none.
    site: Option<PathBuf>,
    output: Option<PathBuf>,
    name: String,
}

/// What the image says about itself.
struct Facts {
    name: String,
    version: String,
    revision: String,
    /// RFC 3339, in UTC.
    created: String,
    architecture: &'static str,
}

/// A file of the archive under its digest.
struct Blob {
    digest: String,
    bytes: u64,
}

/// A folder for what is on its way into the archive, removed when dropped.
struct Bench(PathBuf);

impl Bench {
    fn make(workshop: &Workshop) -> Outcome<Self> {
        let folder = workshop.target.join(format!("image-{}", std::process::id()));
        fs::create_dir_all(folder.join("layout/blobs/sha256"))?;
        Ok(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What is left lies in the folder of builds, where nothing is kept.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The verb.
pub(crate) fn run_image(workshop: &Workshop, arguments: &[String]) -> Outcome {
    let wanted = read(arguments)?;
    let binary = match wanted.binary {
        Some(binary) => workshop.root.join(binary),
        None => {
            build::run_release(workshop, &[])?;
            workshop.target.join("release/runlight")
        }
    };
    let facts = Facts::of(workshop, wanted.name, &binary)?;
    let output = wanted.output.map_or_else(
        || workshop.target.join(format!("runlight-{}-{}.oci.tar", facts.version, facts.architecture)),
        |output| workshop.root.join(output),
    );
    let site = wanted.site.map(|site| workshop.root.join(site));
    let compressed = pack(workshop, (&binary, site.as_deref()), &facts, &output)?;
    say(format!(
        "{}:{} for {} is {}: {:.1} MB compressed",
        facts.name,
        facts.version,
        facts.architecture,
        output.display(),
        compressed as f64 / 1e6
    ));
    Ok(())
}

fn read(arguments: &[String]) -> Outcome<Wanted> {
    let mut wanted = Wanted { binary: None, site: None, output: None, name: NAME.to_owned() };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Trouble(format!("{word} wants a value")));
        match word.as_str() {
            "--binary" => wanted.binary = Some(value()?.into()),
            "--site" => wanted.site = Some(value()?.into()),
            "--output" => wanted.output = Some(value()?.into()),
            "--name" => wanted.name.clone_from(value()?),
            other => return trouble(format!("there is no {other}; there are --binary, --site, --output and --name")),
        }
    }
    Ok(wanted)
}

impl Facts {
    fn of(workshop: &Workshop, name: String, binary: &Path) -> Outcome<Self> {
        let git = |arguments: &[&str]| ask(workshop.command("git").args(arguments).stderr(Stdio::null()));
        // A checkout without history still makes an image, which then says nothing of its revision.
        let revision = git(&["rev-parse", "HEAD"]).unwrap_or_default();
        let seconds = env::var("SOURCE_DATE_EPOCH").or_else(|_| git(&["log", "-1", "--format=%ct"]));
        let seconds: u64 = seconds.ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
        let created = ask(workshop.command("date").args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]))?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { name, version, revision, created, architecture: architecture(binary)? })
    }
}

/// The machine that a program is for, by its header.
fn architecture(binary: &Path) -> Outcome<&'static str> {
    use std::io::Read;
    let mut header = [0_u8; 20];
    let read = fs::File::open(binary).and_then(|mut file| file.read_exact(&mut header));
    read.map_err(|error| Trouble(format!("{} cannot be read: {error}", binary.display())))?;
    match (&header[..4], u16::from_le_bytes([header[18], header[19]])) {
        (b"\x7fELF", 0x3e) => Ok("amd64"),
        (b"\x7fELF", 0xb7) => Ok("arm64"),
        _ => trouble(format!("{} is no Linux program for x86_64 or aarch64", binary.display())),
    }
}

/// Writes the archive and returns how many bytes its layers have.
fn pack(workshop: &Workshop, (binary, site): (&Path, Option<&Path>), facts: &Facts, output: &Path) -> Outcome<u64> {
    let bench = Bench::make(workshop)?;
    let base = bench.path("base");
    make_base(workshop, &base, &libraries(workshop, binary)?)?;
    let own = bench.path("own");
    place(binary, &own, "usr/bin/runlight", 0o755)?;
    for file in site.map(fs::read_dir).into_iter().flatten().flatten() {
        let file = file?;
        place(&file.path(), &own, &format!("{}/{}", &SITE[1..], file.file_name().to_string_lossy()), 0o644)?;
    }
    let mut layers = Vec::new();
    let mut contents = Vec::new();
    for root in [&base, &own] {
        let (content, layer) = make_layer(workshop, &bench, root)?;
        contents.push(content);
        layers.push(layer);
    }
    let config = keep(workshop, &bench, &config_of(facts, &contents, site.is_some()))?;
    let manifest_text = manifest_of(&config, &layers);
    let manifest = keep(workshop, &bench, &manifest_text)?;
    let layout = bench.path("layout");
    fs::write(layout.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#)?;
    fs::write(layout.join("index.json"), index_of(facts, &manifest))?;
    fs::write(layout.join("manifest.json"), docker_manifest_of(facts, &config, &layers))?;
    let archive = bench.path("archive.tar");
    let members = ["oci-layout", "index.json", "manifest.json", "blobs"];
    tar(workshop, &layout, &archive, &members)?;
    fs::rename(&archive, output).or_else(|_| fs::copy(&archive, output).map(drop))?;
    Ok(layers.iter().map(|layer| layer.bytes).sum())
}

/// What the binary is linked with, by the loader's own account; nothing for a static one.
fn libraries(workshop: &Workshop, binary: &Path) -> Outcome<Vec<PathBuf>> {
    let mut ldd = workshop.command("ldd");
    let output = ldd.env("LC_ALL", "C").arg(binary).output().map_err(|error| Trouble(format!("ldd: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("statically linked") || complaint.contains("not a dynamic executable") {
        return match architecture(binary)? == architecture(Path::new("/proc/self/exe"))? {
            true => Ok(Vec::new()),
            false => trouble("the libraries of a program for another machine are not here: build its image there"),
        };
    }
    if let Some(missing) = said.lines().find(|line| line.contains("not found")) {
        return trouble(format!("a library of the binary is missing here: {}", missing.trim()));
    }
    Ok(library_paths(&said))
}

/// Of `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)` the path; lines without one are of the kernel's making.
fn library_paths(said: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        let path = line.rsplit_once(" => ").map_or(line, |(_, path)| path).split(" (").next()?.trim();
        path.starts_with('/').then(|| PathBuf::from(path))
    };
    said.lines().filter_map(path).collect()
}

/// Everything but the binary.
fn make_base(workshop: &Workshop, base: &Path, libraries: &[PathBuf]) -> Outcome {
    let loader_folder = |path: &Path| path.strip_prefix("/").map(Path::to_owned).unwrap_or_else(|_| path.to_owned());
    for library in libraries {
        // Under the name by which it is asked for, whatever links lead there on this machine.
        place(&library.canonicalize()?, base, &loader_folder(library).to_string_lossy(), 0o755)?;
    }
    let authorities = Path::new("/").join(AUTHORITIES);
    if !authorities.is_file() {
        return trouble(format!("there are no {}: install ca-certificates", authorities.display()));
    }
    place(&authorities, base, AUTHORITIES, 0o644)?;
    for package in ["libc6", "libgcc-s1", "ca-certificates"] {
        let copyright = format!("usr/share/doc/{package}/copyright");
        let here = Path::new("/").join(&copyright);
        if here.is_file() {
            place(&here, base, &copyright, 0o644)?;
        }
    }
    let written = [
        ("etc/passwd", format!("root:x:0:0:root:/:/none\nrunlight:x:{USER}:{USER}:Runlight:/:/none\n")),
        ("etc/group", format!("root:x:0:\nrunlight:x:{USER}:\n")),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n".to_owned()),
    ];
    for (path, text) in written {
        let file = base.join(path);
        fs::create_dir_all(file.parent().unwrap_or(base))?;
        fs::write(&file, text)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
    }
    for (folder, mode) in [("tmp", 0o1777), ("etc/runlight", 0o755), (STATE, 0o755), ("runbooks", 0o755)] {
        fs::create_dir_all(base.join(folder))?;
        fs::set_permissions(base.join(folder), fs::Permissions::from_mode(mode))?;
    }
    // The umask of whoever builds must not show in the image.
    ask(workshop
        .command("find")
        .arg(base)
        .args(["-type", "d", "-not", "-name", "tmp", "-exec", "chmod", "755", "{}", "+"]))
    .map(drop)
}

/// Copies a file into a root.
fn place(from: &Path, root: &Path, to: &str, mode: u32) -> Outcome {
    let file = root.join(to);
    fs::create_dir_all(file.parent().unwrap_or(root))?;
    fs::copy(from, &file).map_err(|error| Trouble(format!("{} cannot be copied: {error}", from.display())))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// A root as a layer: the digest of its content, and its compressed form among the blobs.
fn make_layer(workshop: &Workshop, bench: &Bench, root: &Path) -> Outcome<(String, Blob)> {
    ask(workshop.command("chmod").arg("755").arg(root))?;
    let content = bench.path("layer.tar");
    tar(workshop, root, &content, &["."])?;
    if root.join(STATE).is_dir() {
        // A volume that is made of it belongs to whom it belonged here.
        let owner = format!("{USER}");
        let mut add = workshop.command("tar");
        add.env("LC_ALL", "C").arg("-C").arg(root).args(["--format=ustar", "--mtime=@0", "--numeric-owner"]);
        add.args(["--owner", &owner, "--group", &owner, "-rf"]).arg(&content).arg(STATE);
        ask(&mut add)?;
    }
    let digest = digest_of(workshop, &content)?;
    let compressed = bench.path("layer.tar.gz");
    let file = fs::File::create(&compressed)?;
    let status = workshop.command("gzip").args(["-9", "-n", "-c"]).arg(&content).stdout(file).status()?;
    if !status.success() {
        return trouble("gzip cannot compress a layer");
    }
    Ok((digest, take(workshop, bench, &compressed)?))
}

/// Names sorted, times and owners fixed.
fn tar(workshop: &Workshop, folder: &Path, archive: &Path, members: &[&str]) -> Outcome {
    let mut tar: Command = workshop.command("tar");
    tar.env("LC_ALL", "C").arg("-C").arg(folder).args(["--sort=name", "--format=ustar", "--mtime=@0", "--owner=0"]);
    tar.args(["--group=0", "--numeric-owner", "--exclude", &format!("./{STATE}"), "-cf"]).arg(archive).args(members);
    ask(&mut tar).map(drop)
}

fn digest_of(workshop: &Workshop, file: &Path) -> Outcome<String> {
    let said = ask(workshop.command("sha256sum").arg(file))?;
    said.split(' ').next().map(str::to_owned).ok_or_else(|| Trouble("sha256sum says nothing".to_owned()))
}

/// Moves a file among the blobs.
fn take(workshop: &Workshop, bench: &Bench, file: &Path) -> Outcome<Blob> {
    let digest = digest_of(workshop, file)?;
    let bytes = fs::metadata(file)?.len();
    fs::rename(file, bench.path("layout/blobs/sha256").join(&digest))?;
    Ok(Blob { digest, bytes })
}

fn keep(workshop: &Workshop, bench: &Bench, text: &str) -> Outcome<Blob> {
    let file = bench.path("blob");
    fs::write(&file, text)?;
    take(workshop, bench, &file)
}

fn config_of(facts: &Facts, contents: &[String], has_site: bool) -> String {
    let site = if has_site { format!(",\"RUNLIGHT_SITE={SITE}\"") } else { String::new() };
    let Facts { version, revision, created, architecture, .. } = facts;
    let contents: Vec<String> = contents.iter().map(|digest| format!("\"sha256:{digest}\"")).collect();
    let history = ["the C library and certificate authorities", "runlight"]
        .map(|what| format!(r#"{{"created":"{created}","created_by":"cargo xtask image","comment":"{what}"}}"#));
    format!(
        r#"{{"created":"{created}","architecture":"{architecture}","os":"linux","config":{{"User":"{USER}:{USER}","ExposedPorts":{{"8080/tcp":{{}},"8081/tcp":{{}}}},"Env":["PATH=/usr/bin","SSL_CERT_FILE=/{AUTHORITIES}","STATE_DIRECTORY=/{STATE}"{site}],"Entrypoint":["/usr/bin/runlight"],"Cmd":["serve","--config","/etc/runlight/runlight.toml"],"WorkingDir":"/","StopSignal":"SIGTERM","Labels":{{"org.opencontainers.image.title":"runlight","org.opencontainers.image.description":"A team's runbooks as live pages, for people who run Kubernetes on Proxmox","org.opencontainers.image.version":"{version}","org.opencontainers.image.revision":"{revision}","org.opencontainers.image.created":"{created}","org.opencontainers.image.licenses":"Apache-2.0"}}}},"rootfs":{{"type":"layers","diff_ids":[{}]}},"history":[{}]}}"#,
        contents.join(","),
        history.join(",")
    )
}

fn manifest_of(config: &Blob, layers: &[Blob]) -> String {
    let described = |kind: &str, blob: &Blob| {
        format!(r#"{{"mediaType":"{kind}","digest":"sha256:{}","size":{}}}"#, blob.digest, blob.bytes)
    };
    let layers: Vec<String> =
        layers.iter().map(|layer| described("application/vnd.oci.image.layer.v1.tar+gzip", layer)).collect();
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[{}]}}"#,
        described("application/vnd.oci.image.config.v1+json", config),
        layers.join(",")
    )
}

/// Under which name tools find the image in the archive; containerd takes the second annotation.
fn index_of(facts: &Facts, manifest: &Blob) -> String {
    let Facts { name, version, architecture, .. } = facts;
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{}","size":{},"platform":{{"architecture":"{architecture}","os":"linux"}},"annotations":{{"org.opencontainers.image.ref.name":"{version}","io.containerd.image.name":"{name}:{version}"}}}}]}}"#,
        manifest.digest, manifest.bytes
    )
}

/// What `docker load` of before the OCI layout looks for.
fn docker_manifest_of(facts: &Facts, config: &Blob, layers: &[Blob]) -> String {
    let layers: Vec<String> = layers.iter().map(|layer| format!("\"blobs/sha256/{}\"", layer.digest)).collect();
    format!(
        r#"[{{"Config":"blobs/sha256/{}","RepoTags":["{}:{}"],"Layers":[{}]}}]"#,
        config.digest,
        facts.name,
        facts.version,
        layers.join(",")
    )
}

#[cfg(test)]
mod tests;
