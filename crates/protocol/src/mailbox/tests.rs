use super::*;

/// Typed texts and their addresses.
#[test]
fn an_address_that_looks_right_is_right() {
    let typed = [
        (
            " Lupita.Ruiz+apoyo@Ejemplo.MX ",
            "Lupita.Ruiz+apoyo@ejemplo.mx",
        ),
        ("lupita@muñoz.mx", "lupita@xn--muoz-hqa.mx"),
        ("lupita@ejemplo.mx\u{200b}", "lupita@ejemplo.mx"),
        ("\u{200b}lupita@ejemplo.mx", "lupita@ejemplo.mx"),
        ("lupita@ejemplo.mx\u{200e}", "lupita@ejemplo.mx"),
        ("\"victim\"@gmail.com", "victim@gmail.com"),
        ("\"vic.tim\"@gmail.com", "vic.tim@gmail.com"),
        ("\"vic\\tim\"@gmail.com", "victim@gmail.com"),
        // More cases of the same kind.
        ("lu\u{ad}pita@ejem\u{2060}plo.mx", "lupita@ejemplo.mx"),
        ("\u{202a}lupita@ejemplo.mx\u{202c}", "lupita@ejemplo.mx"),
        ("ｌｕｐｉｔａ＠ｅｊｅｍｐｌｏ．ｍｘ", "lupita@ejemplo.mx"),
        ("lupita@MUN\u{303}OZ.MX", "lupita@xn--muoz-hqa.mx"),
        ("lupita@XN--MUOZ-HQA.mx", "lupita@xn--muoz-hqa.mx"),
        ("lupita@ejemplo。mx", "lupita@ejemplo.mx"),
        ("lupita@ejemplo.mx.", "lupita@ejemplo.mx"),
        ("mailto:lupita@ejemplo.mx", "lupita@ejemplo.mx"),
        ("Lupita <lupita@ejemplo.mx>", "lupita@ejemplo.mx"),
        ("lupita@ejemplo.mx,", "lupita@ejemplo.mx"),
        ("a--b_c'd@ejemplo.mx", "a--b_c'd@ejemplo.mx"),
        (
            "\u{feff}lupita@correo.ejemplo.mx\u{a0}",
            "lupita@correo.ejemplo.mx",
        ),
    ];
    for (text, address) in typed {
        let read = MailAddress::parse(text).map(|it| it.as_str().to_owned());
        assert_eq!(read.as_deref(), Ok(address), "{text:?}");
        // A second reading changes nothing, so that app and server agree.
        assert_eq!(MailAddress::parse(address).map(|it| it.text), read);
    }
}

#[test]
fn what_cannot_be_mailed_to_is_refused_with_its_reason() {
    use AddressFault::{Form, Host, Letters};
    let refused = [
        ("", Form),
        ("lupita", Form),
        ("@ejemplo.mx", Form),
        ("lupita@", Form),
        ("lupita@ejemplo", Form),
        ("lupita@.mx", Form),
        ("lupita@ejemplo.m", Form),
        ("lu pita@ejemplo.mx", Form),
        ("lupita@ejemplo..mx", Form),
        (".lupita@ejemplo.mx", Form),
        ("lupita.@ejemplo.mx", Form),
        ("lupita@-ejemplo.mx", Form),
        ("lupita@ejemplo.mx\nBcc: x@y.mx", Form),
        ("lupita@ejemplo.mx\r\nBcc: x@y.mx", Form),
        ("a@b@ejemplo.mx", Form),
        ("lupita@exa_mple.mx", Form),
        ("lupita@xn--a.mx", Form),
        ("\"lu pita\"@ejemplo.mx", Form),
        ("\"lu@pita\"@ejemplo.mx", Form),
        ("\"\"@ejemplo.mx", Form),
        ("\"lupita@ejemplo.mx", Form),
        ("lupita(comentario)@ejemplo.mx", Form),
        ("josé@ejemplo.mx", Letters),
        ("jose\u{301}@ejemplo.mx", Letters),
        ("ñandú@muñoz.mx", Letters),
        ("пример@ejemplo.mx", Letters),
        ("\"josé\"@ejemplo.mx", Letters),
        ("lupita@127.0.0.1", Host),
        ("lupita@[127.0.0.1]", Host),
        ("lupita@[IPv6:::1]", Host),
        ("lupita@127.1", Host),
        ("lupita@１２７．０．０．１", Host),
        ("lupita@0x7f.0x1", Host),
        ("lupita@servidor.local", Host),
        ("lupita@localhost", Host),
        ("lupita@LOCALHOST.", Host),
        ("lupita@correo.internal", Host),
        ("lupita@1.0.168.192.in-addr.arpa", Host),
    ];
    for (text, fault) in refused {
        assert_eq!(MailAddress::parse(text).err(), Some(fault), "{text:?}");
    }
    let long = format!("{}@ejemplo.mx", "a".repeat(65));
    assert_eq!(MailAddress::parse(&long).err(), Some(Form));
    let long = format!("a@{}mx", "abcdefgh.".repeat(28));
    assert_eq!(MailAddress::parse(&long).err(), Some(Form));
}

