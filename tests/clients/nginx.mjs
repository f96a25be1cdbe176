// nginx, in front of Gatelog or behind it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

import { temporaryFolder } from '../browser/program.mjs';

const NGINX = process.env.NGINX_PROGRAM ?? '/usr/sbin/nginx';

/** nginx with one server that has these directives, in a folder of its own. */
export async function startNginx(directives) {
  const folder = await temporaryFolder();
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = paths.map((it) => `${it}_temp_path ${folder.path}/${it};`).join('\n');
  const configuration = `
    daemon off; pid ${folder.path}/pid; error_log stderr; worker_processes 1;
    events {}
    http {
      access_log off; ${temporary}
      map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
      server {
        listen 127.0.0.1:${port};
        ${directives}
      }
    }`;
  const file = join(folder.path, 'nginx.conf');
  await writeFile(file, configuration);
  const child = spawn(NGINX, ['-c', file, '-p', folder.path, '-e', 'stderr'], { stdio: 'inherit' });
  await answers(port);
  const stop = async () => {
    child.kill('SIGQUIT');
    await once(child, 'close');
    await folder.remove();
  };
  return { address: `http://127.0.0.1:${port}`, stop };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until somebody listens, for a few seconds at most. */
async function answers(port) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const [outcome] = await Promise.race([
      once(socket, 'connect').then(() => ['connected']),
      once(socket, 'error'),
    ]).catch((error) => [error]);
    socket.destroy();
    if (outcome === 'connected') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nobody listens on port ${port}`);
}
