//! `bundle`: from the compiled module, `style/` and `public/` to the site that the binary embeds.
//!
//! Started by `cargo xtask client`, never by hand. A program of its own, because only it has dependencies.

mod bind;
mod names;
mod site;
#[path = "../../../server/build/stylesheet.rs"]
mod stylesheet;

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use site::Site;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let outcome = match arguments.as_slice() {
        [module, checkout, out] => bundle(module, checkout, Site::compressed(out), None),
        [module, checkout, out, quick] if quick == Path::new("--quick") => {
            bundle(module, checkout, Site::plain(out), None)
        }
        [module, checkout, out, wasm_opt] => bundle(module, checkout, Site::compressed(out), Some(wasm_opt)),
        _ => Err("usage: bundle MODULE.wasm CHECKOUT OUT [--quick | WASM_OPT]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundle: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(
    module: &Path,
    checkout: &Path,
    site: io::Result<Site>,
    wasm_opt: Option<&PathBuf>,
) -> Result<(), Box<dyn Error>> {
    let mut site = site?;
    let bound = bind::bind(module, wasm_opt.map(PathBuf::as_path))?;
    let css = stylesheet::assemble(&checkout.join("style"))?;

    site.add_hashed(&[("js", bound.script.as_bytes()), ("wasm", &bound.module)])?;
    site.add_hashed(&[("css", css.as_bytes())])?;
    site.add_public(&checkout.join("public"))?;
    site.finish()?;
    Ok(())
}
