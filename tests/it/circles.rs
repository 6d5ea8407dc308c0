//! No circle of files in `src`: whoever reads one file need not read another that reads the first.
//!
//! A file uses another if it names something that the other defines, and a module uses the files that it declares. A name that is only
//! passed on (`pub use`) leads to the file that defines it. The methods of the window's `App`, which are spread over the pages, are held
//! to the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::files_below;

/// A module: its file, and what names in it stand for.
#[derive(Default)]
struct Module {
    file: String,
    /// Modules that it declares, by name.
    children: BTreeMap<String, String>,
    /// Names that a `use` brings in, and the paths that they stand for.
    names: BTreeMap<String, Vec<String>>,
    /// Paths whose names are all brought in.
    globs: Vec<Vec<String>>,
    /// Names of the items that it defines.
    defined: BTreeSet<String>,
    /// Every path that is named, with those of `use`.
    paths: Vec<Vec<String>>,
}

/// Modules by their path (`crate::model::request`).
type Modules = BTreeMap<String, Module>;

/// What stands before the test module, which may have attributes.
fn without_tests(text: &str) -> &str {
    let is_module = |at: usize| {
        let after = text[at..].lines().skip(1).find(|line| !line.starts_with("#["));
        after.is_some_and(|line| line.starts_with("mod "))
    };
    text.match_indices("#[cfg(test)]\n").map(|(at, _)| at).find(|at| is_module(*at)).map_or(text, |at| &text[..at])
}

/// Blanks out comments, strings, characters and test modules.
fn code_of(text: &str) -> String {
    let text = without_tests(text);
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|rest| (rest, rest.chars().take_while(|&c| c == '#').count()));
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some((after, hashes)) = raw
            && after[hashes..].starts_with('"')
            && !out.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = 2 + hashes;
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if first == '"' {
            let mut end = 1;
            let mut characters = rest[1..].chars();
            while let Some(c) = characters.next() {
                end += c.len_utf8();
                match c {
                    '\\' => end += characters.next().map_or(0, char::len_utf8),
                    '"' => break,
                    _ => {}
                }
            }
            end
        } else if let Some(after) = rest.strip_prefix('\'') {
            // A lifetime has no second quote.
            let mut characters = after.chars();
            let c = characters.next().unwrap_or_default();
            if c == '\\' {
                2 + after[1..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1)
            } else if characters.next() == Some('\'') {
                2 + c.len_utf8()
            } else {
                0
            }
        } else {
            0
        };
        if skipped > 0 {
            out.push(' ');
            rest = &rest[skipped..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            words.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    words
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// A path as it is brought in by `use`: the path, and the name that it gets here, `*` for all names.
type Used = (Vec<String>, String);

/// Reads a path or a tree of paths that starts at a word; returns where it ends.
fn tree(words: &[&str], mut at: usize, start: &[String], used: &mut Vec<Used>) -> usize {
    let mut path = start.to_vec();
    loop {
        match words.get(at) {
            Some(&"{") => {
                at += 1;
                while words.get(at).is_some_and(|&word| word != "}") {
                    let next = tree(words, at, &path, used);
                    at = if words.get(next) == Some(&",") { next + 1 } else { next.max(at + 1) };
                }
                return at + 1;
            }
            Some(&"*") => {
                used.push((path, "*".to_owned()));
                return at + 1;
            }
            Some(&word) if is_name(word) => {
                if word != "self" || path.is_empty() {
                    path.push(word.to_owned());
                }
                at += 1;
                if words.get(at) == Some(&"::") {
                    at += 1;
                    continue;
                }
                let mut name = path.last().cloned().unwrap_or_default();
                if words.get(at) == Some(&"as") {
                    name = words.get(at + 1).map(|&word| word.to_owned()).unwrap_or_default();
                    at += 2;
                }
                used.push((path, name));
                return at;
            }
            // Behind a path stands something else, such as the `<` of type arguments.
            _ => {
                used.push((path.clone(), path.last().cloned().unwrap_or_default()));
                return at;
            }
        }
    }
}

fn read(modules: &mut Modules, src: &Path, file: &str, name: &str) {
    let code = code_of(&fs::read_to_string(src.join(file)).unwrap());
    let words = words(&code);
    let mut module = Module { file: file.to_owned(), ..Module::default() };
    let folder = match file.rsplit_once('/') {
        _ if ["lib.rs", "main.rs"].contains(&file) => String::new(),
        Some((folder, "mod.rs")) => format!("{folder}/"),
        _ => format!("{}/", file.trim_end_matches(".rs")),
    };
    let mut at = 0;
    while at < words.len() {
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        match words[at] {
            "mod" if words.get(at + 2) == Some(&";") => {
                let child = words[at + 1];
                let file = [format!("{folder}{child}.rs"), format!("{folder}{child}/mod.rs")];
                let file = file.into_iter().find(|file| src.join(file).exists()).unwrap();
                let path = format!("{name}::{child}");
                read(modules, src, &file, &path);
                module.children.insert(child.to_owned(), path);
                at += 3;
            }
            "use" => {
                let mut used = Vec::new();
                at = tree(&words, at + 1, &[], &mut used);
                for (path, name) in used {
                    if name == "*" {
                        module.globs.push(path);
                    } else {
                        module.paths.push(path.clone());
                        module.names.insert(name, path);
                    }
                }
            }
            // A visibility is not a use.
            "in" if before == "(" => at = tree(&words, at + 1, &[], &mut Vec::new()),
            word if ["struct", "enum", "trait", "type", "fn", "const", "static", "macro_rules"].contains(&word) => {
                module.defined.extend(words.get(at + 1).map(|&name| name.to_owned()));
                at += 1;
            }
            word if is_name(word) && before != "::" && words.get(at + 1) == Some(&"::") => {
                let mut used = Vec::new();
                at = tree(&words, at, &[], &mut used).max(at + 1);
                module.paths.extend(used.into_iter().map(|(path, _)| path));
            }
            _ => at += 1,
        }
    }
    modules.insert(name.to_owned(), module);
}

/// What a path names: something that a file defines, or a module as such, whose file it is.
#[derive(Clone, Copy)]
enum Named<'a> {
    Item(&'a str),
    Module(&'a str),
}

/// What a path names, as it is written in a module; nothing for another crate.
fn named<'a>(modules: &'a Modules, at: &str, path: &[String], depth: usize) -> Option<Named<'a>> {
    let module = modules.get(at)?;
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" | "self" => inside(modules, if first == "crate" { "crate" } else { at }, rest, depth),
        "super" => {
            let parent = at.rsplit_once("::")?.0;
            if rest.first().is_some_and(|next| next == "super") {
                named(modules, parent, rest, depth)
            } else {
                inside(modules, parent, rest, depth)
            }
        }
        _ if module.children.contains_key(first) => inside(modules, &module.children[first], rest, depth),
        _ => {
            let used = module.names.get(first).filter(|used| used.first() != Some(first) && depth < 20)?;
            named(modules, at, &[used, rest].concat(), depth + 1)
        }
    }
}

