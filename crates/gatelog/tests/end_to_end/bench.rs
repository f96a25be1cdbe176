//! `gatelog bench`, on few events: that everything is measured, not how fast it is.

use serde_json::Value;

use crate::support::Folder;

#[test]
fn everything_that_is_promised_is_measured() {
    let folder = Folder::new();
    let ended = folder.run("bench --events 6000 --singles 40 --repeat 2 --json --data data");
    let report: Value = serde_json::from_str(ended.succeeded()).unwrap();
    assert_eq!(report["bulk"]["events"], 6_000);
    assert_eq!(report["singles"]["events"], 40);
    let is_positive = |value: &Value| value.as_f64().is_some_and(|number| number > 0.0);
    for answered in report["answers"].as_array().unwrap() {
        let (cold, warm) = (&answered["cold_ms"], &answered["warm"]);
        let measured = [cold, &warm["p50_ms"], &warm["p99_ms"]];
        assert!(measured.into_iter().all(is_positive), "{answered}");
    }
    assert_eq!(report["answers"].as_array().unwrap().len(), 21);
    for number in ["/bulk/seconds", "/singles/answers/p99_ms", "/memory_after_bulk/peak_bytes"] {
        assert!(report.pointer(number).is_some_and(is_positive), "{number}: {report}");
    }

    // The data is kept where it was asked for, and not filled again.
    let counted = folder.run("query --count --data data/data");
    assert_eq!(counted.succeeded().trim(), "6040");
    let refused = folder.run("bench --data data");
    assert!(refused.refused().contains("gatelog bench only fills an empty directory"));
}
