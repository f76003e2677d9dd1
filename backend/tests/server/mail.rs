use crate::{phone::Phone, world::World};
use async_trait::async_trait;
use backend::{
    config::MailConfig,
    mail::{Courier, Transport, files::Folder, message::Sender},
};
use chrono::TimeDelta;
use lettre::Message;
use server_core::{mail::outbox::hand_over_due, ports::Handed};
use std::sync::Mutex;

const LUPITA: &str = "lupita@example.org";

/// A relay with prepared answers that remembers its mails.
struct Relay {
    answers: Mutex<Vec<Handed>>,
    handed: Mutex<Vec<String>>,
}

impl Relay {
    fn answering(answers: impl IntoIterator<Item = Handed>) -> Self {
        Self {
            answers: Mutex::new(answers.into_iter().collect()),
            handed: Mutex::default(),
        }
    }

    fn handed(&self) -> Vec<String> {
        self.handed.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for &Relay {
    async fn hand_over(&self, name: &str, _: Message) -> Handed {
        self.handed.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() {
            Handed::Taken
        } else {
            answers.remove(0)
        }
    }
}

fn sender() -> Sender {
    let config = MailConfig {
        from: "Apoyo <apoyo@example.org>".to_owned(),
        ..MailConfig::default()
    };
    Sender::of(&config).unwrap()
}

async fn work(world: &World, relay: impl Transport) -> usize {
    let courier = Courier {
        sender: sender(),
        transport: relay,
    };
    hand_over_due(&world.core, &courier).await.unwrap()
}

#[tokio::test]
async fn the_relay_is_down_for_a_while_and_the_same_mail_goes_out_later() {
    let world = World::new().await;
    Phone::new().begin(&world, LUPITA).await;
    let later = || Handed::Later("the relay cannot be reached".to_owned());
    let relay = Relay::answering([later(), later()]);
    assert_eq!(work(&world, &relay).await, 1);
    assert_eq!(work(&world, &relay).await, 0, "not at once again");
    world.pass(TimeDelta::seconds(3));
    assert_eq!(work(&world, &relay).await, 1);
    assert_eq!(world.core.storage.mail_backlog().await.unwrap().0, 1);
    world.pass(TimeDelta::seconds(6));
    assert_eq!(work(&world, &relay).await, 1);
    assert_eq!(world.core.storage.mail_backlog().await.unwrap().0, 0);
    let handed = relay.handed();
    assert_eq!(handed.len(), 3);
    assert!(
        handed.iter().all(|name| *name == handed[0]),
        "one name for all tries"
    );
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_or_of_no_more_use_is_given_up() {
    let world = World::new().await;
    Phone::new().begin(&world, LUPITA).await;
    let never = Handed::Never("the relay answered 550".to_owned());
    work(&world, &Relay::answering([never])).await;
    assert_eq!(world.core.storage.mail_backlog().await.unwrap().0, 0);

    Phone::new().begin(&world, LUPITA).await;
    world.pass(TimeDelta::hours(25));
    let relay = Relay::answering([]);
    work(&world, &relay).await;
    assert!(relay.handed().is_empty());
    assert_eq!(world.core.storage.mail_backlog().await.unwrap().0, 0);
}

#[tokio::test]
async fn without_a_relay_the_mail_is_a_file_and_the_demonstration_shows_it() {
    let world = World::with(|_| {}, true).await;
    Phone::new().begin(&world, LUPITA).await;
    let code = world.code_for(LUPITA).await.to_string();
    let folder = Folder::at(world.data().join("outbox")).unwrap();
    work(&world, folder).await;
    let files: Vec<_> = std::fs::read_dir(world.data().join("outbox"))
        .unwrap()
        .collect();
    assert_eq!(files.len(), 1);
    let name = files[0].as_ref().unwrap().file_name();
    assert!(
        name.to_string_lossy().ends_with("@example.org.eml"),
        "{name:?}"
    );
    let page = world.get("/demo/outbox").await.text();
    assert!(page.contains(&code) && page.contains(LUPITA), "{page}");
}
