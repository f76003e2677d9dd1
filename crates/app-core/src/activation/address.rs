//! Mail addresses: parsed from what people type, and masked for the screen.

/// The address as it is sent: trimmed, its domain in lower case. `None` if it is not an address.
pub(super) fn parse_email(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (local, domain) = typed.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"@\"<>()[]\\,;:".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_fits = domain.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|top| top.len() >= 2 && top.chars().any(char::is_alphabetic));
    (local_fits && domain_fits).then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// The masked address: enough to recognise it (`l•••@ejemplo.mx`).
pub(super) fn mask(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", email));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        assert_eq!(
            parse_email(" Lupita.Ruiz+apoyo@Ejemplo.MX ").as_deref(),
            Some("Lupita.Ruiz+apoyo@ejemplo.mx")
        );
        assert!(parse_email("josé@correo.ejemplo.mx").is_some());
        for bad in [
            "",
            "lupita",
            "@ejemplo.mx",
            "lupita@",
            "lupita@ejemplo",
            "lupita@.mx",
            "lupita@ejemplo.m",
            "lu pita@ejemplo.mx",
            "lupita@ejemplo..mx",
            ".lupita@ejemplo.mx",
            "lupita@-ejemplo.mx",
            "lupita@127.0.0.1",
            "lupita@ejemplo.mx\nBcc: x@y.mx",
            "a@b@ejemplo.mx",
        ] {
            assert_eq!(parse_email(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_mask_shows_one_letter() {
        assert_eq!(mask("lupita@ejemplo.mx"), "l•••@ejemplo.mx");
        assert_eq!(mask("ñandú@ejemplo.mx"), "ñ•••@ejemplo.mx");
    }
}
