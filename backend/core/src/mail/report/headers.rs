//! Header fields as text.

/// Unfolds header fields: a line that begins with white space continues the line before (RFC 5322),
/// even if it holds nothing else.
pub(super) fn unfolded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let goes_on = line.starts_with([' ', '\t']) && !out.is_empty() && !out.ends_with("\n\n");
        if goes_on {
            while out.ends_with('\n') {
                out.pop();
            }
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
