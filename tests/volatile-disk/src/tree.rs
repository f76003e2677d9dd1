//! Files and folders as they are now, and as a power loss leaves them.

use crate::chance::{Chance, Loss};
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
};

/// The number of a file or folder.
pub type Number = u64;

/// The root folder.
pub const ROOT: Number = 1;

/// The block that disks write atomically.
const BLOCK: usize = 4096;

/// A file: its bytes now and at its last flush.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The bytes that programs see.
    pub now: Vec<u8>,
    durable: Vec<u8>,
    /// Blocks that were written since the last flush.
    unflushed: BTreeSet<usize>,
    /// Whether flushes are ignored.
    pub careless: bool,
}

impl File {
    /// Writes into it; a gap before `offset` becomes zeros.
    pub fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if self.now.len() < end {
            self.now.resize(end, 0);
        }
        self.now[offset..end].copy_from_slice(bytes);
        self.unflushed.extend(offset / BLOCK..end.div_ceil(BLOCK));
    }

    /// Sets its length.
    pub fn set_length(&mut self, length: usize) {
        let shorter = length.min(self.now.len());
        self.now.resize(length, 0);
        self.unflushed
            .extend(shorter / BLOCK..length.div_ceil(BLOCK));
    }

    /// Makes its bytes durable.
    pub fn flush(&mut self) {
        if self.careless {
            return;
        }
        let blocks = std::mem::take(&mut self.unflushed);
        self.durable.resize(self.now.len(), 0);
        for block in blocks {
            self.keep(block);
        }
    }

    /// Copies one block, as far as both sides reach.
    fn keep(&mut self, block: usize) {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(self.now.len()).min(self.durable.len());
        if start < end {
            self.durable[start..end].copy_from_slice(&self.now[start..end]);
        }
    }

    fn lose_power(&mut self, chance: Option<&mut Chance>) {
        if let Some(chance) = chance {
            // The length is in the inode, which is written to the disk independently.
            if chance.coin() {
                self.durable.resize(self.now.len(), 0);
            }
            for block in std::mem::take(&mut self.unflushed) {
                if chance.coin() {
                    self.keep(block);
                }
            }
        }
        self.unflushed.clear();
        self.now.clone_from(&self.durable);
    }
}

/// The names in a folder, now and at the last flush.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// The names that programs see.
    pub now: BTreeMap<OsString, Number>,
    durable: BTreeMap<OsString, Number>,
}

/// One of them.
#[derive(Debug, Clone)]
pub enum Content {
    /// A file.
    File(File),
    /// A folder.
    Folder(Folder),
}

/// A file or folder with its permissions.
#[derive(Debug, Clone)]
pub struct Node {
    /// The permission bits.
    pub mode: u16,
    /// What it holds.
    pub content: Content,
}

/// One change of a name: in this folder it now belongs to that node, or to none.
#[derive(Debug, Clone)]
struct Naming {
    folder: Number,
    name: OsString,
    target: Option<Number>,
}

/// The whole disk.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: BTreeMap<Number, Node>,
    next: Number,
    /// Changes of names that are not durable yet, the oldest first; those of one rename are one entry.
    journal: Vec<Vec<Naming>>,
    careless: Option<String>,
}

impl Default for Tree {
    fn default() -> Self {
        let root = Node {
            mode: 0o755,
            content: Content::Folder(Folder::default()),
        };
        Self {
            nodes: BTreeMap::from([(ROOT, root)]),
            next: ROOT + 1,
            journal: Vec::new(),
            careless: None,
        }
    }
}

impl Tree {
    /// Makes everything durable.
    pub fn flush(&mut self) {
        let journal = std::mem::take(&mut self.journal);
        self.make_durable(journal);
        for node in self.nodes.values_mut() {
            if let Content::File(file) = &mut node.content {
                file.flush();
            }
        }
    }

    /// Makes everything durable, and ignores flushes of files with this prefix from now on.
    pub fn forget_flushes_of(&mut self, prefix: &str) {
        self.flush();
        let mut careless = BTreeSet::new();
        for node in self.nodes.values() {
            if let Content::Folder(folder) = &node.content {
                let named = folder.now.iter();
                careless.extend(
                    named
                        .filter(|(name, _)| name.to_string_lossy().starts_with(prefix))
                        .map(|(_, number)| *number),
                );
            }
        }
        for (number, node) in &mut self.nodes {
            if let Content::File(file) = &mut node.content {
                file.careless = careless.contains(number);
            }
        }
        self.careless = Some(prefix.to_owned());
    }

    /// The node of a number.
    pub fn node(&self, number: Number) -> Option<&Node> {
        self.nodes.get(&number)
    }

