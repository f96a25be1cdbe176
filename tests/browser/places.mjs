// Databases of places in MaxMind's format (MaxMind DB 2.0), which know one thing of all addresses.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Types of values, as the format numbers them. */
const TEXT = 2;
const SHORT = 5;
const NUMBER = 6;
const MAP = 7;
const LONG = 9;
const LIST = 11;

function control(type, size) {
  const [lower, longer] = size < 29 ? [size, []] : [29, [size - 29]];
  return type < 8 ? [(type << 5) | lower, ...longer] : [lower, type - 7, ...longer];
}

function number(type, bytes, value) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return [...control(type, bytes), ...buffer];
}

/** A value as bytes; what is bytes already stays as it is. */
function encoded(value) {
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === 'string') return [...control(TEXT, Buffer.byteLength(value)), ...Buffer.from(value)];
  if (typeof value === 'number') return number(NUMBER, 4, value);
  if (Array.isArray(value)) return [...control(LIST, value.length), ...value.flatMap(encoded)];
  const pairs = Object.entries(value);
  return [...control(MAP, pairs.length), ...pairs.flat().flatMap(encoded)];
}

/** One node, both sides of which lead to the record behind it. */
function database(kind, record) {
  const nodes = 1;
  const found = Buffer.alloc(4);
  found.writeUInt32BE(nodes + 16);
  const short = (value) => Uint8Array.from(number(SHORT, 2, value));
  const metadata = {
    node_count: nodes,
    record_size: short(32),
    ip_version: short(4),
    database_type: kind,
    languages: ['en', 'fr'],
    binary_format_major_version: short(2),
    binary_format_minor_version: short(0),
    build_epoch: Uint8Array.from(number(LONG, 8, 1_700_000_000)),
    description: { en: 'made by a test' },
  };
  const begin = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  const parts = [found, found, Buffer.alloc(16), encoded(record), begin, encoded(metadata)];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** Writes both databases into a folder; returns the settings that name them. */
export async function placesIn(folder) {
  const [city, network] = ['city.mmdb', 'network.mmdb'].map((name) => join(folder, name));
  const named = (en, fr) => ({ names: { en, fr } });
  await writeFile(city, database('Test-City', {
    city: named('Geneva', 'Genève'),
    country: { iso_code: 'CH', ...named('Switzerland', 'Suisse') },
    subdivisions: [named('Canton of Geneva', 'Canton de Genève')],
  }));
  await writeFile(network, database('Test-ASN', {
    autonomous_system_number: 64_500,
    autonomous_system_organization: 'Example Networks and Data Centres of the Alps',
  }));
  return `[console]\ngeo_database = "${city}"\nasn_database = "${network}"\n`;
}