/// What a path inside a module names.
fn inside<'a>(modules: &'a Modules, at: &str, path: &[String], depth: usize) -> Option<Named<'a>> {
    let module = modules.get(at)?;
    let Some((first, rest)) = path.split_first() else { return Some(Named::Module(&module.file)) };
    if let Some(child) = module.children.get(first) {
        return inside(modules, child, rest, depth);
    }
    if let Some(used) = module.names.get(first).filter(|_| depth < 20) {
        return named(modules, at, &[used, rest].concat(), depth + 1);
    }
    let globs = module.globs.iter().filter(|_| depth < 20);
    let mut files = globs.filter_map(|glob| match named(modules, at, glob, depth + 1)? {
        Named::Item(file) | Named::Module(file) => Some(file),
    });
    let from_glob = files.find(|file| defines(modules, file, first));
    Some(Named::Item(from_glob.unwrap_or(&module.file)))
}

/// Whether a file defines an item of a name.
fn defines(modules: &Modules, file: &str, name: &str) -> bool {
    modules.values().any(|module| module.file == file && module.defined.contains(name))
}

/// Which files each file uses.
fn uses(src: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut modules = Modules::new();
    read(&mut modules, src, "lib.rs", "crate");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, module) in &modules {
        let mut files: BTreeSet<String> = module.children.values().map(|child| modules[child].file.clone()).collect();
        // To name a module is not a use of what it defines; to take in all its names is.
        let from_paths = module.paths.iter().filter_map(|path| match named(&modules, name, path, 0)? {
            Named::Item(file) => Some(file),
            Named::Module(_) => None,
        });
        let from_globs = module.globs.iter().filter_map(|path| match named(&modules, name, path, 0)? {
            Named::Item(file) | Named::Module(file) => Some(file),
        });
        files.extend(from_paths.chain(from_globs).map(str::to_owned));
        files.remove(&module.file);
        found.insert(module.file.clone(), files);
    }
    found
}

