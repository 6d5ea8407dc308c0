//! What tests share: a home folder and the command line in it, servers, the window, and what is in a folder.

use std::path::{Path, PathBuf};

pub mod connections;
pub mod faults;
pub mod home;
pub mod sandbox;
pub mod server;
pub mod window;

/// The files below a folder, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
