use super::*;

struct Always(u8);
impl Entropy for Always {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn cipher(secret: u8) -> Cipher {
    Cipher::new(StorageSecret::from_bytes([secret; 32]), Arc::new(Always(9)))
}

const HERE: RecordAddress<'_> = RecordAddress {
    table: "draft",
    row: b"1",
    column: "record",
};

#[test]
fn records_of_every_length_read_back_and_have_the_promised_length() {
    for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 7] {
        let content: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let record = cipher(1).seal(HERE, &content).unwrap();
        assert_eq!(record.len() as u64, Cipher::sealed_length(length as u64));
        assert_eq!(*cipher(1).open(HERE, &record).unwrap(), content);
    }
}

#[test]
fn a_record_opens_only_where_it_was_written_and_only_whole() {
    let content: Vec<u8> = vec![3; 2 * FRAME + 100];
    let record = cipher(1).seal(HERE, &content).unwrap();
    for elsewhere in [
        RecordAddress {
            table: "phone",
            ..HERE
        },
        RecordAddress { row: b"2", ..HERE },
        RecordAddress {
            column: "about",
            ..HERE
        },
        // The same letters, divided differently.
        RecordAddress {
            row: b"1r",
            column: "ecord",
            ..HERE
        },
    ] {
        let opened = cipher(1).open(elsewhere, &record);
        assert!(matches!(opened, Err(CipherFault::Altered)), "{elsewhere:?}");
    }
    let opened = cipher(2).open(HERE, &record);
    assert!(matches!(opened, Err(CipherFault::OtherSecret)));
    let frame = FRAME + TAG;
    for cut in [
        0,
        10,
        HEADER,
        HEADER + frame,
        HEADER + 2 * frame,
        record.len() - 1,
    ] {
        assert!(
            cipher(1).open(HERE, &record[..cut]).is_err(),
            "cut at {cut}"
        );
    }
    let mut swapped = record.clone();
    swapped[HEADER..HEADER + 2 * frame].rotate_left(frame);
    assert!(cipher(1).open(HERE, &swapped).is_err());
    for flipped in [0, 5, 20, HEADER, HEADER + frame, record.len() - 1] {
        let mut altered = record.clone();
        altered[flipped] ^= 1;
        assert!(cipher(1).open(HERE, &altered).is_err(), "bit at {flipped}");
    }
}

/// A record that another implementation made (HKDF and AES-GCM of Python's `cryptography`).
const KNOWN: &str = "0171f14cd770fd8ab509090909090909090909090909090909d919ec2e88fb69e1cedbebbfda7094090004638c03df46c17302dd897668478ce925";

/// Phones hold records of this format, so it must not change.
#[test]
fn the_first_form_never_changes() {
    let record = cipher(7).seal(HERE, b"PUER850417MDFRJB01").unwrap();
    let hex: String = record.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, KNOWN);
}
