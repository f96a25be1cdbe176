//! Pages for which every record is read wait for their turn; the others do not. In a program of
//! its own, as turns are those of the process.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]
#![expect(dead_code, reason = "the house is furnished for other tests too")]

#[path = "pages/house.rs"]
mod house;

use std::sync::mpsc;

use axum::http::StatusCode;
use gatelog_api::blocking::scanning;
use gatelog_auth::Scope;
use house::House;
use tokio::task::JoinSet;

/// More than may read or wait at once.
const SCANS: usize = 100;

#[tokio::test]
async fn a_page_that_reads_records_waits_its_turn_and_others_do_not() {
    let house = House::new();
    house.settle("ada", Scope::Operator, None);
    let browser = house.browser("ada", house::PASSWORD).await;
    let by_record = "/logs?q=request+%3D+%22x%22";
    assert_eq!(browser.get(by_record).await.status, StatusCode::OK);

    let (mut scans, mut ends) = (JoinSet::new(), Vec::new());
    for _ in 0..SCANS {
        let (end, ended) = mpsc::channel::<()>();
        ends.push(end);
        // An error is that the sender was dropped.
        scans.spawn(scanning(move || assert!(ended.recv().is_err())));
    }
    // Those for which there was no room are answered at once; then all the room is taken.
    assert!(scans.join_next().await.unwrap().unwrap().is_err());
    let refused = browser.get(by_record).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.text.contains("Try again in a minute"), "{}", refused.text);
    assert_eq!(browser.get("/logs?q=outcome+%3D+%22failure%22").await.status, StatusCode::OK);

    drop(ends);
    while scans.join_next().await.is_some() {}
    assert_eq!(browser.get(by_record).await.status, StatusCode::OK);
}
