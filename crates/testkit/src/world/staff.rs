//! The few people of the company who have a part of their own in a story, and whom no everyday
//! story is about: what the log says of them is the same in every world.

use crate::random::Random;
use crate::world::people::{EARLIEST_MS, Login, SecondFactor, User};
use crate::world::{Agents, Device, World};

/// Which of Authgear's administrators is the one with a part of his own. Those before him do
/// everyday work.
pub(crate) const ADMINISTRATOR: usize = 4;

/// The company's office, counted like those of its customers.
const OFFICE: usize = 99;

#[derive(Debug)]
pub(crate) struct Staff {
    pub(crate) victim: User,
    pub(crate) administrator: User,
}

impl Staff {
    pub(crate) fn new(agents: &Agents, random: &mut Random) -> Self {
        let mut hire = |first: &str, last: &str, second_factor| {
            let (name, phone) = (format!("{first} {last}"), random.digits(2));
            let phone_browser = Device::at_home(agents.phones.at(0), random);
            User {
                id: random.id(12),
                username: name.to_lowercase().replace(' ', "_"),
                email: format!("{}@acme.example", name.to_lowercase().replace(' ', ".")),
                name,
                phone: format!("190155501{phone}"),
                created_at_ms: EARLIEST_MS,
                login: Login::Password,
                second_factor,
                organization: 0,
                favourite: 0,
                computer: Device::at_office(agents.desktops.at(0), OFFICE),
                phone_native: Device {
                    agent: agents.native.at(0).clone(),
                    ..phone_browser.clone()
                },
                phone_browser,
            }
        };
        Self {
            victim: hire("Mara", "Ellison", SecondFactor::None),
            administrator: hire("Tariq", "Brandt", SecondFactor::Totp),
        }
    }
}

impl World {
    /// Whose account falls in [`World::break_in`].
    #[must_use]
    pub fn victim(&self) -> &User {
        &self.staff.victim
    }

    /// Who puts things right in [`World::break_in`].
    #[must_use]
    pub fn administrator(&self) -> &User {
        &self.staff.administrator
    }
}
