//! What belongs to one machine: the history with its bodies, the journals of runs, the window's place. On Windows profiles and settings
//! may travel with their user from machine to machine, and these large files must not. Earlier versions had all in one folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::error::io_reason;
use super::{disk, held, history, lock};

/// Folders that are moved, before the history that names their files.
const FOLDERS: [&str; 2] = ["bodies", "runs"];

/// The history, and what its file's name begins with.
const HISTORY: &str = "history.db";
const OF_HISTORY: &str = "history.";

/// Held by whoever has the history open. It stays: it is empty, and an older version may still hold it.
const HISTORY_LOCK: &str = "history.lock";

/// Moves what belongs to this machine from the folder of profiles to its own. Returns the folder that it is in now, and what there is
/// to say. Either all of it is moved or none: what cannot be moved is used where it is, and the next start tries again.
pub(super) fn settle(root: &Path, local: &Path) -> (PathBuf, Option<String>) {
    if root == local || !has_some(root) {
        return (local.to_owned(), None);
    }
    let (old, new) = (root.display(), local.display());
    let stays = |reason: &str| {
        (root.to_owned(), Some(format!("The history stays in {old}, because moving it to {new} failed: {reason}.")))
    };
    let _lock = match lock::take(root, lock::PATIENCE) {
        Ok(lock) => lock,
        Err(error) => return stays(&io_reason(&error)),
    };
    // Another process may have moved it while this one waited.
    if !has_some(root) {
        return (local.to_owned(), None);
    }
    let Ok(alone) = history::lock_alone(root) else {
        log::info!("The history is not moved to {new} yet: another Centerpost has it open");
        return (root.to_owned(), None);
    };
    if disk::is_there(&root.join(HISTORY)) && disk::is_there(&local.join(HISTORY)) {
        drop(alone);
        let text = format!(
            "There is a history in {new} and one of an earlier version in {old}. The first is used; the other is left as it is."
        );
        return (local.to_owned(), Some(text));
    }
    let moved = disk::make_folder(local).and_then(|()| move_all(root, local));
    drop(alone);
    match moved {
        Ok(()) => (local.to_owned(), Some(format!("The history was moved from {old} to {new}."))),
        Err(error) => stays(&io_reason(&error)),
    }
}

/// Whether anything is there that is to be moved.
fn has_some(root: &Path) -> bool {
    FOLDERS.iter().any(|name| has_entries(&root.join(name))) || disk::is_there(&root.join(HISTORY))
}