    /// The same, to change it.
    pub fn node_mut(&mut self, number: Number) -> Option<&mut Node> {
        self.nodes.get_mut(&number)
    }

    /// A file's bytes.
    pub fn file(&mut self, number: Number) -> Option<&mut File> {
        match &mut self.nodes.get_mut(&number)?.content {
            Content::File(file) => Some(file),
            Content::Folder(_) => None,
        }
    }

    /// A folder's names.
    pub fn folder(&self, number: Number) -> Option<&Folder> {
        match &self.nodes.get(&number)?.content {
            Content::Folder(folder) => Some(folder),
            Content::File(_) => None,
        }
    }

    /// The node of a name in a folder.
    pub fn find(&self, folder: Number, name: &OsStr) -> Option<Number> {
        self.folder(folder)?.now.get(name).copied()
    }

    /// Makes a file.
    pub fn make_file(&mut self, folder: Number, name: &OsStr, mode: u16) -> Number {
        let careless = (self.careless.as_deref())
            .is_some_and(|prefix| name.to_string_lossy().starts_with(prefix));
        let file = File {
            careless,
            ..File::default()
        };
        self.make(folder, name, mode, Content::File(file))
    }

    /// Makes a folder.
    pub fn make_folder(&mut self, folder: Number, name: &OsStr, mode: u16) -> Number {
        self.make(folder, name, mode, Content::Folder(Folder::default()))
    }

    fn make(&mut self, folder: Number, name: &OsStr, mode: u16, content: Content) -> Number {
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, Node { mode, content });
        self.change(vec![naming(folder, name, Some(number))]);
        number
    }

    /// Adds a name to a file.
    pub fn link(&mut self, number: Number, folder: Number, name: &OsStr) {
        self.change(vec![naming(folder, name, Some(number))]);
    }

    /// Removes a name. The bytes stay until the next power loss, because a program may have the file
    /// open.
    pub fn remove(&mut self, folder: Number, name: &OsStr) {
        self.change(vec![naming(folder, name, None)]);
    }

    /// Renames, and replaces an existing name.
    pub fn rename(&mut self, from: (Number, &OsStr), to: (Number, &OsStr), number: Number) {
        self.change(vec![
            naming(to.0, to.1, Some(number)),
            naming(from.0, from.1, None),
        ]);
    }

    fn change(&mut self, namings: Vec<Naming>) {
        for naming in &namings {
            apply(&mut self.nodes, naming, |folder| &mut folder.now);
        }
        self.journal.push(namings);
    }

    /// Makes the names of a folder durable, and with them the other halves of its renames.
    pub fn flush_folder(&mut self, folder: Number) {
        let (flushed, left) = std::mem::take(&mut self.journal)
            .into_iter()
            .partition(|namings| namings.iter().any(|naming| naming.folder == folder));
        self.journal = left;
        self.make_durable(flushed);
    }

    fn make_durable(&mut self, journal: Vec<Vec<Naming>>) {
        for naming in journal.iter().flatten() {
            apply(&mut self.nodes, naming, |folder| &mut folder.durable);
        }
    }

    /// Goes back to the durable state, or to a state between that and now.
    pub fn lose_power(&mut self, loss: Loss) {
        let mut chance = match loss {
            Loss::Nothing => return,
            Loss::Everything => None,
            Loss::Some { seed } => Some(Chance::of(seed)),
        };
        let mut journal = std::mem::take(&mut self.journal);
        if let Some(chance) = &mut chance {
            // A journal is written in order, so only its end can be missing.
            journal.truncate(chance.below(journal.len() as u64 + 1) as usize);
            self.make_durable(journal);
        }
        for node in self.nodes.values_mut() {
            match &mut node.content {
                Content::File(file) => file.lose_power(chance.as_mut()),
                Content::Folder(folder) => folder.now.clone_from(&folder.durable),
            }
        }
        let reached = self.reachable();
        self.nodes.retain(|number, _| reached.contains(number));
    }

    /// All nodes with a name.
    fn reachable(&self) -> BTreeSet<Number> {
        let mut reached = BTreeSet::from([ROOT]);
        let mut open = vec![ROOT];
        while let Some(folder) = open.pop() {
            for number in self.folder(folder).into_iter().flat_map(|f| f.now.values()) {
                if reached.insert(*number) {
                    open.push(*number);
                }
            }
        }
        reached
    }
}

fn naming(folder: Number, name: &OsStr, target: Option<Number>) -> Naming {
    Naming {
        folder,
        name: name.to_owned(),
        target,
    }
}

