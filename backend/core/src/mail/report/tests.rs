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
    // With the line ends that many mailboxes store.
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
    // A token that is only mentioned.
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

#[test]
fn reports_of_other_kinds_are_noted_too() {
    let folded = include_bytes!("../../../tests/bounces/bounce-folded-message-id.eml");
    let global = include_bytes!("../../../tests/bounces/bounce-rfc6533.eml");
    assert_eq!(read(folded), failed("5.1.1"));
    assert_eq!(read(global), failed("5.1.1"));
    // More cases of the same kind.
    let global_status = |part: &str| {
        report(&fields("failed", "5.6.7"), part).replace(
            "message/delivery-status",
            "message/global-delivery-status; charset=utf-8",
        )
    };
    let headers = |kind: &str, id: &str| {
        format!("Content-Type: {kind}\r\n\r\nReceived: x\r\n\ty\r\nMessage-ID:{id}\r\n")
    };
    let ours = ours();
    let exim = |subject: &str, recipients: &str| {
        format!(
            "Return-Path: <>\r\nX-Failed-Recipients:{recipients}\r\nAuto-Submitted: auto-replied\r\n\
             From: Mail Delivery System <Mailer-Daemon@mx.ejemplo.mx>\r\nTo: apoyo@ejemplo.org\r\n\
             Subject: {subject}\r\n\r\nThis message was created automatically by mail delivery \
             software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\n\
             recipients. This is a permanent error. The following address(es) failed:\r\n\r\n  \
             lupita@ejemplo.mx\r\n    SMTP error from remote mail server after RCPT TO:\r\n    \
             550 5.1.1 no such user\r\n\r\n------ This is a copy of the message, including all the \
             headers. ------\r\n\r\nReturn-path: <apoyo@ejemplo.org>\r\nReceived: from x\r\n\tby y\r\n\
             Message-ID:\r\n <{ours}>\r\nSubject: x\r\n\r\nbody\r\n"
        )
    };
    let qmail = |said: &str| {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.ejemplo.mx\r\nTo: apoyo@ejemplo.org\r\n\
             Subject: failure notice\r\n\r\nHi. This is the qmail-send program at mx.ejemplo.mx.\r\n\
             {said}\r\n\r\n<lupita@ejemplo.mx>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n\
             --- Below this line is a copy of the message.\r\n\r\nReturn-Path: <apoyo@ejemplo.org>\r\n\
             Message-ID: <{ours}>\r\n\r\nbody\r\n"
        )
    };
    let gone = "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\
        This is a permanent error; I've given up. Sorry it didn't work out.";
    let late = "I'm still trying to deliver your message to the following addresses.";
    for (what, raw, expected) in [
        (
            "global headers",
            global_status(&headers("message/global-headers", &format!(" <{ours}>"))),
            failed("5.6.7"),
        ),
        (
            "a global mail",
            global_status(&headers(
                "message/global",
                &format!(" <{ours}>\r\nSubject: ñ\r\n\r\nx"),
            )),
            failed("5.6.7"),
        ),
        (
            "folded twice, with a tab",
            report(
                &fields("failed", "5.1.1"),
                &headers("text/rfc822-headers", &format!("\r\n\t\r\n\t<{ours}>")),
            ),
            failed("5.1.1"),
        ),
        (
            "folded fields of the report",
            report(&fields("\r\n failed", "\r\n\t5.1.1"), &whole(&ours)),
            failed("5.1.1"),
        ),
        (
            "a group behind a line of spaces",
            report(
                &fields("failed", "5.1.1").replace("\r\n\r\n", "\r\n \r\n"),
                &whole(&ours),
            ),
            failed("5.1.1"),
        ),
        (
            "Exim",
            exim("Mail delivery failed", " lupita@ejemplo.mx"),
            failed("5.1.1"),
        ),
        (
            "Exim, folded",
            exim("Mail delivery failed", "\r\n lupita@ejemplo.mx"),
            failed("5.1.1"),
        ),
        ("qmail", qmail(gone), failed("5.1.1")),
        (
            "qmail, as a mailbox stores it",
            qmail(gone).replace("\r\n", "\n"),
            failed("5.1.1"),
        ),
        ("qmail, late", qmail(late), Report::Late),
        (
            "an answer that quotes a bounce",
            qmail(gone).replace("Hi. This is", "> Hi. This is"),
            Report::None,
        ),
    ] {
        assert_eq!(read(raw.as_bytes()), expected, "{what}");
    }
}

#[test]
fn no_message_takes_long_to_read_whatever_is_repeated_in_it() {
    let longest = crate::mail::bounces::LONGEST;
    let status = "Content-Type: message/delivery-status\r\n\r\n";
    for (head, again) in [
        ("", "Message-ID: <apoyo-"),
        ("", "apoyo-"),
        ("", " \r\n"),
        ("", "A:\r\n "),
        (status, "Action: failed\r\n"),
        (status, "Action: \n\n"),
        (
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n",
            "--x\r\n",
        ),
        (
            "Subject: x\r\n\r\nThis message was created automatically\r\n",
            "  <apoyo-\r\n",
        ),
        (
            "Content-Type: message/rfc822\r\n\r\n",
            "Content-Type: message/rfc822\r\n\r\n",
        ),
    ] {
        let mut raw = head.to_owned();
        while raw.len() + again.len() <= longest {
            raw.push_str(again);
        }
        let begun = std::time::Instant::now();
        let _ = read(raw.as_bytes());
        assert!(
            begun.elapsed().as_secs() < 5,
            "{again:?}: {:?}",
            begun.elapsed()
        );
    }
}
