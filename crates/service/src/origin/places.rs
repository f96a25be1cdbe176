//! Where an address is, as databases in MaxMind's format say it.
//!
//! Not for finding out more than they say: nothing is asked over the network. A database is read
//! into memory once, and a record of it that cannot be read says nothing.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use gatelog_event::language::Language;
use maxminddb::geoip2::{Asn, City, Names};
use maxminddb::{MaxMindDbError, Reader};

/// The databases that were set up; without any, nothing is known of any address.
#[derive(Default)]
pub struct Places {
    places: Option<Reader<Vec<u8>>>,
    networks: Option<Reader<Vec<u8>>>,
    /// By code, of the countries that were met: a database cannot be asked for one.
    countries: RwLock<HashMap<Box<str>, CountryNames>>,
}

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct PlacesError {
    /// The file.
    path: PathBuf,
    reason: MaxMindDbError,
}

/// The country of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// Two letters (ISO 3166-1).
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
}

/// What a country is called.
#[derive(Clone, Debug)]
struct CountryNames {
    english: Option<Box<str>>,
    french: Option<Box<str>>,
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kinds()).finish()
    }
}

impl Places {
    /// Reads a database of countries or cities, and one of networks (autonomous systems).
    ///
    /// # Errors
    /// [`PlacesError`]: a file is missing, or no such database.
    pub fn read(places: Option<&Path>, networks: Option<&Path>) -> Result<Self, PlacesError> {
        let read = |path: &Path| {
            let unusable = |reason| PlacesError { path: path.to_owned(), reason };
            Reader::open_readfile(path).map_err(unusable)
        };
        Ok(Self {
            places: places.map(read).transpose()?,
            networks: networks.map(read).transpose()?,
            countries: RwLock::default(),
        })
    }

    /// What the databases call themselves.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        let readers = [&self.places, &self.networks].into_iter().flatten();
        readers.map(|reader| reader.metadata().database_type.as_str())
    }

    /// Whether the country of any address is known.
    pub fn has_countries(&self) -> bool {
        self.places.is_some()
    }

    /// City, region and country of an address, as far as they are known.
    pub fn place(&self, address: &str, language: Language) -> Option<String> {
        let City { city, subdivisions, country, .. } = self.city(address)?;
        let region = subdivisions.first().and_then(|region| name(&region.names, language));
        let city = name(&city.names, language);
        // Berlin is a region and a city.
        let region = region.filter(|region| Some(*region) != city);
        let country = name(&country.names, language).or(country.iso_code);
        let parts: Vec<&str> = [city, region, country].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The country of an address.
    pub fn country(&self, address: &str, language: Language) -> Option<Country> {
        let country = self.city(address)?.country;
        let code = country.iso_code?;
        let name = name(&country.names, language).unwrap_or(code);
        Some(Country { code: code.to_owned(), name: name.to_owned() })
    }

    /// The code of an address's country.
    pub fn country_code(&self, address: &str) -> Option<String> {
        let country = self.city(address)?.country;
        let code = country.iso_code?;
        let is_met =
            self.countries.read().unwrap_or_else(PoisonError::into_inner).contains_key(code);
        if !is_met {
            let (english, french) = (country.names.english, country.names.french);
            let names =
                CountryNames { english: english.map(Box::from), french: french.map(Box::from) };
            let mut countries = self.countries.write().unwrap_or_else(PoisonError::into_inner);
            countries.insert(code.into(), names);
        }
        Some(code.to_owned())
    }

    /// The name of a country whose code [`Places::country_code`] has returned before.
    pub fn country_name(&self, code: &str, language: Language) -> Option<String> {
        let countries = self.countries.read().unwrap_or_else(PoisonError::into_inner);
        let CountryNames { english, french } = countries.get(code)?;
        let (english, french) = (english.as_deref(), french.as_deref());
        name(&Names { english, french, ..Names::default() }, language).map(str::to_owned)
    }

    /// Whose network an address is of: its name and its number.
    pub fn network(&self, address: &str) -> Option<String> {
        let reader = self.networks.as_ref()?;
        let found: Asn<'_> = reader.lookup(parsed(address)?).ok()?.decode().ok()??;
        match (found.autonomous_system_organization, found.autonomous_system_number) {
            (Some(name), Some(number)) => Some(format!("{name} (AS{number})")),
            (Some(name), None) => Some(name.to_owned()),
            (None, number) => number.map(|number| format!("AS{number}")),
        }
    }

    /// Databases of countries have the same records with less in them.
    fn city(&self, address: &str) -> Option<City<'_>> {
        let address = parsed(address)?;
        self.places.as_ref()?.lookup(address).ok()?.decode().ok()?
    }
}

/// An address; of what is left of a masked one, the first of its network.
fn parsed(address: &str) -> Option<IpAddr> {
    let first = match address.strip_suffix('•') {
        Some(network) if network.ends_with('.') => format!("{network}0"),
        Some(network) => network.to_owned(),
        None => address.to_owned(),
    };
    first.parse().ok()
}

/// A name in the reader's language, else in English; there are none in Turkish.
fn name<'n>(names: &Names<'n>, language: Language) -> Option<&'n str> {
    match language {
        Language::French => names.french.or(names.english),
        Language::English | Language::Turkish => names.english,
    }
}
