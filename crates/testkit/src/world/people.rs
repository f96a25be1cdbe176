//! Who signs in, and how they usually do it.

use crate::random::Random;
use crate::world::{Agents, Device, Organization, Pool};

/// 2023-01-01, when the first users joined.
pub(crate) const EARLIEST_MS: i64 = 1_672_531_200_000;
/// How long after that the last of them did: two years.
pub(crate) const HISTORY_MS: i64 = 730 * 86_400_000;

/// An invented person with an account.
#[derive(Debug)]
pub struct User {
    /// 12 characters of `[a-z0-9]`.
    pub id: String,
    /// First and last name, in any script.
    pub name: String,
    /// ASCII, unique.
    pub username: String,
    /// ASCII, unique, in a domain under `.example`.
    pub email: String,
    /// Digits only, from the numbers set apart for fiction.
    pub phone: String,
    pub(crate) created_at_ms: i64,
    pub(crate) login: Login,
    pub(crate) second_factor: SecondFactor,
    pub(crate) organization: usize,
    /// Rank of the application used most.
    pub(crate) favourite: usize,
    pub(crate) computer: Device,
    pub(crate) phone_browser: Device,
    /// The phone again, as native applications show themselves.
    pub(crate) phone_native: Device,
}

/// How somebody proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Login {
    Password,
    EmailCode,
    PhoneCode,
    /// With the social connector of this index.
    Social(usize),
    /// With the connector of their organization.
    SingleSignOn,
    Passkey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactor {
    None,
    Totp,
    WebAuthn,
}

/// Names as people write them and as they stand in an e-mail address.
const FIRST_NAMES: [(&str, &str); 47] = [
    ("Ada", "ada"),
    ("Bilal", "bilal"),
    ("Chloé", "chloe"),
    ("Dmitri", "dmitri"),
    ("Elif", "elif"),
    ("Femi", "femi"),
    ("Greta", "greta"),
    ("Hiro", "hiro"),
    ("Inês", "ines"),
    ("Jonas", "jonas"),
    ("Kamala", "kamala"),
    ("Léo", "leo"),
    ("Mina", "mina"),
    ("Nils", "nils"),
    ("Olga", "olga"),
    ("Pablo", "pablo"),
    ("Quỳnh", "quynh"),
    ("Rosa", "rosa"),
    ("Søren", "soren"),
    ("Tove", "tove"),
    ("Uma", "uma"),
    ("Viktor", "viktor"),
    ("Wanda", "wanda"),
    ("Ximena", "ximena"),
    ("Yusuf", "yusuf"),
    ("Zoë", "zoe"),
    ("Amara", "amara"),
    ("Björn", "bjorn"),
    ("Carla", "carla"),
    ("Deniz", "deniz"),
    ("Emeka", "emeka"),
    ("Fatima", "fatima"),
    ("Goran", "goran"),
    ("Hana", "hana"),
    ("Ivo", "ivo"),
    ("Jasmin", "jasmin"),
    ("Kofi", "kofi"),
    ("Lin", "lin"),
    ("Maeve", "maeve"),
    ("Noor", "noor"),
    ("Otto", "otto"),
    ("Priya", "priya"),
    ("Radia", "radia"),
    ("Samir", "samir"),
    ("Tomás", "tomas"),
    ("Vera", "vera"),
    ("明美", "akemi"),
];

const LAST_NAMES: [(&str, &str); 43] = [
    ("Almeida", "almeida"),
    ("Bergström", "bergstrom"),
    ("Castellanos", "castellanos"),
    ("Demir", "demir"),
    ("Eriksen", "eriksen"),
    ("Fontaine", "fontaine"),
    ("García", "garcia"),
    ("Haddad", "haddad"),
    ("Ivanova", "ivanova"),
    ("Jansen", "jansen"),
    ("Kowalczyk", "kowalczyk"),
    ("Lindqvist", "lindqvist"),
    ("Müller", "mueller"),
    ("Nakamura", "nakamura"),
    ("O'Connell", "oconnell"),
    ("Petrov", "petrov"),
    ("Quist", "quist"),
    ("Rossi", "rossi"),
    ("Schäfer", "schaefer"),
    ("Thorsen", "thorsen"),
    ("Ueda", "ueda"),
    ("Vargas", "vargas"),
    ("Weiß", "weiss"),
    ("Xu", "xu"),
    ("Yıldız", "yildiz"),
    ("Zieliński", "zielinski"),
    ("Abara", "abara"),
    ("Bianchi", "bianchi"),
    ("Czerny", "czerny"),
    ("Dubois", "dubois"),
    ("Evans", "evans"),
    ("Fischer", "fischer"),
    ("Gruber", "gruber"),
    ("Holm", "holm"),
    ("Iyer", "iyer"),
    ("Jović", "jovic"),
    ("Khan", "khan"),
    ("Lopez", "lopez"),
    ("Moreau", "moreau"),
    ("Novák", "novak"),
    ("Okafor", "okafor"),
    ("Park", "park"),
    ("Rahman", "rahman"),
];

