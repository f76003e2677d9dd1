//! A sealed part opens only in its own place, and only for the holder of the key.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use e2e::{
    people::Name::{Beto, Lupita},
    wire::{Draft, Phone},
    world::{LooseEnd, TestWorld, campaign},
};
use protocol::{
    apoyos::{PartName, Status, Submission},
    code::Code,
    ids::Sha256Hash,
    reason::Reason,
};

/// Sends Lupita's apoyo after a change of its sealed parts; her phone signs the result.
async fn sent_with(
    world: &TestWorld,
    phone: &Phone,
    draft: &Draft,
    change: impl FnOnce(&mut Submission),
) -> e2e::wire::Answer {
    let mut submission = draft.submission(phone);
    change(&mut submission);
    let body = serde_json::to_vec(&submission).unwrap();
    world.wire().put_apoyo(phone, draft.id, &body).await
}

/// Replaces the payload of this submission, with its true hash in the manifest.
fn with_payload(submission: &mut Submission, sealed: &[u8]) {
    submission.manifest.payload = Sha256Hash::of(sealed);
    submission.payload = URL_SAFE_NO_PAD.encode(sealed);
}

fn payload_of(submission: &Submission) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(&submission.payload).unwrap()
}

#[tokio::test]
async fn fields_that_were_swapped_flipped_or_cut_are_each_refused_and_nothing_is_lost() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &agua);
    world.upload(&phone, &draft).await;
    let before = world.rows();
    let good = payload_of(&draft.submission(&phone));
    let anothers = payload_of(&world.draft(Beto, &agua).submission(&phone));
    let of_another_campaign = {
        let elsewhere = Draft {
            campaign: campaign("ana"),
            ..draft.clone()
        };
        payload_of(&elsewhere.submission(&phone))
    };
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut flipped_key = good.clone();
    flipped_key[100] ^= 0x80;
    let open = serde_json::to_vec(&draft.payload).unwrap();
    // The beginning of a picture, as much as fits into an apoyo's limit.
    let picture = draft.sealed_part(&phone, PartName::Signature)[..20 << 10].to_vec();
    for (what, sealed, code, status) in [
        ("of another apoyo", anothers, Code::PartForeign, 422),
        (
            "of another process",
            of_another_campaign,
            Code::PartForeign,
            422,
        ),
        ("one bit flipped", flipped, Code::PartAltered, 422),
        ("one bit of its key", flipped_key, Code::PartAltered, 422),
        (
            "its end cut off",
            good[..good.len() - 1].to_vec(),
            Code::PartTruncated,
            422,
        ),
        ("half of it", good[..60].to_vec(), Code::PartTruncated, 422),
        ("in the open", open, Code::PartNotSealed, 415),
        (
            "a picture in their place",
            picture,
            Code::SealingKeyUnknown,
            409,
        ),
    ] {
        // What a refused apoyo named is not kept.
        world.upload(&phone, &draft).await;
        let answer = sent_with(&world, &phone, &draft, |s| with_payload(s, &sealed)).await;
        let problem = answer.refused(status, code);
        assert_eq!(problem.field.as_deref(), Some("payload"), "{what}");
    }
    assert_eq!(world.rows().apoyos, before.apoyos);
    // The phone still has the good one.
    world.give(&phone, &draft).await;
    assert_eq!(
        world.judged(&phone, draft.id).await.status,
        Status::Preliminary
    );
}

