//! `bundle`: from the compiled module, `style/` and `public/` to the site that the binary embeds.
//!
//! Started by `cargo xtask client`, never by hand. A program of its own, because only it has dependencies.

mod bind;
mod names;
mod site;
#[path = "../../../server/build/stylesheet.rs"]
mod stylesheet;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let outcome = match arguments.as_slice() {
        [module, checkout, out] => bundle(module, checkout, out, None),
        [module, checkout, out, wasm_opt] => bundle(module, checkout, out, Some(wasm_opt)),
        _ => Err("usage: bundle MODULE.wasm CHECKOUT OUT [WASM_OPT]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundle: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(module: &Path, checkout: &Path, out: &Path, wasm_opt: Option<&PathBuf>) -> Result<(), Box<dyn Error>> {
    let bound = bind::bind(module, wasm_opt.map(PathBuf::as_path))?;
    let css = stylesheet::assemble(&checkout.join("style"))?;

    let mut site = site::Site::create(out)?;
    site.add_hashed(&[("js", bound.script.as_bytes()), ("wasm", &bound.module)])?;
    site.add_hashed(&[("css", css.as_bytes())])?;
    site.add_public(&checkout.join("public"))?;
    site.finish()?;
    Ok(())
}