fn apply(
    nodes: &mut BTreeMap<Number, Node>,
    naming: &Naming,
    names: impl Fn(&mut Folder) -> &mut BTreeMap<OsString, Number>,
) {
    let Some(Content::Folder(folder)) = nodes.get_mut(&naming.folder).map(|node| &mut node.content)
    else {
        return;
    };
    match naming.target {
        Some(number) => names(folder).insert(naming.name.clone(), number),
        None => names(folder).remove(&naming.name),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> &OsStr {
        OsStr::new(text)
    }

    #[test]
    fn bytes_and_names_survive_only_once_both_are_flushed() {
        let mut tree = Tree::default();
        let [both, bytes, names] = ["both", "bytes", "names"].map(|one| {
            let folder = tree.make_folder(ROOT, name(one), 0o755);
            (folder, tree.make_file(folder, name("file"), 0o644))
        });
        tree.flush_folder(ROOT);
        for (_, file) in [both, bytes, names] {
            tree.file(file).unwrap().write(0, b"picture");
        }
        for (folder, file) in [both, bytes] {
            tree.file(file).unwrap().flush();
            if folder == both.0 {
                tree.flush_folder(folder);
            }
        }
        tree.flush_folder(names.0);
        tree.lose_power(Loss::Everything);
        assert_eq!(tree.file(both.1).unwrap().now, b"picture");
        assert!(tree.node(bytes.1).is_none(), "its name was not flushed");
        assert_eq!(tree.file(names.1).unwrap().now, b"");
    }

    #[test]
    fn a_rename_is_whole_or_has_not_happened() {
        for seed in 0..50 {
            let mut tree = Tree::default();
            let file = tree.make_file(ROOT, name("from"), 0o644);
            let folder = tree.make_folder(ROOT, name("kept"), 0o755);
            tree.flush_folder(ROOT);
            tree.rename((ROOT, name("from")), (folder, name("to")), file);
            if seed % 2 == 0 {
                tree.flush_folder(folder);
            }
            tree.lose_power(Loss::Some { seed });
            let names = [tree.find(ROOT, name("from")), tree.find(folder, name("to"))];
            assert_eq!(names.iter().flatten().count(), 1);
            assert!(seed % 2 == 1 || names[1] == Some(file));
        }
    }

    #[test]
    fn blocks_are_lost_one_by_one_and_flushed_ones_never() {
        let (mut torn, mut shorter) = (0, 0);
        for seed in 0..100 {
            let mut tree = Tree::default();
            let file = tree.make_file(ROOT, name("file"), 0o644);
            tree.flush_folder(ROOT);
            tree.file(file).unwrap().write(0, &[1; 2 * BLOCK]);
            tree.file(file).unwrap().flush();
            tree.file(file).unwrap().write(BLOCK, &[2; 3 * BLOCK]);
            tree.lose_power(Loss::Some { seed });
            let now = &tree.file(file).unwrap().now;
            assert_eq!(now[..BLOCK], [1; BLOCK]);
            assert!([1, 2].contains(&now[BLOCK]));
            shorter += usize::from(now.len() == 2 * BLOCK);
            torn += usize::from(now.len() > 2 * BLOCK && now[2 * BLOCK] != now[3 * BLOCK]);
        }
        assert!(torn > 10 && shorter > 10, "{torn} torn, {shorter} shorter");
    }

    #[test]
    fn a_careless_disk_flushes_nothing_of_the_named_files_from_then_on() {
        let mut tree = Tree::default();
        let [db, other] = ["apoyo.db-wal", "picture"].map(|one| {
            let file = tree.make_file(ROOT, name(one), 0o644);
            tree.file(file).unwrap().write(0, b"before");
            file
        });
        tree.forget_flushes_of("apoyo.db");
        for file in [db, other] {
            tree.file(file).unwrap().write(0, b"after ");
            tree.file(file).unwrap().flush();
        }
        tree.lose_power(Loss::Everything);
        assert_eq!(tree.file(db).unwrap().now, b"before");
        assert_eq!(tree.file(other).unwrap().now, b"after ");
    }

    #[test]
    fn a_shorter_file_is_long_again_until_it_is_flushed() {
        let mut tree = Tree::default();
        let number = tree.make_file(ROOT, name("file"), 0o644);
        tree.flush_folder(ROOT);
        let file = tree.file(number).unwrap();
        file.write(0, b"longer");
        file.flush();
        file.set_length(2);
        assert_eq!(file.now, b"lo");
        tree.lose_power(Loss::Everything);
        assert_eq!(tree.file(number).unwrap().now, b"longer");
    }
}
