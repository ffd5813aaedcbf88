//! Pictures that runbooks show: image files of the library's folders, and no other file. What a file is, its content
//! decides, not its name.

use std::{collections::BTreeMap, fs::File, io::Read};

use app::server_side::backend::Picture;
use percent_encoding::percent_decode_str;
use runbook::names::RunbookPath;

use super::{Entry, Library, beneath::Root, links};

/// A larger picture is a poster.
const MAX_PICTURE_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes that tell what a file is, and how large the picture in it.
const HEAD_BYTES: u64 = 64 * 1024;
/// File names that may be pictures.
const EXTENSIONS: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// A picture to be sent.
#[derive(Debug)]
pub struct PictureFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// What it is.
    pub content_type: &'static str,
}

/// Why there is no picture.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// The address cannot be one, or no folder has the file.
    #[error("The library has no such picture.")]
    Absent,
    /// Larger than any picture in a text.
    #[error("The picture has {0} bytes; at most {MAX_PICTURE_BYTES} are sent.")]
    TooLarge(u64),
    /// The content is none of the known kinds.
    #[error("The file is no PNG, JPEG, GIF, WebP, AVIF or SVG picture.")]
    NoPicture,
}

impl Library {
    /// The picture under an address: a path from the root of one of the folders.
    pub fn picture(&self, address: &str) -> Result<PictureFile, NoPicture> {
        let file = self.find_picture(address)?;
        let mut bytes = Vec::new();
        file.take(MAX_PICTURE_BYTES + 1).read_to_end(&mut bytes).map_err(|_| NoPicture::Absent)?;
        if bytes.len() as u64 > MAX_PICTURE_BYTES {
            return Err(NoPicture::TooLarge(bytes.len() as u64));
        }
        let content_type = content_type(&bytes).ok_or(NoPicture::NoPicture)?;
        Ok(PictureFile { bytes, content_type })
    }

    /// What a page needs to know of a picture that a runbook names.
    fn look_at_picture(&self, entry: &Entry, written: &str) -> Picture {
        let plain = written.split(['?', '#']).next().unwrap_or(written);
        let plain = percent_decode_str(plain).decode_utf8_lossy();
        let folder = entry.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let candidates = [links::join(folder, &plain), links::join("", &plain)];
        let mut why = NoPicture::Absent;
        for address in candidates.into_iter().flatten().map(|path: RunbookPath| String::from(path)) {
            match self.find_picture(&address).and_then(head) {
                Ok(head) => {
                    let size = imagesize::blob_size(&head).ok();
                    let size = size.and_then(|s| Some((u32::try_from(s.width).ok()?, u32::try_from(s.height).ok()?)));
                    return Picture::There { address: app::paths::picture(&address), size };
                }
                Err(NoPicture::Absent) => {}
                Err(other) => why = other,
            }
        }
        Picture::Missing(why.to_string())
    }

    /// Everything that a page needs to know of a runbook's pictures.
    pub fn pictures_of(&self, entry: &Entry) -> BTreeMap<String, Picture> {
        let written = links::pictures(&entry.runbook).into_iter();
        written.map(|written| (written.clone(), self.look_at_picture(entry, &written))).collect()
    }

    /// The picture's file. A link out of its folder leads nowhere, whenever it is put there.
    fn find_picture(&self, address: &str) -> Result<File, NoPicture> {
        // The rules of a runbook's address hold here, too: no `..`, no empty part, no control character.
        let address: RunbookPath = address.parse().map_err(|_| NoPicture::Absent)?;
        let is_hidden = address.as_str().split('/').any(|part| part.starts_with('.'));
        let extension = address.as_str().rsplit_once('.').map_or("", |(_, extension)| extension);
        if is_hidden || !EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            return Err(NoPicture::Absent);
        }
        let found = self.folders.iter().find_map(|folder| {
            let root = Root::open(folder).ok()?;
            let place = root.place().join(address.as_str()).canonicalize().ok()?;
            root.file(place.strip_prefix(root.place()).ok()?).ok()
        });
        let file = found.ok_or(NoPicture::Absent)?;
        let size_bytes = file.metadata().map_err(|_| NoPicture::Absent)?.len();
        if size_bytes > MAX_PICTURE_BYTES { Err(NoPicture::TooLarge(size_bytes)) } else { Ok(file) }
    }
}