fn has_entries(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Files that were moved, and can be moved back.
#[derive(Default)]
struct Moves {
    /// From where to where each was renamed.
    renamed: Vec<(PathBuf, PathBuf)>,
    /// What was copied to another disk; deleted once everything is there.
    copied: Vec<PathBuf>,
    /// Folders whose files were moved, each before those in it.
    folders: Vec<PathBuf>,
}

fn move_all(root: &Path, local: &Path) -> io::Result<()> {
    // What an ended program left beside the database goes into it, so that it is one file.
    history::checkpoint(&root.join(HISTORY));
    let mut moves = Moves::default();
    let result = moves.all(root, local);
    if result.is_ok() {
        moves.finish();
    } else {
        moves.undo();
    }
    result
}

impl Moves {
    fn all(&mut self, root: &Path, local: &Path) -> io::Result<()> {
        for name in FOLDERS {
            self.folder(&root.join(name), &local.join(name))?;
        }
        let mut files: Vec<_> = fs::read_dir(root)?.flatten().map(|entry| entry.file_name()).collect();
        files.retain(|name| name.to_string_lossy().starts_with(OF_HISTORY) && *name != *HISTORY_LOCK);
        // Last comes the database itself: until it is moved, the history is where it was.
        files.sort_by_key(|name| *name == *HISTORY);
        for name in files {
            self.one(&root.join(&name), &local.join(&name))?;
        }
        // Only how the window stood: it does no harm where it is.
        if !disk::is_there(&local.join("window.ron")) {
            let _ = self.one(&root.join("window.ron"), &local.join("window.ron"));
        }
        disk::sync_folder(local)
    }

    fn folder(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(from) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        disk::make_folder(to)?;
        self.folders.push(from.to_owned());
        for entry in entries {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() { self.folder(&entry.path(), &to)? } else { self.one(&entry.path(), &to)? }
        }
        Ok(())
    }

    fn one(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        match held::patiently(|| fs::rename(from, to)) {
            Ok(()) => self.renamed.push((from.to_owned(), to.to_owned())),
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let mut copy = disk::begin(to, true)?;
                io::copy(&mut fs::File::open(from)?, &mut copy)?;
                disk::finish(copy, to, true)?;
                self.copied.push(from.to_owned());
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn undo(self) {
        for (from, to) in self.renamed.iter().rev() {
            // Whatever stays over there is still found: the history's folder is looked through again at the next start.
            let _ = held::patiently(|| fs::rename(to, from));
        }
    }

    fn finish(self) {
        for path in self.copied.iter().rev() {
            // The database goes first: what is left of the rest is not a history by itself, and is copied again, to the same.
            let _ = held::patiently(|| fs::remove_file(path));
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file below a folder with its content, but for locks.
    fn tree(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap().flatten() {
                let path = entry.path();
                let name = path.strip_prefix(folder).unwrap().display().to_string().replace('\\', "/");
                if path.is_dir() {
                    folders.push(path);
                } else if !name.ends_with("lock") {
                    found.push((name, fs::read_to_string(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    fn filled() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (root, local) = (folder.path().join("roaming"), folder.path().join("local"));
        for (name, text) in [
            ("settings.json", "{}"),
            ("profiles/a.profile.json", "{}"),
            ("history.db", ""),
            ("history.corrupt-1.db", "old"),
            ("bodies/1.zst", "one"),
            ("bodies/deep/2.zst", "two"),
            ("runs/r.jsonl", "run"),
            ("window.ron", "()"),
        ] {
            write(&root, name, text);
        }
        (folder, root, local)
    }

    #[test]
    fn all_of_it_moves_once_and_the_rest_stays() {
        let (_folder, root, local) = filled();
        let before = tree(&root);
        let (used, said) = settle(&root, &local);
        assert_eq!(used, local);
        assert!(said.as_ref().is_some_and(|said| said.contains("was moved from")), "{said:?}");
        let stays = |name: &str| name == "settings.json" || name.starts_with("profiles");
        let (stayed, moved): (Vec<_>, Vec<_>) = before.into_iter().partition(|(name, _)| stays(name));
        assert_eq!((tree(&root), tree(&local)), (stayed, moved));
        assert_eq!(settle(&root, &local), (local, None));
    }

    #[test]
    fn one_folder_for_all_is_left_as_it_is() {
        let (_folder, root, _) = filled();
        let before = tree(&root);
        assert_eq!(settle(&root, &root), (root.clone(), None));
        assert_eq!(tree(&root), before);
    }

    #[test]
    fn what_another_program_has_open_is_used_where_it_is() {
        let (_folder, root, local) = filled();
        let before = tree(&root);
        let held = fs::File::create(root.join(HISTORY_LOCK)).unwrap();
        held.lock_shared().unwrap();
        assert_eq!(settle(&root, &local), (root.clone(), None));
        assert_eq!(tree(&root), before);
        drop(held);
        assert_eq!(settle(&root, &local).0, local);
    }

    #[test]
    fn a_move_that_was_cut_off_goes_on() {
        let (_folder, root, local) = filled();
        write(&local, "bodies/0.zst", "moved before");
        let (used, _) = settle(&root, &local);
        let moved = tree(&local);
        let bodies: Vec<_> = moved.iter().filter(|(name, _)| name.starts_with("bodies")).map(|(name, _)| name.as_str()).collect();
        assert_eq!((used, bodies), (local, vec!["bodies/0.zst", "bodies/1.zst", "bodies/deep/2.zst"]));
    }

    #[test]
    fn two_histories_are_both_kept() {
        let (_folder, root, local) = filled();
        write(&local, HISTORY, "");
        let before = (tree(&root), tree(&local));
        let (used, said) = settle(&root, &local);
        assert_eq!((used, (tree(&root), tree(&local))), (local, before));
        assert!(said.is_some_and(|said| said.contains("left as it is")));
    }

    #[test]
    fn what_cannot_be_moved_is_whole_where_it_was() {
        let (folder, root, local) = filled();
        let before = tree(&root);
        // A file in the place of a folder.
        write(&local, "runs", "no folder");
        let (used, said) = settle(&root, &local);
        assert_eq!((used, tree(&root)), (root.clone(), before.clone()));
        assert!(said.is_some_and(|said| said.contains("stays in")));
        // A file in the place of the folder itself.
        let local = folder.path().join("file");
        fs::write(&local, "").unwrap();
        assert_eq!((settle(&root, &local).0, tree(&root)), (root, before));
    }
}
