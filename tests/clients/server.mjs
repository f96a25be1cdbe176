// Gatelog as other products' clients find it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run, serve, temporaryFolder } from '../browser/program.mjs';
import { ndjson } from '../browser/rows.mjs';

/** A server over `records`, lines of this format, with more `configuration` in TOML. `stop` removes its data. */
export async function serveRecords({ records, format, configuration = '' }) {
  const folder = await temporaryFolder();
  const [file, data, config] = ['records.ndjson', 'data', 'gatelog.toml'].map((name) =>
    join(folder.path, name),
  );
  await writeFile(file, records);
  await writeFile(config, configuration);
  await run('import', '--data', data, '--format', format, '--tenant', 'default', file);
  const server = await serve('serve', '--data', data, '--config', config);
  const stop = async () => {
    await server.stop();
    await folder.remove();
  };
  return { ...server, data, stop };
}

/** A server over Logto `rows`. */
export function serveLogto({ rows, configuration }) {
  return serveRecords({ records: ndjson(rows), format: 'logto', configuration });
}

/** An API key for what is in `server`. */
export async function tokenFor({ data }, scope) {
  const output = await run('token', 'create', '--data', data, '--tenant', 'default', '--scope', scope);
  return output.match(/\bgl_[0-9a-f]+_[0-9a-f]+\b/)[0];
}