#[tokio::test]
async fn pictures_that_were_swapped_are_refused_and_nothing_is_lost() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    let hers = world.draft(Lupita, &agua);
    let his = world.draft(Beto, &agua);
    world.upload(&phone, &hers).await;
    world.upload(&phone, &his).await;
    let before = world.rows();
    let beto = his.submission(&phone).manifest.parts;

    // Two of her own parts with exchanged names.
    let answer = sent_with(&world, &phone, &hers, |s| {
        let parts = &mut s.manifest.parts;
        let front = parts[0].clone();
        (parts[0].sha256, parts[0].bytes) = (parts[2].sha256, parts[2].bytes);
        (parts[2].sha256, parts[2].bytes) = (front.sha256, front.bytes);
    })
    .await;
    let problem = answer.refused(422, Code::PartForeign);
    assert_eq!(problem.field.as_deref(), Some("front"));
    // His selfie in her apoyo. What a refused apoyo named is not kept, and comes again.
    world.upload(&phone, &hers).await;
    let answer = sent_with(&world, &phone, &hers, |s| {
        s.manifest.parts[2] = beto[2].clone();
    })
    .await;
    let problem = answer.refused(422, Code::PartForeign);
    assert_eq!(problem.field.as_deref(), Some("selfie"));
    // All of his, under her id.
    world.upload(&phone, &his).await;
    let answer = sent_with(&world, &phone, &hers, |s| s.manifest.parts = beto.clone()).await;
    answer.refused(422, Code::PartForeign);
    assert_eq!(world.rows().apoyos, before.apoyos);

    world.give(&phone, &hers).await;
    world.judged(&phone, hers.id).await;
    world.give(&phone, &his).await;
    world.judged(&phone, his.id).await;
}

/// Uploads other bytes instead of one sealed picture, with their true hash in the manifest.
async fn sent_with_picture(
    world: &TestWorld,
    phone: &Phone,
    draft: &Draft,
    place: usize,
    bytes: &[u8],
) {
    world.upload(phone, draft).await;
    assert_eq!(world.wire().put_blob(phone, bytes).await.status, 201);
    let answer = sent_with(world, phone, draft, |s| {
        s.manifest.parts[place].sha256 = Sha256Hash::of(bytes);
        s.manifest.parts[place].bytes = bytes.len() as u64;
    })
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_picture_whose_cipher_was_tampered_with_is_never_counted() {
    let mut world = TestWorld::new();
    world.leaves(
        LooseEnd::StrayPictures,
        "each lie replaces a picture that was uploaded before",
    );
    let agua = campaign("agua");
    let phone = world.activate(Lupita).await;
    for (place, reason) in [
        (0, Reason::CredencialNoValida),
        (1, Reason::QrNoLegible),
        (2, Reason::FotoNoValida),
        (3, Reason::FirmaNoValida),
    ] {
        for cut in [false, true] {
            let draft = world.draft(Lupita, &agua);
            let mut sealed = draft.sealed_parts(&phone)[place].to_vec();
            match cut {
                true => sealed.truncate(sealed.len() - 100),
                false => *sealed.last_mut().unwrap() ^= 1,
            }
            sent_with_picture(&world, &phone, &draft, place, &sealed).await;
            let state = world.judged(&phone, draft.id).await;
            assert_eq!(
                (state.status, state.reasons),
                (Status::InReview, vec![reason])
            );
        }
    }
    assert_eq!(world.tally(&agua).await.total.preliminary, 0);
    world.give(&phone, &world.draft(Lupita, &agua)).await;
    world.settled().await;
    assert_eq!(world.tally(&agua).await.total.preliminary, 1);
}

#[tokio::test]
async fn betos_phone_cannot_make_an_apoyo_of_lupitas_sealed_parts() {
    let world = TestWorld::new();
    let agua = campaign("agua");
    let hers = world.activate(Lupita).await;
    let his = world.activate(Beto).await;
    let draft = world.draft(Lupita, &agua);
    world.give(&hers, &draft).await;
    world.judged(&hers, draft.id).await;
    let before = world.rows();

    // The overheard parts, under an id and a signature of his own.
    let stolen = draft.submission(&hers);
    let own = world.draft(Beto, &agua);
    let answer = sent_with(&world, &his, &own, |s| {
        s.manifest.parts = stolen.manifest.parts.clone();
        with_payload(s, &payload_of(&stolen));
    })
    .await;
    answer.refused(422, Code::PartForeign);
    // Her unchanged manifest with his signature.
    world
        .wire()
        .put_apoyo(&his.named(hers.device()), draft.id, &draft.body(&hers))
        .await
        .refused(401, Code::SignatureInvalid);
    // Her request again: the same receipt, and one apoyo.
    let again = world
        .wire()
        .put_apoyo(&hers, draft.id, &draft.body(&hers))
        .await;
    assert_eq!(again.status, 200);
    assert_eq!(world.rows(), before);
}
