// A mail server that keeps what it is sent (RFC 5321, as much as one client says).

import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Recipients whose names begin so are refused. */
const REFUSED = /<nobody/;

/** Opens a mailbox; `next` resolves to the first message whose subject matches, as its lines. */
export async function openMailbox() {
  const messages = [];
  const server = createServer(async (socket) => {
    socket.on('error', () => {});
    const say = (line) => socket.write(`${line}\r\n`);
    say('220 mailbox');
    let message = null;
    for await (const line of createInterface({ input: socket })) {
      if (message) {
        if (line !== '.') message.push(line);
        else {
          messages.push(message);
          message = null;
          say('250 kept');
          server.emit('message');
        }
      } else if (line === 'DATA') {
        message = [];
        say('354 go on');
      } else if (line.startsWith('RCPT') && REFUSED.test(line)) say('550 5.1.1 nobody here');
      else if (line === 'QUIT') socket.end('221 bye\r\n');
      else say('250 fine');
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const next = async (subject) => {
    for (;;) {
      const found = messages.find((lines) => lines.some((line) => line.startsWith('Subject: ') && subject.test(line)));
      if (found) return found;
      await once(server, 'message');
    }
  };
  const settings = `[smtp]
host = "127.0.0.1"
port = ${server.address().port}
security = "none"
from = "Gatelog <gatelog@acme.example>"
`;
  return { settings, next, close: () => server.close() };
}
