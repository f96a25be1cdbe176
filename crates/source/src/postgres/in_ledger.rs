//! Which rows of Logto's table are events of a ledger.

use gatelog_event::source::Source;
use gatelog_ledger::TenantLedger;
use tokio::task::spawn_blocking;

use super::prune::{Confirm, Confirming, OldRow};

/// Looks rows up in one tenant's ledger, where everything that is found is durable.
#[derive(Clone, Debug)]
pub struct InLedger(pub TenantLedger);

impl Confirm for InLedger {
    fn are_stored<'c>(&'c self, rows: &'c [OldRow]) -> Confirming<'c> {
        let (ledger, rows) = (self.0.clone(), rows.to_vec());
        let looking = spawn_blocking(move || {
            rows.iter().map(|row| is_stored(&ledger, row)).collect::<Result<_, _>>()
        });
        Box::pin(async move {
            let found = looking.await.map_err(|error| error.to_string())?;
            found.map_err(|error: gatelog_ledger::Error| error.to_string())
        })
    }
}

fn is_stored(ledger: &TenantLedger, row: &OldRow) -> Result<bool, gatelog_ledger::Error> {
    let event = ledger.get(&row.id)?;
    Ok(event.is_some_and(|event| {
        event.source == Source::Logto
            && row.is_event(&event.id, event.position.time, &event.event_type)
    }))
}
