//! `cards`: puts synthetic people, their credentials and photographs of them into a folder.

use anyhow::{Context, ensure};
use cards::{
    Model, Shares, draw,
    print::{self, Order},
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// Draws people who do not exist: a roll of them, their voter credentials (both faces),
/// selfies, signatures, and photographs of the cards as phones take them.
///
/// The same seed gives the same people. Every card is stamped MUESTRA; faces are drawn and
/// names are made of words such as PRUEBA and FICTICIO, so that no real person is meant.
#[derive(Parser)]
#[command(
    name = "cards",
    version,
    after_help = "\
Examples:
  Ten people with two photographs of each face of their cards:
      cargo xtask cards --people 10 --seed 1 --out demo-data/people --photographs 2
  A roll of a million people, no pictures:
      cargo xtask cards --people 1000000 --seed 1 --out demo-data/roll --roll-only
  Ten thousand in the roll, cards of the first fifty, only of the models with three QRs:
      cargo xtask cards --people 10000 --seed 1 --out demo-data/people --cards 50 --models GH

What is in the folder afterwards:
  roll.csv     the roll, for `apoyo roll import`
  people.json  who is who: names, CURP, QR, MRZ, place, and the names of the pictures
  cards/       NNNNNN-MODEL-front.png, -back.png, -selfie.jpg, -signature.png,
               -front-K-levelL-SIZE.jpg and -back-K-levelL-SIZE.jpg
               (level 1 is easy to read, 5 should be taken again),
               -front-hand-levelL-F.jpg and -back-hand-levelL-F.jpg (--frames)

To try the app on a real phone, print a front and a back at 85.6 mm of width, or show them on
a screen."
)]
struct Arguments {
    /// How many people are in the roll.
    #[arg(long, value_name = "N")]
    people: u64,
    /// Which people: the same seed gives the same ones.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder for everything; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Photographs of each face of each card; levels and sizes take turns.
    #[arg(long, value_name = "K", default_value_t = 0)]
    photographs: u64,
    /// Frames of one shaky hand over each face of each card, at each of the five levels.
    #[arg(long, value_name = "F", default_value_t = 0)]
    frames: u64,
    /// Photographs of a phone that is held upright: fewer pixels for the same card.
    #[arg(long)]
    upright: bool,
    /// Photographs of the backs only: a corpus for `cargo xtask bench qr`.
    #[arg(long)]
    backs_only: bool,
    /// Draw the cards of the first M people only.
    #[arg(long, value_name = "M")]
    cards: Option<u64>,
    /// Which models of the credential are drawn, some of E, F, G and H.
    #[arg(long, value_name = "LETTERS", default_value = "EFGH", value_parser = models)]
    models: Models,
    /// Dots per inch of the cards, 150 to 1200.
    #[arg(long, value_name = "DPI", default_value_t = draw::DEFAULT_DPI,
          value_parser = clap::value_parser!(u32).range(150..=i64::from(draw::FINEST_DPI)))]
    dpi: u32,
    /// How many in a hundred are in the padrón only.
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0)]
    padron: f64,
    /// How many in a hundred are struck off.
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0)]
    baja: f64,
    /// Write roll.csv only: no people.json, no pictures.
    #[arg(long)]
    roll_only: bool,
}

#[derive(Clone)]
struct Models(Vec<Model>);

fn models(letters: &str) -> Result<Models, String> {
    let model = |letter: char| match letter.to_ascii_uppercase() {
        'E' => Ok(Model::E),
        'F' => Ok(Model::F),
        'G' => Ok(Model::G),
        'H' => Ok(Model::H),
        other => Err(format!("{other} is none of E, F, G and H")),
    };
    let models: Vec<Model> = letters.chars().map(model).collect::<Result<_, _>>()?;
    if models.is_empty() {
        return Err("name at least one of E, F, G and H".to_owned());
    }
    Ok(Models(models))
}

fn bar(length: u64, what: &'static str) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg:12} {wide_bar} {human_pos}/{human_len} {eta}")
        .context("the progress bar's template")?;
    Ok(ProgressBar::new(length)
        .with_style(style)
        .with_message(what))
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let shares = Shares {
        padron: arguments.padron,
        baja: arguments.baja,
    };
    ensure!(
        shares.padron >= 0.0 && shares.baja >= 0.0 && shares.padron + shares.baja <= 100.0,
        "--padron and --baja are parts of a hundred"
    );
    let order = Order {
        seed: arguments.seed,
        people: arguments.people,
        cards: arguments.cards.unwrap_or(arguments.people),
        photographs: arguments.photographs,
        frames: arguments.frames,
        backs_only: arguments.backs_only,
        upright: arguments.upright,
        models: arguments.models.0,
        dpi: arguments.dpi,
        shares,
    };
    let folder = &arguments.out;
    print::prepare(folder, arguments.roll_only)?;

    let progress = bar(order.people, "roll.csv")?;
    print::print_roll(&order, folder, |more| progress.inc(more))?;
    progress.finish();
    if arguments.roll_only {
        println!(
            "{} people in {}",
            order.people,
            folder.join("roll.csv").display()
        );
        return Ok(());
    }
    print::print_people(&order, folder)?;
    let progress = bar(order.drawn(), "cards")?;
    print::print_cards(&order, folder, |more| progress.inc(more))?;
    progress.finish();
    println!(
        "{} people and {} cards in {}",
        order.people,
        order.drawn(),
        folder.display()
    );
    Ok(())
}
