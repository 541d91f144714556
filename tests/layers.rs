//! The layers of the crate: a module uses only modules that `src/lib.rs` names above it.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src`: the module of `lib.rs` that it belongs to, and its text.
struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let layers = layers(&lib);
    let sources = sources(&src);
    assert!(layers.len() > 10 && sources.len() >= layers.len(), "src is not where it was");

    let mut complaints = Vec::new();
    for source in &sources {
        let root = if source.path.parent() == Some(&src) { "super::" } else { "super::super::" };
        let found = complaints_of(&layers, &source.module, root, &source.text);
        complaints.extend(found.iter().map(|complaint| format!("{}: {complaint}", source.path.display())));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn what_breaks_the_rule_is_caught() {
    let layers =
        layers("mod text;\n#[cfg(feature = \"alloc\")]\nmod key;\npub mod id;\n// mod none;\npub use key::Key;\n");
    assert_eq!(layers, ["text", "key", "id"]);

    let faults = [
        "use crate::id::SessionId;",
        "use crate::{text::ShortText, id::{SessionId, StoreKey}};",
        "use crate::{\n    id,\n};",
        "fn f() { crate::id::f() }",
        "impl Into<crate::id::SessionId> for Key {}",
        "pub(in crate::id) fn f() {}",
        "mod mac { use super::super::id; }",
        "use super::id::SessionId;",
        "use crate::Key;",
        "use crate::*;",
        "fn f() {} // crate::text\nuse crate::id;",
    ];
    for fault in faults {
        assert_eq!(complaints_of(&layers, "key", "super::", fault).len(), 1, "{fault}");
    }
    let allowed = [
        "use crate::text::ShortText;",
        "use crate::key::mac::Mac;",
        "use crate::{key, text::{self, ShortText}};",
        "pub(crate) fn f() { text::crate_of(identity) }",
        "/// See [`SessionId`](crate::SessionId).\n//! crate::id\nuse super::mac; // of crate::id",
    ];
    for allowed in allowed {
        assert_eq!(complaints_of(&layers, "key", "super::", allowed), [""; 0], "{allowed}");
    }
    assert_eq!(complaints_of(&layers, "lost", "super::", "").len(), 1);
}

/// The modules that `lib.rs` declares, in their order.
fn layers(lib: &str) -> Vec<&str> {
    lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')).collect()
}

/// Every file of a folder and of the folders in it, but `lib.rs`.
fn sources(src: &Path) -> Vec<Source> {
    let mut folders = vec![src.to_owned()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let inner = path.strip_prefix(src).unwrap().with_extension("");
            let module = inner.components().next().unwrap().as_os_str().to_str().unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if module != "lib" {
                let text = fs::read_to_string(&path).unwrap();
                sources.push(Source { path, module, text });
            }
        }
    }
    sources
}

/// What is wrong with a file of this module, in which the crate can also be called `root`.
fn complaints_of(layers: &[&str], module: &str, root: &str, text: &str) -> Vec<String> {
    let Some(own) = layers.iter().position(|layer| *layer == module) else {
        return vec!["lib.rs does not declare its module".to_owned()];
    };
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .fold(String::new(), |code, line| code + line + "\n");
    let mut complaints = Vec::new();
    for name in names_behind(&code, "crate::") {
        match layers.iter().position(|layer| *layer == name) {
            Some(used) if used <= own => {}
            Some(_) => complaints.push(format!("`{name}` stands below `{module}` in lib.rs")),
            None => complaints.push(format!("`crate::{name}` is no module: name the one that it is in")),
        }
    }
    for name in names_behind(&code, root) {
        if layers.iter().skip(own + 1).any(|layer| *layer == name) {
            complaints.push(format!("`{name}` stands below `{module}` in lib.rs"));
        }
    }
    complaints
}

/// The first name of each path behind a prefix, also in a group: `text` and `id` for `crate::{text, id::SessionId}`.
fn names_behind<'t>(code: &'t str, prefix: &str) -> Vec<&'t str> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let behind = &code[at + prefix.len()..];
        match behind.strip_prefix('{') {
            Some(group) => names.extend(names_of_group(group)),
            None => names.push(first_name(behind)),
        }
    }
    names
}

/// The first names of a group up to its closing brace.
fn names_of_group(group: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut depth = 1;
    let mut start = 0;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        let ends = depth == 0 || (depth == 1 && character == ',');
        if ends {
            names.push(first_name(group[start..at].trim_start()));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What a path begins with.
fn first_name(path: &str) -> &str {
    let end = path.find(|character: char| !character.is_alphanumeric() && !"_*".contains(character));
    &path[..end.unwrap_or(path.len())]
}
