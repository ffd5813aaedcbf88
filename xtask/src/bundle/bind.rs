//! The browser's script and module out of what rustc made, by wasm-bindgen as a library.
//!
//! The library is pinned to the version in Cargo.lock, so that it can never disagree with the module.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

use crate::names::Names;

/// What rustc's wasm32-unknown-unknown uses, and nothing beyond: every current browser has these.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// For size. Flattened code loses its needless blocks on the way back, which a plain `-Oz` leaves. The lowest kilobyte is
/// the end of the stack, so no data lies there.
const PASSES: [&str; 7] =
    ["--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz", "--strip-debug", "--strip-producers"];

/// Where the module's imports come from, in the script's own words.
const IMPORTS: &str = "b";

/// In the names of exports that no page uses: `wasm-streams`' classes.
const UNUSED: &str = "intounderlying";

/// What the browser loads.
pub(crate) struct Bound {
    /// The ES module that starts the other.
    pub(crate) script: String,
    /// The WebAssembly module.
    pub(crate) module: Vec<u8>,
}

/// Binds `module`; `wasm_opt` is run on the result when it is there.
pub(crate) fn bind(module: &Path, wasm_opt: Option<&Path>) -> Result<Bound, Box<dyn Error>> {
    let mut output = Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .demangle(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let inline = output.snippets().values().any(|scripts| !scripts.is_empty());
    if inline || !output.local_modules().is_empty() {
        return Err("a crate brings inline JavaScript, which the site does not carry; choose another crate".into());
    }
    let script = squeeze(output.js());
    let module = output.wasm_mut();
    drop_unused_exports(module);
    let script = shorten(&script, module);
    let plain = module.emit_wasm();
    let module = match wasm_opt {
        Some(program) => optimise(program, &plain)?,
        None => plain,
    };
    Ok(Bound { script, module })
}

/// Takes out the entries of stream classes that a dependency exports always. Nothing of ours makes such a stream; as
/// long as they are exported, all of their code stays.
fn drop_unused_exports(module: &mut walrus::Module) {
    let exports: Vec<_> =
        module.exports.iter().filter(|export| export.name.contains(UNUSED)).map(|export| export.id()).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
}

/// Gives the names between `script` and `module` short ones, on both sides.
fn shorten(script: &str, module: &mut walrus::Module) -> String {
    let imported = module.imports.iter().map(|import| import.name.as_str());
    // Closures' entries, by their mangled names; the other exports are known to pages.
    let entries = module.exports.iter().map(|export| export.name.as_str()).filter(|name| name.starts_with("_ZN"));
    let names = Names::for_script(script, imported.chain(entries));
    let from = module.imports.iter().next().map(|import| format!("\"{}\"", import.module));
    for import in module.imports.iter_mut() {
        if let Some(name) = names.get(&import.name) {
            import.name.clone_from(name);
        }
        IMPORTS.clone_into(&mut import.module);
    }
    for export in module.exports.iter_mut().filter(|export| export.name.starts_with("_ZN")) {
        if let Some(name) = names.get(&export.name) {
            export.name.clone_from(name);
        }
    }
    let renamed = names.rename(script);
    match from {
        Some(from) => renamed.replace(&from, &format!("\"{IMPORTS}\"")),
        None => renamed,
    }
}

/// Runs wasm-opt for size. Its result is kept only when it is a module and smaller.
fn optimise(program: &Path, plain: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("runlight-wasm-opt-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (before, after) = (folder.join("before.wasm"), folder.join("after.wasm"));
    fs::write(&before, plain)?;
    let status = Command::new(program).args(FEATURES).args(PASSES).arg(&before).arg("-o").arg(&after).status()?;
    let smaller = fs::read(&after).ok().filter(|bytes| bytes.starts_with(b"\0asm") && bytes.len() < plain.len());
    fs::remove_dir_all(&folder)?;
    if !status.success() {
        eprintln!("bundle: wasm-opt failed ({status}); the module stays as it is");
    }
    Ok(smaller.filter(|_| status.success()).unwrap_or_else(|| plain.to_vec()))
}

/// Drops whole-line comments and indentation from the generated script.
fn squeeze(script: &str) -> String {
    let mut squeezed = String::with_capacity(script.len());
    let mut inside_comment = false;
    for line in script.lines().map(str::trim) {
        inside_comment |= line.starts_with("/*");
        if !inside_comment && !line.is_empty() && !line.starts_with("//") {
            squeezed.push_str(line);
            squeezed.push('\n');
        }
        inside_comment &= !line.ends_with("*/");
    }
    squeezed
}
