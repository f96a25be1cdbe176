//! What people and machines get tokens for.

use crate::random::Random;
use crate::world::{Agents, Device, Pool};

/// An application registered with the identity provider.
#[derive(Debug)]
pub struct Application {
    /// 21 characters of `[a-z0-9]`.
    pub id: String,
    /// What the directory calls it.
    pub name: String,
    pub(crate) kind: Kind,
    pub(crate) origin: String,
    /// An API the application calls, and what it may do there.
    pub(crate) resource: &'static str,
    pub(crate) scope: &'static str,
    /// The machine that calls the token endpoint for it, where no browser or phone does.
    pub(crate) server: Device,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    SinglePage,
    Traditional,
    Native,
    MachineToMachine,
    Saml,
}

/// All applications, by how one signs in to them.
#[derive(Debug)]
pub(crate) struct Applications {
    /// With a browser or a phone; the busiest first.
    pub(crate) interactive: Pool<Application>,
    pub(crate) workers: Pool<Application>,
    pub(crate) saml: Pool<Application>,
    /// With a code typed on another device.
    pub(crate) televisions: Pool<Application>,
}

const INTERACTIVE: [Registration; 8] = [
    Registration("Mobile app", Kind::Native, "app", "https://orders.acme.example", "read:orders"),
    Registration(
        "Web shop",
        Kind::SinglePage,
        "shop",
        "https://orders.acme.example",
        "read:orders write:orders",
    ),
    Registration(
        "Customer portal",
        Kind::Traditional,
        "portal",
        "https://tickets.acme.example",
        "read:tickets",
    ),
    Registration(
        "Support desk",
        Kind::Traditional,
        "desk",
        "https://tickets.acme.example",
        "read:tickets close:tickets",
    ),
    Registration(
        "Admin console",
        Kind::SinglePage,
        "admin",
        "https://orders.acme.example",
        "manage:orders",
    ),
    Registration(
        "Loyalty card",
        Kind::Native,
        "loyalty",
        "https://points.acme.example",
        "read:points",
    ),
    Registration(
        "Partner portal",
        Kind::SinglePage,
        "partners",
        "https://stock.acme.example",
        "read:stock",
    ),
    Registration(
        "Forum “Küche & Co.”",
        Kind::Traditional,
        "forum",
        "https://forum.acme.example",
        "post",
    ),
];

const WORKERS: [Registration; 5] = [
    Registration(
        "Order worker",
        Kind::MachineToMachine,
        "orders",
        "https://orders.acme.example",
        "manage:orders",
    ),
    Registration(
        "Warehouse bridge",
        Kind::MachineToMachine,
        "warehouse",
        "https://stock.acme.example",
        "read:stock write:stock",
    ),
    Registration(
        "Invoice sync",
        Kind::MachineToMachine,
        "invoices",
        "https://orders.acme.example",
        "read:orders",
    ),
    Registration(
        "User provisioning",
        Kind::MachineToMachine,
        "people",
        "https://default.logto.app/api",
        "all",
    ),
    Registration(
        "Nightly report",
        Kind::MachineToMachine,
        "reports",
        "https://points.acme.example",
        "read:points",
    ),
];

const SAML: [Registration; 2] = [
    Registration("Expense system", Kind::Saml, "expenses", "", ""),
    Registration("Travel booking", Kind::Saml, "travel", "", ""),
];

const TELEVISIONS: [Registration; 1] =
    [Registration("TV app", Kind::Native, "tv", "https://orders.acme.example", "read:orders")];

impl Applications {
    pub(crate) fn new(count: usize, agents: &Agents, random: &mut Random) -> Self {
        let (workers, saml, televisions) = (count / 4, count / 8, count / 16);
        let interactive = count.saturating_sub(workers.max(1) + saml.max(1) + televisions.max(1));
        let mut register = |count: usize, registrations: &[Registration]| {
            Pool::from_fn(count, |index| Application::new(index, registrations, agents, random))
        };
        Self {
            interactive: register(interactive, &INTERACTIVE),
            workers: register(workers, &WORKERS),
            saml: register(saml, &SAML),
            televisions: register(televisions, &TELEVISIONS),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Application> {
        let machines = self.workers.iter().chain(self.saml.iter());
        self.interactive.iter().chain(machines).chain(self.televisions.iter())
    }
}

impl Application {
    fn new(
        index: usize,
        registrations: &[Registration],
        agents: &Agents,
        random: &mut Random,
    ) -> Self {
        let round = index / registrations.len().max(1);
        let &Registration(name, kind, host, resource, scope) =
            registrations.get(index % registrations.len().max(1)).unwrap_or(&INTERACTIVE[0]);
        let (name, origin) = match round {
            0 => (name.to_owned(), format!("https://{host}.acme.example")),
            _ => (
                format!("{name} {}", round + 1),
                format!("https://{host}-{}.acme.example", round + 1),
            ),
        };
        let agent = match kind {
            Kind::MachineToMachine => agents.servers.at(random.below(agents.servers.len())),
            _ => agents.servers.at(0),
        };
        let server = Device::in_rack(agent, random);
        Self { id: random.id(21), name, kind, origin, resource, scope, server }
    }
}

impl Kind {
    /// The name Logto gives this kind.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SinglePage => "SPA",
            Self::Traditional => "Traditional",
            Self::Native => "Native",
            Self::MachineToMachine => "MachineToMachine",
            Self::Saml => "SAML",
        }
    }
}

/// Name, kind, host, resource and scope.
struct Registration(&'static str, Kind, &'static str, &'static str, &'static str);
