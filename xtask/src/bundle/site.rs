//! The site's folder: each file as it is, and, but for a quick look, compressed once at the best quality for every later
//! reader.
//!
//! A manifest with one line per file tells the server's build script what is there: `pkg NAME` or `public NAME`.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Files whose bytes are compressed already gain nothing from a second pass.
const COMPRESSED_ALREADY: [&str; 4] = ["woff2", "png", "webp", "jpg"];

/// The folder being written.
pub(crate) struct Site {
    folder: PathBuf,
    unfinished: PathBuf,
    manifest: String,
    is_compressed: bool,
}

impl Site {
    /// Files as they are and compressed.
    pub(crate) fn compressed(folder: &Path) -> io::Result<Self> {
        Ok(Self { is_compressed: true, ..Self::plain(folder)? })
    }

    /// Files as they are alone. Begins an empty folder beside the one that `finish` will replace, so that nobody sees
    /// half a site.
    pub(crate) fn plain(folder: &Path) -> io::Result<Self> {
        let unfinished = with_suffix(folder, ".unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&unfinished)?;
        Ok(Self { folder: folder.to_owned(), unfinished, manifest: String::new(), is_compressed: false })
    }

    /// Files that belong together get one name, made from the bytes of all: `(extension, bytes)`.
    pub(crate) fn add_hashed(&mut self, files: &[(&str, &[u8])]) -> io::Result<()> {
        let mut hasher = DefaultHasher::new();
        for (_, bytes) in files {
            hasher.write(bytes);
        }
        let hash = hasher.finish();
        for (extension, bytes) in files {
            self.add("pkg", &format!("runlight-{hash:016x}.{extension}"), bytes)?;
        }
        Ok(())
    }

    /// Everything under `public`, by its own path.
    pub(crate) fn add_public(&mut self, public: &Path) -> io::Result<()> {
        let mut folders = vec![public.to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        for file in files {
            let name = file.strip_prefix(public).map_err(io::Error::other)?;
            self.add("public", &name.to_string_lossy(), &fs::read(&file)?)?;
        }
        Ok(())
    }

    /// Writes the manifest and puts the site into its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        fs::write(self.unfinished.join("manifest"), self.manifest)?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::rename(self.unfinished, self.folder)
    }

    fn add(&mut self, kind: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.unfinished.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, bytes)?;
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if self.is_compressed && !COMPRESSED_ALREADY.contains(&extension.as_str()) {
            fs::write(with_suffix(&path, ".br"), brotli(bytes)?)?;
            fs::write(with_suffix(&path, ".gz"), gzip(bytes)?)?;
        }
        self.manifest.push_str(&format!("{kind} {name}\n"));
        Ok(())
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
