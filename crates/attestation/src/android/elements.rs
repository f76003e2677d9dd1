//! The elements of DER that every part of a statement is made of.

use der::{Decode, SliceReader, Tag, Tagged, asn1::AnyRef};

/// The content of an element with this tag.
pub(super) fn content(element: AnyRef<'_>, tag: Tag) -> der::Result<&[u8]> {
    match element.tag() == tag {
        true => Ok(element.value()),
        false => Err(der::ErrorKind::Failed.into()),
    }
}

/// The content of an OCTET STRING.
pub(super) fn octets<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    content(AnyRef::decode(reader)?, Tag::OctetString)
}

/// The one byte of an ENUMERATED.
pub(super) fn enumerated(reader: &mut SliceReader<'_>) -> der::Result<u8> {
    match content(AnyRef::decode(reader)?, Tag::Enumerated)? {
        [value] => Ok(*value),
        _ => Err(der::ErrorKind::Failed.into()),
    }
}
