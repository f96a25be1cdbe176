//! The granules of one token.
//!
//! Where a rare token is should be known closely, as its records are read. Of a frequent one much is
//! read anyway, and to know it closely would take most of the bits.

use roaring::RoaringBitmap;

use crate::codec::bits::{BitReader, BitWriter, width};
use crate::codec::bytes::Malformed;
use crate::codec::rice::{read_rice, write_rice, zeros};

/// Granules that are one place in the list of a frequent token.
const SPAN: u32 = 4;

/// A token is frequent if it is in more than one of so many granules.
const FREQUENT: u32 = 8;

fn write_gamma(number: u64, to: &mut BitWriter) {
    let bits = width(number).saturating_sub(1);
    to.write(1 << bits, bits + 1);
    to.write(number & ((1 << bits) - 1), bits);
}

fn read_gamma(from: &mut BitReader<'_>) -> Result<u64, Malformed> {
    let bits = u32::try_from(zeros(from)?).unwrap_or(u32::MAX);
    if bits > u32::BITS {
        return from.malformed();
    }
    Ok(1 << bits | from.read(bits)?)
}

/// Writes granules, ascending, at least one, all below `granule_count`.
pub(super) fn write(granules: &[u32], granule_count: u32, to: &mut BitWriter) {
    if let [granule] = granules {
        to.write(1, 1);
        to.write(u64::from(*granule), one_bits(granule_count));
        return;
    }
    to.write(0, 1);
    let is_frequent = granules.len() > (granule_count / FREQUENT) as usize;
    to.write(u64::from(is_frequent), 1);
    if is_frequent {
        let mut spans: Vec<u32> = granules.iter().map(|granule| granule / SPAN).collect();
        spans.dedup();
        write_places(&spans, granule_count.div_ceil(SPAN), to);
    } else {
        write_places(granules, granule_count, to);
    }
}

fn write_places(places: &[u32], place_count: u32, to: &mut BitWriter) {
    write_gamma(places.len() as u64, to);
    let listed = Listed::new(places.len() as u64, place_count);
    if !listed.are_lacking {
        listed.write(places.iter().copied(), to);
        return;
    }
    let mut having = places.iter().copied().peekable();
    let lacking = (0..place_count).filter(|place| having.next_if_eq(place).is_none());
    listed.write(lacking, to);
}

/// Reads what [`write()`] wrote; of a frequent token all granules of the spans that have it.
pub(super) fn read(
    granule_count: u32,
    from: &mut BitReader<'_>,
) -> Result<RoaringBitmap, Malformed> {
    if from.read(1)? == 1 {
        let granule = from.read(one_bits(granule_count))?;
        let granule = u32::try_from(granule).ok().filter(|granule| *granule < granule_count);
        return granule.map_or_else(|| from.malformed(), |one| Ok([one].into_iter().collect()));
    }
    if from.read(1)? == 0 {
        return read_places(granule_count, from);
    }
    let mut granules = RoaringBitmap::new();
    for span in read_places(granule_count.div_ceil(SPAN), from)? {
        let start = span.saturating_mul(SPAN);
        granules.insert_range(start..start.saturating_add(SPAN).min(granule_count));
    }
    Ok(granules)
}

fn read_places(place_count: u32, from: &mut BitReader<'_>) -> Result<RoaringBitmap, Malformed> {
    let listed = Listed::read(place_count, from)?;
    let mut places = RoaringBitmap::new();
    if listed.are_lacking {
        places.insert_range(0..place_count);
    }
    let mut next = 0_u64;
    for _ in 0..listed.count {
        let place = next.saturating_add(read_rice(listed.bits, from)?);
        let found = u32::try_from(place).ok().filter(|found| *found < place_count);
        let Some(found) = found else { return from.malformed() };
        match listed.are_lacking {
            true => places.remove(found),
            false => places.insert(found),
        };
        next = place + 1;
    }
    Ok(places)
}

/// Leaves out what [`write()`] wrote.
pub(super) fn skip(granule_count: u32, from: &mut BitReader<'_>) -> Result<(), Malformed> {
    if from.read(1)? == 1 {
        return from.skip(u64::from(one_bits(granule_count)));
    }
    let place_count = match from.read(1)? {
        0 => granule_count,
        _ => granule_count.div_ceil(SPAN),
    };
    let listed = Listed::read(place_count, from)?;
    for _ in 0..listed.count {
        zeros(from)?;
        from.skip(u64::from(listed.bits))?;
    }
    Ok(())
}

fn one_bits(granule_count: u32) -> u32 {
    width(u64::from(granule_count.saturating_sub(1)))
}

/// What is listed of a token in several granules, or spans of them.
struct Listed {
    /// Whether it is the places without the token.
    are_lacking: bool,
    count: u64,
    /// Of a gap, as in the grammar.
    bits: u32,
}

impl Listed {
    fn new(having: u64, place_count: u32) -> Self {
        let place_count = u64::from(place_count);
        let lacking = place_count.saturating_sub(having);
        let (are_lacking, count) = if having > lacking { (true, lacking) } else { (false, having) };
        let bits = width(2 * place_count / (3 * count.max(1))).saturating_sub(1);
        Self { are_lacking, count, bits }
    }

    fn read(place_count: u32, from: &mut BitReader<'_>) -> Result<Self, Malformed> {
        let having = read_gamma(from)?;
        if having > u64::from(place_count) {
            return from.malformed();
        }
        Ok(Self::new(having, place_count))
    }

    fn write(&self, places: impl Iterator<Item = u32>, to: &mut BitWriter) {
        let mut next = 0;
        for place in places {
            write_rice(u64::from(place.saturating_sub(next)), self.bits, to);
            next = place + 1;
        }
    }
}
