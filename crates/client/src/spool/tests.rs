//! What is spooled is sent in order, once per process, and survives its end.

use super::*;
use crate::limits::SPOOL_BYTES_MAX;

fn open(folder: &Path) -> Spool {
    Spool::open(folder, Durability::Written, SPOOL_BYTES_MAX).unwrap()
}

fn events(sequences: impl IntoIterator<Item = u64>) -> Vec<Numbered> {
    let event = |sequence: u64| Numbered { sequence, line: sequence.to_string().into_bytes() };
    sequences.into_iter().map(event).collect()
}

/// Sends everything, at most three at a time: the events and what was damaged.
fn drain(spool: &mut Spool) -> (Vec<u64>, Vec<Damage>) {
    let (mut sent, mut damages) = (Vec::new(), Vec::new());
    loop {
        match spool.next(3).unwrap() {
            Next::Nothing => return (sent, damages),
            Next::Damaged(damage) => damages.push(damage),
            Next::Batch(batch) => {
                let lines = String::from_utf8(batch.lines.clone()).unwrap();
                sent.extend(lines.lines().map(|line| line.parse::<u64>().unwrap()));
                assert_eq!(spool.settle(&batch), *sent.last().unwrap());
            }
        }
    }
}

fn spool_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| first_sequence(path).is_some()).count()
}

#[test]
fn what_one_process_left_is_sent_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    spool.append(&events(1..=4)).unwrap();
    let Next::Batch(batch) = spool.next(2).unwrap() else { panic!("nothing to send") };
    assert_eq!(spool.settle(&batch), 2);
    let producer = spool.producer().to_owned();
    drop(spool);

    let mut spool = open(folder.path());
    assert_eq!((spool.producer(), spool.last_sequence()), (&*producer, 4));
    spool.append(&events(5..=5)).unwrap();
    assert_eq!(drain(&mut spool), ((1..=5).collect(), Vec::new()));
    assert_eq!(spool_files(folder.path()), 1);
}

#[test]
fn a_tidy_spool_remembers_only_where_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    spool.append(&events(1..=7)).unwrap();
    drain(&mut spool);
    spool.tidy().unwrap();
    drop(spool);
    let mut spool = open(folder.path());
    assert_eq!(spool.last_sequence(), 7);
    assert_eq!(drain(&mut spool), (Vec::new(), Vec::new()));
    spool.tidy().unwrap();
    spool.append(&events([8])).unwrap();
    assert_eq!(drain(&mut spool), (vec![8], Vec::new()));
}

#[test]
fn a_file_that_is_cut_anywhere_is_sent_up_to_there() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).append(&events(1..=3)).unwrap();
    let path = folder.path().join(format!("{:020}.spool", 1));
    let whole = fs::read(&path).unwrap();
    let frame_bytes = FRAME_BYTES + 1;
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut spool = open(folder.path());
        let frames = length.saturating_sub(HEAD.len()) / frame_bytes;
        assert_eq!(spool.last_sequence(), frames as u64, "{length} bytes");
        let (sent, damages) = drain(&mut spool);
        assert_eq!(sent.len(), frames, "{length} bytes");
        let is_torn = !length.saturating_sub(HEAD.len()).is_multiple_of(frame_bytes);
        assert_eq!(damages.len(), usize::from(is_torn), "{length} bytes: {damages:?}");
        // And what comes next goes into the same name or a new one, and is sent.
        spool.append(&events([spool.last_sequence() + 1])).unwrap();
        assert_eq!(drain(&mut spool).0, [frames as u64 + 1]);
        drop(spool);
        for entry in fs::read_dir(folder.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
    }
}

#[test]
fn a_file_that_is_gone_is_told_and_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).append(&events(1..=3)).unwrap();
    let mut spool = open(folder.path());
    spool.append(&events([4])).unwrap();
    fs::remove_file(spool.path(1)).unwrap();
    let (sent, damages) = drain(&mut spool);
    assert_eq!((sent, damages.len()), (vec![4], 1));
}

#[test]
fn a_full_spool_takes_no_more_until_a_file_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let bytes_max = crate::limits::SPOOL_BYTES_MIN;
    let mut spool = Spool::open(folder.path(), Durability::Written, bytes_max).unwrap();
    let large = |sequence| [Numbered { sequence, line: vec![b'1'; EVENT_BYTES_MAX] }];
    let mut last = 0;
    while spool.append(&large(last + 1)).is_ok() {
        last += 1;
    }
    assert_eq!(last, 15);
    let Next::Batch(batch) = spool.next(10).unwrap() else { panic!("nothing to send") };
    spool.settle(&batch);
    assert!(matches!(spool.append(&large(last + 1)), Err(NotKept::Full)));
    while spool_files(folder.path()) > 2 {
        let Next::Batch(batch) = spool.next(10).unwrap() else { panic!("nothing to send") };
        spool.settle(&batch);
    }
    spool.append(&large(last + 1)).unwrap();
}

#[test]
fn a_spool_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path());
    let second = Spool::open(folder.path(), Durability::Written, SPOOL_BYTES_MAX);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::WouldBlock);
}
