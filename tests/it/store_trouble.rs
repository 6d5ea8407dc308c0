//! Disks and folders that refuse: what is said, and that nothing is lost. The program itself runs where the limit is its own.

use std::ffi::OsStr;
use std::fs;
use std::process::Output;

use crate::support::home::Home;

use centerpost::model::{Draft, Profile, Settings};
use centerpost::store::Store;

/// A home with the file of one profile in it.
fn home() -> Home {
    let home = Home::new();
    home.file("given.profile.json", r#"{"name": "Acme", "source_key": "log"}"#);
    home
}

/// Makes a folder the one of the profiles.
fn use_folder(home: &Home, folder: &OsStr) -> Output {
    home.command(&["profiles", "folder"]).arg(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every file below a folder and what stands in it.
#[cfg(unix)]
fn everything(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    crate::support::files_below(folder).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_all_stays_as_it_was() {
    let home = home();
    assert!(home.run(&["profiles", "import", "given.profile.json"]).status.success());
    fs::create_dir(home.path("own")).unwrap();
    assert!(use_folder(&home, OsStr::new("own")).status.success());
    assert!(home.run(&["profiles", "folder", "--default"]).status.success());
    let before = everything(&home.path("home"));
    // The system lets this process make files, and refuses each byte in them, as a full disk does.
    for (arguments, what) in
        [("profiles import given.profile.json", "Saving the profile "), ("profiles folder own", "Saving the settings ")]
    {
        let script = format!("trap '' XFSZ; ulimit -f 0; exec \"$0\" {arguments}");
        let mut limited = std::process::Command::new("bash");
        limited.args(["-c", &script]).arg(env!("CARGO_BIN_EXE_centerpost"));
        let output = limited.env("CENTERPOST_HOME", home.path("home")).current_dir(home.folder()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = said(&output);
        assert!(text.contains(what) && text.contains("File too large") && !text.contains("os error"), "{text}");
        assert_eq!(everything(&home.path("home")), before, "{arguments}");
    }
    assert!(String::from_utf8(home.run(&["profiles", "list"]).stdout).unwrap().contains("Acme"));
}

#[test]
fn without_a_home_it_is_said_and_what_needs_none_works() {
    let home = home();
    let nowhere = home.path("given.profile.json").join("below");
    let run = |arguments: &[&str]| {
        let mut command = home.command(&[]);
        command.args(arguments).env_remove("CENTERPOST_HOME").env_remove("XDG_DATA_HOME");
        command.env("HOME", &nowhere).env("APPDATA", &nowhere).env("LOCALAPPDATA", &nowhere).output().unwrap()
    };
    let output = run(&["profiles", "list"]);
    if cfg!(unix) {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(said(&output).contains("Making the folder") && said(&output).contains("CENTERPOST_HOME"), "{output:?}");
    }
    assert!(run(&["profiles", "show", "given.profile.json"]).status.success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_home_whose_path_is_no_utf_8_works_and_a_folder_of_profiles_with_such_a_path_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = home();
    let odd = home.folder().join(OsStr::from_bytes(b"caf\xe9"));
    let output = home.command(&["profiles", "import", "given.profile.json"]).env("CENTERPOST_HOME", &odd).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let store = Store::open_at(odd.clone()).unwrap();
    assert_eq!(store.load().profiles[0].profile.name, "Acme");
    store.save_drafts(&centerpost::store::ProfileId("acme".into()), &Draft::default().into()).unwrap();
    store.save_settings(&Settings::default()).unwrap();
    let output = use_folder(&home, odd.as_os_str());
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("not UTF-8"), "{output:?}");
    assert!(!home.path("home/settings.json").exists());
}

#[test]
fn the_folder_of_profiles_on_the_command_line() {
    let home = home();
    home.run(&["profiles", "import", "given.profile.json"]);
    fs::create_dir(home.path("own")).unwrap();
    fs::write(home.path("file"), "").unwrap();
    for (folder, reason) in [("missing", "Make the folder"), ("file", "Make the folder")] {
        let output = use_folder(&home, OsStr::new(folder));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(said(&output).contains(reason) && said(&output).contains(folder), "{output:?}");
    }
    assert_eq!(home.run(&["profiles", "folder", "--move"]).status.code(), Some(2));
    let output = use_folder(&home, OsStr::new("own"));
    assert!(output.status.success() && said(&output).contains("1 profiles stay in"), "{output:?}");
    assert!(String::from_utf8_lossy(&home.run(&["profiles", "folder"]).stdout).trim_end().ends_with("own"));
    assert_eq!(home.run(&["profiles", "list"]).stdout, b"");
    home.run(&["profiles", "folder", "--default"]);
    let output = home.run(&["profiles", "folder", "own", "--move"]);
    assert!(said(&output).contains("moved 1 profiles"), "{output:?}");
    assert!(home.path("own/acme.profile.json").exists());
    assert!(String::from_utf8_lossy(&home.run(&["profiles", "list"]).stdout).contains("Acme"));
    // A folder that is gone is said, and nothing is made in its place.
    fs::remove_dir_all(home.path("own")).unwrap();
    let output = home.run(&["profiles", "list"]);
    assert!(output.status.success() && said(&output).contains("own could not be read"), "{output:?}");
    assert_eq!(home.run(&["profiles", "import", "given.profile.json"]).status.code(), Some(1));
    assert!(!home.path("own").exists());
}

#[test]
fn a_folder_in_a_files_place_is_said_and_the_rest_goes_on() {
    let home = home();
    let store = Store::open_at(home.path("home")).unwrap();
    let id = store.create_profile(&Profile { name: "Acme".into(), ..Profile::default() }).unwrap();
    for place in ["home/settings.json", "home/drafts/acme.draft.json"] {
        fs::create_dir(home.path(place)).unwrap();
    }
    let found = store.load();
    assert_eq!((found.profiles.len(), found.notices.len()), (1, 2), "{:?}", found.notices);
    assert!(found.notices.iter().all(|notice| notice.0.contains("not a file")), "{:?}", found.notices);
    assert!(store.save_settings(&Settings::default()).unwrap_err().to_string().contains("settings.json: it is not a file"));
    assert!(
        store.save_drafts(&id, &Draft::default().into()).unwrap_err().to_string().contains("acme.draft.json: it is not a file")
    );
    store.save_profile(&id, &found.profiles[0].profile).unwrap();
}

#[cfg(unix)]
#[test]
fn a_read_only_store_is_read_and_each_save_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = home();
    let store = Store::open_at(home.path("home")).unwrap();
    let id = store.create_profile(&Profile { name: "Acme".into(), ..Profile::default() }).unwrap();
    fs::remove_file(home.path("home/.lock")).unwrap();
    let folders = ["home/profiles", "home/drafts", "home"].map(|path| home.path(path));
    let allow = |mode| folders.iter().rev().for_each(|path| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap());
    allow(0o500);
    // The system lets its administrator write anywhere; then only that reading works can be seen.
    let administrator = fs::write(home.path("home/probe"), "").is_ok();
    let opened = Store::open_at(home.path("home")).unwrap();
    let found = opened.load();
    let changes = opened.changes();
    let saved = [
        opened.save_profile(&id, &Profile::default()),
        opened.save_drafts(&id, &Draft::default().into()),
        opened.save_settings(&Settings::default()),
    ];
    allow(0o700);
    assert_eq!((found.profiles.len(), found.notices.len()), (1, 0), "{:?}", found.notices);
    assert!(changes.is_empty());
    for saved in saved.into_iter().filter(|_| !administrator) {
        let text = saved.unwrap_err().to_string();
        assert!(text.contains("Permission denied") && text.contains("Check that you may write there"), "{text}");
    }
}
