//! Tells the program which commit it is built from, and gives it its icon and its properties on Windows.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CENTERPOST_COMMIT");
    let version = env!("CARGO_PKG_VERSION");
    let version = match commit() {
        Some(commit) => format!("{version} ({commit})"),
        None => version.to_owned(),
    };
    println!("cargo:rustc-env=CENTERPOST_VERSION={version}");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        windows_resources();
    }
}

/// The commit and its date. Who builds outside a checkout passes them on in `CENTERPOST_COMMIT`.
fn commit() -> Option<String> {
    if let Ok(commit) = std::env::var("CENTERPOST_COMMIT") {
        return Some(commit).filter(|commit| !commit.is_empty());
    }
    // Without this, each commit would have the debug build compiled anew.
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "release") {
        return None;
    }
    // Every commit and every switch of branches adds a line to this file.
    println!("cargo:rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["log", "-1", "--format=%h %cs"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The icon, the version and the manifest: long paths, UTF-8 and sharp text on every screen.
fn windows_resources() {
    println!("cargo:rerun-if-changed=assets/icon/centerpost.ico");
    println!("cargo:rerun-if-changed=assets/packages/windows/centerpost.manifest");
    let mut resources = winresource::WindowsResource::new();
    resources
        .set_icon("assets/icon/centerpost.ico")
        .set_manifest_file("assets/packages/windows/centerpost.manifest")
        .set("ProductName", "Centerpost")
        .set("FileDescription", "Centerpost")
        .set("LegalCopyright", "MIT or Apache-2.0");
    if let Err(error) = resources.compile() {
        println!("cargo:warning=The program gets no icon and no manifest: {error}. Install windres (Debian: binutils-mingw-w64)");
    }
}
