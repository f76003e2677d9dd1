use super::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn token() -> MailToken {
    TOKEN.parse().unwrap()
}

/// A report as Postfix writes it.
fn report(fields: &str, returned: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.ejemplo.mx\r\nTo: apoyo@ejemplo.org\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n--b\r\n{returned}\r\n--b--\r\n"
    )
}

fn fields(action: &str, status: &str) -> String {
    format!(
        "Reporting-MTA: dns; mx.ejemplo.mx\r\n\r\nFinal-Recipient: rfc822; lupita@ejemplo.mx\r\n\
         Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
    )
}

fn whole(id: &str) -> String {
    format!("Content-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nSubject: x\r\n\r\nbody")
}

fn ours() -> String {
    format!("{MARK}{TOKEN}@ejemplo.org")
}

fn failed(status: &str) -> Report {
    Report::Failed {
        token: token(),
        status: status.to_owned(),
    }
}

#[test]
fn a_mail_that_came_back_is_known_by_its_message_id() {
    let raw = report(&fields("failed", "5.1.1"), &whole(&ours()));
    assert_eq!(read(raw.as_bytes()), failed("5.1.1"));
    let headers = format!(
        "Content-Type: text/rfc822-headers\r\n\r\nReceived: x\r\nMessage-Id: <{}>\r\n",
        ours()
    );
    let raw = report(&fields("Failed", "5.2.2 (mailbox full)"), &headers);
    assert_eq!(read(raw.as_bytes()), failed("5.2.2"));
    // As many a mailbox stores it.
    assert_eq!(read(raw.replace("\r\n", "\n").as_bytes()), failed("5.2.2"));
}

#[test]
fn or_by_the_address_that_it_came_back_to() {
    let nothing = "Content-Type: text/plain\r\n\r\n";
    let raw = report(&fields("failed", "5.1.1"), nothing);
    assert_eq!(read(raw.as_bytes()), Report::None);
    for header in ["To", "Delivered-To", "X-Original-To"] {
        let line = format!("{header}: <rebotes+{TOKEN}@ejemplo.org>\r\nTo: apoyo@ejemplo.org");
        let raw = raw.replace("To: apoyo@ejemplo.org", &line);
        assert_eq!(read(raw.as_bytes()), failed("5.1.1"), "{header}");
    }
}

#[test]
fn what_is_only_late_or_no_report_is_no_bounce() {
    for action in ["delayed", "delivered", "relayed", "expanded", ""] {
        let raw = report(&fields(action, "4.4.1"), &whole(&ours()));
        assert_eq!(read(raw.as_bytes()), Report::Late, "{action}");
    }
    let answer = format!(
        "To: apoyo@ejemplo.org\r\nIn-Reply-To: <{}>\r\n\r\nNo estoy.",
        ours()
    );
    assert_eq!(read(answer.as_bytes()), Report::None);
    let other = report(&fields("failed", "5.1.1"), &whole("1234@ejemplo.org"));
    assert_eq!(read(other.as_bytes()), Report::None);
    // A token that is only talked about.
    let talk = format!(
        "To: a@b.mx\r\n\r\nMessage-ID: <{}>\r\nAction: failed",
        ours()
    );
    assert_eq!(read(talk.as_bytes()), Report::None);
}

#[test]
fn nothing_of_a_stranger_is_taken_over_as_a_number() {
    for status in [
        "5.1.1<script>",
        "lupita@ejemplo.mx",
        "5.1",
        "5.1111.1",
        "",
        "\u{1b}[2J",
    ] {
        let raw = report(&fields("failed", status), &whole(&ours()));
        assert_eq!(read(raw.as_bytes()), failed(""), "{status}");
    }
}

#[test]
fn whatever_the_bytes_are_they_are_read_to_their_end() {
    let good = report(&fields("failed", "5.1.1"), &whole(&ours())).into_bytes();
    for cut in 0..good.len() {
        let _ = read(&good[..cut]);
    }
    for place in 0..good.len() {
        for byte in [0, b'\n', b'"', b';', 0xFF] {
            let mut bad = good.clone();
            bad[place] = byte;
            let _ = read(&bad);
        }
    }
    // Parts within parts within parts.
    let mut nested = String::from("Content-Type: multipart/report; boundary=b0\r\n\r\n");
    for depth in 0..2_000 {
        let next = depth + 1;
        nested += &format!("--b{depth}\r\nContent-Type: multipart/mixed; boundary=b{next}\r\n\r\n");
    }
    assert_eq!(read(nested.as_bytes()), Report::None);
    let message = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
    assert_eq!(read(message.as_bytes()), Report::None);
    assert_eq!(
        read(&vec![b'\n'; crate::mail::bounces::LONGEST]),
        Report::None
    );
}