#[test]
fn spellings_of_one_mailbox_are_one() {
    for text in [
        "Vic.Tim+a@GMail.com",
        "\"victim\"@gmail.com",
        "\"vic.tim\"@gmail.com",
        "\"vic\\tim\"@gmail.com",
        "victim+b+c@googlemail.com",
        "vic\u{200b}tim@gmail.com",
        "v.i.c.t.i.m@ＧＭＡＩＬ.com",
    ] {
        assert_eq!(
            MailAddress::parse(text).unwrap().mailbox(),
            "victim@gmail.com",
            "{text:?}"
        );
    }
    let address = MailAddress::parse("Lu.Pita+a@example.org").unwrap();
    assert_eq!(address.mailbox(), "lu.pita@example.org");
    assert_eq!(
        MailAddress::parse("+a@example.org").unwrap().mailbox(),
        "+a@example.org"
    );
}

#[test]
fn spellings_that_may_reach_somebody_else_are_counted_apart() {
    let counted = |text: &str| MailAddress::parse(text).unwrap().counted_as();
    assert_eq!(
        counted("v.ictim+a@googlemail.com"),
        counted("victim@gmail.com")
    );
    assert_eq!(
        counted("victim+a@outlook.com"),
        counted("Victim@outlook.com")
    );
    // At a small provider `victim+a` may be another person.
    let plain = counted("victim@ejemplo.mx");
    assert_eq!(plain, "victim@ejemplo.mx");
    assert_ne!(counted("victim+a@ejemplo.mx"), plain);
    assert_eq!(
        counted("victim+a@ejemplo.mx"),
        counted("VICTIM+b+c@ejemplo.mx")
    );
    assert_ne!(
        counted("victim+a@ejemplo.mx"),
        counted("other+a@ejemplo.mx")
    );
    assert_eq!(counted("+a@ejemplo.mx"), "+a@ejemplo.mx");
}

#[test]
fn a_domain_that_is_nearly_a_known_one_brings_a_question() {
    let suggestion = |domain: &str| {
        let address = MailAddress::parse(&format!("lupita@{domain}")).unwrap();
        address.suggestion().map(|it| it.replacen("lupita@", "", 1))
    };
    for (typed, meant) in [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.com.mx", "gmail.com"),
        ("gmail.mx", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("homtail.con", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("yaho.com.mx", "yahoo.com.mx"),
        ("iclud.com", "icloud.com"),
        ("prodigi.net.mx", "prodigy.net.mx"),
    ] {
        assert_eq!(suggestion(typed).as_deref(), Some(meant), "{typed}");
    }
    for right in [
        "gmail.com",
        "ejemplo.mx",
        "gmx.com",
        "ymail.com",
        "live.mx",
        "me.com",
        "unam.mx",
        "una.mx",
        "mail.com",
    ] {
        assert_eq!(suggestion(right), None, "{right}");
    }
}

#[test]
fn it_is_masked_in_a_log() {
    let address = MailAddress::parse("lupita@ejemplo.mx").unwrap();
    assert_eq!(format!("{address:?}"), "MailAddress(****)");
}