/// All that is reached from a file.
fn reached<'a>(uses: &'a BTreeMap<String, BTreeSet<String>>, from: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        next.extend(uses[file].iter().map(String::as_str).filter(|file| found.insert(*file)));
    }
    found
}

/// The largest sets of files of which each reaches each.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (file.as_str(), reached(uses, file))).collect();
    let in_circle = uses.keys().map(String::as_str).filter(|file| reached[file].contains(file));
    in_circle.map(|file| reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect()).collect()
}

#[test]
fn no_files_use_each_other() {
    let uses = uses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(uses.len() > 200, "the sources are not read: {}", uses.len());
    let circles = circles(&uses);
    assert!(circles.is_empty(), "{circles:#?}");
}

/// Which files of a folder call a method of the window's `App` that another of them defines. The methods of one type are spread over
/// many files, whose names do not tell who needs whom.
fn calls(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut codes = BTreeMap::new();
    for path in files_below(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs")) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        codes.insert(name, code_of(&fs::read_to_string(&path).unwrap()));
    }
    let mut defined: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, code) in &codes {
        let words = words(code);
        let (mut depth, mut inside) = (0, None);
        for at in 0..words.len() {
            match words[at] {
                "impl" if words.get(at + 1..at + 3) == Some(&["App", "{"]) && depth == 0 => inside = Some(0),
                "{" => depth += 1,
                "}" => depth -= 1,
                "fn" if inside.is_some() && depth == 1 => {
                    let before = defined.insert(words[at + 1], file);
                    assert!(before.is_none(), "{} is defined twice", words[at + 1]);
                }
                _ => {}
            }
            if depth == 0 && words[at] == "}" {
                inside = None;
            }
        }
    }
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, code) in &codes {
        let words = words(code);
        let called = words.windows(4).filter_map(|of| match *of {
            ["self" | "app", ".", name, "("] | ["Self" | "App", "::", name, _] => defined.get(name),
            _ => None,
        });
        found.insert(file.clone(), called.filter(|other| **other != file).map(|other| (*other).to_owned()).collect());
    }
    found
}

#[test]
fn no_methods_of_the_window_call_each_other_in_a_circle() {
    let calls = calls(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui"));
    let edges: usize = calls.values().map(BTreeSet::len).sum();
    assert!(edges > 60, "the calls are not read: {edges}");
    let circles = circles(&calls);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn circles_of_methods_are_found() {
    let found = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        circles(&calls(folder.path())).into_iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let a = ("a.rs", "impl App {\n    fn a(&self) {\n        self.b();\n    }\n}\n");
    assert_eq!(found(&[a, ("b.rs", "impl App {\n    fn b(&self) {\n        soon(|app| app.a());\n    }\n}\n")]), ["a.rs b.rs"]);
    assert_eq!(found(&[a, ("b.rs", "impl App {\n    fn b(&self) {\n        soon(Self::a);\n    }\n}\n")]), ["a.rs b.rs"]);
    // What another type calls the same, and what stands in a comment, is not a call.
    assert!(found(&[a, ("b.rs", "impl App {\n    fn b(&self) {\n        page.a(); // self.a()\n    }\n}\n")]).is_empty());
}

#[test]
fn circles_are_found_and_names_that_are_passed_on_make_none() {
    let found = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
        }
        let uses = uses(folder.path());
        circles(&uses).into_iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let lib = ("lib.rs", "mod a;\nmod b;\n");
    let uses_b = ("a.rs", "use crate::b::{B, other as o};\npub struct A;\n");
    assert_eq!(found(&[lib, uses_b, ("b.rs", "pub struct B(crate::a::A);\n")]), ["a.rs b.rs"]);
    assert!(
        found(&[lib, uses_b, ("b.rs", "// crate::a::A\npub struct B;\n#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n")])
            .is_empty()
    );
    // A child that takes something from its parent, and one whose parent only passes it on.
    let child = ("a/c.rs", "use super::A;\n");
    assert_eq!(found(&[lib, ("a/mod.rs", "mod c;\npub struct A;\n"), child, ("b.rs", "")]), ["a/c.rs a/mod.rs"]);
    let passes_on = ("a/mod.rs", "mod c;\nmod d;\npub use d::A;\n");
    assert!(found(&[lib, passes_on, child, ("a/d.rs", "pub struct A;\n"), ("b.rs", "use crate::a::A;\n")]).is_empty());
}
