//! Where the files of the page come from: out of the binary, or, in a build for development, out of a folder.
//!
//! A binary that was built for use carries everything and reads no folder. One that was built for development carries
//! the style sheet alone, so that the server and the browser's half are built side by side; it looks for the site once,
//! when it starts.

use std::borrow::Cow;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bytes::Bytes;

use super::ServeError;

// `PACKAGE`, `PUBLIC` and `BUILD_FOLDER`, written by build/main.rs.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

static CARRIED: LazyLock<Site> = LazyLock::new(|| Site {
    package: PACKAGE.iter().map(Asset::from_embedded).collect(),
    public: PUBLIC.iter().map(Asset::from_embedded).collect(),
});

/// Everything that pages refer to.
pub(super) struct Site {
    /// What stands under `/pkg/`, each name with a mark of its content.
    pub(super) package: Vec<Asset>,
    /// What stands at the root under its own name.
    pub(super) public: Vec<Asset>,
}

/// One file, as it is and compressed.
pub(super) struct Asset {
    pub(super) name: Cow<'static, str>,
    pub(super) plain: Bytes,
    pub(super) brotli: Option<Bytes>,
    pub(super) gzip: Option<Bytes>,
}

/// A file out of the binary: its name, as it is, with brotli, with gzip.
struct Embedded(&'static str, &'static [u8], Option<&'static [u8]>, Option<&'static [u8]>);

impl Site {
    /// What the binary itself carries.
    pub(super) fn carried() -> &'static Self {
        &CARRIED
    }

    /// What to serve: what the binary carries, or the folder that a build for development reads. Lives as long as the
    /// process.
    pub(super) fn find() -> Result<&'static Self, ServeError> {
        let Some(built_in) = BUILD_FOLDER else { return Ok(Self::carried()) };
        if let Some(named) = env::var_os("RUNLIGHT_SITE").map(PathBuf::from) {
            let site = Self::read(&named).map_err(|cause| ServeError::Site(named, cause))?;
            return Ok(Box::leak(Box::new(site)));
        }
        let builds = [Some(PathBuf::from(built_in)), cache().map(|cache| cache.join("target"))];
        let newest = newest_site(builds.into_iter().flatten());
        if let Some(site) = newest.and_then(|folder| Self::read(&folder).ok()) {
            return Ok(Box::leak(Box::new(site)));
        }
        tracing::warn!(
            "the browser's half is not built, so pages come without scripts; `cargo xtask client` builds it, and \
             RUNLIGHT_SITE names its folder when it lies elsewhere"
        );
        Ok(Self::carried())
    }

    /// The site in a folder, by its manifest: one line for each file, `pkg NAME` or `public NAME`.
    fn read(folder: &Path) -> io::Result<Self> {
        let manifest = fs::read_to_string(folder.join("manifest"))?;
        let mut site = Self { package: Vec::new(), public: Vec::new() };
        for line in manifest.lines() {
            let Some((kind, name)) = line.split_once(' ') else { return Err(bad_line(line)) };
            let files = match kind {
                "pkg" => &mut site.package,
                "public" => &mut site.public,
                _ => return Err(bad_line(line)),
            };
            files.push(Asset::read(folder, name)?);
        }
        match site.named(".css") {
            Some(_) => Ok(site),
            None => Err(io::Error::other("its manifest names no style sheet")),
        }
    }

    /// The style sheet, always there.
    pub(super) fn css(&self) -> &str {
        self.named(".css").expect("a site without a style sheet is never built and never read")
    }

    /// The ES module that starts the other; none without `cargo xtask client`.
    pub(super) fn js(&self) -> Option<&str> {
        self.named(".js")
    }

    /// The WebAssembly module; none in the same case.
    pub(super) fn wasm(&self) -> Option<&str> {
        self.named(".wasm")
    }

    fn named(&self, suffix: &str) -> Option<&str> {
        self.package.iter().map(|asset| &*asset.name).find(|name| name.ends_with(suffix))
    }
}

impl Asset {
    fn from_embedded(&Embedded(name, plain, brotli, gzip): &Embedded) -> Self {
        Self {
            name: name.into(),
            plain: Bytes::from_static(plain),
            brotli: brotli.map(Bytes::from_static),
            gzip: gzip.map(Bytes::from_static),
        }
    }

    fn read(folder: &Path, name: &str) -> io::Result<Self> {
        let plain = fs::read(folder.join(name))?.into();
        Ok(Self {
            plain,
            brotli: read_if_there(&folder.join(format!("{name}.br")))?,
            gzip: read_if_there(&folder.join(format!("{name}.gz")))?,
            name: name.to_owned().into(),
        })
    }
}

/// The site that was made last among those in folders of builds: the demo's, or the one for use.
fn newest_site(builds: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let sites = builds.flat_map(|builds| ["debug/site", "client/site"].map(|site| builds.join(site)));
    sites.max_by_key(|site| fs::metadata(site.join("manifest")).and_then(|manifest| manifest.modified()).ok())
}

fn read_if_there(file: &Path) -> io::Result<Option<Bytes>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

fn bad_line(line: &str) -> io::Error {
    io::Error::other(format!("its manifest has a line that names no file: {line:?}"))
}

/// Where `cargo xtask` builds when nobody names a folder.
fn cache() -> Option<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cache")))?;
    Some(base.join("runlight"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_a_script_and_its_module_together_or_neither() {
        assert_eq!(Site::carried().js().is_some(), Site::carried().wasm().is_some());
    }

    #[test]
    fn reads_a_folder_as_the_bundler_writes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a written file");
        write("manifest", "pkg a.js\npkg a.wasm\npkg b.css\npublic robots.txt\n");
        for name in ["a.js", "a.js.br", "a.js.gz", "a.wasm", "b.css", "robots.txt"] {
            write(name, name);
        }
        let site = Site::read(folder.path()).expect("a site");
        assert_eq!((site.js(), site.wasm(), site.css()), (Some("a.js"), Some("a.wasm"), "b.css"));
        let script = &site.package[0];
        assert_eq!((&*script.plain, script.brotli.as_deref()), (b"a.js".as_slice(), Some(b"a.js.br".as_slice())));
        assert_eq!(site.package[1].gzip, None);
        assert_eq!(site.public[0].name, "robots.txt");
    }

    #[test]
    fn half_a_site_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |manifest: &str| {
            fs::write(folder.path().join("manifest"), manifest).expect("a written file");
            Site::read(folder.path()).err().expect("an error").to_string()
        };
        assert_eq!(
            Site::read(&folder.path().join("none")).err().map(|cause| cause.kind()),
            Some(io::ErrorKind::NotFound)
        );
        assert!(read("pkg gone.css\n").contains("No such file"));
        assert_eq!(read("style b.css\n"), "its manifest has a line that names no file: \"style b.css\"");
        assert_eq!(read(""), "its manifest names no style sheet");
    }
}
