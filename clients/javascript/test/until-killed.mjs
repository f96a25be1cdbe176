// Emits events until it is killed, and says which are in the spool: `SPOOLED life-group events`.

import { Emitter } from '@gatelog/client';

const [url, key, spool, life] = process.argv.slice(2);
const emitter = await Emitter.open({ url, key, spool, durability: 'written', batchWaitMs: 1 });
for (let group = 0; ; group += 1) {
  const events = (group % 7) + 1;
  for (let event = 0; event < events; event += 1) {
    emitter.emit({ type: 't', id: `${life}-${group}-${event}` });
  }
  await emitter.spooled();
  process.stdout.write(`SPOOLED ${life}-${group} ${events}\n`);
}
