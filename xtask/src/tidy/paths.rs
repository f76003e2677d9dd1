//! The paths in a Rust source, read as text: enough to know the imports of a module.

/// A path from the crate's root: `["door", "open"]`.
pub type Path = Vec<String>;

/// The paths into the same crate in a module's code (`crate::…`, `super::…`, `self::…`), from the
/// root, without comments and without the tests at its end.
pub fn used(source: &str, module: &[String]) -> Vec<Path> {
    let code = code(source);
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("::") {
        let before = &code[..at];
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |before| before + 1);
        // In the middle of a path, or the `$crate` of a macro.
        if before[..start].ends_with([':', '$']) {
            continue;
        }
        if let "crate" | "super" | "self" = &before[start..] {
            collect(&code[start..], &mut Vec::new(), &mut |path| {
                paths.extend(from_root(path, module));
            });
        }
    }
    paths
}

/// The paths of a module's `use` lines, from the root. A path without a prefix is one of a module
/// below.
pub fn imported(source: &str, module: &[String]) -> Vec<Path> {
    let code = code(source);
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].trim_end_matches(|c| c != '\n');
        let line = &code[before.len()..at];
        if !(line.is_empty() || line.trim_start().starts_with("pub")) {
            continue;
        }
        collect(
            &code[at + "use ".len()..],
            &mut Vec::new(),
            &mut |path| match path.first().map(String::as_str) {
                Some("crate" | "super" | "self") => paths.extend(from_root(path, module)),
                _ => paths.push([module, path].concat()),
            },
        );
    }
    paths
}

/// Calls back with each path of `a::b::{c, d::e}`.
fn collect(mut text: &str, path: &mut Path, found: &mut impl FnMut(&Path)) -> usize {
    let whole = text.len();
    let depth = path.len();
    loop {
        text = text.trim_start();
        if let Some(inner) = text.strip_prefix('{') {
            text = inner;
            while !text.trim_start().starts_with('}') {
                let read = collect(text, path, found);
                text = text[read..].trim_start().trim_start_matches(',');
                if read == 0 {
                    break;
                }
            }
            text = text.trim_start().trim_start_matches('}');
            break;
        }
        let end = text
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(text.len());
        if end == 0 {
            // A star: everything of the module itself.
            text = text.trim_start_matches('*');
            found(path);
            break;
        }
        let word = &text[..end];
        text = &text[end..];
        // `self` in braces is the module before them.
        if word != "self" || path.is_empty() {
            path.push(word.to_owned());
        }
        match text.strip_prefix("::") {
            Some(rest) => text = rest,
            None => {
                found(path);
                if let Some(renamed) = text.trim_start().strip_prefix("as ") {
                    let end = renamed.find([',', '}', ';']).unwrap_or(renamed.len());
                    text = &renamed[end..];
                }
                break;
            }
        }
    }
    path.truncate(depth);
    whole - text.len()
}

fn from_root(path: &Path, module: &[String]) -> Option<Path> {
    let mut at = module.to_vec();
    let mut words = path.iter().peekable();
    match words.next()?.as_str() {
        "crate" => at.clear(),
        "super" => {
            at.pop()?;
        }
        _ => {}
    }
    while words.next_if(|word| *word == "super").is_some() {
        at.pop()?;
    }
    at.extend(words.cloned());
    Some(at)
}

/// The source without comments, up to its tests.
fn code(source: &str) -> String {
    let tests = source.find("#[cfg(test)]\nmod tests");
    let mut code = String::new();
    for line in source[..tests.unwrap_or(source.len())].lines() {
        let comment = line
            .match_indices("//")
            .find(|(at, _)| !line[..*at].ends_with(':'));
        code.push_str(&line[..comment.map_or(line.len(), |(at, _)| at)]);
        code.push('\n');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::{imported, used};

    fn joined(paths: Vec<Vec<String>>) -> Vec<String> {
        paths.into_iter().map(|path| path.join("/")).collect()
    }

    #[test]
    fn paths_are_read_with_their_braces() {
        let module = ["http".to_owned(), "router".to_owned()];
        let source = "use crate::{mail::{self, Letter as L}, keys::Keys};\n\
                      use super::limits;\n\
                      use super::super::door::Door;\n\
                      use axum::Router;\n\
                      fn f(x: &crate::roll::Roll) -> super::Answer { std::mem::take(x) }\n";
        let expected = [
            "mail",
            "mail/Letter",
            "keys/Keys",
            "http/limits",
            "door/Door",
            "roll/Roll",
            "http/Answer",
        ];
        assert_eq!(joined(used(source, &module)), expected);
    }

    #[test]
    fn what_is_passed_on_is_read_from_the_use_lines() {
        let source = "mod door;\npub use door::{Door, Knob};\npub(crate) use self::mail::Letter;\n";
        let expected = ["door/Door", "door/Knob", "mail/Letter"];
        assert_eq!(joined(imported(source, &[])), expected);
    }
}
