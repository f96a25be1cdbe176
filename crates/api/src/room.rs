//! Room for answers that take long, of which nobody gets all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gatelog_auth::Principal;

use crate::problem::Problem;

/// Room for so many answers at once, of which one principal has a part at most.
#[derive(Clone, Debug)]
pub(crate) struct Room(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// What the answers are, for people.
    what: &'static str,
    all_max: usize,
    each_max: usize,
    /// How many places each principal has, if any.
    taken: Mutex<HashMap<Arc<str>, usize>>,
}

/// A place in a room, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    room: Room,
    principal: Arc<str>,
}

impl Room {
    /// Room for `all_max` answers, `each_max` of one principal.
    pub(crate) fn new(what: &'static str, all_max: usize, each_max: usize) -> Self {
        Self(Arc::new(Shared { what, all_max, each_max, taken: Mutex::default() }))
    }

    /// Takes a place.
    ///
    /// # Errors
    /// 429 that says whether it is the caller or everybody who has too many.
    pub(crate) fn take(&self, principal: &Principal) -> Result<Place, Problem> {
        let Shared { what, all_max, each_max, taken } = &*self.0;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&principal.id).copied().unwrap_or_default();
        if own >= *each_max {
            return Err(Problem::too_many(format!(
                "you have {own} {what} under way, which is as many as one key or user may have; \
                 end one, or ask again when one has ended"
            )));
        }
        if taken.values().sum::<usize>() >= *all_max {
            return Err(Problem::too_many(format!(
                "{all_max} {what} are under way, which is as many as there may be; ask again when \
                 one has ended"
            )));
        }
        taken.insert(Arc::clone(&principal.id), own + 1);
        Ok(Place { room: self.clone(), principal: Arc::clone(&principal.id) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.principal) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.principal);
            }
        }
    }
}
