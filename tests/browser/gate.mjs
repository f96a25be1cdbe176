// A gate between a browser and the server: while it is shut, long answers get stuck in it.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Every page and every question about progress passes a gate that is shut. */
const PASSING_BYTES_MAX = 512 << 10;

export class Gate {
  #server;
  #isShut = false;
  #stuck = new Set();

  /** A gate before the server at `address`. */
  static async before(address) {
    const { hostname, port } = new URL(address);
    const gate = new Gate();
    gate.#server = createServer((browser) => gate.#pass(browser, connect(Number(port), hostname)));
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    gate.address = `http://127.0.0.1:${gate.#server.address().port}`;
    return gate;
  }

  shut() {
    this.#isShut = true;
  }

  /** Lets everything through, what is stuck included. */
  open() {
    this.#isShut = false;
    for (const server of this.#stuck) server.resume();
    this.#stuck.clear();
  }

  async close() {
    this.open();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(browser, server) {
    let answered = 0;
    browser.on('data', (part) => {
      answered = 0;
      server.write(withoutCompression(part));
    });
    server.on('data', (part) => {
      answered += part.length;
      browser.write(part);
      if (this.#isShut && answered > PASSING_BYTES_MAX) {
        server.pause();
        this.#stuck.add(server);
      }
    });
    for (const [one, other] of [[browser, server], [server, browser]]) {
      one.on('end', () => other.end());
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }
}

/** A request whose answer is as long as it says: compressed, a whole file fits into the connections around the gate. */
function withoutCompression(request) {
  return Buffer.from(request.toString('latin1').replace(/^accept-encoding: .*$/im, 'Accept-Encoding: identity'), 'latin1');
}
