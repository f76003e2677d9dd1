//! Header fields as text.

/// The same lines with each field on one line: a line that begins with white space goes on with
/// the one before (RFC 5322). A line of nothing but white space is a fold where another one
/// follows, and empty otherwise.
pub(super) fn unfolded(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let folds = |line: &str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
    let mut out = String::with_capacity(text.len());
    for (place, line) in lines.iter().enumerate() {
        let next_folds = lines.get(place + 1).is_some_and(|next| folds(next));
        if !line.is_empty() && line.trim().is_empty() && next_folds {
            continue;
        }
        if folds(line) && !out.is_empty() && !out.ends_with("\n\n") {
            out.pop();
            out.push(' ');
        }
        out.push_str(line.trim());
        out.push('\n');
    }
    out
}

/// The value of the first field of this name.
pub(super) fn field<'a>(group: &'a str, name: &str) -> Option<&'a str> {
    group.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}
