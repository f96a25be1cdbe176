// Gatelog as other products' clients find it.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run, serve, temporaryFolder } from '../browser/program.mjs';
import { ndjson } from '../browser/rows.mjs';

/** A server over Logto `rows`, with more `configuration` in TOML. `stop` removes its data. */
export async function serveLogto({ rows, configuration = '' }) {
  const folder = await temporaryFolder();
  const [file, data, config] = ['rows.ndjson', 'data', 'gatelog.toml'].map((name) =>
    join(folder.path, name),
  );
  await writeFile(file, ndjson(rows));
  await writeFile(config, configuration);
  await run('import', '--data', data, '--format', 'logto', '--tenant', 'default', file);
  const server = await serve('serve', '--data', data, '--config', config);
  const stop = async () => {
    await server.stop();
    await folder.remove();
  };
  return { ...server, data, stop };
}