/// The beginning of a picture's file.
fn head(file: File) -> Result<Vec<u8>, NoPicture> {
    let mut bytes = Vec::new();
    file.take(HEAD_BYTES).read_to_end(&mut bytes).map_err(|_| NoPicture::Absent)?;
    content_type(&bytes).map(|_| bytes).ok_or(NoPicture::NoPicture)
}

/// What the bytes are, whatever the file is called.
fn content_type(bytes: &[u8]) -> Option<&'static str> {
    use imagesize::{Compression, ImageType};
    match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => Some("image/png"),
        Ok(ImageType::Jpeg) => Some("image/jpeg"),
        Ok(ImageType::Gif) => Some("image/gif"),
        Ok(ImageType::Webp) => Some("image/webp"),
        Ok(ImageType::Heif(Compression::Av1)) => Some("image/avif"),
        _ => is_svg(bytes).then_some("image/svg+xml"),
    }
}

/// An XML text whose first element is `svg`.
fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]);
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    while let Some(end) = match rest {
        text if text.starts_with("<!--") => text.find("-->").map(|at| at + 3),
        text if text.starts_with("<?") || text.starts_with("<!") => text.find('>').map(|at| at + 1),
        _ => None,
    } {
        rest = rest[end..].trim_start();
    }
    rest.starts_with("<svg") && rest[4..].starts_with(|c: char| c.is_whitespace() || c == '>')
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The smallest PNG there is: one pixel.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x07\0\0\0\x05\x08\x06\0\0\0\x1f\x15\xc4\x89";

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a parent")).expect("created");
            fs::write(file, bytes).expect("written");
        };
        write("a/one.md", b"# One\n\n![p](img/my%20plan.png)\n");
        write("a/img/my plan.png", PNG);
        write("a/text.png", b"# not a picture");
        write("a/key.pem", PNG);
        write(".git/logo.png", PNG);
        write("a/plan.svg", b"<?xml version='1.0'?>\n<!-- x -->\n<svg xmlns='x'></svg>");
        write("a/page.svg", b"<html><svg></svg></html>");
        write("a/huge.png", &[PNG, vec![0; MAX_PICTURE_BYTES as usize].as_slice()].concat());
        let library = Library::open(vec![folder.path().to_owned()]);
        (folder, library)
    }

    #[test]
    fn serves_pictures_by_what_they_are() {
        let (_folder, library) = library();
        let kind = |address: &str| library.picture(address).map(|picture| picture.content_type);
        assert_eq!(kind("a/img/my plan.png"), Ok("image/png"));
        assert_eq!(kind("a/plan.svg"), Ok("image/svg+xml"));
        assert_eq!(kind("a/text.png"), Err(NoPicture::NoPicture));
        assert_eq!(kind("a/page.svg"), Err(NoPicture::NoPicture));
        assert!(matches!(kind("a/huge.png"), Err(NoPicture::TooLarge(_))));
    }

    #[test]
    fn serves_nothing_else() {
        let (_folder, library) = library();
        for address in [
            "a/one.md",
            "a/key.pem",
            ".git/logo.png",
            "a/../.git/logo.png",
            "../x.png",
            "/etc/passwd",
            "/a/plan.svg",
            "a//plan.svg",
            "a/plan.svg\0",
            "a\\plan.svg",
            "",
            "a",
        ] {
            assert!(matches!(library.picture(address), Err(NoPicture::Absent)), "{address:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_no_link_out_of_the_folder() {
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("x.png"), PNG).expect("written");
        let (folder, library) = library();
        std::os::unix::fs::symlink(outside.path().join("x.png"), folder.path().join("x.png")).expect("linked");
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).expect("linked");
        assert!(library.picture("x.png").is_err());
        assert!(library.picture("out/x.png").is_err());
    }

    #[test]
    fn finds_what_a_runbook_names_with_its_size() {
        let (_folder, library) = library();
        let entry = library.get(&"a/one".parse().expect("valid")).expect("there");
        let there = Picture::There { address: "/files/a/img/my%20plan.png".into(), size: Some((7, 5)) };
        assert_eq!(library.look_at_picture(&entry, "img/my%20plan.png"), there);
        assert_eq!(library.look_at_picture(&entry, "./img/my plan.png?raw=true"), there);
        assert_eq!(library.look_at_picture(&entry, "/a/img/my plan.png"), there);
        for absent in ["img/none.png", "../../x.png", "", "%00.png"] {
            assert!(matches!(library.look_at_picture(&entry, absent), Picture::Missing(_)), "{absent}");
        }
    }
}