impl User {
    /// The `index`th person; name, e-mail address and user name follow from the index alone.
    pub(crate) fn new(
        index: usize,
        created_at_ms: i64,
        organizations: &Pool<Organization>,
        agents: &Agents,
        random: &mut Random,
    ) -> Self {
        let (name, ascii_first, ascii_last) = full_name(index);
        // The two lists have lengths without a common factor: names repeat after all pairs.
        let round = index / (FIRST_NAMES.len() * LAST_NAMES.len());
        let number = if round == 0 { String::new() } else { (round + 1).to_string() };
        let login = Login::draw(random);
        let organization = random.skewed(organizations.len(), 2);
        let domain = match login {
            Login::SingleSignOn => organizations.at(organization).domain,
            _ => random.pick(&["mail.example", "post.example", "inbox.example"]),
        };
        let desktop = agents.desktops.at(random.below(agents.desktops.len()));
        let phone_browser =
            Device::at_home(agents.phones.at(random.below(agents.phones.len())), random);
        let native = agents.native.at(random.skewed(agents.native.len(), 1));
        Self {
            id: random.id(12),
            name,
            username: format!("{ascii_first}_{ascii_last}{number}"),
            email: format!("{ascii_first}.{ascii_last}{number}@{domain}"),
            phone: format!("1{}55501{:02}", 201 + index / 100 % 700, index % 100),
            created_at_ms,
            login,
            second_factor: SecondFactor::draw(random),
            organization,
            favourite: random.skewed(64, 1),
            computer: match login {
                Login::SingleSignOn => Device::at_office(desktop, organization),
                _ => Device::at_home(desktop, random),
            },
            phone_native: Device { agent: native.clone(), ..phone_browser.clone() },
            phone_browser,
        }
    }

    /// The browser they have before them now.
    pub(crate) fn browser(&self, random: &mut Random) -> &Device {
        if random.chance(650) { &self.computer } else { &self.phone_browser }
    }
}

impl Login {
    fn draw(random: &mut Random) -> Self {
        match random.below(100) {
            0..60 => Self::Password,
            60..72 => Self::EmailCode,
            72..76 => Self::PhoneCode,
            76..84 => Self::Social(0),
            84..88 => Self::Social(1),
            88..96 => Self::SingleSignOn,
            _ => Self::Passkey,
        }
    }
}

impl SecondFactor {
    fn draw(random: &mut Random) -> Self {
        match random.below(100) {
            0..78 => Self::None,
            78..93 => Self::Totp,
            _ => Self::WebAuthn,
        }
    }
}

fn full_name(index: usize) -> (String, &'static str, &'static str) {
    let of = |names: &[(&'static str, &'static str)]| {
        names.get(index % names.len()).copied().unwrap_or(("Ada", "ada"))
    };
    let ((first, ascii_first), (last, ascii_last)) = (of(&FIRST_NAMES), of(&LAST_NAMES));
    (format!("{first} {last}"), ascii_first, ascii_last)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{World, WorldOptions};

    #[test]
    fn no_two_people_share_an_id_a_user_name_or_an_address() {
        let world = World::new(WorldOptions { users: 5_000, ..WorldOptions::default() });
        let ids: BTreeSet<&str> = world.users().map(|user| user.id.as_str()).collect();
        let emails: BTreeSet<&str> = world.users().map(|user| user.email.as_str()).collect();
        let usernames: BTreeSet<&str> = world.users().map(|user| user.username.as_str()).collect();
        assert_eq!((ids.len(), emails.len(), usernames.len()), (5_000, 5_000, 5_000));
    }
}
